import { expect, test } from '@jest/globals';
import { AstroApiError, UserError } from '../../src/core/errors.ts';

test('a UserError holds one problem of its own, or the ones it is given', () => {
  const cause = new Error('why');
  expect(new UserError('bad', { cause })).toMatchObject({ name: 'UserError', cause, problems: [{ message: 'bad' }] });
  expect(new UserError('bad', { at: { file: 'f', line: 1 } }).problems).toEqual([
    { message: 'bad', at: { file: 'f', line: 1 } },
  ]);
  expect(new UserError('two', { problems: [{ message: 'a' }, { message: 'b' }] }).problems).toHaveLength(2);
  expect(new UserError('bad')).not.toHaveProperty('cause');
});

test('an AstroApiError holds the facts of the request, never its headers', () => {
  const facts = { message: 'm', method: 'GET', path: '/p', status: 500, applied: 'maybe' } as const;
  expect(new AstroApiError(facts)).toMatchObject({
    ...facts,
    name: 'AstroApiError',
    fieldErrors: [],
    requestId: undefined,
  });
  expect(
    new AstroApiError({
      ...facts,
      requestId: 'r',
      fieldErrors: [{ field: 'f', message: 'm' }],
      retryAfter: 5,
      cause: 'x',
    }),
  ).toMatchObject({ requestId: 'r', fieldErrors: [{ field: 'f', message: 'm' }], retryAfter: 5, cause: 'x' });
});
