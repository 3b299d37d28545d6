import type { components } from '../../contract/astro-api.ts';
import type { Problem } from '../errors.ts';
import { oneLine } from '../text.ts';
import type { Desired } from './desired.ts';
import { unlike } from './differences.ts';

type Deployment = components['schemas']['Deployment'];

/** What the template asks for and no update can change. */
export function impossibleChanges(desired: Desired, existing: Deployment): Problem[] {
  const name = oneLine(existing.name);
  const fixed: [string, unknown, unknown][] = [
    ['deployment_type', existing.type, desired.type],
    ['cluster_name', existing.clusterId || undefined, desired.type === 'STANDARD' ? undefined : desired.clusterId],
    ['cloud_provider', existing.cloudProvider, desired.cloudProvider],
    ['region', existing.region?.toLowerCase(), desired.region?.toLowerCase()],
  ];
  const found = fixed.flatMap(([field, stored, wanted]) =>
    unlike(stored, wanted)
      ? [`${field} is ${oneLine(String(stored), 60)} and the template asks for ${oneLine(String(wanted), 60)}`]
      : [],
  );
  if (existing.isDevelopmentMode === false && desired.isDevelopmentMode)
    found.push('is_development_mode is false and the template asks for true');
  if (existing.remoteExecution?.enabled === true && !desired.remoteExecution)
    found.push('remote_execution is on and the template does not ask for it');
  if (existing.executor === 'KUBERNETES' && desired.executor !== 'KUBERNETES' && desired.queues.length === 0) {
    found.push(`executor is KUBERNETES and the template asks for ${desired.executor}, which needs \`worker_queues\``);
  }
  for (const { key, isSecret } of desired.variables) {
    if (!isSecret && existing.environmentVariables?.some((variable) => variable.key === key && variable.isSecret)) {
      found.push(`the environment variable ${key} is a secret and the template makes it readable`);
    }
  }
  return found.map((what) => ({
    message: `Astro cannot change this about the preview ${name}: ${what}. Put the template back, or delete the preview (close the pull request and reopen it) so that it is made anew.`,
  }));
}
