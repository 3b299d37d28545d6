import * as core from '@actions/core';
import { isLoopback } from '../core/addresses.ts';
import { UserError } from '../core/errors.ts';
import type { TokenGiven } from '../core/intent/guards.ts';
import type { Log } from '../runner/log.ts';
import { contradictions } from './contradictions.ts';
import { retired } from './input-values.ts';
import type { Inputs } from './inputs.ts';
import { inputTable } from './table.ts';
import { unknownInputs } from './unknown-inputs.ts';

/** A token as people paste it; nothing is left of a scheme alone (`Bearer ` before a secret that is empty). */
const withoutScheme = (text: string): string => text.trim().replace(/^(?:Bearer(?:\s+|$))+/i, '');

/**
 * Reads and checks every input; the only place that does. Secrets are masked before anything else is looked at.
 * An input left empty counts as not given. Throws UserError with all wrong inputs at once.
 */
export function readInputs(env: NodeJS.ProcessEnv, log: Log): Inputs {
  const token = withoutScheme(core.getInput('astro-api-token')) || withoutScheme(env['ASTRO_API_TOKEN'] ?? '');
  const githubToken = core.getInput('github-token');
  log.secret(token, 'astro-api-token');
  log.secret(githubToken, 'github-token');
  const unknown = unknownInputs(env);
  const problems = [...unknown.problems];
  const read = Object.entries(inputTable).flatMap(([key, one]) => {
    try {
      const value = one(env);
      return value === undefined ? [] : [[key, value] as const];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  // The table has a line for every other member, and a line that failed ends the run below.
  const inputs = { ...Object.fromEntries(read), token, githubToken, project: '.' } as unknown as Inputs;
  if (problems.length === 0) problems.push(...contradictions(inputs));
  for (const warning of unknown.warnings) log.warning(warning);
  for (const notice of retired()) log.notice(notice);
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    problems.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off and would hand the API token to anybody on the way: take it out of the environment (a private CA belongs into NODE_EXTRA_CA_CERTS).',
    );
  }
  if (problems.length > 0) {
    throw new UserError(problems.join('\n'), { problems: problems.map((message) => ({ message })) });
  }
  if (!isLoopback(inputs.apiUrl.hostname) && !/(^|\.)astronomer\.io$/.test(inputs.apiUrl.hostname)) {
    log.notice(`The API token goes to ${inputs.apiUrl.host}, because \`astro-api-url\` says so.`);
  }
  if (inputs.airflowHosts.length > 0)
    log.notice(
      `The API token may go to these hosts as Airflow, because \`astro-airflow-hosts\` says so: ${inputs.airflowHosts.join(', ')}.`,
    );
  return inputs;
}

/** Whether there is a token, or only a Deployment API key as the Astro CLI once read it from the environment. */
export function tokenGiven({ token }: Inputs, env: NodeJS.ProcessEnv): TokenGiven {
  if (token !== '') return 'given';
  return (env['ASTRONOMER_KEY_ID'] ?? '') === '' && (env['ASTRONOMER_KEY_SECRET'] ?? '') === '' ? 'missing' : 'key';
}
