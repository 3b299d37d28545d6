import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describePreview } from '../../src/core/identity.ts';
import { confirmSweep, decideSweep, type SweepAsk, type SweepDeployment } from '../../src/core/sweep/decide-sweep.ts';
import { connectGitHub } from '../../src/github/client.ts';
import { confirmAbsence, listBranches, listOpenPullRequests } from '../../src/github/listing.ts';
import type { GitHubClient } from '../../src/github/types.ts';

interface Reply {
  status: number;
  body: unknown;
  link?: string;
}
interface Pull {
  number: number;
  branch: string;
  labels?: string[];
  repository?: number | null;
}

const repository = { id: 7, owner: 'acme', name: 'etl' };
const awkward = ['a#b', 'a?b', 'a%2Fb', '100%', 'ä/ö', 'x y', '__proto__'];
let branches: Set<string>;
let pulls: Pull[];
/** Whether refs come in pages, as of old; GitHub gives all at one time and takes no `per_page`. */
let refsPaged: boolean;
/** Whether the server knows `git/matching-refs`. */
let hasMatchingRefs: boolean;
let requests: string[];
/** Changes a reply on its way; `nth` counts from 0. */
let fault: (reply: Reply, nth: number, path: string) => Reply;
let server: http.Server;
let url: string;
let github: GitHubClient | undefined;

const paged = (rows: readonly unknown[], at: URL, size = Number(at.searchParams.get('per_page') ?? 30)): Reply => {
  const page = Number(at.searchParams.get('page') ?? 1);
  // As GitHub writes them: by the repository's number, the next page neither first nor last.
  const address = (to: number, rel: string): string =>
    `<https://api.github.com/repositories/7${at.pathname}?per_page=${String(size)}&page=${String(to)}>; rel="${rel}"`;
  const last = Math.ceil(rows.length / size);
  return {
    status: 200,
    body: rows.slice((page - 1) * size, page * size),
    ...(page < last && { link: [address(1, 'first'), address(page + 1, 'next'), address(last, 'last')].join(', ') }),
  };
};

const route = (at: URL): Reply => {
  const path = at.pathname.replace('/repos/acme/etl', '');
  if (path === '') return { status: 200, body: { id: 7, default_branch: 'main' } };
  const ref = /^\/git\/ref\/heads\/(.+)$/.exec(path)?.[1];
  if (ref !== undefined) {
    const name = decodeURIComponent(ref);
    return branches.has(name)
      ? { status: 200, body: { ref: `refs/heads/${name}`, object: { sha: 'c' } } }
      : { status: 404, body: {} };
  }
  if (path === '/branches')
    return paged(
      [...branches].map((name) => ({ name })),
      at,
    );
  if (path === '/git/matching-refs/heads' && hasMatchingRefs)
    return paged(
      [...branches].map((name) => ({ ref: `refs/heads/${name}` })),
      at,
      refsPaged ? undefined : 100_000,
    );
  if (path !== '/pulls') return { status: 404, body: {} };
  const head = at.searchParams.get('head')?.slice('acme:'.length);
  const rows = pulls.filter(({ branch }) => head === undefined || branch === head);
  return paged(
    rows.map(({ number, branch, labels = [], repository: id = 7 }) => ({
      number,
      state: 'open',
      head: { ref: branch, repo: id === null ? null : { id } },
      labels: labels.map((name) => ({ name })),
    })),
    at,
  );
};

