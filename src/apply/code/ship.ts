import { deletesDags, shownFolder } from './preflight.ts';
import { packBundle } from '../../astro/archive.ts';
import { monitoringDag, monitoringFile } from '../../core/code/monitoring-dag.ts';
import { addText, type Bundle } from '../../astro/bundle.ts';
import type { components } from '../../contract/astro-api.ts';
import { createDeploy, finalizeDeploy, type Deploy } from '../../astro/deploys.ts';
import type { Deployment } from '../../astro/deployments.ts';
import { uploadBundle } from '../../astro/upload.ts';
import { isLoopback } from '../../core/addresses.ts';
import { limitSentences } from '../../core/limit-problems.ts';
import { UserError } from '../../core/errors.ts';
import { archiveTime, deployDescription, gitFacts } from '../../core/code/source.ts';
import { oneLine } from '../../core/text.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Tools } from '../../observe/tools.ts';
import { checkImage, pushPrepared, type PreparedImage } from './image.ts';
import type { Shipped } from '../deployment/rollout.ts';
import type { Step } from '../../core/plan/steps.ts';
import { collectShipped } from './shipped-folder.ts';
import type { DeploymentLocation } from '../../astro/types.ts';
import { omitUndefined } from '../../core/omit-undefined.ts';

type DeployStep = Extract<Step, { kind: 'deploy-code' }>;

const types = {
  'dags-only': 'DAG_ONLY',
  'image-and-dags': 'IMAGE_AND_DAG',
  'image-only': 'IMAGE_ONLY',
  dbt: 'BUNDLE',
} as const;

/**
 * Ships code: checks, begins the deploy, uploads, finalizes. Whatever can be refused is refused before the deploy begins,
 * and nothing runs before it is finalized.
 */
export async function shipCode(
  location: DeploymentLocation,
  deployment: Deployment,
  step: DeployStep,
  image: PreparedImage | undefined,
  inputs: Inputs,
  tools: Tools,
): Promise<Shipped & { readonly deployId: string; readonly finalizedAt: number }> {
  const { log } = tools;
  const dbt = step.type === 'dbt';
  const prefix = dbt || !inputs.dagsBaseDir ? '' : 'dags';
  const folder =
    dbt || (step.type !== 'image-only' && deployment.isDagDeployEnabled)
      ? collectShipped(step.source, {
          prefix,
          refuseOutsideLinks: /^3/.test(deployment.airflowVersion),
          allowEmpty: dbt || inputs.force,
          allowMissing: deletesDags(step, inputs),
          shown: shownFolder(step.source, tools.env),
        })
      : undefined;
  const bundle = folder && !dbt && deployment.type === 'HYBRID' ? withMonitoring(folder, prefix, deployment) : folder;
  for (const notice of limitSentences(bundle?.notices ?? [])) log.notice(notice);

  if (image) await checkImage(image, deployment, location.organization, tools);

  const { mountPath } = step.source;
  const modifiedAt = archiveTime(step.source, tools.now());
  const git = gitFacts(step.source);
  // With Remote Execution Astronomer's CLI sends IMAGE_AND_DAG without DAGs; IMAGE_ONLY may ask for DAGs of an earlier deploy.
  const remote = deployment.remoteExecution?.enabled === true && inputs.deployType !== 'image-only';
  const deploy = await createDeploy(location, {
    type: remote && step.type === 'image-only' ? 'IMAGE_AND_DAG' : types[step.type],
    ...(mountPath !== undefined && { bundleType: 'dbt', bundleMountPath: mountPath }),
    description: deployDescription(
      step.source,
      inputs.description,
      { shipsDags: bundle !== undefined && !dbt, shipsImage: image !== undefined },
      log.clean,
    ),
    ...(git && { git }),
  });
  const imageTag = image && (await tools.budget.exempt(() => pushPrepared(image, deploy, tools)));
  const version =
    bundle && (await uploadFolder({ bundle, modifiedAt }, deploy, dbt ? 'the dbt project' : 'the DAG folder', tools));
  const dagTarballVersion = dbt ? undefined : version;
  const body: components['schemas']['FinalizeDeployRequest'] = {
    ...omitUndefined({ dagTarballVersion }),
    ...(dbt && version !== undefined && { bundleTarballVersion: version }),
  };
  const finalizedAt = tools.now().getTime();
  await finalizeDeploy(location, deploy.id, body);
  return {
    deployId: deploy.id,
    finalizedAt,
    ...(imageTag !== undefined && { image: true, imageTag }),
    ...omitUndefined({ dagTarballVersion }),
    ...omitUndefined({ mountPath }),
  };
}

/** HYBRID Deployments want a monitoring DAG, as Astronomer's CLI adds it; hosted ones have one of their own. */
function withMonitoring(bundle: Bundle, prefix: 'dags' | '', { airflowVersion }: Deployment): Bundle {
  const name = prefix === '' ? monitoringFile : `${prefix}/${monitoringFile}`;
  return addText(bundle, name, monitoringDag(airflowVersion.startsWith('2.') ? 2 : 3));
}

async function uploadFolder(
  { bundle, modifiedAt }: { readonly bundle: Bundle; readonly modifiedAt: Date },
  deploy: Deploy,
  what: 'the DAG folder' | 'the dbt project',
  { client, log, signal }: Tools,
): Promise<string> {
  const address = what === 'the dbt project' ? deploy.bundleUploadUrl : deploy.dagsUploadUrl;
  if (!address) {
    throw new UserError(
      `Astro gave no address to upload ${what} to (deploy ${deploy.id}), although DAG deploys are on. Run the job again; if it stays so, report it to Astronomer.`,
    );
  }
  const upload = await uploadBundle(packBundle(bundle, modifiedAt), address, {
    agents: client.agents,
    signal,
    secrets: log.secret,
    allowLoopbackHttp: isLoopback(client.url.hostname),
    remaining: client.remaining,
    debug: log.debug,
    pause: client.pause,
  });
  const size = `${bundle.entries.length} files of ${what}, ${Math.ceil(upload.bytes / 1024)} KiB`;
  log.info(`Uploaded ${size}: version ${oneLine(upload.version, 100)}.`);
  return upload.version;
}
