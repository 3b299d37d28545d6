import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, posix, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { nearest } from '../core/yaml/problems.ts';
import { variablesIn, type PlaceholderValues } from '../core/yaml/placeholders.ts';
import { readCheckout, type Checkout } from '../git/checkout.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { projectHint } from '../runner/nearby-files.ts';
import { inside, readWorkspaceFile, workspaceFolder } from '../runner/workspace-files.ts';
import type { Template } from '../core/deployment/template-types.ts';

/** What the checkout of this run holds; read before the first request. */
export interface Project {
  /** Absolute path of the Astro project, or of the dbt project that is shipped. */
  readonly folder: string;
  /** Absolute path of the DAG folder; the dbt project itself where that is shipped. */
  readonly dagsFolder: string;
  /** Where a dbt project is mounted in the Deployment; only where one is shipped. */
  readonly mountPath?: string;
  readonly checkout: Checkout;
}

/** Reads the project out of the checkout. Throws UserError with file, line and column for what is wrong in it. */
export async function readProject(inputs: Inputs, env: NodeJS.ProcessEnv): Promise<Project> {
  const workspace = workspaceFolder(env);
  const folder = join(workspace, inputs.rootFolder);
  const kind = inputs.deployType === 'dbt' ? 'dbt' : 'Astro';
  if (!isFolder(folder)) {
    throw new UserError(
      `There is no folder \`${inputs.rootFolder}\` in the workspace, where \`root-folder\` looks for the ${kind} project. Add actions/checkout before this step, or correct \`root-folder\`.`,
    );
  }
  if (readdirSync(folder).length === 0 && !isAbsolute(inputs.dagsFolder)) {
    throw new UserError(
      `The folder \`${inputs.rootFolder}\` of the workspace is empty, so there is no ${kind} project to deploy. Add actions/checkout before this step, or correct \`root-folder\`.`,
    );
  }
  if (!inside(realpathSync(folder), workspace))
    throw new UserError(`\`root-folder\`: \`${inputs.rootFolder}\` is a link that leads out of the workspace.`);
  if (inputs.deployType === 'dbt') {
    const mountPath = await dbtMountPath(inputs, workspace);
    return { folder, dagsFolder: folder, mountPath, checkout: await readCheckout(folder) };
  }
  const dagsFolder = isAbsolute(inputs.dagsFolder) ? inputs.dagsFolder : resolve(folder, inputs.dagsFolder);
  refuseEmptyPlace(inputs, workspace, folder, dagsFolder);
  // A branch author can make the DAG folder a link; where it leads must have been checked out too.
  if (!isAbsolute(inputs.dagsFolder) && isFolder(dagsFolder) && !inside(realpathSync(dagsFolder), workspace)) {
    throw new UserError(
      `\`dags-folder\`: \`${inputs.dagsFolder}\` leads out of the workspace. An absolute path says that this is meant.`,
    );
  }
  return { folder, dagsFolder, checkout: await readCheckout(folder) };
}

/** A checkout with `path:` leaves nothing of the project where it is looked for. Throws UserError that names where it is. */
function refuseEmptyPlace(inputs: Inputs, workspace: string, folder: string, dagsFolder: string): void {
  if (inputs.imageName !== undefined || existsSync(dagsFolder) || existsSync(join(folder, 'Dockerfile'))) return;
  if (existsSync(join(folder, 'dbt_project.yml')))
    throw new UserError(
      `\`${inputs.rootFolder}\` is a dbt project, and no Astro project: use \`deploy-type: dbt\` in this step, or correct \`root-folder\`.`,
    );
  const hint = projectHint(workspace);
  if (hint !== '')
    throw new UserError(
      `\`${inputs.rootFolder}\` is no Astro project: it has neither a \`Dockerfile\` nor a folder \`${inputs.dagsFolder}\`.${hint}`,
    );
}

async function dbtMountPath(inputs: Inputs, workspace: string): Promise<string> {
  const file = posix.join(inputs.rootFolder, 'dbt_project.yml');
  const text = readWorkspaceFile(workspace, file, 'dbt project');
  if (text === undefined)
    throw new UserError(
      `There is no \`${file}\` in the workspace, and \`deploy-type: dbt\` deploys a dbt project: correct \`root-folder\`.`,
      { at: { file } },
    );
  return inputs.mountPath ?? (await import('../core/code/dbt-project.ts')).defaultMountPath(text, file);
}

/**
 * Reads the Deployment template that previews are made from, placeholders filled in. `read` gives files of the
 * repository from where they may be trusted. Throws UserError with file, line and column for what is wrong in it.
 */
export async function readPreviewTemplate(
  path: string | undefined,
  read: (path: string) => Promise<string | undefined>,
  values: (variables: readonly string[]) => PlaceholderValues,
  near: readonly string[] = [],
): Promise<Template> {
  if (path === undefined) {
    throw new UserError(
      'A preview is made from a Deployment template, and neither the input `template` nor `preview.template` in `.astro/branch-deploy.yaml` names one: check one in (`action: export-template` or `astro deployment inspect --deployment-name <name> --template` writes it) and give its path, such as `template: .astro/preview.yaml`.',
    );
  }
  const text = await read(path);
  if (text === undefined)
    throw new UserError(`\`template\`: there is no file \`${path}\` in the checkout.${nearTemplates(path, near)}`, {
      at: { file: path },
    });
  return (await import('../core/deployment/template.ts')).readTemplate(text, path, values(variablesIn(text)));
}

function nearTemplates(path: string, files: readonly string[]): string {
  const meant =
    nearest(path, files) ?? files.find((file) => nearest(posix.basename(path), [posix.basename(file)]) !== undefined);
  if (meant !== undefined) return ` Did you mean \`${meant}\`?`;
  const names = files.slice(0, 5).map((file) => `\`${file}\``);
  return names.length > 0 ? ` There are ${names.join(', ')}.` : ' Check one in, or correct the path.';
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
