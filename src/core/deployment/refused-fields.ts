import { ApiError, UserError, type FieldError, type Position } from '../errors.ts';
import type { YamlNode } from '../yaml/document.ts';

/** Where the members of a template stand, by their path, such as `worker_queues/0/worker_type`. */
export type Places = ReadonlyMap<string, Position>;

/** Members that Astro's API calls otherwise; for all others the words are the same. */
const names: Readonly<Record<string, string>> = {
  is_cicd_enforced: 'ci_cd_enforcement',
  is_dag_deploy_enabled: 'dag_deploy_enabled',
  astro_runtime_version: 'runtime_version',
  contact_emails: 'alert_emails',
  scaling_spec: 'hibernation_schedules',
  cluster_id: 'cluster_name',
  workspace_id: 'workspace_name',
  task_pod_node_pool_id: 'default_worker_type',
  type: 'deployment_type',
  astro_machine: 'worker_type',
  node_pool_id: 'worker_type',
};

/** The places of a template's members; those of `configuration` by their own name, as Astro's API has them. */
export function placesIn(root: YamlNode): Places {
  const places = new Map<string, Position>();
  const add = (node: YamlNode, path: readonly string[], at: Position): void => {
    places.set(path.filter((key) => key !== 'deployment' && key !== 'configuration').join('/'), at);
    if (node.kind === 'sequence')
      for (const [index, item] of node.items.entries()) add(item, [...path, String(index)], item.at);
    if (node.kind === 'mapping') for (const entry of node.entries) add(entry.value, [...path, entry.key], entry.at);
  };
  add(root, [], root.at);
  return places;
}

/** The place in the template of a member that Astro names, or of the nearest one around it. */
function placeOf(field: string, places: Places): Position | undefined {
  const words = field.split(/[.[\]/]+/).filter((word) => word !== '');
  const path = words.map((word) => {
    const snake = word.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
    return names[snake] ?? snake;
  });
  // Some answers begin with what holds the member, such as `body` or the name of the request.
  for (let first = 0; first < path.length; first++)
    for (let last = path.length; last > first; last--) {
      const found = places.get(path.slice(first, last).join('/'));
      if (found) return found;
    }
  return undefined;
}

/** The same refusal with the places of what Astro names, where that comes from the template; any other error as it is. */
export function withPlaces(error: unknown, places: Places | undefined): unknown {
  if (!(error instanceof ApiError) || error.status !== 400 || !places) return error;
  const found = error.fieldErrors.flatMap((one): (FieldError & { readonly at: Position })[] => {
    const at = placeOf(one.field, places);
    return at ? [{ ...one, at }] : [];
  });
  const [first, ...others] = found;
  if (!first) return error;
  const where = found.map(({ field, at }) => `${field} stands at ${at.file}:${String(at.line)}`).join(', ');
  const { message } = error.because(`In the template ${where}.`);
  const further = others.filter(({ at }) => at.line !== first.at.line);
  const problems = [
    { message, at: first.at },
    ...further.map((one) => ({ message: `Astro refuses this: ${one.message}. Correct it.`, at: one.at })),
  ];
  return new UserError(message, { problems, cause: error });
}