beforeEach(async () => {
  branches = new Set(['main', 'dev', ...awkward]);
  pulls = awkward.map((branch, index) => ({ number: index + 1, branch }));
  refsPaged = false;
  hasMatchingRefs = true;
  requests = [];
  fault = (reply) => reply;
  server = http.createServer((request, response) => {
    const path = request.url ?? '';
    const { status, body, link } = fault(route(new URL(path, 'http://github')), requests.length, path);
    requests.push(path);
    const location = status === 301 ? { location: 'http://127.0.0.1:9/elsewhere' } : {};
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      ...(link && { link }),
      ...location,
    });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  github = await connectGitHub('token', url, repository);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `b${String(index)}`);
/** Answers every request whose path matches like this. */
const answer = (pattern: RegExp, change: (reply: Reply) => Partial<Reply>): void => {
  fault = (reply, _, path) => (pattern.test(path) ? { ...reply, ...change(reply) } : reply);
};

describe('all branches', () => {
  test('by name, byte for byte, in two requests', async () => {
    expect(await listBranches(github)).toEqual({ kind: 'complete', names: branches, defaultBranch: 'main' });
    expect(requests).toEqual(['/repos/acme/etl', '/repos/acme/etl/git/matching-refs/heads']);
  });

  test('refs of other kinds whose names begin alike are no branches', async () => {
    answer(/matching-refs/, ({ body }) => ({ body: [...(body as unknown[]), { ref: 'refs/heads-of-old/main' }] }));
    expect(await listBranches(github)).toEqual({ kind: 'complete', names: branches, defaultBranch: 'main' });
  });

  test('pages are followed on the server that was asked, not on the one they name', async () => {
    branches = new Set([...branches, ...many(60)]);
    refsPaged = true;
    expect(await listBranches(github)).toMatchObject({ kind: 'complete', names: branches });
    expect(requests.slice(1)).toEqual(
      ['', '?page=2', '?page=3'].map((page) => `/repos/acme/etl/git/matching-refs/heads${page}`),
    );
  });

  const refs = /matching-refs/;
  const page2 = /[?&]page=2/;
  const shown = (what: string): string => `it does not show ${what} to this token (\`contents: read\` is needed)`;
  test.each<[string, RegExp, (reply: Reply) => Partial<Reply>, string]>([
    ['an empty first page', refs, () => ({ body: [], link: '' }), 'its list of branches lacks the default branch main'],
    ['a lost default branch', refs, () => ({ body: [{ ref: 'refs/heads/dev' }], link: '' }), 'its list of branches lacks the default branch main'],
    ['an empty page', page2, () => ({ body: [] }), 'a page of its branches came empty'],
    ['a short page', page2, ({ body }) => ({ body: (body as unknown[]).slice(1) }), 'a page of its branches came short'],
    ['a page twice', page2, () => ({ body: [...branches].slice(0, 100).map((name) => ({ ref: `refs/heads/${name}` })) }), 'its list of branches names one twice, so it may lack others'],
    ['a page that is missing', page2, () => ({ status: 404 }), shown('branches')],
    ['a page that is refused', page2, () => ({ status: 403 }), 'GitHub refuses to say (403)'],
    ['a page that fails', page2, () => ({ status: 502 }), 'GitHub does not answer'],
    ['pages that lead back', page2, ({ link }) => ({ link: (link ?? '').replace(/&page=3>/, '&page=2>') }), 'its pages of branches do not follow each other'],
    ['a next page without a number', refs, () => ({ link: '<https://api.github.com/x?after=y>; rel="next"' }), 'its pages of branches do not follow each other'],
    ['something else', refs, () => ({ body: [{ ref: 'refs/tags/v1' }], link: '' }), 'its list of branches holds something else'],
    ['no list', refs, () => ({ body: {} }), shown('branches')],
    ['another repository of that name', /etl$/, () => ({ body: { id: 8, default_branch: 'main' } }), shown('this repository')],
    ['a hidden repository', /etl$/, () => ({ status: 404 }), shown('this repository')],
    ['a repository that moved', /etl$/, () => ({ status: 301 }), 'unexpected redirect'],
    ['no default branch', /etl$/, () => ({ body: { id: 7 } }), shown('this repository')],
  ])('%s is unknown [T-11]', async (_, pattern, change, why) => {
    branches = new Set([...branches, ...many(250)]);
    refsPaged = true;
    answer(pattern, change);
    expect(await listBranches(github)).toEqual({ kind: 'unknown', why: expect.stringContaining(why) });
  }); // prettier-ignore

  test('a server without `git/matching-refs` is asked for the branches, page by page', async () => {
    hasMatchingRefs = false;
    branches = new Set([...branches, ...many(250)]);
    expect(await listBranches(github)).toEqual({ kind: 'complete', names: branches, defaultBranch: 'main' });
    expect(requests).toEqual([
      '/repos/acme/etl',
      '/repos/acme/etl/git/matching-refs/heads',
      ...['', '&page=2', '&page=3'].map((page) => `/repos/acme/etl/branches?per_page=100${page}`),
    ]);
  });

  const other = /branches\?/;
  test.each<[string, RegExp, (reply: Reply) => Partial<Reply>, string]>([
    ['a lost default branch', other, () => ({ body: [{ name: 'dev' }], link: '' }), 'its list of branches lacks the default branch main'],
    ['a page that is missing', page2, () => ({ status: 404 }), shown('branches')],
    ['a list that is missing, too', other, () => ({ status: 404 }), shown('branches')],
    ['a short page', page2, ({ body }) => ({ body: (body as unknown[]).slice(1) }), 'a page of its branches came short'],
    ['a branch twice', page2, () => ({ body: [...branches].slice(0, 100).map((name) => ({ name })) }), 'its list of branches names one twice, so it may lack others'],
    ['a branch without a name', other, () => ({ body: [{ name: '' }], link: '' }), 'its list of branches holds something else'],
    ['something else', other, () => ({ body: [null], link: '' }), 'its list of branches holds something else'],
  ])('there %s is unknown as well [T-11]', async (_, pattern, change, why) => {
    hasMatchingRefs = false;
    branches = new Set([...branches, ...many(250)]);
    answer(pattern, change);
    expect(await listBranches(github)).toEqual({ kind: 'unknown', why: expect.stringContaining(why) });
  }); // prettier-ignore

  test('a refusal or a failure of the first list is no reason to ask for another one', async () => {
    for (const status of [403, 502]) {
      requests.length = 0;
      answer(refs, () => ({ status }));
      expect(await listBranches(github)).toMatchObject({ kind: 'unknown' });
      expect(requests.filter((path) => other.test(path))).toEqual([]);
    }
  });

  test('a list without an end, no token, nobody there: unknown', async () => {
    branches = new Set(['main', ...many(10_001)]);
    refsPaged = true;
    expect(await listBranches(github)).toEqual({ kind: 'unknown', why: 'it has more than 100 pages of branches' });
    expect(await listBranches(undefined)).toEqual({ kind: 'unknown', why: 'there is no `github-token`' });
    server.closeAllConnections();
    server.close();
    expect(await listBranches(github)).toMatchObject({ why: expect.stringContaining('GitHub does not answer') });
  });
});

describe('all open pull requests', () => {
  test('of branches of this repository, over all pages, each once', async () => {
    pulls = many(250).map((branch, index) => ({ number: index + 1, branch, labels: ['a', 'b'] }));
    pulls.push({ number: 300, branch: 'fork', repository: 8 }, { number: 301, branch: 'deleted', repository: null });
    pulls.splice(120, 0, pulls[99] as Pull); // one was reopened meanwhile: it moves the rest to the next page
    const listed = await listOpenPullRequests(github);
    expect(listed).toEqual({
      kind: 'complete',
      rows: many(250).map((branch, index) => ({ number: index + 1, branch, labels: ['a', 'b'] })),
    });
    expect(requests).toHaveLength(3);
    expect(requests[2]).toBe('/repos/acme/etl/pulls?state=open&sort=created&direction=asc&per_page=100&page=3');
  });

  test('none is an answer', async () => {
    pulls = [];
    expect(await listOpenPullRequests(github)).toEqual({ kind: 'complete', rows: [] });
  });

  test.each<[string, (reply: Reply) => Partial<Reply>, string]>([
    ['a missing page', () => ({ status: 404 }), 'it does not show pull requests to this token (`pull-requests: read` is needed)'],
    ['a refused page', () => ({ status: 403 }), 'GitHub refuses to say (403)'],
    ['an empty page', () => ({ body: [] }), 'a page of its pull requests came empty'],
    ['a short page', ({ body }) => ({ body: (body as unknown[]).slice(1) }), 'a page of its pull requests came short'],
    ['a row without a head', () => ({ body: [{ number: 1, labels: [] }], link: '' }), 'its list of pull requests holds something else'],
    ['a row without labels', () => ({ body: [{ number: 1, head: { ref: 'x' } }], link: '' }), 'its list of pull requests holds something else'],
  ])('%s is unknown [T-11]', async (_, change, why) => {
    pulls = many(250).map((branch, index) => ({ number: index + 1, branch }));
    answer(/page=2$/, change);
    expect(await listOpenPullRequests(github)).toEqual({ kind: 'unknown', why });
    expect(await listOpenPullRequests(undefined)).toMatchObject({ kind: 'unknown' });
  }); // prettier-ignore
});

describe('confirming one by one [T-11]', () => {
  const about = (kind: SweepAsk['about'], ...names: string[]): SweepAsk[] =>
    names.map((branch) => ({ branch, about: kind }));

  test('branches are asked for as they are, the repository once', async () => {
    branches.add('a'); // what an unescaped `a#b` or `a?b` would ask for
    const asks = about('branch', ...awkward, 'gone#1', 'gone?2', '100%25');
    expect(Object.fromEntries(await confirmAbsence(github, asks))).toEqual({
      ...Object.fromEntries(awkward.map((name) => [name, 'exists'])),
      'gone#1': 'absent',
      'gone?2': 'absent',
      '100%25': 'absent',
    });
    expect(requests.filter((path) => path === '/repos/acme/etl')).toHaveLength(1);
    branches.delete('a#b');
    expect(await confirmAbsence(github, about('branch', 'a#b'))).toEqual(new Map([['a#b', 'absent']]));
  });

  test('pull requests are asked for by branch', async () => {
    const asks = about('pull-request', ...awkward, 'dev');
    const answers = await confirmAbsence(github, asks);
    expect([...answers.values()]).toEqual([...awkward.map(() => 'exists'), 'absent']);
  });

  test.each<[string, RegExp, (reply: Reply) => Partial<Reply>]>([
    ['a hidden repository', /etl$/, () => ({ status: 404 })],
    ['another repository of that name', /etl$/, () => ({ body: { id: 8, default_branch: 'main' } })],
    ['a refusal', /ref\/|pulls/, () => ({ status: 403 })],
    ['a move', /ref\/|pulls/, () => ({ status: 301 })],
    ['an answer for another ref', /ref\/|pulls/, () => ({ status: 200, body: { ref: 'refs/heads/gone-2' } })],
    ['an empty answer', /ref\/|pulls/, () => ({ status: 200, body: null })],
  ])('%s is unknown', async (_, pattern, change) => {
    answer(pattern, change);
    const asks = [...about('branch', 'gone'), ...(pattern.test('pulls') ? about('pull-request', 'dev') : [])];
    expect([...(await confirmAbsence(github, asks)).values()]).toEqual(asks.map(() => 'unknown'));
    expect((await confirmAbsence(undefined, asks)).get('gone')).toBe('unknown');
  });
});

describe('the whole way [T-11]', () => {
  const preview = (branch: string): SweepDeployment => ({
    id: branch,
    name: `etl-${branch}`,
    description: describePreview('', { repositoryId: 7, ref: `refs/heads/${branch}`, project: '.' }, `etl-${branch}`),
    status: 'HEALTHY',
    createdAt: '2026-11-01T00:00:00Z',
  });
  const sweep = async (names: readonly string[], maxDeletions = 50): Promise<string[]> => {
    const listed = await listBranches(github);
    const decision = decideSweep({
      deployments: names.map(preview),
      repositoryId: 7,
      defaultBranch: 'main',
      now: new Date('2026-11-21T10:00:00Z'),
      rules: { on: 'pull_request', maxDeletions },
      branches: listed,
      pullRequests: await listOpenPullRequests(github),
      lastDeploys: new Map(),
    });
    const confirmed = confirmSweep(decision, await confirmAbsence(github, decision.asks));
    return confirmed.rows.filter(({ verdict }) => verdict === 'remove').map(({ branch }) => branch);
  };

  const faults: [string, (reply: Reply) => Partial<Reply>][] = [
    ['404', () => ({ status: 404, body: {} })],
    ['403', () => ({ status: 403, body: {} })],
    ['301', () => ({ status: 301, body: {} })],
    ['502', () => ({ status: 502, body: {} })],
    ['an empty page', () => ({ body: [] })],
    ['a short page', ({ body }) => ({ body: Array.isArray(body) ? body.slice(0, 1) : body })],
    ['nothing', () => ({ body: null })],
  ];
  test.each(faults)('%s in any call removes nothing that lives', async (_, change) => {
    // `merged` lives and has no open pull request any more; `gone` has neither.
    branches.add('merged');
    const names = ['main', 'gone', 'merged', ...awkward];
    expect((await sweep(names)).sort()).toEqual(['gone', 'merged']);
    const calls = requests.length;
    for (let broken = 0; broken < calls; broken++) {
      requests.length = 0;
      fault = (reply, nth) => (nth === broken ? { ...reply, ...change(reply) } : reply);
      const removed = await sweep(names);
      expect(removed.filter((branch) => branch !== 'gone' && branch !== 'merged')).toEqual([]);
    }
  });

  test('5,000 branches and 50 to delete: at most 60 requests with those to Astro', async () => {
    branches = new Set(['main', ...many(5000)]);
    pulls = many(50).map((branch, index) => ({ number: index + 1, branch }));
    const gone = Array.from({ length: 50 }, (_, index) => `gone-${String(index)}`);
    expect((await sweep([...many(50), ...gone])).sort()).toEqual(gone.sort());
    expect(requests.length).toBeLessThanOrEqual(55);
  });
});
