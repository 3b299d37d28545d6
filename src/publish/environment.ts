import { environmentOfPreview } from '../core/github-environment.ts';
import { environmentOf, type Config } from '../core/config/config.ts';
import type { GitHubEvent } from '../core/event.ts';
import type { Intent } from '../core/intent/types.ts';
import { planDeployment, type Plan } from '../core/plan/plan.ts';
import type { DeploymentRequest } from '../github/deployments.ts';
import type { Inputs } from '../inputs/inputs.ts';

/** What decides which GitHub environment a run belongs to. */
export interface Belonging {
  readonly intent: Intent;
  readonly inputs: Inputs;
  readonly config: Config;
  readonly event: GitHubEvent;
}

/** The GitHub Deployment that a run keeps; `undefined` where it keeps none. */
export function environmentFor(
  { intent, inputs, config, event }: Belonging,
  plan: Plan,
): Omit<DeploymentRequest, 'description'> | undefined {
  if (intent.kind === 'ensure-preview')
    return {
      ...environmentOfPreview(config.preview.githubEnvironments, intent.branch.name),
      payload: { branch: intent.branch.name },
      ref: intent.head,
      transient: true,
      production: false,
    };
  if (intent.kind !== 'deploy') return undefined;
  return {
    environment: intent.environment?.name ?? planDeployment(plan)?.name ?? intent.target.by,
    ref: intent.head,
    transient: false,
    production: isProduction(intent, config, inputs, event),
  };
}

/** Whether a deploy goes where the default branch goes; a dispatch from outside is of no branch. */
function isProduction(
  { branch, environment, target }: Extract<Intent, { kind: 'deploy' }>,
  config: Config,
  inputs: Inputs,
  { name, defaultBranch }: GitHubEvent,
): boolean {
  if (defaultBranch === undefined) return false;
  if (branch) return branch.name === defaultBranch;
  if (name !== 'repository_dispatch') return false;
  const claimed = environmentOf(config, defaultBranch);
  return claimed ? claimed === environment : target === inputs.target;
}
