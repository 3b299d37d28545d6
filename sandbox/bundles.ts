import type { components } from '../src/contract/astro-api.ts';
import type { Astro, StoredDeploy, StoredDeployment } from './state.ts';

type Bundle = components['schemas']['Bundle'];
type Listed = components['schemas']['DeploymentBundle'];

/** Makes a finalized bundle deploy the wanted one at its mount path; without a version the bundle goes. */
export function mount(stored: StoredDeployment, { deploy }: StoredDeploy, version: string | undefined): void {
  const mountPath = deploy.bundleMountPath ?? '';
  if (version === undefined) stored.mounts.delete(mountPath);
  else
    stored.mounts.set(mountPath, {
      ...stored.mounts.get(mountPath),
      bundleType: (deploy as { bundleType?: string }).bundleType ?? 'none',
      mountPath,
      deployId: deploy.id,
      desiredVersion: version,
    });
}

/** Brings what is wanted into effect, at the end of a rollout. */
export function settleMounts({ mounts }: Pick<StoredDeployment, 'mounts'>): void {
  for (const [path, { desiredVersion, ...bundle }] of mounts)
    mounts.set(path, { ...bundle, ...(desiredVersion && { desiredVersion, currentVersion: desiredVersion }) });
}

/** `bundles` of every deploy: what is mounted now, whichever deploy brought it, which asks most of a client. */
export function shownBundles(astro: Astro, stored: StoredDeployment): { bundles?: Bundle[] } {
  const shown = [...stored.mounts.values()];
  return shown.length === 0 || astro.switches.versionMembers === 'absent' ? {} : { bundles: shown };
}

/** The archive that is mounted at a path. */
export function mountedArchive(stored: StoredDeployment, mountPath: string): Buffer | undefined {
  const version = stored.mounts.get(mountPath)?.currentVersion ?? '';
  return stored.deploys.map(({ uploads }) => uploads.get(version)).find((one) => one !== undefined);
}

/** The bundles of a Deployment as they are listed; those of DAGs have no place of their own here. */
export function listBundles(stored: StoredDeployment, query: URLSearchParams): Listed[] {
  if (query.get('isDagBundle') === 'true') return [];
  return [...stored.mounts.values()].map(({ bundleType, mountPath, deployId, desiredVersion, currentVersion }) => {
    const deploy = stored.deploys.find((one) => one.deploy.id === deployId)?.deploy;
    return {
      id: deployId,
      type: 'DEPLOY',
      isDagBundle: false,
      nonDagBundleType: bundleType,
      nonDagMountPath: mountPath,
      ...(desiredVersion && { desiredVersion }),
      ...(currentVersion && { currentVersion }),
      createdAt: deploy?.createdAt ?? stored.deployment.createdAt,
      updatedAt: deploy?.updatedAt ?? deploy?.createdAt ?? stored.deployment.updatedAt,
    };
  });
}
