/**
 * Writes the owner, version and commit of a release into every workflow and schema address of README, docs and examples,
 * and into src/core/release.ts: `npm run set-release -- acme 1.0.0 <40 hex digits>`. A commit cannot name itself, so the
 * commit is that of the tag before. Run `npm run schema` and `npm run build` afterwards.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a release is called. */
export interface Release {
  readonly owner: string;
  readonly version: string;
  readonly commit: string;
}

/** The text of a file with the release in it; what only unreleased code needs is taken out. */
export function withRelease(text: string, { owner, version, commit }: Release): string {
  const major = version.replace(/\..*$/, '');
  return text
    .replace(
      /(uses:\s*)[\w-]+\/astro-branch-deploy@[0-9a-f]{40}( +# )v\d+\.\d+\.\d+/g,
      (_, uses: string, comment: string) => `${uses}${owner}/astro-branch-deploy@${commit}${comment}v${version}`,
    )
    .replace(
      /(githubusercontent\.com\/)[\w-]+\/astro-branch-deploy\/v\d+\//g,
      (_, host: string) => `${host}${owner}/astro-branch-deploy/v${major}/`,
    )
    .replace(/(github\.com\/)[\w-]+(\/astro-branch-deploy\b)/g, (_, host: string, name: string) => host + owner + name)
    .replace(/^(export const owner: string = ')[\w-]+/m, (_, start: string) => start + owner)
    .replace(/^(export const version: string = ')[\d.]+/m, (_, start: string) => start + version)
    .replace(/@OWNER\//g, `@${owner}/`)
    .replace(/<!-- fork:start -->.*?<!-- fork:end -->\n+/gs, '');
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const [owner = '', version = '', commit = ''] = process.argv.slice(2);
  if (!/^[\w-]+$/.test(owner) || !/^\d+\.\d+\.\d+$/.test(version) || !/^[0-9a-f]{40}$/.test(commit)) {
    console.error('Usage: npm run set-release -- <owner> <version, such as 1.0.0> <commit, 40 hex digits>');
    process.exit(1);
  }
  const listed = spawnSync('git', ['ls-files', '-z', '*.md', 'examples', '.github', 'src/core/release.ts'], {
    cwd: root,
    encoding: 'utf8',
  }).stdout;
  for (const path of listed.split('\0').filter((name) => /\.(?:md|ya?ml|ts)$|CODEOWNERS$/.test(name))) {
    const before = readFileSync(`${root}/${path}`, 'utf8');
    const after = withRelease(before, { owner, version, commit });
    if (after === before) continue;
    writeFileSync(`${root}/${path}`, after);
    console.log(path);
  }
}
