import type { components } from '../../contract/astro-api.ts';
import { omitUndefined } from '../omit-undefined.ts';
import type { Template } from './template-types.ts';

type Schemas = components['schemas'];
type Deployment = Schemas['Deployment'];

/** Pod sizes and quotas: the file's, else the stored ones, else what Astro has as defaults. Remote execution has none. */
export function podSizes(
  template: Template,
  existing: Deployment | undefined,
  options: Schemas['DeploymentOptions'] | undefined,
) {
  const { defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory } = template;
  const given = omitUndefined({ defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory });
  if (template.type === 'HYBRID' || template.remoteExecution) return given;
  const quotas = options?.resourceQuotas;
  const fallback = existing
    ? omitUndefined({
        defaultTaskPodCpu: existing.defaultTaskPodCpu,
        defaultTaskPodMemory: existing.defaultTaskPodMemory,
        resourceQuotaCpu: existing.resourceQuotaCpu,
        resourceQuotaMemory: existing.resourceQuotaMemory,
      })
    : omitUndefined({
        defaultTaskPodCpu: quotas?.defaultPodSize.cpu.default,
        defaultTaskPodMemory: quotas?.defaultPodSize.memory.default,
        resourceQuotaCpu: quotas?.resourceQuota.cpu.default,
        resourceQuotaMemory: quotas?.resourceQuota.memory.default,
      });
  return { ...fallback, ...given };
}
