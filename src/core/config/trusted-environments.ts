import { oneLine } from '../text.ts';
import { environmentOf, type Config } from './config.ts';

/**
 * The environments that hold for a branch other than the default one: those of the default branch's file. A branch must
 * not give itself a long-lived Deployment; `warning` says so where only its own file does.
 */
export function trustEnvironments(
  own: Config,
  ofDefaultBranch: Config,
  branch: string,
): { readonly config: Config; readonly warning?: string } {
  const config = { ...own, environments: ofDefaultBranch.environments };
  if (environmentOf(own, branch) === undefined || environmentOf(config, branch) !== undefined) return { config };
  const shown = oneLine(branch, 100);
  return {
    config,
    warning: `\`environments\` in this branch's \`${own.file}\` gives \`${shown}\` a long-lived Deployment, and the file on the default branch does not: the entry is ignored. Merge it into the default branch first.`,
  };
}
