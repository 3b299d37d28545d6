import { randomBytes } from 'node:crypto';
import type { components } from '../src/contract/astro-api.ts';
import { airflowVersionOf } from './options.ts';
import { mount, shownBundles } from './bundles.ts';
import { showRollout } from './rollout.ts';
import { deploymentOf, parseLater, withDags } from './lifecycle.ts';
import { Refusal, iso, somebody, type Astro, type Deploy, type StoredDeploy, type StoredDeployment } from './state.ts';

type Schemas = components['schemas'];

/** A deploy as it is answered; the upload addresses are told to its maker only. */
export function answeredDeploy(
  astro: Astro,
  home: StoredDeployment,
  { deploy: stored }: StoredDeploy,
  withUpload = false,
): Deploy {
  const { dagsUploadUrl, bundleUploadUrl, ...deploy } = stored;
  // Only requests name a bundle's type.
  const shown = Object.fromEntries(Object.entries(deploy).filter(([key]) => key !== 'bundleType')) as typeof deploy;
  const uploads = withUpload
    ? { ...(dagsUploadUrl && { dagsUploadUrl }), ...(bundleUploadUrl && { bundleUploadUrl }) }
    : {};
  const type = isBundle(stored) ? (astro.switches.bundleDeploysReadAs as Deploy['type']) : stored.type;
  const empty =
    astro.switches.absentMembers === 'null'
      ? { git: null, rollbackFromId: null, bundleMountPath: null, dagTarballVersion: null }
      : {};
  return { ...(empty as object), ...shown, type, ...shownBundles(astro, home), ...uploads };
}

const isBundle = ({ type }: Deploy): boolean => (type as string) === 'BUNDLE';

export function createDeploy(
  astro: Astro,
  deploymentId: string | undefined,
  body: Schemas['CreateDeployRequest'],
): StoredDeploy {
  const stored = deploymentOf(astro, deploymentId);
  const { deployment } = stored;
  if (deployment.status === 'HIBERNATING')
    throw new Refusal(400, 'Invalid request: cannot deploy to a hibernating deployment');
  if (stored.creating) throw new Refusal(400, 'Invalid request: the deployment is still being created');
  const remoteImage = body.type === 'IMAGE_ONLY' && deployment.remoteExecution?.enabled === true;
  if (body.type !== 'IMAGE_AND_DAG' && !remoteImage && !deployment.isDagDeployEnabled)
    throw new Refusal(400, `Invalid request: dag deploy is not enabled for deployment ${deployment.id}`);
  if (body.type === 'BUNDLE' && (!body.bundleType || !body.bundleMountPath?.startsWith('/')))
    throw new Refusal(400, 'Invalid request: a bundle deploy needs bundleType and an absolute bundleMountPath');
  if ((body.description ?? '').length > 500)
    throw new Refusal(400, 'Invalid request', [
      { field: 'description', code: 'max', message: 'at most 500 characters' },
    ]);
  if (body.git) checkGit(body.git);
  return addDeploy(astro, stored, {
    ...(body as Partial<Deploy>),
    status: 'INITIALIZED',
  });
}

function checkGit(git: Schemas['CreateDeployGitRequest']): void {
  const github = git.provider === 'GITHUB';
  if (github && (!git.account || !git.repo || git.remoteUrl))
    throw new Refusal(400, 'Invalid request: git provider GITHUB needs account and repo, and no remoteUrl');
  if (!github && (!git.remoteUrl || git.account || git.repo))
    throw new Refusal(400, 'Invalid request: git provider GENERIC needs remoteUrl, and no account or repo');
}

/** Adds a deploy to the history; what is left out gets a plausible value. */
export function addDeploy(astro: Astro, stored: StoredDeployment, given: Partial<Deploy>): StoredDeploy {
  const { deployment } = stored;
  const id = given.id ?? astro.newId();
  const signature = randomBytes(24).toString('base64url');
  const at = given.createdAt ?? iso(astro.now());
  const kind = given.type as string | undefined;
  const address = (name: string): string =>
    `${astro.origin()}/blob/${id}/${name}.tar.gz?sv=2021-08-06&se=${encodeURIComponent(iso(astro.now() + astro.switches.uploadLifetime))}&sr=b&sp=cw&sig=${signature}`;
  const entry: StoredDeploy = {
    deploy: {
      type: 'IMAGE_AND_DAG',
      status: 'DEPLOYED',
      isDagDeployEnabled: deployment.isDagDeployEnabled,
      astroRuntimeVersion: deployment.astroRuntimeVersion,
      airflowVersion: deployment.airflowVersion,
      createdBySubject: somebody,
      ...given,
      id,
      deploymentId: deployment.id,
      createdAt: at,
      imageRepository: deployment.imageRepository,
      imageTag:
        given.imageTag ??
        (kind === 'DAG_ONLY' || kind === 'BUNDLE'
          ? deployment.imageTag
          : `deploy-${at.slice(0, 16).replaceAll(':', '-')}-${String(stored.deploys.length)}`),
      ...(deployment.isDagDeployEnabled &&
        kind !== 'BUNDLE' &&
        kind !== 'IMAGE_ONLY' && { dagsUploadUrl: address('dags') }),
      ...(kind === 'BUNDLE' && deployment.isDagDeployEnabled && { bundleUploadUrl: address('bundle') }),
    },
    signature,
    uploads: new Map(),
    blocks: new Map(),
  };
  stored.deploys.push(entry);
  return entry;
}

