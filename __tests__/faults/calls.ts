import type { IncomingMessage } from 'node:http';
import { playFault, type Wire, type WireFault } from '../../sandbox/wire.ts';
import type { Stage } from './stage.ts';

type System = 'Astro' | 'Airflow' | 'upload' | 'GitHub';

/** Names a request so that the same request of another run has the same name: ids are left out. */
function nameOf(server: 'Astro' | 'GitHub', { method = '', url = '' }: IncomingMessage): string {
  const path = url.replace(/\?.*$/s, '');
  const system: System = path.startsWith('/blob/') ? 'upload' : path.startsWith('/airflow/') ? 'Airflow' : server;
  if (system === 'upload') return `upload ${method}`;
  const plain = path
    .replace(/^\/(?:v1|airflow\/[^/]+)/, '')
    .replace(/\b[0-9a-f]{40}\b/g, '{sha}')
    .replace(/\bc[a-z0-9]{24}\b/g, '{id}')
    .replace(/\/\d+(?=\/|$)/g, '/{n}');
  return `${system} ${method} ${plain}`;
}

/** The calls of one run, and a fault for one of them. */
export interface Tap {
  /** Calls so far: `Astro POST /… #2` is the second one of that name. */
  readonly calls: readonly string[];
  /** Spoils the call of this name, once or whenever it has this name without its number. */
  readonly spoil: (call: string, fault: WireFault, times: 'once' | 'always') => void;
}

const unnumbered = (call: string): string => call.replace(/ #\d+$/, '');

/** Listens on the wires of a stage's servers, which it replaces. */
export function tap({ world }: Stage): Tap {
  const calls: string[] = [];
  let armed: { call: string; fault: WireFault; times: 'once' | 'always' } | undefined;
  const wireOf =
    (server: 'Astro' | 'GitHub'): Wire =>
    (request, response) => {
      const name = nameOf(server, request);
      const call = `${name} #${String(calls.filter((one) => unnumbered(one) === name).length + 1)}`;
      calls.push(call);
      const isHit =
        armed && (armed.times === 'always' ? unnumbered(armed.call) === name : armed.call === call) ? armed : undefined;
      return isHit ? playFault(isHit.fault, request, response) : Promise.resolve('process');
    };
  world.astro.wire = wireOf('Astro');
  world.github.wire = wireOf('GitHub');
  return {
    calls,
    spoil: (call, fault, times) => {
      armed = { call, fault, times };
    },
  };
}
