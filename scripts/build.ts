/**
 * Compiles src/ and bundles it into dist/index.js, the file that GitHub runs.
 * `--check` bundles into a temporary folder and compares with the committed dist/, byte by byte.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const fresh = mkdtempSync(join(tmpdir(), 'bundle-'));

function run(script: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(join(root, 'build'), { recursive: true, force: true });
run(require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json');
run(
  require.resolve('@vercel/ncc/dist/ncc/cli.js'),
  'build',
  'build/index.js',
  '--out',
  fresh,
  '--license',
  'licenses.txt',
  '--quiet',
);

if (process.argv.includes('--check')) {
  const names = (folder: string) => (existsSync(folder) ? readdirSync(folder).sort() : []);
  const same =
    names(fresh).join() === names(dist).join() &&
    names(fresh).every((name) => readFileSync(join(fresh, name)).equals(readFileSync(join(dist, name))));
  rmSync(fresh, { recursive: true });
  if (!same) {
    console.error('dist/ is not what src/ builds: npm run build, then commit dist/.');
    process.exit(1);
  }
} else {
  rmSync(dist, { recursive: true, force: true });
  cpSync(fresh, dist, { recursive: true });
  rmSync(fresh, { recursive: true });
}
