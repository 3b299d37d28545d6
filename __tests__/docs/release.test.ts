import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { modeline, owner, schemaAddress, version } from '../../src/core/release.ts';
import { withRelease } from '../../scripts/set-release.ts';
import { read } from './markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = spawnSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '*.md', 'examples', '.github'], {
  cwd: root,
  encoding: 'utf8',
})
  .stdout.split('\0')
  .filter((name) => /\.(?:md|ya?ml)$/.test(name) && existsSync(`${root}/${name}`));
const all = (pattern: RegExp): string[] =>
  files.flatMap((file) => Array.from(read(file).matchAll(pattern), ([found]) => found));

describe('snippets name one owner and one version [S-05]', () => {
  test('workflows', () => {
    const uses = all(/uses: *[\w-]+\/astro-branch-deploy@[0-9a-f]{40} # v[\d.]+/g);
    expect(uses.length).toBeGreaterThan(10);
    expect(new Set(uses).size).toBe(1);
    expect(uses[0]).toMatch(
      new RegExp(`uses: ${owner}/astro-branch-deploy@\\w+ # v${version.replaceAll('.', '\\.')}$`),
    );
  });

  test('schema addresses', () => {
    const found = all(/https:\/\/raw\.githubusercontent\.com\/\S+/g);
    const known = ['branch-deploy', 'deployment-template'].map(schemaAddress);
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((address) => !known.includes(address))).toEqual([]);
  });

  test('every file of the examples that an editor can check begins with the address of its schema', () => {
    const checked = files.filter((file) => /^examples\/.*\.yaml$/.test(file));
    expect(checked).not.toEqual([]);
    for (const file of checked)
      expect([file, read(file).split('\n')[0]]).toEqual([
        file,
        modeline(file.endsWith('/preview.yaml') ? 'deployment-template' : 'branch-deploy'),
      ]);
  });

  test('until there is a release, the README says how to use a fork', () => {
    const said = read('README.md').includes('<!-- fork:start -->');
    expect(said).toBe(owner === 'OWNER');
  });
});

test('set-release writes owner, version and commit everywhere, and takes the advice for forks out', () => {
  const release = { owner: 'acme', version: '2.3.4', commit: '1a'.repeat(20) };
  const before = [
    `uses: OWNER/astro-branch-deploy@${'0'.repeat(40)} # v0.1.0`,
    '# yaml-language-server: $schema=https://raw.githubusercontent.com/OWNER/astro-branch-deploy/v0/schema/x.schema.json',
    'https://github.com/OWNER/astro-branch-deploy/security/advisories/new',
    "export const owner: string = 'OWNER';",
    "export const version: string = '0.1.0';",
    '/dist @OWNER/maintainers',
    '<!-- fork:start -->\n\nFork it.\n\n<!-- fork:end -->\n\nEnd OWNER',
  ].join('\n');
  const after = withRelease(before, release);
  expect(after.split('\n')).toEqual([
    `uses: acme/astro-branch-deploy@${release.commit} # v2.3.4`,
    '# yaml-language-server: $schema=https://raw.githubusercontent.com/acme/astro-branch-deploy/v2/schema/x.schema.json',
    'https://github.com/acme/astro-branch-deploy/security/advisories/new',
    "export const owner: string = 'acme';",
    "export const version: string = '2.3.4';",
    '/dist @acme/maintainers',
    'End OWNER',
  ]);
  expect(withRelease(after, release)).toBe(after);
});
