import { pause } from '../../http/retry.ts';

/** Chance and time, for the pauses between tries. */
export interface Clock {
  /** Waits so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** The machine's own clock and chance. */
export const realClock = (signal: AbortSignal): Clock => ({
  pause: (milliseconds) => pause(milliseconds, signal),
  random: Math.random,
});

/** Most tries at one object: with ten runs at one object each try of ours has a fair chance. */
export const attempts = 8;

/** Pause before a further try, in milliseconds: doubling, jittered, at most 4 seconds. */
export const backOff = (attempt: number, random: number): number =>
  Math.min(4_000, 250 * 2 ** attempt) * (0.5 + random);

/** How long after a write it is looked at once more, in milliseconds: longer than a concurrent run holds what it has read. */
export const settling = (random: number): number => 1_000 + 1_000 * random;
