import { airflowVersionOf } from './options.ts';
import type { Astro, Deployment } from './state.ts';

type Addresses = Pick<
  Deployment,
  'uiUrl' | 'apiUrl' | 'webServerUrl' | 'webServerAirflowApiUrl' | 'webServerIngressHostname'
>;

/** Where a Deployment and its Airflow are; the version of Airflow's API follows that of Airflow. */
export function addressesOf(
  astro: Astro,
  { id, workspaceId, airflowVersion }: Pick<Deployment, 'id' | 'workspaceId' | 'airflowVersion'>,
): Addresses {
  const api = airflowVersion.startsWith('2.') ? 'v1' : 'v2';
  const secure = astro.secureHost();
  const host = `${astro.organizationId.slice(-8)}.astronomer.run`;
  return {
    uiUrl: `https://cloud.astronomer.io/${workspaceId}/deployments/${id}`,
    apiUrl: `https://${host}/${id.slice(-7)}/api/${api}`,
    webServerUrl: `${secure === undefined ? `${host}/${id.slice(-7)}` : `${secure}/airflow/${id}`}?orgId=org_demo`,
    webServerAirflowApiUrl: `${new URL(astro.origin()).host}/airflow/${id}/api/${api}`,
    webServerIngressHostname: host,
  };
}

/** A Deployment after an image with another runtime went live. */
export function movedTo(astro: Astro, deployment: Deployment, runtime: string): Deployment {
  if (runtime === deployment.astroRuntimeVersion) return deployment;
  const versions = { astroRuntimeVersion: runtime, runtimeVersion: runtime, airflowVersion: airflowVersionOf(runtime) };
  const moved = { ...deployment, ...versions };
  return { ...moved, ...addressesOf(astro, moved) };
}
