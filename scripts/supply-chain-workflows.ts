import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, root, run, scratch, tracked } from './checkout.ts';

export const zizmorVersion = '1.32.0';

/** All workflows: files, and whole ones in the docs, written out as files for zizmor. */
export function workflows(): string {
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

/** The program; `undefined` where it is not installed and cannot be. */
export function findZizmor(): string | undefined {
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
