import { baseTarget } from '../core/config/base-target.ts';
import { environmentOf, noConfig, type Config } from '../core/config/config.ts';
import { UserError } from '../core/errors.ts';
import type { Target } from '../core/event.ts';
import { claim } from '../core/intent/deploy.ts';
import type { Context } from './context.ts';

/** The long-lived Deployment that this branch is a preview of, by the branch that its pull request goes to, or the default branch. */
export async function findBaseTarget(context: Context): Promise<Target | undefined> {
  const base = baseBranch(context);
  return baseTarget(await trustedConfig(base, context), base, context.inputs.target);
}

/**
 * The long-lived Deployment that the base branch deploys to: its DAGs are what the preview's DAGs are compared with. A
 * default branch's file that cannot be used leaves the comparison out: the branch may be the one that repairs it.
 */
export async function findComparedTarget(context: Context): Promise<Target | undefined> {
  const { inputs, event } = context;
  const base = baseBranch(context);
  if (base === undefined || !inputs.dagChanges) return undefined;
  try {
    const config = await trustedConfig(base, context);
    return claim({ ...inputs, config }, base, event.defaultBranch)?.target;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const baseBranch = ({ event }: Context): string | undefined => event.pullRequest?.baseRef ?? event.defaultBranch;

/**
 * A branch must not choose a Deployment by its own file: `environments` are those of the default branch's file. It is asked
 * for only where the branch's own file claims the base branch at all.
 */
async function trustedConfig(base: string | undefined, { configuration }: Context): Promise<Config> {
  const { config, readDefault } = configuration;
  if (!readDefault || base === undefined || environmentOf(config, base) === undefined) return config;
  const text = await readDefault(config.file);
  return text === undefined ? noConfig : (await import('../core/config/read.ts')).readConfig(text, config.file);
}
