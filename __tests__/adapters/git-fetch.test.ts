import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Difference } from '../../src/core/code/choose-deploy-type.ts';
import { changedPaths } from '../../src/git/changed.ts';
import { readCheckout, type CheckedOut } from '../../src/git/checkout.ts';
import {
  createRepository,
  gitIn,
  openRepository,
  temporaryFolder,
  type GitRepository,
} from '../parts/git-repository.ts';
import { startGitServer, type GitServer } from '../parts/git-server.ts';

let base: { folder: string; remove: () => Promise<void> };
let server: GitServer;
let count = 0;

/** The repository that the server hands out, and its history: A ← B on main, L left behind by a force push. */
let origin: GitRepository;
let commits: { a: string; b: string; left: string };

beforeAll(async () => {
  base = await temporaryFolder();
  server = await startGitServer(base.folder);
  origin = await createRepository(join(base.folder, 'origin'));
  const a = await origin.commit({ 'dags/a.py': '1', 'requirements.txt': '1', 'unchanged.txt': 'x' });
  const left = await origin.commit({ 'dags/left.py': '1', 'requirements.txt': '2' });
  await origin.git('reset', '--quiet', '--hard', a);
  const b = await origin.commit({ 'dags/a.py': '2' });
  commits = { a, b, left };
});
afterAll(async () => {
  await server.close();
  await base.remove();
});
beforeEach(() => {
  delete server.manner.credentials;
  delete server.manner.oldProtocol;
  delete server.manner.silent;
});

async function clone(...options: string[]): Promise<CheckedOut> {
  const folder = join(base.folder, `clone${String(count++)}`);
  await gitIn(base.folder, 'clone', '--quiet', ...options, `${server.url}/origin`, folder);
  const checkout = await readCheckout(folder);
  if (checkout.kind === 'none') throw new Error(checkout.why);
  return checkout;
}

const sorted = (answer: Difference): Difference =>
  answer.kind === 'known' ? { ...answer, paths: [...answer.paths].sort() } : answer;

test('a depth-1 clone fetches the missing commit alone and keeps its settings', async () => {
  const checkout = await clone('--depth=1');
  const config = await readFile(join(checkout.root, '.git/config'), 'utf8');
  expect(checkout).toMatchObject({ shallow: true, commit: commits.b });
  expect(await changedPaths(checkout, commits.a)).toEqual({ kind: 'known', paths: ['dags/a.py'] });
  expect(await readFile(join(checkout.root, '.git/config'), 'utf8')).toBe(config);
  expect(await openRepository(checkout.root).git('rev-list', '--all', '--count')).toBe('1');
  await expect(readFile(join(checkout.root, '.git/FETCH_HEAD'))).rejects.toThrow('ENOENT');
});

test('the commit is fetched once', async () => {
  const checkout = await clone('--depth=1');
  await changedPaths(checkout, commits.a);
  const before = server.requests.length;
  await changedPaths(checkout, commits.a);
  expect(server.requests).toHaveLength(before);
});

test('two missing commits, one after the other', async () => {
  const checkout = await clone('--depth=1');
  expect(await changedPaths(checkout, commits.a)).toMatchObject({ kind: 'known' });
  expect(await changedPaths(checkout, commits.left)).toMatchObject({ kind: 'known' });
});

test.each([
  ['shallow', ['--depth=1']],
  ['complete', []],
])('a commit that a force push left behind is fetched into a %s clone', async (kind, options) => {
  const checkout = await clone(...options);
  expect(sorted(await changedPaths(checkout, commits.left))).toEqual({
    kind: 'known',
    paths: ['dags/a.py', 'dags/left.py', 'requirements.txt'],
  });
  const shallow = await openRepository(checkout.root).git('rev-parse', '--is-shallow-repository');
  expect(shallow).toBe(String(kind === 'shallow'));
});

test('a commit that the server no longer has is unknown, with what git says', async () => {
  const checkout = await clone('--depth=1');
  expect(await changedPaths(checkout, 'd'.repeat(40))).toEqual({
    kind: 'unknown',
    why: expect.stringMatching(/^not in the clone, and git fetch says: .*not our ref d{40}/),
  });
});

test('a server that hands out only what its refs name is unknown', async () => {
  server.manner.oldProtocol = true;
  const checkout = await clone('--depth=1');
  expect(await changedPaths(checkout, commits.a)).toMatchObject({ kind: 'unknown' });
});

test('persist-credentials: false fails at once, without a prompt and without leaking what the address holds', async () => {
  const checkout = await clone('--depth=1');
  server.manner.credentials = 'x-access-token:right';
  expect(await changedPaths(checkout, commits.a)).toEqual({
    kind: 'unknown',
    why: expect.stringMatching(/could not read Username.*terminal prompts disabled/),
  });
  const address = server.url.replace('://', '://x-access-token:wrong-one@');
  await gitIn(checkout.root, 'remote', 'set-url', 'origin', `${address}/origin`);
  const answer = await changedPaths(checkout, commits.a);
  expect(answer).toMatchObject({ kind: 'unknown' });
  expect(JSON.stringify(answer)).not.toContain('wrong-one');
});

test('the credentials that actions/checkout leaves in the clone are used', async () => {
  const checkout = await clone('--depth=1');
  server.manner.credentials = 'x-access-token:right';
  const basic = Buffer.from(server.manner.credentials).toString('base64');
  await gitIn(checkout.root, 'config', `http.${server.url}/.extraheader`, `AUTHORIZATION: basic ${basic}`);
  expect(await changedPaths(checkout, commits.a)).toEqual({ kind: 'known', paths: ['dags/a.py'] });
});

test('a partial clone gets the trees it lacks', async () => {
  await gitIn(origin.folder, 'config', 'uploadpack.allowFilter', 'true');
  const checkout = await clone('--filter=tree:0');
  expect(await changedPaths(checkout, commits.a)).toEqual({ kind: 'known', paths: ['dags/a.py'] });
});

test('a server that never answers is left when the signal says so, and git with its helper ends', async () => {
  const checkout = await clone('--depth=1');
  server.manner.silent = true;
  const abort = new AbortController();
  const request = server.nextRequest();
  const answer = changedPaths(checkout, commits.a, { signal: abort.signal });
  const { hungUp } = await request;
  abort.abort();
  expect(await answer).toEqual({ kind: 'unknown', why: expect.stringMatching(/git took too long$/) });
  await hungUp;
});
