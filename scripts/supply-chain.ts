/**
 * Checks what this repository builds on and what it publishes: `npm run supply-chain`. Everything runs on a fresh clone
 * after `npm ci`. zizmor is taken from the PATH, or installed from PyPI into a folder of its own; where neither works,
 * its check is skipped and the last line says so. docs/security.md explains the ids.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { linesOf, read, root, run, tracked } from './checkout.ts';
import { rebuild } from './supply-chain-build.ts';
import { billOfMaterials, lockProblems } from './supply-chain-packages.ts';
import { findZizmor, workflows, zizmorVersion } from './supply-chain-workflows.ts';

/** Largest number of packages whose code may end up in the bundle. */
const mostPackages = 40;
const licences = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);
/** undici, a part of @actions/core, holds its HTTP parser twice as WebAssembly in Base64. */
const longLine = /^module\.exports = Buffer\.from\('AGFzbQ/;

interface Check {
  readonly id: string;
  readonly what: string;
  /** Problems found; `skipped` with the reason where the check cannot run here. */
  readonly run: () => readonly string[] | { readonly skipped: string };
}

const checks: readonly Check[] = [
  {
    id: 'S-01',
    what: 'every action is pinned to a commit and names its version',
    run: () =>
      tracked('.github', 'examples', '*.md', 'action.yml')
        .flatMap(linesOf)
        .filter(({ line }) => /^\s*(?:-\s*)?uses:/.test(line))
        .filter(({ line }) => !/uses:\s*(?:"?\.\/|[^ @]+@[0-9a-f]{40}\s+#\s*(?:v?[0-9]))/.test(line))
        .map(({ at }) => `${at} is not pinned`),
  },
  {
    id: 'S-03',
    what: `zizmor ${zizmorVersion}, pedantic, finds nothing in workflows, examples and docs`,
    run: () => {
      const zizmor = findZizmor();
      if (zizmor === undefined) return { skipped: 'zizmor is not installed, and PyPI cannot be reached' };
      const args = ['--offline', '--pedantic', '--no-progress', '--quiet'];
      const { ok, text } = run(zizmor, [...args, workflows(), '.github/dependabot.yml']);
      return ok ? [] : [text];
    },
  },
  { id: 'S-06', what: 'dist/ is what src/ builds, at another path, time zone and umask', run: rebuild },
  {
    id: 'S-07',
    what: 'dist/ can be read: no evaluated code, no line over 2,000 characters but two that are named',
    run: () => {
      const lines = readdirSync(join(root, 'dist'))
        .filter((name) => name.endsWith('.js'))
        .flatMap((name) => linesOf(`dist/${name}`));
      const long = lines.filter(({ line }) => line.length >= 2_000);
      return [
        ...lines.filter(({ line }) => /\beval\(|new Function\(/.test(line)).map(({ at }) => `${at} evaluates code`),
        ...long.filter(({ line }) => !longLine.test(line)).map(({ at }) => `${at} is too long to be read`),
        ...(long.length > 2 ? ['more than the two lines of WebAssembly are too long to be read'] : []),
      ];
    },
  },
  {
    id: 'S-10',
    what: 'every package has a hash, none comes from git, no install script is unknown',
    run: lockProblems,
  },
  {
    id: 'S-11',
    what: '.npmrc keeps scripts, git sources and packages younger than a week out',
    run: () =>
      ['ignore-scripts=true', 'save-exact=true', 'min-release-age=7', 'allow-git=none']
        .filter((line) => !read('.npmrc').split('\n').includes(line))
        .map((line) => `.npmrc lacks ${line}`),
  },
  {
    id: 'S-12',
    what: `at most ${String(mostPackages)} packages in the bundle's tree`,
    run: () => {
      const found = billOfMaterials().length;
      return found <= mostPackages ? [] : [`${String(found)} packages`];
    },
  },
  {
    id: 'S-14',
    what: 'licences of what is bundled are permissive',
    run: () => {
      const bundled = read('dist/licenses.txt');
      return billOfMaterials().flatMap(({ name, version, licenses = [] }) => {
        const ids = licenses.map(({ license, expression }) => license?.id ?? expression ?? 'unknown');
        const isFine = ids.length > 0 && ids.every((id) => licences.has(id));
        return isFine || !new RegExp(`^${name}$`, 'm').test(bundled) ? [] : [`${name}@${version}: ${ids.join(', ')}`];
      });
    },
  },
  {
    id: 'S-16',
    what: 'no invisible or direction-changing characters in the sources',
    run: () => {
      const hidden = '[\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}\\x{200B}\\x{FEFF}]';
      return run('git', ['grep', '-nIP', hidden, '--', ':!dist']).stdout.split('\n').filter(Boolean);
    },
  },
  {
    id: 'S-25',
    what: 'nothing is downloaded at run time, nothing runs at installation',
    run: () => {
      const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
      const hooks = Object.keys(scripts).filter((name) => /^(?:pre|post)?(?:install|prepare)$/.test(name));
      const fetches = tracked('action.yml', 'src')
        .flatMap(linesOf)
        .filter(({ line }) => /curl [^|]*\|\s*(?:ba)?sh|npm (?:i|install) -g/.test(line));
      return [...hooks.map((name) => `package.json runs \`${name}\``), ...fetches.map(({ at }) => at)];
    },
  },
];

let failed = 0;
let skipped = 0;
for (const { id, what, run: check } of checks) {
  const result = check();
  if ('skipped' in result) {
    skipped++;
    console.log(`skipped ${id} ${what}: ${result.skipped}`);
  } else if (result.length === 0) console.log(`passed  ${id} ${what}`);
  else {
    failed++;
    console.log(`FAILED  ${id} ${what}\n${result.map((line) => `        ${line}`).join('\n')}`);
  }
}
console.log(
  `\n${basename(root)}: ${String(checks.length - failed - skipped)} passed, ${String(failed)} failed, ${String(skipped)} skipped`,
);
if (failed > 0) process.exitCode = 1;
