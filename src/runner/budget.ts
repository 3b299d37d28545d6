/** The time that a run may spend waiting (`wait-time`), by a clock that nobody can set back. */
export interface Budget {
  /** Milliseconds left. */
  readonly remaining: () => number;
  /** Does work that is no waiting, such as building an image: its time is not counted. */
  readonly exempt: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Starts the clock. */
export function startBudget(milliseconds: number): Budget {
  let end = performance.now() + milliseconds;
  return {
    remaining: () => end - performance.now(),
    exempt: async (work) => {
      const begun = performance.now();
      try {
        return await work();
      } finally {
        end += performance.now() - begun;
      }
    },
  };
}
