import { baseTarget } from '../core/config/base-target.ts';
import { noConfig } from '../core/config/config.ts';
import type { Target } from '../core/event.ts';
import type { Context } from './context.ts';

/**
 * The long-lived Deployment that this branch is a preview of, by the branch that its pull request goes to, or the default
 * branch. A branch must not choose a Deployment by its own file: `environments` are those of the default branch's file.
 */
export async function findBaseTarget({ inputs, configuration, event }: Context): Promise<Target | undefined> {
  const base = event.pullRequest?.baseRef ?? event.defaultBranch;
  const { config, readDefault } = configuration;
  if (baseTarget(config, base, undefined) === undefined) return inputs.target;
  if (!readDefault) return baseTarget(config, base, inputs.target);
  const text = await readDefault(config.file);
  const trusted =
    text === undefined ? noConfig : (await import('../core/config/read.ts')).readConfig(text, config.file);
  return baseTarget(trusted, base, inputs.target);
}
