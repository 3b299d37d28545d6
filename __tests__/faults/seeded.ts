import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seeds, type Seed } from './seeds.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** All that a build and the matrix need. */
const parts = ['src', 'sandbox', 'scripts', '__tests__', 'contract', 'package.json'];
const configurations = ['tsconfig.json', 'tsconfig.build.json'];

/**
 * Puts one bug after the other into a copy of the repository, builds it, and plays the copy's own matrix there: cells
 * that are green without the bug must be red with it. Prints which bugs were found, and gives back how many were not.
 */
export async function playSeeds(named = ''): Promise<number> {
  const copy = mkdtempSync(join(tmpdir(), 'seeded-'));
  try {
    for (const part of [...parts, ...configurations]) {
      mkdirSync(dirname(join(copy, part)), { recursive: true });
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
    const meant = seeds.filter(({ name }) => name.includes(named));
    let missed = 0;
    for (const seed of meant) {
      const found = await isFound(copy, seed);
      if (!found) missed++;
      console.log(`${found ? '✓ found' : '✕ not found'}: ${seed.name}`);
    }
    console.log(`\n${String(meant.length - missed)} passed, ${String(missed)} failed`);
    return missed;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const playCells = (root: string, cells: string): ReturnType<typeof run> =>
  run(root, 'scripts/faults.ts', '--only', cells, '--workers', '2');

async function isFound(copy: string, { name, edits, cells }: Seed): Promise<boolean> {
  const sound = edits.map(({ file }) => [join(copy, file), readFileSync(join(copy, file), 'utf8')] as const);
  for (const { file, find, replace } of edits) {
    const text = readFileSync(join(copy, file), 'utf8');
    const places = text.split(find).length - 1;
    if (places !== 1)
      throw new Error(`The seed "${name}" does not fit ${file} any more: its place is there ${String(places)} times.`);
    writeFileSync(
      join(copy, file),
      text.replace(find, () => replace),
    );
  }
  try {
    const built = await run(copy, 'scripts/build.ts');
    if (built.code !== 0) throw new Error(`The seed "${name}" cannot be built:\n${built.output}`);
    const without = await playCells(root, cells);
    if (without.code !== 0) throw new Error(`The cells of the seed "${name}" are red without it:\n${without.output}`);
    const played = await playCells(copy, cells);
    // A matrix that could not be played has found nothing.
    const isRed = played.code !== 0 && /^✕ /m.test(played.output) && !played.output.includes('could not be played');
    if (!isRed || process.env['RUNNER_DEBUG'] === '1') console.log(played.output);
    return isRed;
  } finally {
    for (const [path, text] of sound) writeFileSync(path, text);
  }
}

function run(copy: string, script: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(copy, script), ...args], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (data: Buffer): void => {
      output += data.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}
