/**
 * Writes the owner, version and commit of a release into every workflow of README, docs and examples:
 * `npm run set-release -- acme 1.0.0 <40 hex digits>`. A commit cannot name itself, so this comes after the tag.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [owner = '', version = '', commit = ''] = process.argv.slice(2);
if (!/^[\w-]+$/.test(owner) || !/^\d+\.\d+\.\d+$/.test(version) || !/^[0-9a-f]{40}$/.test(commit)) {
  console.error('Usage: npm run set-release -- <owner> <version, such as 1.0.0> <commit, 40 hex digits>');
  process.exit(1);
}

const listed = spawnSync('git', ['ls-files', '-z', '*.md', 'examples'], { cwd: root, encoding: 'utf8' }).stdout;
for (const path of listed.split('\0').filter((name) => /\.(?:md|yml)$/.test(name))) {
  const before = readFileSync(`${root}/${path}`, 'utf8');
  const after = before.replace(
    /(uses:\s*)[\w-]+\/astro-branch-deploy@[0-9a-f]{40}( +# )v\d+\.\d+\.\d+/g,
    (_, uses: string, comment: string) => `${uses}${owner}/astro-branch-deploy@${commit}${comment}v${version}`,
  );
  if (after !== before) {
    writeFileSync(`${root}/${path}`, after);
    console.log(path);
  }
}
