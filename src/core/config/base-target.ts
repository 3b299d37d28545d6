import type { Target } from '../event.ts';
import { environmentOf, type Config } from './config.ts';

/**
 * The long-lived Deployment that a branch is a preview of: the one of `environments` for the branch that its pull request
 * goes to, else the one that the inputs name.
 */
export function baseTarget(
  config: Pick<Config, 'environments'>,
  base: string | undefined,
  target: Target | undefined,
): Target | undefined {
  return (base === undefined ? undefined : environmentOf(config, base)?.target) ?? target;
}
