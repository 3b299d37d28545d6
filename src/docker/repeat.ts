import pRetry from 'p-retry';
import type { ProgramResult } from '../runner/run-program.ts';

/** Further tries after the first, and the first pause in milliseconds, which doubles. */
const tempo = { retries: 2, minTimeout: 1_000 };

class PassingFailure extends Error {
  readonly result: ProgramResult;
  constructor(result: ProgramResult) {
    super('the program failed');
    this.result = result;
  }
}

/**
 * Runs a call that may safely be made twice, up to three times, until it succeeds or `isFinal` recognises a failure that
 * another try cannot change. Gives back how the last one ended; throws the signal's reason.
 */
export async function repeated(
  signal: AbortSignal,
  call: () => Promise<ProgramResult>,
  isFinal: (result: ProgramResult) => boolean,
): Promise<ProgramResult> {
  try {
    return await pRetry(
      async () => {
        const result = await call();
        if (result.code === 0 || isFinal(result)) return result;
        throw new PassingFailure(result);
      },
      { ...tempo, signal, shouldRetry: ({ error }) => error instanceof PassingFailure },
    );
  } catch (error) {
    if (error instanceof PassingFailure) return error.result;
    throw error;
  }
}

const says = (result: ProgramResult, pattern: RegExp): boolean => result.tail.some((line) => pattern.test(line));

/** Whether the image of a call is not on this machine. */
export const lacksImage = (result: ProgramResult): boolean =>
  says(result, /no such image|image not known|not found: /i);

/** Whether a registry refused the user or the password. */
export const isDenied = (result: ProgramResult): boolean =>
  says(
    result,
    /\b40[13]\b|forbidden|denied|unauthori[sz]ed|authentication required|no basic auth|incorrect username/i,
  ) && !says(result, /permission denied.*(?:daemon|docker\.sock)/i);

/** Whether the engine's daemon did not answer (the texts of docker's client). */
export const isEngineDown = (result: ProgramResult): boolean =>
  says(
    result,
    /cannot connect to the docker daemon|is the docker daemon running|permission denied.*(?:daemon|docker\.sock)|error during connect/i,
  );
