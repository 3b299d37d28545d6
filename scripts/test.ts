/**
 * Runs jest with ESM support; the coverage gate on src/core holds for full runs only. `--switch name=value` (as often as
 * wanted) plays every story with another setting of the embedded Astro: see sandbox/switches.ts.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readSwitches } from '../sandbox/switches.ts';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const args: string[] = [];
const switches = [process.env['SANDBOX_SWITCHES'] ?? ''];
for (let given = process.argv.slice(2); given.length > 0;) {
  const [first = '', second = ''] = given;
  const isSwitch = first === '--switch';
  if (isSwitch) switches.push(second);
  else args.push(first);
  given = given.slice(isSwitch ? 2 : 1);
}
readSwitches(switches.join(','));
const whole = args.length === 0;
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', jest, ...(whole ? ['--coverage'] : []), ...args],
  { stdio: 'inherit', env: { ...process.env, SANDBOX_SWITCHES: switches.join(',') } },
);
process.exitCode = status ?? 1;
