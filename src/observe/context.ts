import { readIntent } from '../core/intent/event-table.ts';
import { rejectForks, requireToken } from '../core/intent/guards.ts';
import { noConfig } from '../core/config/config.ts';
import { limitProblems } from '../core/limit-problems.ts';
import type { GitHubEvent } from '../core/event.ts';
import type { Intent } from '../core/intent/types.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { tokenGiven } from '../inputs/read-inputs.ts';
import { resolveInputs, withConfig } from '../inputs/resolve-inputs.ts';
import { readConfiguration, type Configuration } from './config.ts';
import { withOpenPullRequest } from './pull-request.ts';
import type { Tools } from './tools.ts';

/** Everything that one run starts from. */
export interface Context {
  readonly inputs: Inputs;
  readonly configuration: Configuration;
  readonly event: GitHubEvent;
  readonly tools: Tools;
}

/**
 * Reads the configuration and what the event asks for, and resolves the inputs with both. Runs of forks are skipped
 * before their files are read. Throws UserError for a configuration or an event that cannot be used.
 */
export async function readContext(
  given: Inputs,
  event: GitHubEvent,
  tools: Tools,
): Promise<{ readonly intent: Intent; readonly context: Context }> {
  const rejected = rejectForks(event);
  const configuration = rejected
    ? { config: noConfig, read: () => Promise.resolve(undefined) }
    : await readConfiguration(given, event, tools);
  const { config } = configuration;
  for (const { message, at } of limitProblems(config.warnings)) tools.log.warning(message, at);
  const configured = withConfig(given, config, tools.env);
  const request = { ...configured, config };
  const meant = rejected || configured.token === '' ? event : await withOpenPullRequest(event, request, tools);
  const intent = requireToken(rejected ?? readIntent(meant, request), event, tokenGiven(given, tools.env));
  return { intent, context: { inputs: resolveInputs(configured, intent), configuration, event: meant, tools } };
}
