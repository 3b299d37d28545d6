/**
 * Checks what this repository builds on and what it publishes: `npm run supply-chain`. Everything runs on a fresh clone
 * after `npm ci`. zizmor is taken from the PATH, or installed from PyPI into a folder of its own; where neither works,
 * its check is skipped and the last line says so. docs/security.md explains the ids.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'supply-chain-'));
process.once('exit', () => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Largest number of packages whose code may end up in the bundle. */
const mostPackages = 40;
const zizmorVersion = '1.32.0';
const licences = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);
/** Development packages that have an install script; `ignore-scripts=true` in .npmrc keeps them from running. */
const installScripts = ['@parcel/watcher', '@swc/core', 'unrs-resolver'];
/** undici, a part of @actions/core, holds its HTTP parser twice as WebAssembly in Base64. */
const longLine = /^module\.exports = Buffer\.from\('AGFzbQ/;

interface Check {
  readonly id: string;
  readonly what: string;
  /** Problems found; `skipped` with the reason where the check cannot run here. */
  readonly run: () => readonly string[] | { readonly skipped: string };
}

function run(program: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { ok: status === 0, stdout, text: `${stdout}${stderr}`.trim() };
}

const tracked = (...patterns: string[]): string[] =>
  run('git', ['ls-files', '-z', ...patterns])
    .stdout.split('\0')
    .filter(Boolean);

const linesOf = (path: string): { at: string; line: string }[] =>
  read(path)
    .split('\n')
    .map((line, index) => ({ at: `${path}:${String(index + 1)}`, line }));

/** All workflows: files, and whole ones in the docs, written out as files for zizmor. */
function workflows(): string {
  const folder = join(scratch, 'workflows', '.github', 'workflows');
  mkdirSync(folder, { recursive: true });
  for (const path of tracked('.github/workflows/*.yml', 'examples/**/workflow.yml'))
    writeFileSync(join(folder, path.replaceAll('/', '-')), read(path));
  for (const path of tracked('*.md'))
    for (const [index, [, block = '']] of [...read(path).matchAll(/^```yaml\n(.*?)^```$/gms)].entries())
      if (/^jobs:/m.test(block))
        writeFileSync(join(folder, `${path.replaceAll('/', '-')}-${String(index)}.yml`), block);
  return join(scratch, 'workflows');
}

function findZizmor(): string | undefined {
  if (run('zizmor', ['--version']).ok) return 'zizmor';
  const folder = join(root, 'node_modules', '.cache', `zizmor-${zizmorVersion}`);
  const program = join(folder, 'bin', 'zizmor');
  if (existsSync(program)) return program;
  const installed =
    run('python3', ['-m', 'venv', folder]).ok &&
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--no-deps', `zizmor==${zizmorVersion}`]).ok;
  if (!installed) rmSync(folder, { recursive: true, force: true });
  return installed ? program : undefined;
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license?: { readonly id?: string }; readonly expression?: string }[];
}

const billOfMaterials = (): readonly Component[] =>
  (
    JSON.parse(run('npm', ['sbom', '--omit=dev', '--omit=optional', '--sbom-format=cyclonedx']).stdout) as {
      components: Component[];
    }
  ).components;

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

function lockProblems(): string[] {
  const lock = JSON.parse(read('package-lock.json')) as {
    lockfileVersion: number;
    packages: Readonly<Record<string, Locked>>;
  };
  return [
    ...(lock.lockfileVersion === 3 ? [] : ['package-lock.json is not of version 3']),
    ...Object.entries(lock.packages).flatMap(([path, { integrity, resolved = '', link, dev, hasInstallScript }]) => {
      const name = path.replace(/^.*node_modules\//, '');
      const isStub = path.includes('__tests__/stubs/') || link === true;
      return [
        ...(path === '' || isStub || integrity !== undefined ? [] : [`${path} has no integrity hash`]),
        ...(/^(?:git|http:)/.test(resolved) ? [`${path} comes from ${resolved}`] : []),
        ...(hasInstallScript === true && !(dev === true && installScripts.includes(name))
          ? [`${path} has an install script`]
          : []),
      ];
    }),
  ];
}

/** Builds the committed sources in another folder, time zone, locale and umask, and compares with the committed dist/. */
function rebuild(): string[] {
  const folder = join(scratch, 'a', 'much', 'deeper', 'folder');
  mkdirSync(folder, { recursive: true });
  const archive = join(scratch, 'sources.tar');
  if (!run('git', ['archive', '--output', archive, 'HEAD']).ok || !run('tar', ['-xf', archive, '-C', folder]).ok)
    return ['the committed sources could not be copied'];
  // A symbolic link would change the paths that the bundler sees. Hard links are quick where the file system is the same.
  const modules = [join(root, 'node_modules'), join(folder, 'node_modules')];
  if (!run('cp', ['-al', ...modules]).ok && !run('cp', ['-R', ...modules]).ok)
    return ['node_modules could not be copied'];
  const before = process.umask(0o077);
  const { ok, text } = run(process.execPath, ['scripts/build.ts', '--check'], {
    cwd: folder,
    env: { TZ: 'Asia/Tokyo', LC_ALL: 'C' },
  });
  process.umask(before);
  return ok ? [] : [text];
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
