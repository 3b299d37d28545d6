import type { components } from '../src/contract/astro-api.ts';

type Options = components['schemas']['DeploymentOptions'];

const machine = (name: Options['workerMachines'][number]['name'], cpu: number): Options['workerMachines'][number] => {
  const size = Number(name.slice(1));
  return {
    name,
    spec: { cpu: String(cpu), memory: `${String(cpu * 2)}Gi` },
    concurrency: { default: size, floor: 1, ceiling: size * 3 },
  };
};
const scheduler = (
  name: Options['schedulerMachines'][number]['name'],
  cpu: number,
): Options['schedulerMachines'][number] => ({ name, spec: { cpu: String(cpu), memory: `${String(cpu * 2)}Gi` } });
const releases: readonly (readonly [string, string])[] = [
  ['3.1-14', '3.1.5'],
  ['3.1-12', '3.1.4'],
  ['3.0-10', '3.0.6'],
  ['13.2.0', '2.11.0'],
  ['12.5.0', '2.10.4'],
  ['12.1.0', '2.10.2'],
  ['11.3.0', '2.9.3'],
];

/** The Airflow of a runtime: as the releases say, for others by the form of the version. */
export function airflowVersionOf(runtime: string): string {
  const known = releases.find(([version]) => version === runtime)?.[1];
  if (known !== undefined) return known;
  return runtime.includes('-') ? `${runtime.split('-')[0] ?? ''}.0` : '2.10.4';
}

/** What the sandbox offers: sizes as Astro documents them, a few runtimes of both forms. */
export const deploymentOptions: Options = {
  executors: ['CELERY', 'KUBERNETES', 'ASTRO'],
  runtimeReleases: releases.map(([version, airflowVersion]) => ({
    version,
    airflowVersion,
    channel: 'stable',
    releaseDate: '2026-06-01T00:00:00.000Z',
    airflowDatabaseMigration: false,
    stellarDatabaseMigration: false,
  })),
  resourceQuotas: {
    defaultPodSize: {
      cpu: { floor: '0.25', ceiling: '6', default: '0.25' },
      memory: { floor: '0.5Gi', ceiling: '12Gi', default: '0.5Gi' },
    },
    resourceQuota: {
      cpu: { floor: '10', ceiling: '1600', default: '10' },
      memory: { floor: '20Gi', ceiling: '3200Gi', default: '20Gi' },
    },
  },
  schedulerMachines: [
    scheduler('SMALL', 1),
    scheduler('MEDIUM', 2),
    scheduler('LARGE', 4),
    scheduler('EXTRA_LARGE', 8),
  ],
  workerMachines: [
    machine('A5', 1),
    machine('A10', 2),
    machine('A20', 4),
    machine('A40', 8),
    machine('A60', 12),
    machine('A120', 24),
    machine('A160', 32),
  ],
  workerQueues: {
    minWorkers: { floor: 0, ceiling: 10, default: 0 },
    maxWorkers: { floor: 1, ceiling: 100, default: 10 },
    workerConcurrency: { floor: 1, ceiling: 64, default: 16 },
  },
};
