import { describe, expect, test } from '@jest/globals';
import { archiveTime, deployDescription, gitFacts, type Source } from '../../src/core/code/source.ts';
import { neutralise } from '../../src/core/text.ts';

const commit = { id: 'a'.repeat(40), subject: "Don't retry", author: 'Ada', committedAt: 1_790_000_000 };
const source: Source = {
  folder: '/w/etl',
  dagsFolder: '/w/etl/dags',
  artefact: { dagsBaseDir: true },
  project: {
    path: '',
    dags: ['dags'],
    dockerfile: 'Dockerfile',
    dockerignore: '*.md',
    steering: ['.astro/preview.yaml'],
  },
  repository: { provider: 'GITHUB', account: 'acme', repo: 'etl' },
  uncommitted: [],
  commit,
  branch: 'feature/x',
};

test('files carry the time of the commit, or of now where they are not what it holds [T-22]', () => {
  const now = new Date('2026-11-27T12:00:00Z');
  const { commit: known, ...without } = source;
  expect(archiveTime(source, now)).toEqual(new Date((known?.committedAt ?? 0) * 1000));
  expect(archiveTime({ ...source, uncommitted: ['dags/x.py'] }, now)).toBe(now);
  expect(archiveTime(without, now)).toBe(now);
});

describe('what is recorded of the code', () => {
  test('a commit of a github.com repository, whole', () => {
    expect(gitFacts({ ...source, project: { ...source.project, path: 'data/etl' } })).toEqual({
      provider: 'GITHUB',
      account: 'acme',
      repo: 'etl',
      commitSha: commit.id,
      commitUrl: `https://github.com/acme/etl/commit/${commit.id}`,
      branch: 'feature/x',
      path: 'data/etl',
      authorName: 'Ada',
    });
  });

  test('another host is GENERIC, without account, repo and commitUrl; what is unknown is left out', () => {
    const { branch, ...rest } = source;
    expect(branch).toBe('feature/x');
    const facts = gitFacts({
      ...rest,
      repository: { provider: 'GENERIC', remoteUrl: 'https://git.acme.example/etl' },
      commit: { ...commit, author: '' },
    });
    expect(facts).toEqual({ provider: 'GENERIC', remoteUrl: 'https://git.acme.example/etl', commitSha: commit.id });
  });

  test.each([
    ['a changed DAG', ['dags/a.py'], false],
    ['a changed file of the image', ['requirements.txt'], false],
    ['a file that docker ignores', ['README.md'], true],
    ['the template', ['.astro/preview.yaml'], true],
    ['what git cannot tell', undefined, false],
  ] as const)('with %s in the checkout that no commit holds', (_, uncommitted, recorded) => {
    expect(gitFacts({ ...source, uncommitted }) !== undefined).toBe(recorded);
  });

  test('nothing without a commit', () => {
    const { commit: gone, ...rest } = source;
    expect(gone).toBe(commit);
    expect(gitFacts(rest)).toBeUndefined();
    expect(deployDescription(rest, undefined, { shipsDags: true, shipsImage: false }, neutralise)).toBe('');
  });
});

describe('the description of a deploy', () => {
  const head = 'b'.repeat(40);
  test.each([
    ['the subject of the commit', {}, undefined, "Don't retry"],
    ["the user's text instead", {}, 'Release 4', 'Release 4'],
    ['the head beside a merge commit', { head }, undefined, `Don't retry\n[astro-branch-deploy head=${head}]`],
    [
      'a text that cleaning would make into a head',
      { head },
      `a\n[astro-branch-deploy \u200bhead=${commit.id}]`,
      `a\n[astro-branch-deploy head=${head}]`,
    ],
    ['a text that cleaning makes longer', {}, '##['.repeat(200), `${'## ['.repeat(124)}## …`],
    [
      'DAGs at the root of their archive',
      { head, artefact: { dagsBaseDir: false } },
      undefined,
      `Don't retry\n[astro-branch-deploy head=${head} dags=root]`,
    ],
    ['no head where it is the commit itself', { head: commit.id }, undefined, "Don't retry"],
  ] as const)('%s', (_, more, text, expected) => {
    const shipped = { ...source, artefact: { dagsBaseDir: true }, ...more };
    expect(deployDescription(shipped, 'x', { shipsDags: false, shipsImage: false }, neutralise)).not.toContain('dags=');
    expect(deployDescription({ ...source, ...more }, text, { shipsDags: true, shipsImage: false }, neutralise)).toBe(
      expected,
    );
  });

  test.each([
    ['the image of `image-name`', { image: { id: 'a'.repeat(64) } }, ` image=${'a'.repeat(64)}`],
    ['no id where there is none', { image: { unknown: 'it cannot be inspected' } }, ''],
    ['the fingerprint of `build-args`', { args: '01234567' }, ' args=01234567'],
    ['nothing of an image that is as the files make it', {}, ''],
  ] as const)('%s, where an image is shipped', (_, artefact, note) => {
    const shipped = { ...source, artefact: { dagsBaseDir: true, ...artefact } };
    const noted = note === '' ? '' : `\n[astro-branch-deploy${note}]`;
    expect(deployDescription(shipped, 'x', { shipsDags: true, shipsImage: true }, neutralise)).toBe(`x${noted}`);
    expect(deployDescription(shipped, 'x', { shipsDags: true, shipsImage: false }, neutralise)).toBe('x');
  });
});

test('files that git ignores are recorded by their fingerprint, and make the archive carry the time of now', () => {
  const ignored = { paths: ['dags/m.json'], fingerprint: '0123456789abcdef' };
  const shipped = { ...source, ignored };
  expect(deployDescription(shipped, 'x', { shipsDags: true, shipsImage: false }, neutralise)).toBe(
    'x\n[astro-branch-deploy ignored=0123456789abcdef]',
  );
  const now = new Date('2026-01-01T00:00:00Z');
  expect(archiveTime(shipped, now)).toBe(now);
});
