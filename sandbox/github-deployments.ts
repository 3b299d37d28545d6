import { forbidden, invalid, missing, paged, type GitHubAnswer, type GitHubCall } from './github-answers.ts';
import type { GitHubDeployment, GitHubStandIn } from './github-types.ts';

/** GitHub Deployments and their statuses; `undefined` for any other path. */
export function routeDeployments(call: GitHubCall, path: string): GitHubAnswer | undefined {
  const { stand, method, url } = call;
  const [found, id] = /^\/deployments(?:\/(\d+)\/statuses)?$/.exec(path) ?? [];
  if (found === undefined) return undefined;
  if (stand.permissions.deployments === 'none') return forbidden;
  if (method !== 'GET' && stand.permissions.deployments !== 'write') return forbidden;
  const body = (call.body ?? {}) as Record<string, unknown>;
  if (id === undefined) return method === 'POST' ? create(stand, body) : paged(listed(stand, url), url);
  const deployment = stand.deployments.find((one) => one.id === Number(id));
  if (!deployment) return missing;
  return method === 'POST'
    ? addStatus(stand, deployment, body)
    : paged(deployment.statuses.toReversed().map(shownStatus), url);
}

function create(stand: GitHubStandIn, body: Record<string, unknown>): GitHubAnswer {
  const ref = word(body['ref']);
  if (!stand.branches.has(ref) && !/^[0-9a-f]{40}$/.test(ref)) return invalid(`No ref found for: ${ref}`);
  const environment = word(body['environment']) || 'production';
  const created: GitHubDeployment = {
    id: Math.max(2000, ...stand.deployments.map((one) => one.id)) + 1,
    ref,
    task: word(body['task']) || 'deploy',
    environment,
    description: word(body['description']),
    transient: body['transient_environment'] === true,
    production:
      typeof body['production_environment'] === 'boolean'
        ? body['production_environment']
        : environment === 'production',
    payload: body['payload'] ?? {},
    statuses: [],
  };
  stand.deployments.push(created);
  return { status: 201, body: shown(created) };
}

function addStatus(stand: GitHubStandIn, deployment: GitHubDeployment, body: Record<string, unknown>): GitHubAnswer {
  const description = word(body['description']);
  if (description.length > 140)
    return invalid('Validation Failed', [{ resource: 'DeploymentStatus', code: 'custom', field: 'description' }]);
  const state = word(body['state']);
  const add = (target: GitHubDeployment, added: string) => {
    const status = {
      id: Math.max(3000, ...stand.deployments.flatMap(({ statuses }) => statuses.map((one) => one.id))) + 1,
      state: added,
      environmentUrl: target === deployment ? word(body['environment_url']) : '',
      logUrl: target === deployment ? word(body['log_url']) : '',
      description: target === deployment ? description : '',
    };
    target.statuses.push(status);
    return status;
  };
  // "Adds a new `inactive` status to all prior non-transient, non-production environment deployments with the same
  // repository and environment name", those "that had a `success` state" (docs, "Create a deployment status").
  if (state === 'success' && body['auto_inactive'] !== false) {
    for (const prior of stand.deployments)
      if (
        prior.id < deployment.id &&
        prior.environment === deployment.environment &&
        !prior.transient &&
        !prior.production &&
        prior.statuses.at(-1)?.state === 'success'
      )
        add(prior, 'inactive');
  }
  return { status: 201, body: shownStatus(add(deployment, state)) };
}

const listed = (stand: GitHubStandIn, url: URL) =>
  stand.deployments
    .filter((one) => (url.searchParams.get('environment') ?? one.environment) === one.environment)
    .filter((one) => [null, one.task ?? 'deploy'].includes(url.searchParams.get('task')))
    .filter((one) => (url.searchParams.get('ref') ?? one.ref) === one.ref)
    .toReversed()
    .map(shown);

const shown = ({
  id,
  ref,
  task = 'deploy',
  environment,
  description,
  transient,
  production,
  payload,
}: GitHubDeployment) => ({
  id,
  ref,
  task,
  environment,
  description,
  payload,
  transient_environment: transient,
  production_environment: production,
});

const shownStatus = (status: GitHubDeployment['statuses'][number]) => ({
  id: status.id,
  state: status.state,
  description: status.description,
  environment_url: status.environmentUrl,
  log_url: status.logUrl,
});

const word = (value: unknown): string => (typeof value === 'string' ? value : '');
