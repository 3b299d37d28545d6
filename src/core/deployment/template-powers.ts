import { UserError } from '../errors.ts';
import type { Template } from './template-types.ts';

/** What a template can give a preview beside size: access to other systems. The names are those of `allow-template`. */
export const templatePowers = ['workload-identity', 'remote-execution', 'cluster'] as const;
export type TemplatePower = (typeof templatePowers)[number];

const keys: Readonly<Record<TemplatePower, string>> = {
  'workload-identity': 'workload_identity',
  'remote-execution': 'remote_execution',
  cluster: 'cluster_name',
};

function valueOf(template: Template, power: TemplatePower): string | undefined {
  const values = {
    'workload-identity': template.workloadIdentity,
    'remote-execution': template.remoteExecution && JSON.stringify(template.remoteExecution),
    cluster: template.clusterName?.value,
  };
  return values[power];
}

/** The powers that a template asks for, of those that are not allowed anyway. */
export const powersOf = (template: Template, allowed: readonly TemplatePower[]): readonly TemplatePower[] =>
  templatePowers.filter((power) => !allowed.includes(power) && valueOf(template, power) !== undefined);

/**
 * Refuses powers that a branch's template has and the default branch's has not, or has otherwise. Throws UserError.
 */
export function refusePowers(
  template: Template,
  ofDefaultBranch: Template | undefined,
  allowed: readonly TemplatePower[],
): void {
  const problems = powersOf(template, allowed)
    .filter((power) => valueOf(template, power) !== (ofDefaultBranch && valueOf(ofDefaultBranch, power)))
    .map((power) => ({
      message: `\`${keys[power]}\` is not what the template on the default branch has: a branch cannot give this to its preview by itself. Merge the change first, or list \`${power}\` in the input \`allow-template\`.`,
      at: { file: template.file },
    }));
  if (problems.length > 0)
    throw new UserError(problems.map(({ message }) => `${template.file}: ${message}`).join('\n'), { problems });
}
