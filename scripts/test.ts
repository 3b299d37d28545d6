/** Runs jest with ESM support; the coverage gate on src/core holds for full runs only. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const args = process.argv.slice(2);
const whole = args.length === 0;
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', jest, ...(whole ? ['--coverage'] : []), ...args],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
