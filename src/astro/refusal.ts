import { ApiError, type FieldError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import type { HttpFailure } from '../http/failure.ts';
import type { HttpAnswer } from '../http/request.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import type { AstroRequest } from './types.ts';

/** An error status of Astro as an error that says what was asked, what Astro answered, and what to do. */
export function refusal({ purpose, path }: AstroRequest, method: string, answer: HttpAnswer): ApiError {
  const { status } = answer;
  const said = parseError(answer.body);
  const fields = said.fieldErrors.map(({ field, message }) => `${oneLine(field, 60)}: ${oneLine(message)}`).join('; ');
  const words = [said.message && oneLine(said.message, 500), fields].filter(Boolean).join(' - ');
  const id = said.requestId === undefined ? '' : ` (request ${oneLine(said.requestId, 80)})`;
  return new ApiError({
    system: 'astro',
    message: `Could not ${purpose}: Astro answered ${status}${words ? `, "${words}"` : ''}${id}.`,
    advice: adviceOn(status),
    method,
    path,
    status,
    // A 4xx is answered before anything is done; after a 5xx or 408 nobody knows.
    applied: status >= 500 || status === 408 ? 'maybe' : 'no',
    requestId: said.requestId,
    fieldErrors: said.fieldErrors,
    retryAfter: status === 429 || status === 503 ? readRetryAfter(answer.headers) : undefined,
  });
}

const advices: Readonly<Record<number, string>> = {
  400: 'Correct what Astro names (the template, the configuration file or the inputs hold it), then run the job again.',
  401: 'The API token is expired, revoked or wrong: make a new one in Astro and put it into the secret that `astro-api-token` reads.',
  403: 'The API token lacks the permission for this, or the Organization allows other IP addresses only: use a Workspace token with the role Workspace Operator, which can do everything that previews need.',
  404: 'Check that it still exists, that `organization-id`, `workspace`, `deployment-name` and `deployment-id` are right, and that the API token may see it.',
  409: 'Something else has the name, or changes the same thing at this moment: run the job again. If it stays so, look at it in the Astro UI.',
  429: "Astro's rate limit is used up: run the job again later, or let fewer jobs run at the same time.",
};

function adviceOn(status: number): string {
  const known = advices[status];
  if (known !== undefined) return known;
  if (status >= 300 && status < 400)
    return 'It redirects elsewhere, which is not followed with a token: check `astro-api-url`.';
  return status >= 500 || status === 408
    ? 'Astro has trouble at the moment (https://status.astronomer.io): run the job again later. If it stays so, give the request id to Astronomer support.'
    : 'Check `astro-api-url` and the inputs, then run the job again.';
}

/** What to do where no answer came. */
export function unreachable({ sent, outOfTime }: HttpFailure, limit: string | undefined): string {
  if (outOfTime) return `Run the job again${limit === undefined ? ', or give a longer `wait-time`' : ''}.`;
  return sent
    ? 'Run the job again. If it stays so, see https://status.astronomer.io.'
    : 'Check `astro-api-url` and the network of this runner (proxy, firewall), then run the job again.';
}

function parseError(body: string): { message?: string; requestId?: string; fieldErrors: FieldError[] } {
  try {
    const value = JSON.parse(body) as { message?: unknown; requestId?: unknown; fieldErrors?: unknown };
    const fields = Array.isArray(value.fieldErrors) ? (value.fieldErrors as Partial<FieldError>[]) : [];
    return {
      ...(typeof value.message === 'string' && { message: value.message }),
      ...(typeof value.requestId === 'string' && { requestId: value.requestId }),
      fieldErrors: fields.flatMap(({ field, message }) =>
        typeof field === 'string' && typeof message === 'string' ? [{ field, message }] : [],
      ),
    };
  } catch {
    return { fieldErrors: [] }; // a proxy's HTML, or nothing: the status says it all
  }
}
