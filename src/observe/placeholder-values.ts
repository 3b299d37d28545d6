import type { PlaceholderValues } from '../core/yaml/placeholders.ts';
import type { Context } from './context.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/**
 * What placeholders stand for in this run. Of the step's environment only the variables that a file asks for are looked
 * at, and each of them is masked before anything else is done with it.
 */
export function placeholderValues(
  run: { readonly branch: string | undefined; readonly pullRequest: number | undefined; readonly sha: string },
  { inputs, event, tools: { env, log } }: Pick<Context, 'inputs' | 'event' | 'tools'>,
): (variables: readonly string[]) => PlaceholderValues {
  const masked = new Set<string>();
  const ofJob = [
    'GITHUB_TOKEN',
    'GH_TOKEN',
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'ASTRO_API_TOKEN',
  ];
  const tokens = [inputs.token, inputs.githubToken, ...ofJob.map((name) => env[name] ?? '')];
  return (variables) => ({
    ...omitUndefined({ branch: run.branch }),
    ...omitUndefined({ pullRequest: run.pullRequest }),
    sha: run.sha,
    repository: event.repository.name,
    actor: event.actor,
    rules: {
      // Shorter texts are no tokens, and would be found in anything.
      tokens: tokens.filter((token) => token.length >= 8),
      ...(inputs.placeholderEnv.length > 0 && { allowed: inputs.placeholderEnv }),
    },
    env: new Map(
      variables.flatMap((name) => {
        const value = env[name];
        if (value === undefined || value === '') return [];
        if (!masked.has(name)) log.secret(value, `\${env.${name}}`);
        masked.add(name);
        return [[name, value] as const];
      }),
    ),
  });
}
