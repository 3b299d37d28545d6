/** The time that a run may spend waiting (`wait-time`), by a clock that nobody can set back. */
export interface Budget {
  /** Milliseconds left. */
  readonly remaining: () => number;
  /** Does work that is no waiting, such as building an image: the clock stands still meanwhile. */
  readonly exempt: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Starts the clock. */
export function startBudget(milliseconds: number): Budget {
  let end = performance.now() + milliseconds;
  let exempted = 0;
  let stopped = 0;
  return {
    remaining: () => end - (exempted > 0 ? stopped : performance.now()),
    exempt: async (work) => {
      if (exempted++ === 0) stopped = performance.now();
      try {
        return await work();
      } finally {
        if (--exempted === 0) end += performance.now() - stopped;
      }
    },
  };
}
