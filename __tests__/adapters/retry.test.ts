import { describe, expect, test } from '@jest/globals';
import { ApiError, type ApiFacts } from '../../src/core/errors.ts';
import { readRetryAfter } from '../../src/http/retry-after.ts';
import { failureClass, pause, repeats, requestTime, retry, tempos, type RetryRules } from '../../src/http/retry.ts';

const failed = (facts: Partial<ApiFacts>): ApiError =>
  new ApiError({ system: 'astro', message: 'No.', method: 'GET', path: '/', status: 500, applied: 'maybe', ...facts });

function rules(more: Partial<RetryRules> = {}): RetryRules & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return {
    verb: 'read',
    tempo: 'astro',
    signal: new AbortController().signal,
    remaining: () => 60_000,
    debug: () => undefined,
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
    pauses,
    ...more,
  };
}

describe('the retry table', () => {
  test('is data: a create is repeated only when it was not carried out, a rewrite never [R-02, R-04]', () => {
    const all = ['unsent', 'unclear', 'rate', 'gateway', 'busy'];
    expect(repeats).toEqual({
      read: all,
      create: ['unsent', 'rate'],
      update: all,
      delete: all,
      rewrite: [],
      upload: all,
      'airflow-write': ['unsent', 'rate', 'gateway'],
    });
  });

  test.each([
    [0, 'no', 'unsent'],
    [0, 'maybe', 'unclear'],
    [200, 'maybe', 'unclear'],
    [429, 'no', 'rate'],
    [502, 'maybe', 'gateway'],
    [503, 'maybe', 'gateway'],
    [408, 'maybe', 'busy'],
    [500, 'maybe', 'busy'],
    [504, 'maybe', 'busy'],
    [302, 'no', 'refused'],
    [404, 'no', 'refused'],
  ] as const)('status %i, applied %s, is "%s"', (status, applied, expected) => {
    expect(failureClass({ status, applied })).toBe(expected);
  });
});

describe('one engine', () => {
  test('repeats as often as the tempo says, with pauses that double and are spread [R-02]', async () => {
    for (const tempo of ['astro', 'airflow', 'github', 'upload'] as const) {
      const given = rules({ tempo });
      await expect(retry(() => Promise.reject(failed({})), given)).rejects.toThrow(
        `No. It was tried ${String(tempos[tempo].tries)} times.`,
      );
      expect(given.pauses).toHaveLength(tempos[tempo].tries - 1);
      for (const [index, made] of given.pauses.entries()) {
        const least = Math.min(tempos[tempo].longestPause, tempos[tempo].firstPause * 2 ** index);
        expect(made).toBeGreaterThanOrEqual(least);
        expect(made).toBeLessThanOrEqual(least * 2);
      }
    }
  });

  test('waits as long as it is asked to, and not at all where that is too long [R-01]', async () => {
    const given = rules();
    let tries = 0;
    await retry(
      () => (tries++ === 0 ? Promise.reject(failed({ status: 429, retryAfter: 9_000 })) : Promise.resolve()),
      given,
    );
    expect(given.pauses).toEqual([9_000]);
    const late = rules({ remaining: () => 8_999 });
    await expect(retry(() => Promise.reject(failed({ status: 429, retryAfter: 9_000 })), late)).rejects.toMatchObject({
      outOfTime: true,
      message: 'No. It asks to wait 9 s, and `wait-time` leaves 9 s. Run the job again later.',
    });
    expect(late.pauses).toEqual([]);
  });

  test('gives up where `wait-time` leaves no room for another try', async () => {
    const given = rules({ remaining: () => 400 });
    await expect(retry(() => Promise.reject(failed({})), given)).rejects.toMatchObject({
      outOfTime: true,
      message: expect.stringMatching(
        /tried once in \d+ s, and `wait-time` leaves 1 s for another try\. .* longer `wait-time`\./,
      ),
    });
  });

  test('another limit than `wait-time` is named as such, without advice on `wait-time`', async () => {
    const given = rules({ remaining: () => 0, limit: '`verify-dags` (90 s)' });
    await expect(retry(() => Promise.reject(failed({})), given)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^No\. It was tried once in \d+ s, and `verify-dags` \(90 s\) leaves no time for another try\. Run the job again\.$/,
      ),
    });
    await expect(retry(() => Promise.reject(failed({ status: 429, retryAfter: 9_000 })), given)).rejects.toThrow(
      'No. It asks to wait 9 s, and `verify-dags` (90 s) leaves no time. Run the job again later.',
    );
  });

  test('each try gets what is left, but at least 5 s', async () => {
    const seen: number[] = [];
    let left = 30_000;
    const take = (within: number): Promise<void> => {
      seen.push(within);
      left -= 29_000;
      return left > 0 ? Promise.reject(failed({})) : Promise.resolve();
    };
    await retry(take, rules({ remaining: () => left, tempo: 'github', pause: () => Promise.resolve() })).catch(
      () => undefined,
    );
    expect(seen[0]).toBe(30_000);
    expect(requestTime(() => 1_000)).toBe(5_000);
    expect(requestTime(() => -1)).toBe(5_000);
  });

  test('what is no ApiError is thrown as it is, at once', async () => {
    const given = rules();
    await expect(retry(() => Promise.reject(new RangeError('bug')), given)).rejects.toThrow(RangeError);
    expect(given.pauses).toEqual([]);
  });

  test('a pause ends with the signal', async () => {
    const stop = new AbortController();
    const waiting = pause(3_600_000, stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    await expect(pause(1, stop.signal)).rejects.toThrow('cancelled');
  });
});

test.each([
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['a number', { 'retry-after': 7 }, 7_000],
  ['a date', { 'retry-after': 'Sat, 21 Nov 2026 10:00:01 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 1_000],
  ['the past', { 'retry-after': 'Sat, 21 Nov 2020 10:00:00 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, undefined],
  ['a date without a clock', { 'retry-after': 'Sat, 21 Nov 2026 10:00:01 GMT' }, undefined],
  ['0', { 'retry-after': '0' }, undefined],
  ['nonsense', { 'retry-after': 'soon' }, undefined],
  ['nothing', {}, undefined],
])('Retry-After: %s [R-01]', (_, headers, milliseconds) => {
  expect(readRetryAfter(headers)).toBe(milliseconds);
});
