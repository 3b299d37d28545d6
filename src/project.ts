import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { UserError } from './core/errors.ts';
import { readTemplate, type Template } from './core/template-read.ts';
import { readCheckout, type Checkout } from './git/checkout.ts';
import type { Inputs } from './inputs.ts';

/** What the checkout of this run holds; read before the first request. */
export interface Project {
  /** Absolute path of the Astro project. */
  readonly folder: string;
  /** Absolute path of the DAG folder. */
  readonly dagsFolder: string;
  readonly checkout: Checkout;
  /** Repository-relative path of the template, where there is one. */
  readonly templatePath?: string;
  readonly template?: Template;
}

const largestTemplate = 1024 * 1024;

// Windows lacks the last two, where they are `undefined` and count as 0.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The workspace folder of the runner, links resolved. */
export function workspaceFolder(env: NodeJS.ProcessEnv): string {
  return realpathSync(env['GITHUB_WORKSPACE'] || process.cwd());
}

/** Reads the project out of the checkout. Throws UserError with file, line and column for what is wrong in it. */
export async function readProject(inputs: Inputs, env: NodeJS.ProcessEnv, needsTemplate: boolean): Promise<Project> {
  const workspace = workspaceFolder(env);
  const folder = join(workspace, inputs.rootFolder);
  if (!isFolder(folder)) {
    throw new UserError(
      `There is no folder \`${inputs.rootFolder}\` in the workspace, where \`root-folder\` looks for the Astro project. Add actions/checkout before this step, or correct \`root-folder\`.`,
    );
  }
  if (readdirSync(folder).length === 0 && !isAbsolute(inputs.dagsFolder)) {
    throw new UserError(
      `The folder \`${inputs.rootFolder}\` of the workspace is empty, so there is no Astro project to deploy. Add actions/checkout before this step, or correct \`root-folder\`.`,
    );
  }
  if (!inside(realpathSync(folder), workspace))
    throw new UserError(`\`root-folder\`: \`${inputs.rootFolder}\` is a link that leads out of the workspace.`);
  const dagsFolder = isAbsolute(inputs.dagsFolder) ? inputs.dagsFolder : resolve(folder, inputs.dagsFolder);
  // A branch author can make the DAG folder a link; where it leads must have been checked out too.
  if (!isAbsolute(inputs.dagsFolder) && isFolder(dagsFolder) && !inside(realpathSync(dagsFolder), workspace)) {
    throw new UserError(
      `\`dags-folder\`: \`${inputs.dagsFolder}\` leads out of the workspace. An absolute path says that this is meant.`,
    );
  }
  const checkout = await readCheckout(folder);
  const templateFile = needsTemplate ? findTemplate(inputs.template, workspace, checkout) : undefined;
  return {
    folder,
    dagsFolder,
    checkout,
    ...(templateFile && {
      templatePath: templateFile.shown,
      template: readTemplate(readSmallFile(templateFile.path, templateFile.shown, workspace), templateFile.shown),
    }),
  };
}

function findTemplate(
  given: string | undefined,
  workspace: string,
  checkout: Checkout,
): { path: string; shown: string } {
  if (given === undefined) {
    throw new UserError(
      'A preview is made from a Deployment template, and the input `template` names none: check one in (`astro deployment inspect --template` writes it) and give its path, such as `template: .astro/preview.yaml`.',
    );
  }
  const roots = checkout.kind === 'checkout' ? [workspace, checkout.root] : [workspace];
  const path = roots
    .map((root) => join(root, given))
    .find((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined);
  if (path === undefined)
    throw new UserError(`\`template\`: there is no file \`${given}\` in the checkout.`, { at: { file: given } });
  return { path, shown: given };
}

/** Reads a file that a branch author controls: a regular one, inside the workspace, of bounded size; never through a link. */
function readSmallFile(path: string, shown: string, workspace: string): string {
  const refuse = (why: string): UserError => new UserError(`\`${shown}\` ${why}.`, { at: { file: shown } });
  if (!inside(realpathSync(path), workspace) || lstatSync(path).isSymbolicLink())
    throw refuse('is a link, or lies behind one that leaves the workspace: check the file itself in');
  const file = openSync(path, openFlags);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw refuse('is not a file');
    if (facts.size > largestTemplate) throw refuse(`is larger than ${largestTemplate / 1024} KiB`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function inside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way);
}
