import { waitLine } from '../core/report/waiting.ts';
import { oneLine } from '../core/text.ts';
import type { Log } from '../runner/log.ts';

/** How often a run says what it waits for, in milliseconds. */
const every = 30_000;

/** Notes what the last look showed. */
export type Note = (status: string) => void;

/** Where the lines go, and how much time is left, in milliseconds. */
export interface WaitClock {
  readonly log: Pick<Log, 'info'>;
  readonly remaining: () => number;
}

/**
 * Does work that waits for something, and says every 30 s in the log what for, its status, how long it has taken and how
 * long it may take, also while a single request hangs. `what` completes "Waiting for".
 */
export async function whileWaiting<T>(
  { log, remaining }: WaitClock,
  what: string,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  let status = '';
  const timer = setInterval(() => {
    log.info(waitLine({ what, status, waited: performance.now() - begun, left: remaining() }));
  }, every);
  try {
    return await work((seen) => {
      status = oneLine(seen, 300);
    });
  } finally {
    clearInterval(timer);
  }
}
