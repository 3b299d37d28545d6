import { expect, test } from '@jest/globals';
import { ApiError, UserError } from '../../src/core/errors.ts';

test('a UserError holds one problem of its own, or the ones it is given', () => {
  const cause = new Error('why');
  expect(new UserError('bad', { cause })).toMatchObject({ name: 'UserError', cause, problems: [{ message: 'bad' }] });
  expect(new UserError('bad', { at: { file: 'f', line: 1 } }).problems).toEqual([
    { message: 'bad', at: { file: 'f', line: 1 } },
  ]);
  expect(new UserError('two', { problems: [{ message: 'a' }, { message: 'b' }] }).problems).toHaveLength(2);
  expect(new UserError('bad')).not.toHaveProperty('cause');
});

test('an ApiError holds the facts of the request, never its headers', () => {
  const facts = { system: 'astro', message: 'm', method: 'GET', path: '/p', status: 500, applied: 'maybe' } as const;
  expect(new ApiError(facts)).toMatchObject({
    ...facts,
    name: 'ApiError',
    fieldErrors: [],
    requestId: undefined,
  });
  expect(
    new ApiError({
      ...facts,
      requestId: 'r',
      fieldErrors: [{ field: 'f', message: 'm' }],
      retryAfter: 5,
      cause: 'x',
    }),
  ).toMatchObject({ requestId: 'r', fieldErrors: [{ field: 'f', message: 'm' }], retryAfter: 5, cause: 'x' });
});

test('an ApiError can be given a further sentence and further facts, and keeps the rest', () => {
  const cause = new Error('why');
  const error = new ApiError({
    system: 'github',
    message: 'm.',
    method: 'GET',
    path: '/p',
    status: 0,
    applied: 'no',
    cause,
  });
  expect(error).toMatchObject({ outOfTime: false, detail: undefined });
  expect(error.because('Run it again.')).toMatchObject({
    message: 'm. Run it again.',
    system: 'github',
    status: 0,
    cause,
  });
  expect(error.because('', { outOfTime: true })).toMatchObject({ message: 'm.', outOfTime: true });
});
