import { expect, test } from '@jest/globals';
import { onceAYear } from '../../src/core/deployment/mirror.ts';
import { sleepTimes } from '../../src/core/deployment/sleep-times.ts';

const schedule = (hibernateAtCron: string, wakeAtCron: string, isEnabled = true) => ({
  hibernateAtCron,
  wakeAtCron,
  isEnabled,
  description: '',
});

test.each([
  ['0 20 * * *', '0 7 * * *', '20:00–07:00 UTC, wakes on push'],
  ['30 19 * * *', onceAYear, 'from 19:30 UTC, wakes on push'],
  ['30 19 * * 1-5', onceAYear, 'from 19:30 UTC Mon–Fri, wakes on push'],
  ['0 20 * * *', '5 7 * * 1-5', 'from 20:00 until 07:05 Mon–Fri, UTC, wakes on push'],
  ['0 20 * * 5', '0 7 * * 1,3', 'from 20:00 Fri until 07:00 Mon, Wed, UTC, wakes on push'],
  ['*/5 20 * * *', '0 7 * * *', 'from `*/5 20 * * *` until `0 7 * * *` (cron, UTC), wakes on push'],
  ['0 20 * * *', '@daily', 'from `0 20 * * *` until `@daily` (cron, UTC), wakes on push'],
])('%s to %s: %s', (from, until, shown) => {
  expect(sleepTimes({ isDevelopmentMode: true, schedules: [schedule(from, until)] })).toBe(shown);
});

test('two schedules, one that is switched off, and a preview that never sleeps', () => {
  const schedules = [
    schedule('0 20 * * *', '0 7 * * *'),
    schedule('0 12 * * 6', onceAYear),
    schedule('1 1 * * *', onceAYear, false),
  ];
  expect(sleepTimes({ isDevelopmentMode: true, schedules })).toBe('20:00–07:00 UTC; from 12:00 UTC Sat, wakes on push');
  expect(sleepTimes({ isDevelopmentMode: false, schedules })).toBeUndefined();
  expect(sleepTimes({ isDevelopmentMode: true, schedules: [] })).toBeUndefined();
});
