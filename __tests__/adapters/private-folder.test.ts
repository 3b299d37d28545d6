import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePrivateFolder, notOurs, removePrivateFolder } from '../../src/runner/private-folder.ts';

let home: string;
let env: Record<string, string>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'private-'));
  mkdirSync(join(home, 'temp'));
  env = { RUNNER_TEMP: join(home, 'temp') };
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const name = `astro-${'0'.repeat(32)}`;
/** A folder like ours, put together by hand. */
function like(at: string, sentinel = true): string {
  mkdirSync(at, { recursive: true });
  if (sentinel) writeFileSync(join(at, '.astro-branch-deploy'), '');
  return at;
}

test('only this user can read it, and it goes away with what is in it [T-18]', () => {
  const folder = makePrivateFolder(env);
  writeFileSync(join(folder, 'config.json'), 'secret');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(notOurs(folder, env)).toBeUndefined();
  removePrivateFolder(folder);
  removePrivateFolder(folder);
  expect(existsSync(folder)).toBe(false);
  expect(notOurs(folder, env)).toBeUndefined();
});

describe('what the post step is handed [T-06]', () => {
  const cases: [string, () => string, string][] = [
    ['the root', () => '/', 'its name is not one that this Action gives'],
    ['the folder of all', () => join(home, 'temp', name, '..'), 'its name is not one that this Action gives'],
    ['a relative way out', () => '..', 'its name is not one that this Action gives'],
    ['a name that is nearly ours', () => like(join(home, 'temp', `${name}x`)), 'its name is not one that this Action gives'],
    ['a link of our name to somewhere else', () => { const link = join(home, 'temp', name); symlinkSync(like(join(home, 'canary')), link); return link; }, 'it is not a folder'],
    ['a file of our name', () => { const file = join(home, 'temp', name); writeFileSync(file, ''); return file; }, 'it is not a folder'],
    ['a folder of our name elsewhere', () => like(join(home, name)), "it is not in the runner's folder for temporary files"],
    ['a folder of our name in a sibling', () => like(join(home, 'temp2', name)), "it is not in the runner's folder for temporary files"],
    ['a folder that we did not make', () => like(join(home, 'temp', name), false), 'it was not made by this Action'],
  ]; // prettier-ignore
  test.each(cases)('%s is left alone', (_, make, why) => {
    expect(notOurs(make(), env)).toBe(why);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('a folder of another user (needs root) is left alone', () => {
    const folder = like(join(home, 'temp', name));
    chownSync(folder, 65534, 65534);
    expect(notOurs(folder, env)).toBe('it belongs to another user');
  });
});

describe('the post step, through dist [R-18]', () => {
  const entry = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
  const post = (folder: string | undefined) =>
    spawnSync(process.execPath, [entry], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        ...env,
        'STATE_main-has-run': 'true',
        ...(folder !== undefined && { 'STATE_private-folder': folder }),
      },
    });

  test('removes what main left behind, twice is no harm', () => {
    const folder = makePrivateFolder(env);
    expect(post(folder)).toMatchObject({ status: 0, stdout: '' });
    expect(existsSync(folder)).toBe(false);
    expect(post(folder)).toMatchObject({ status: 0, stdout: '' });
    expect(post(undefined)).toMatchObject({ status: 0, stdout: '' });
  });

  test.each(['/', '..', '/etc', `\u0001/${name}`])('leaves %j alone, with a warning or a word', (folder) => {
    const canary = like(join(home, 'canary'));
    const result = post(folder);
    expect(result.status).toBe(0);
    expect(existsSync(canary)).toBe(true);
  });
});
