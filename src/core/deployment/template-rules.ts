import type { MappingNode } from '../yaml/document.ts';
import type { Reader } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';
import type { Basics } from './template-settings.ts';

/** Reports settings that are missing for the Deployment's type, and those that Astro does not take together. */
export function checkCombinations(reader: Reader, configuration: MappingNode, basics: Basics): void {
  checkRequired(reader, configuration, basics);
  for (const [applies, message, key] of [...executorRules(basics), ...modeRules(basics)])
    if (applies) reader.problem(message, reader.place(configuration, key));
}

function checkRequired({ text, problem, place }: Reader, configuration: MappingNode, { type }: Basics): void {
  const required = type === 'STANDARD' ? ['cloud_provider', 'region'] : ['cluster_name'];
  for (const key of [...required, ...(type === 'HYBRID' ? ['scheduler_au', 'scheduler_count'] : [])])
    if (text(configuration, key) === undefined)
      problem(`\`${key}\` is required for a Deployment of type ${type}`, place(configuration, key));
}

/** A combination that Astro does not take: whether it is there, what is wrong with it, and the key to point at. */
type Rule = readonly [applies: boolean, message: string, key: string];

function executorRules({ type, executor, runtimeVersion }: Basics): Rule[] {
  if (executor !== 'ASTRO') return [];
  const version = runtimeVersion?.value ?? '';
  return [
    [
      type === 'HYBRID',
      'the executor ASTRO is not available for HYBRID Deployments: use CELERY or KUBERNETES',
      'executor',
    ],
    [
      /^v?[0-9]+\.[0-9]+\.[0-9]+/.test(version),
      `the executor ASTRO needs Airflow 3, and runtime ${oneLine(version, 30)} has Airflow 2`,
      'executor',
    ],
  ];
}

function modeRules({ type, developmentMode, highAvailability, schedulerSize }: Basics): Rule[] {
  const hybrid = type === 'HYBRID';
  return [
    [
      developmentMode && highAvailability,
      'a Deployment in development mode cannot have high availability',
      'is_high_availability',
    ],
    [
      developmentMode && schedulerSize !== undefined && schedulerSize !== 'SMALL',
      'a Deployment in development mode has a SMALL scheduler',
      'scheduler_size',
    ],
    [hybrid && developmentMode, '`is_development_mode` is not available for HYBRID Deployments', 'is_development_mode'],
    [
      hybrid && highAvailability,
      '`is_high_availability` is not available for HYBRID Deployments',
      'is_high_availability',
    ],
  ];
}
