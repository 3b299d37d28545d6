import type { components } from '../src/contract/astro-api.ts';
import { airflowOf, deploymentOf } from './lifecycle.ts';
import { Refusal, type Astro } from './state.ts';

type Log = components['schemas']['DeploymentLog'];
type Entry = components['schemas']['DeploymentLogEntry'];

/** What a Deployment's components logged: its deploys and its import errors, oldest first. */
export function deploymentLogs(astro: Astro, id: string | undefined, query: URLSearchParams): Log {
  const { deployment, deploys } = deploymentOf(astro, id);
  const sources = query.getAll('sources');
  if (sources.length === 0) throw new Refusal(400, 'Invalid request: sources is required');
  const text = (query.get('searchText') ?? '').toLowerCase();
  const entries: Entry[] = [
    ...deploys.map(({ deploy }) => ({
      source: 'scheduler',
      timestamp: Date.parse(deploy.createdAt),
      raw: `INFO - deploy ${deploy.id} (${deploy.type}) is ${deploy.status}`,
    })),
    ...airflowOf(astro, deployment.id).importErrors.map(({ filename, stack_trace, timestamp }) => ({
      source: 'dag-processor',
      timestamp: timestamp === undefined ? astro.now() : Date.parse(timestamp),
      raw: `ERROR - failed to import ${filename}: ${stack_trace}`,
    })),
  ];
  const found = entries.filter(({ source, raw }) => sources.includes(source) && raw.toLowerCase().includes(text));
  const limit = Number(query.get('limit') ?? 100);
  const offset = Number(query.get('offset') ?? 0);
  const results = found.slice(offset, offset + limit);
  return {
    limit,
    offset,
    maxNumResults: Number(query.get('maxNumResults') ?? limit),
    resultCount: results.length,
    results,
    searchId: query.get('searchId') ?? `search-${deployment.id}`,
  };
}
