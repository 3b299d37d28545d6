import type { GitHubEvent } from '../core/event.ts';
import type { PlaceholderValues } from '../core/yaml/placeholders.ts';
import type { Tools } from './tools.ts';

/**
 * What placeholders stand for in this run. Of the step's environment only the variables that a file asks for are looked
 * at, and each of them is masked before anything else is done with it.
 */
export function placeholderValues(
  run: { readonly branch: string | undefined; readonly pullRequest: number | undefined; readonly sha: string },
  event: GitHubEvent,
  { env, log }: Pick<Tools, 'env' | 'log'>,
): (variables: readonly string[]) => PlaceholderValues {
  const masked = new Set<string>();
  return (variables) => ({
    ...(run.branch !== undefined && { branch: run.branch }),
    ...(run.pullRequest !== undefined && { pullRequest: run.pullRequest }),
    sha: run.sha,
    repository: event.repository.name,
    actor: event.actor,
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
