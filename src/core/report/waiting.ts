/** A wait as it stands. */
export interface WaitFacts {
  /** What is waited for, such as "the deploy cm0… to run". */
  readonly what: string;
  /** What the last look showed; empty before the first. */
  readonly status: string;
  /** Milliseconds so far. */
  readonly waited: number;
  /** Milliseconds that are left. */
  readonly left: number;
}

/** The line that says what a run waits for, how that stands, how long it has waited and how long it waits at most. */
export function waitLine({ what, status, waited, left }: WaitFacts): string {
  const most = span(waited + Math.max(0, left));
  return `Waiting for ${what}${status === '' ? '' : `: ${status}`} (${span(waited)} so far, at most ${most})`;
}

/** A length of time for people: `45 s`, `2 min 30 s`, `1 h 5 min`. */
export function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const [large, small] =
    minutes < 60
      ? [minutes > 0 ? `${String(minutes)} min` : '', seconds % 60 > 0 ? `${String(seconds % 60)} s` : '']
      : [`${String(Math.floor(minutes / 60))} h`, minutes % 60 > 0 ? `${String(minutes % 60)} min` : ''];
  return `${large} ${small}`.trim() || '0 s';
}
