import type { TestCounts } from '../plan/outcome.ts';

/** "3 passed, 1 failed"; tests that went through without leaving a report have no numbers. */
export function countsOf(counts: TestCounts): string {
  const counted = (['passed', 'failed', 'skipped'] as const).filter((key) => counts[key] > 0);
  return counted.length === 0 ? 'passed' : counted.map((key) => `${String(counts[key])} ${key}`).join(', ');
}
