import * as core from '@actions/core';
import { realpathSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { readDeploymentOptions, type Deployment } from '../../astro/deployments.ts';
import type { Deploy } from '../../astro/deploys.ts';
import { UserError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { repositoryName } from '../../core/repository.ts';
import { refuseRuntime } from '../../core/deployment/runtime-version.ts';
import { buildImage, usesGitHubCache } from '../../docker/build.ts';
import { checkEngine } from '../../docker/check-engine.ts';
import { findEngine, inspectImage, type Engine } from '../../docker/engine.ts';
import { pushImage } from '../../docker/push.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Tools } from '../../observe/tools.ts';
import { privateFolderState } from '../../runner/post.ts';
import { readDockerignore } from '../../core/code/dockerignore.ts';
import type { Source } from '../../core/code/source.ts';
import { oneLine } from '../../core/text.ts';
import { collectShipped } from './shipped-folder.ts';
import { runCommand } from '../../runner/run-program.ts';
import { makePrivateFolder, removePrivateFolder } from '../../runner/private-folder.ts';
import { workspaceFolder, inside } from '../../runner/workspace-files.ts';
import type { Step } from '../../core/plan/steps.ts';
import type { Log } from '../../runner/log.ts';
import { limitSentences } from '../../core/limit-problems.ts';

/** An image on this machine, ready to be pushed. */
export interface PreparedImage {
  readonly engine: Engine;
  readonly name: string;
  readonly runtimeVersion: string;
  readonly privateFolder: string;
  /** Takes everything off the disk again that preparing and pushing put there. */
  readonly discard: () => Promise<void>;
}

/**
 * Checks what an image deploy needs on this runner before anything is created or changed: an engine that answers, BuildKit,
 * room on the disk, and the image of `image-name`. Throws UserError.
 */
export async function refuseUnreadyEngine(plan: Plan, inputs: Inputs, { env, signal, log }: Tools): Promise<void> {
  const step = plan.steps.find((one) => one.kind === 'deploy-code');
  if (!step || step.type === 'dags-only' || step.type === 'dbt') return;
  const engine = await findEngine(env, signal, wantsBuilder(inputs));
  const warning = await checkEngine(engine, inputs.imageName === undefined ? 'build' : 'push');
  if (warning !== undefined) log.warning(warning);
  if (inputs.imageName !== undefined) await inspectImage(engine, inputs.imageName, 'given');
}

const wantsBuilder = ({ cacheFrom, cacheTo }: Inputs): boolean => cacheFrom.length > 0 || cacheTo.length > 0;

/** Builds the image, or takes the one that an earlier step built, and looks at what it is. */
export async function prepareImage(
  step: Extract<Step, { kind: 'deploy-code' }>,
  dagDeploysOn: boolean,
  inputs: Inputs,
  tools: Tools,
): Promise<PreparedImage> {
  const { log, signal, env } = tools;
  const engine = await findEngine(env, signal, wantsBuilder(inputs));
  const privateFolder = makePrivateFolder(env);
  const name = inputs.imageName ?? `astro-branch-deploy:${basename(privateFolder).slice(-12)}`;
  const discard = async (): Promise<void> => {
    removePrivateFolder(privateFolder);
    // The layers stay as a cache for the next build; a cancelled run leaves the name to `docker image prune`.
    if (inputs.imageName === undefined && !signal.aborted)
      await runCommand(engine.program, ['rmi', name], { env: engine.env, signal });
  };
  try {
    // Before anything secret is in it: should this process be killed, the post step still knows where to look.
    core.saveState(privateFolderState, privateFolder);
    if (inputs.imageName === undefined) {
      const { commit, folder, dagsFolder, repository } = step.source;
      const labels = {
        'org.opencontainers.image.source':
          repository.provider === 'GITHUB' ? `https://github.com/${repositoryName(repository)}` : repository.remoteUrl,
        ...(commit && { 'org.opencontainers.image.revision': commit.id }),
      };
      const { buildArgs, buildSecrets: secrets, cacheFrom, cacheTo } = inputs;
      const request = {
        workspace: workspaceFolder(env),
        project: folder,
        tag: name,
        labels,
        buildArgs,
        secrets,
        cacheFrom,
        cacheTo,
        privateFolder,
        ...(dagDeploysOn && { withoutDags: dagsFolder }),
        without: leftOutOfImage(step.source, dagDeploysOn, log),
      };
      const runtimeToken = env['ACTIONS_RUNTIME_TOKEN'];
      if (usesGitHubCache(request) && runtimeToken) log.secret(runtimeToken, 'ACTIONS_RUNTIME_TOKEN');
      await log.group('Build the image', () => buildImage(engine, request, log.info));
    }
    const { runtimeVersion } = await inspectImage(engine, name, inputs.imageName === undefined ? 'built' : 'given');
    return { engine, name, privateFolder, discard, runtimeVersion: log.clean(runtimeVersion) };
  } catch (error) {
    await discard();
    throw error;
  }
}

/**
 * What stays out of the image, relative to the project: credentials of other steps, named in a notice, and what an archive
 * of the DAG folder would leave out where DAGs go in the image.
 */
function leftOutOfImage(source: Source, dagsApart: boolean, log: Log): string[] {
  const { folder, dagsFolder, project, credentials = [] } = source;
  const below = (root: string, path: string): string[] =>
    inside(path, root) ? [relative(root, path).replaceAll(sep, '/')] : [];
  const ignored = readDockerignore(project.dockerignore);
  const secret = credentials.flatMap((path) => below(realpathSync(folder), path));
  const notices = secret
    .filter((path) => !ignored(path))
    .map((path) => `${oneLine(path)} stays out of the image: another step of the job put credentials into it.`);
  for (const notice of limitSentences(notices)) log.notice(notice);
  const options = { prefix: '', refuseOutsideLinks: false, allowEmpty: true, allowMissing: true } as const;
  const unshipped = dagsApart ? [] : collectShipped(source, options).leftOut;
  return [...new Set([...secret, ...unshipped.flatMap((path) => below(folder, join(dagsFolder, path)))])];
}

/** Checks the image against the Deployment and what Astro offers; throws UserError before anything is begun. */
export async function checkImage(
  image: PreparedImage,
  deployment: Deployment,
  organization: string,
  tools: Tools,
): Promise<void> {
  const { runtimeReleases } = await readDeploymentOptions(tools.client, organization);
  const refusal = refuseRuntime(
    image.runtimeVersion,
    deployment.astroRuntimeVersion,
    runtimeReleases.map(({ version }) => version),
  );
  if (refusal !== undefined) throw new UserError(refusal);
}

/** Pushes the image to where the deploy wants it. */
export async function pushPrepared(image: PreparedImage, deploy: Deploy, tools: Tools): Promise<string> {
  const { imageRepository: repository, imageTag: tag } = deploy;
  if (!repository || !tag) {
    throw new UserError(
      `Astro gave no place in its registry for the image (deploy ${deploy.id}). Run the job again; if it stays so, report it to Astronomer.`,
    );
  }
  await pushImage(image.engine, {
    image: image.name,
    repository,
    tag,
    token: tools.client.token,
    api: tools.client.url,
    privateFolder: image.privateFolder,
  });
  tools.log.info(`Pushed the image as ${repository}:${tag}.`);
  return tag;
}