export function deployOf(
  astro: Astro,
  deploymentId: string | undefined,
  id: string | undefined,
): { stored: StoredDeployment; entry: StoredDeploy } {
  const stored = deploymentOf(astro, deploymentId);
  const entry = stored.deploys.find(({ deploy }) => deploy.id === id);
  if (!entry) throw new Refusal(404, 'Deploy not found');
  return { stored, entry };
}

export function finalizeDeploy(
  astro: Astro,
  deploymentId: string | undefined,
  id: string | undefined,
  body: Schemas['FinalizeDeployRequest'],
): StoredDeploy {
  const { stored, entry } = deployOf(astro, deploymentId, id);
  const { deploy } = entry;
  const type = deploy.type as string;
  if (deploy.status !== 'INITIALIZED') throw new Refusal(400, 'Invalid request: the deploy is finalized already');
  // The CLI sends "" for "no DAGs"; it counts as none.
  const version = body.dagTarballVersion || undefined;
  if (type === 'DAG_ONLY' && version === undefined)
    throw new Refusal(400, 'Invalid request: No DAG tarball version ID provided for DAG deploy');
  if (type === 'BUNDLE' && body.bundleTarballVersion === undefined)
    throw new Refusal(400, 'Invalid request: No bundle tarball version ID provided for bundle deploy');
  const wanted = type === 'BUNDLE' ? body.bundleTarballVersion || undefined : version;
  if (wanted !== undefined && !entry.uploads.has(wanted))
    throw new Refusal(400, `Invalid request: there is no uploaded version ${wanted}`);
  const repository = deploy.imageRepository.split('/').slice(1).join('/');
  if (type.startsWith('IMAGE') && astro.hasImage && !astro.hasImage(repository, deploy.imageTag)) {
    throw new Refusal(400, `Cannot get digest for image: ${deploy.imageRepository}:${deploy.imageTag}`);
  }
  // A rollout that is overtaken before its end counts as done: what it shipped never shows on the Deployment.
  const overtaken = stored.deploys.find((one) => one.deploy.id === stored.rollout?.deployId);
  if (overtaken) overtaken.deploy = { ...overtaken.deploy, status: 'DEPLOYED' };
  const finalized = astro.switches.deployedMeans === 'finalized' ? 'DEPLOYED' : 'INITIALIZED';
  if (type === 'BUNDLE') mount(stored, entry, wanted);
  // The CLI sends an empty version with image and DAGs for "no DAGs", which deletes those that run.
  const emptied = type === 'IMAGE_AND_DAG' && deploy.isDagDeployEnabled && body.dagTarballVersion === '';
  const shipped: { dagTarballVersion?: string } =
    version === undefined && !emptied ? {} : { dagTarballVersion: version ?? '' };
  const runtime = type.startsWith('IMAGE') ? astro.runtimeOfImage(repository, deploy.imageTag) : undefined;
  const runs = runtime ? { astroRuntimeVersion: runtime, airflowVersion: airflowVersionOf(runtime) } : {};
  entry.deploy = { ...deploy, status: finalized, ...shipped, ...runs };
  stored.deployment = {
    ...withDags(stored.deployment, 'desiredDagTarballVersion', shipped.dagTarballVersion),
    status: 'DEPLOYING',
  };
  stored.rollout = { until: astro.now() + astro.delays.deploy, deployId: deploy.id };
  if (type.startsWith('IMAGE')) showRollout(astro, stored);
  if (type !== 'BUNDLE') parseLater(astro, stored, entry.deploy);
  return entry;
}

export function rollback(
  astro: Astro,
  deploymentId: string | undefined,
  id: string | undefined,
  description: string | undefined,
): StoredDeploy {
  const { stored, entry } = deployOf(astro, deploymentId, id);
  if (isBundle(entry.deploy)) throw new Refusal(400, 'Invalid request: a bundle deploy cannot be rolled back to');
  if (entry.deploy.status !== 'DEPLOYED')
    throw new Refusal(400, 'Invalid request: only a deploy that was deployed can be rolled back to');
  const { type, imageTag, dagTarballVersion, astroRuntimeVersion, airflowVersion } = entry.deploy;
  const again = addDeploy(astro, stored, {
    type,
    imageTag,
    status: 'INITIALIZED',
    rollbackFromId: entry.deploy.id,
    ...(dagTarballVersion !== undefined && { dagTarballVersion }),
    ...(astroRuntimeVersion && { astroRuntimeVersion }),
    ...(airflowVersion && { airflowVersion }),
    ...(description !== undefined && { description }),
  });
  stored.deployment = {
    ...withDags(stored.deployment, 'desiredDagTarballVersion', again.deploy.dagTarballVersion),
    status: 'DEPLOYING',
  };
  stored.rollout = { until: astro.now() + astro.delays.deploy, deployId: again.deploy.id };
  if (type.startsWith('IMAGE')) showRollout(astro, stored);
  parseLater(astro, stored, again.deploy);
  return again;
}
