import type { WireFault } from '../../sandbox/wire.ts';

/** Sends a signal to the run that is under way. */
export type Send = (signal: NodeJS.Signals) => void;

/** One way in which a call goes wrong. */
export interface Mode {
  readonly name: string;
  readonly fault: (send: Send) => WireFault;
  readonly times: 'once' | 'always';
  /** The run is killed, so that it cannot report anything. */
  readonly isKill?: boolean;
  /** The run is cancelled, as a person or a newer run does. */
  readonly isCancel?: boolean;
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

/** "Refused" is left out: the servers of a stage stay up, and `reset` is what a refusal looks like on a kept connection. */
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
      fault: (send) => ({
        kind,
        then: () => {
          send(signal);
        },
      }),
      times: 'once',
      ...(signal === 'SIGKILL' ? { isKill: true } : { isCancel: true }),
    })),
  ),
];
