import { clouds, executors, types } from '../src/core/deployment/template-keys.ts';
import { amount, anyCase, choice, filledIn, oneOf, present, whole } from './template-values.ts';

/** A condition on members of `configuration`. */
const where = (members: Readonly<Record<string, object>>): object => ({
  properties: members,
  required: Object.keys(members),
});
const spelled = (values: Readonly<Record<string, string>>, meant: string): object => ({
  type: 'string',
  pattern: oneOf(Object.fromEntries(Object.entries(values).filter(([, value]) => value === meant))),
});
const isType = (type: string): object => where({ deployment_type: spelled(types, type) });
const isExecutor = (executor: string): object => where({ executor: spelled(executors, executor) });
const on = { const: true };
const needs = (...keys: readonly string[]): object => where(Object.fromEntries(keys.map((key) => [key, present])));
const sized = Object.fromEntries(
  ['default_task_pod_cpu', 'default_task_pod_memory', 'resource_quota_cpu', 'resource_quota_memory'].map((key) => [
    key,
    amount,
  ]),
);
/** What members of `configuration` say of each other. */
export const configurationRules = [
  { if: isType('STANDARD'), then: { ...needs('cloud_provider', 'region'), allOf: [{ properties: { cloud_provider: choice(clouds, true) } }] } },
  { if: isType('DEDICATED'), then: needs('cluster_name') },
  {
    if: isType('HYBRID'),
    then: {
      ...needs('cluster_name', 'scheduler_au', 'scheduler_count'),
      allOf: [{ properties: { scheduler_au: whole(5, 30), scheduler_count: whole(1, 4) } }],
      not: { anyOf: [isExecutor('ASTRO'), where({ is_development_mode: on }), where({ is_high_availability: on })] },
    },
    else: { properties: sized },
  },
  { if: isExecutor('ASTRO'), then: { not: where({ runtime_version: { type: 'string', pattern: '^v?[0-9]+[.][0-9]+[.][0-9]+' } }) } },
  {
    if: where({ is_development_mode: on }),
    then: {
      not: where({ is_high_availability: on }),
      properties: { scheduler_size: { anyOf: [{ enum: [null, ''] }, { type: 'string', pattern: `^${anyCase('SMALL')}$|${filledIn}` }] } },
    },
    else: { anyOf: [where({ is_development_mode: { type: 'string' } }), { properties: { hibernation_schedules: { maxItems: 0 } } }] },
  },
  {
    if: where({ remote_execution: { ...where({ enabled: on }), type: 'object' } }),
    then: { allOf: [isType('DEDICATED'), isExecutor('ASTRO')] },
  },
]; // prettier-ignore

const isDefault = where({ name: { const: 'default' } });
/** What members of `deployment` say of each other. */
export const deploymentRules = [
            {
              if: where({ configuration: { ...where({ is_development_mode: { not: { enum: [true] } } }), type: 'object' } }),
              then: { anyOf: [where({ configuration: where({ is_development_mode: { type: 'string' } }) }), { properties: { hibernation_schedules: { maxItems: 0 } } }] },
            },
            {
              if: where({ configuration: { not: { required: ['is_development_mode'] }, type: 'object' } }),
              then: { properties: { hibernation_schedules: { maxItems: 0 } } },
            },
            {
              if: where({ configuration: isExecutor('KUBERNETES') }),
              then: { properties: { worker_queues: { items: { ...isDefault } } } },
              else: { properties: { worker_queues: { anyOf: [{ maxItems: 0 }, { contains: isDefault }] } } },
            },
]; // prettier-ignore
