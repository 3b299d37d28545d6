import type { WireFault } from '../../sandbox/wire.ts';
import type { Stage } from './stage.ts';

/** What a fault can do besides spoiling its call. */
export interface Hands {
  /** Sends a signal to the run that is under way. */
  readonly send: (signal: NodeJS.Signals) => void;
  readonly stage: Stage;
  /** Plays what the mode says happens meanwhile, to its end. */
  readonly meanwhile: () => Promise<unknown>;
}

/** A run of the same event, the run for the deletion of the branch, the sweep while the branch is there. */
export type Meanwhile = 'again' | 'delete' | 'sweep';

/** One way in which a call goes wrong. */
export interface Mode {
  readonly name: string;
  readonly fault: (hands: Hands) => WireFault;
  readonly times: 'once' | 'always';
  /** The run is killed, so that it cannot report anything. */
  readonly isKill?: boolean;
  /** The run is cancelled, as a person or a newer run does. */
  readonly isCancel?: boolean;
  /** Another run from its first request to its last, while the call is held. */
  readonly meanwhile?: Meanwhile;
  /** The calls that it can happen to; any where it is left out. */
  readonly only?: { readonly calls: RegExp; readonly why: string };
}

const answer = (
  name: string,
  status: number,
  more: { headers?: Record<string, string>; body?: string; times?: Mode['times'] } = {},
): Mode => ({
  name,
  fault: () => ({
    kind: 'answer',
    status,
    body: more.body ?? JSON.stringify({ message: `played ${String(status)}`, requestId: 'played', statusCode: status }),
    ...(more.headers && { headers: more.headers }),
  }),
  times: more.times ?? 'once',
});

const html = '<html><body>Service Unavailable</body></html>';

/** The mode that has no cells. */
export const refused: Pick<Mode, 'name' | 'only'> = {
  name: 'refused',
  only: {
    calls: /^$/,
    why: 'the servers of a stage stay up, and `reset` is what a refused connection looks like on one that was kept',
  },
};

export const modes: readonly Mode[] = [
  { name: 'reset', fault: () => ({ kind: 'reset' }), times: 'once' },
  { name: 'reset-always', fault: () => ({ kind: 'reset' }), times: 'always' },
  { name: 'lost-reply', fault: () => ({ kind: 'lost-reply' }), times: 'once' },
  { name: 'hang', fault: () => ({ kind: 'hang' }), times: 'once' },
  { name: 'hang-always', fault: () => ({ kind: 'hang' }), times: 'always' },
  { name: 'slow', fault: () => ({ kind: 'slow', milliseconds: 150 }), times: 'once' },
  answer('429-short', 429, { headers: { 'retry-after': '1' } }),
  answer('429-long', 429, { headers: { 'retry-after': '3600' }, times: 'always' }),
  answer('500-once', 500),
  answer('500-always', 500, { times: 'always' }),
  answer('503-html', 503, { body: html }),
  { name: 'truncated', fault: () => ({ kind: 'truncated' }), times: 'once' },
  { name: 'wrong-shape', fault: () => ({ kind: 'wrong-shape', body: '{}' }), times: 'always' },
  answer('401', 401, { times: 'always' }),
  answer('403', 403, { times: 'always' }),
  answer('404', 404, { times: 'always' }),
  answer('409', 409),
  ...(['SIGINT', 'SIGTERM', 'SIGKILL'] as const).flatMap((signal) =>
    (['before', 'after'] as const).map((kind): Mode => ({
      name: `${signal}-${kind}`,
      fault: ({ send }) => ({
        kind,
        then: () => {
          send(signal);
        },
      }),
      times: 'once',
      ...(signal === 'SIGKILL' ? { isKill: true } : { isCancel: true }),
    })),
  ),
  ...(['again', 'delete', 'sweep'] as const).map((meanwhile): Mode => ({
    name: `meanwhile-${meanwhile}`,
    fault: (hands) => ({ kind: 'hold', until: hands.meanwhile }),
    times: 'once',
    meanwhile,
  })),
  {
    name: 'rival',
    fault: ({ stage }) => rival(stage),
    times: 'once',
    only: {
      calls: /^Astro POST .*\/environment-objects\/\{id\} #/,
      why: 'only the links of an environment object are written as a whole by several clients',
    },
  },
  {
    name: 'late',
    fault: ({ stage: { world } }) => ({
      kind: 'after',
      first: () => {
        world.astro.delays.create = late;
        world.astro.delays.deploy = late;
      },
      then: () => {
        world.astro.delays.create = 0;
        world.astro.delays.deploy = 0;
      },
    }),
    times: 'once',
    only: {
      calls: /^Astro POST .*\/(?:deployments|finalize) #/,
      why: 'only a create and a finalize are answered long before Astro is done with them',
    },
  },
];

/** How long Astro takes in the mode `late`, in milliseconds of the test: longer than a run that does not wait for it. */
const late = 3_000;

/** Another client read the object just before this update and writes it just after, with the links that it had read. */
function rival({ world }: Stage): WireFault {
  let read: readonly string[] = [];
  const linked = (): string[] => world.astro.objects()[0]?.links.map(({ deploymentId }) => deploymentId) ?? [];
  return {
    kind: 'after',
    first: () => {
      read = linked();
    },
    then: () => {
      const [object] = world.astro.objects();
      if (object)
        world.astro.updateObject(object.id, {
          autoLinkDeployments: object.autoLink,
          links: read.map((scopeEntityId) => ({ scope: 'DEPLOYMENT', scopeEntityId })),
          excludeLinks: [],
          connection: { type: 'snowflake' },
        });
    },
  };
}
