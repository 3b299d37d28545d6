import { expect, test } from '@jest/globals';
import { placesIn, withPlaces } from '../../src/core/deployment/refused-fields.ts';
import { ApiError, UserError } from '../../src/core/errors.ts';
import { parseDocument } from '../../src/core/yaml/document.ts';

const text = `deployment:
  configuration:
    scheduler_size: HUGE
    runtime_version: 3.1-14
  worker_queues:
    - name: default
      worker_type: A999
      max_worker_count: 9000
  alert_emails: [a@b]
`;
const places = placesIn(parseDocument(text, 't.yaml'));
const refusal = (...fields: string[]): ApiError =>
  new ApiError({
    system: 'astro',
    message: 'Could not create it: Astro answered 400.',
    advice: 'Correct it.',
    method: 'POST',
    path: '/p',
    status: 400,
    applied: 'no',
    fieldErrors: fields.map((field) => ({ field, message: 'is wrong' })),
  });

test.each([
  ['schedulerSize', 3],
  ['body.schedulerSize', 3],
  ['astroRuntimeVersion', 4],
  ['workerQueues[0].astroMachine', 7],
  ['workerQueues.0.maxWorkerCount', 8],
  ['workerQueues[0].minWorkerCount', 6],
  ['/workerQueues', 5],
  ['contactEmails[0]', 9],
])('the line of the template that %s comes from', (field, line) => {
  const error = withPlaces(refusal(field), places);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toBe(
    `Could not create it: Astro answered 400. In the template ${field} stands at t.yaml:${String(line)}. Correct it.`,
  );
  expect((error as UserError).problems).toMatchObject([{ at: { file: 't.yaml', line } }]);
});

test('each further line is a problem of its own; one line is told once', () => {
  const error = withPlaces(refusal('schedulerSize', 'scheduler_size', 'name', 'contactEmails'), places);
  expect((error as UserError).problems).toMatchObject([
    { at: { line: 3 } },
    { message: 'Astro refuses this: is wrong. Correct it.', at: { line: 9 } },
  ]);
});

test.each([
  ['what is not in the template', refusal('name'), places],
  ['an error without fields', refusal(), places],
  ['another status', refusal('schedulerSize').because('', { status: 409 }), places],
  ['no template', refusal('schedulerSize'), undefined],
  ['anything else', new Error('x'), places],
])('%s is left as it is', (_, error, known) => {
  expect(withPlaces(error, known)).toBe(error);
});
