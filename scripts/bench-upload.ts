/** Archives and uploads one folder, then prints its own peak memory in MB: a process of its own for the benchmark. */
import { readFileSync } from 'node:fs';
import { packBundle } from '../src/astro/archive.ts';
import { collectBundle } from '../src/astro/bundle.ts';
import { createAgents } from '../src/http/agents.ts';
import { uploadBundle } from '../src/astro/upload.ts';

const [folder = '', url = ''] = process.argv.slice(2);
const bundle = collectBundle(folder, { prefix: 'dags', refuseOutsideLinks: true, allowEmpty: false });
await uploadBundle(packBundle(bundle, new Date(0)), url, {
  agents: createAgents(),
  signal: new AbortController().signal,
  secrets: () => undefined,
  allowLoopbackHttp: true,
  remaining: () => Infinity,
  debug: () => undefined,
});
// On Linux the high-water mark; getrusage's starts at the parent's value.
const peak =
  process.platform === 'linux'
    ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
    : process.resourceUsage().maxRSS / 1024;
process.stdout.write(peak.toFixed(1));
process.exit();
