import { join } from 'node:path';
import type { Source } from '../core/code/source.ts';
import type { Intent } from '../core/intent/types.ts';
import { secretsFingerprint } from '../core/identity.ts';
import { readIgnoreFile } from '../docker/build-files.ts';
import { imageId } from '../docker/engine.ts';
import { repositoryPaths } from '../git/checkout.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { workspaceFolder } from '../runner/workspace-files.ts';
import { readDeployignore } from './deployignore.ts';
import type { Project } from './project.ts';
import { stepCredentials } from './step-credentials.ts';
import type { Tools } from './tools.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/**
 * Reads from the checkout what the code of this run is. `dags` are the repository-relative paths of the DAG folder, none
 * where it is not under git. Throws UserError for ignore files that cannot be read.
 */
export async function readSource(
  intent: Extract<Intent, { kind: 'ensure-preview' | 'deploy' }>,
  project: Project,
  dags: readonly string[],
  inputs: Inputs,
  tools: Tools,
): Promise<Omit<Source, 'repository' | 'uncommitted'>> {
  const { checkout } = project;
  const workspace = workspaceFolder(tools.env);
  const deployignore = readDeployignore(project, workspace);
  const credentials = await stepCredentials(project, tools);
  return {
    folder: project.folder,
    dagsFolder: project.dagsFolder,
    ...omitUndefined({ mountPath: project.mountPath }),
    credentials,
    artefact: await readArtefact(inputs, tools),
    project: {
      path: checkout.kind === 'checkout' ? checkout.prefix : '',
      dags,
      dockerfile: 'Dockerfile',
      dockerignore: readIgnoreFile(workspace, project.folder),
      steering: steeringFiles(inputs, project, workspace),
      credentials: checkout.kind === 'checkout' ? credentials.flatMap((path) => repositoryPaths(checkout, path)) : [],
      ...(deployignore && { deployignore }),
    },
    ...(checkout.kind === 'checkout' && {
      commit: {
        id: checkout.commit,
        subject: tools.log.redact(checkout.subject),
        author: tools.log.clean(checkout.author),
        committedAt: checkout.committedAt,
      },
    }),
    ...(intent.branch && { branch: intent.branch.name }),
    ...(intent.kind === 'ensure-preview' && intent.pullRequest !== undefined && { head: intent.head }),
  };
}

/** What goes into a deploy beside files. Build arguments may hold secrets: only a keyed digest of them is kept. */
async function readArtefact(inputs: Inputs, { env, signal }: Tools): Promise<Source['artefact']> {
  const { dagsBaseDir, imageName, buildArgs, token, deployType } = inputs;
  const shipsNoImage = deployType === 'dags-only' || deployType === 'dbt';
  const values = buildArgs.map((one) => (one.includes('=') ? one : `${one}=${env[one] ?? ''}`));
  const args = secretsFingerprint(values, token);
  return {
    dagsBaseDir,
    ...(imageName !== undefined && !shipsNoImage && { image: await imageId(env, imageName, signal) }),
    ...omitUndefined({ args }),
  };
}

/** Repository-relative paths of the files that steer the Action itself, wherever the repository is checked out. */
function steeringFiles(inputs: Inputs, project: Project, workspace: string): string[] {
  const { checkout } = project;
  if (checkout.kind === 'none') return [];
  const names = ['.astro/branch-deploy.yaml', ...(inputs.template === undefined ? [] : [inputs.template])];
  const roots = [workspace, checkout.root, project.folder];
  return roots.flatMap((root) => names.flatMap((name) => repositoryPaths(checkout, join(root, name))));
}
