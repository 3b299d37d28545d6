/** How many tests did what. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One run of the project's tests before a deploy. */
export interface TestRun extends TestCounts {
  readonly what: 'parse' | 'pytest';
}

/** "3 passed, 1 failed"; tests that went through without leaving a report have no numbers. */
export function countsOf(counts: TestCounts): string {
  const told = (['passed', 'failed', 'skipped'] as const).filter((key) => counts[key] > 0);
  return told.length === 0 ? 'passed' : told.map((key) => `${String(counts[key])} ${key}`).join(', ');
}
