import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong, and when: with the `nth` request of an operation (1 is the next one), `times` times. */
export interface Fault {
  /** operationId of the contract, or `upload`. */
  readonly operation: string;
  readonly nth?: number;
  readonly times?: number;
  readonly mode:
    | 'reset-before'
    | 'processed-then-reset'
    | 'hang'
    | 'truncated-json'
    /** Processed, and answered with a JSON object that lacks everything. */
    | 'empty-object'
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };
}

interface Armed {
  readonly fault: Fault;
  seen: number;
}

/** Keeps the faults that are armed. */
export interface Faults {
  readonly arm: (fault: Fault) => void;
  /** Ends every fault that is armed. */
  readonly disarm: () => void;
  /** The fault that this request of an operation runs into. */
  readonly next: (operation: string) => Fault | undefined;
}

export function makeFaults(): Faults {
  const armed: Armed[] = [];
  return {
    arm: (fault) => {
      armed.push({ fault, seen: 0 });
    },
    disarm: () => {
      armed.length = 0;
    },
    next: (operation) => {
      let hit: Fault | undefined;
      for (const one of armed.filter(({ fault }) => fault.operation === operation)) {
        one.seen++;
        const first = one.fault.nth ?? 1;
        if (one.seen >= first && one.seen < first + (one.fault.times ?? 1)) hit ??= one.fault;
      }
      return hit;
    },
  };
}

/** Faults that come after the request was processed. */
const after: ReadonlySet<unknown> = new Set(['processed-then-reset', 'truncated-json', 'empty-object']);

/** Plays a fault that comes before the request is processed; `true` when there is nothing more to answer. */
export function playBefore(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse): boolean {
  if (fault === undefined || after.has(fault.mode)) return false;
  if (fault.mode === 'reset-before') request.socket.resetAndDestroy();
  else if (typeof fault.mode === 'object')
    response
      .writeHead(fault.mode.status, { 'content-type': 'application/json', ...fault.mode.headers })
      .end(fault.mode.body ?? '');
  return true;
}
