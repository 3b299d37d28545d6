import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, noConfig, type Config } from '../core/config/config.ts';
import { trustEnvironments } from '../core/config/trusted-environments.ts';
import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import { nearest } from '../core/yaml/problems.ts';
import type { GitHubEvent } from '../core/event.ts';
import { branchOf } from '../core/intent/deploy.ts';
import { readIntent } from '../core/intent/event-table.ts';
import { readCheckout } from '../git/checkout.ts';
import { fileAt, hasCommit, resolveRef } from '../git/show.ts';
import { readRemoteFile, type RemoteFile } from '../github/files.ts';
import { findRef } from '../github/refs.ts';
import { defaultConfig } from '../inputs/input-paths.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { readWorkspaceFile, workspaceFolder } from '../runner/workspace-files.ts';
import type { Tools } from './tools.ts';

/** The configuration of this run, and where its files come from. */
export interface Configuration {
  readonly config: Config;
  /** Reads a file of the repository from where the configuration was read; `undefined` where it is not there. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Reads a file of the default branch, where `read` gives the branch's own; `undefined` where that is trusted already. */
  readonly readDefault?: (path: string) => Promise<string | undefined>;
  /** What the branch's own file would say, where another ref's is in force. */
  readonly ofBranch?: Config;
  /** No file could be used: a removal goes by the ownership mark, whatever the project. */
  readonly byMark?: boolean;
}

/**
 * Reads the configuration of this run. Removing a preview does not depend on the state of what is removed: where the
 * file of its branch cannot be used, the default branch's counts, and without that one the ownership mark alone.
 * Throws UserError for every other event.
 */
export async function readConfiguration(inputs: Inputs, event: GitHubEvent, tools: Tools): Promise<Configuration> {
  try {
    return await readOwnConfiguration(inputs, event, tools);
  } catch (error) {
    const intent = readIntent(event, { ...inputs, config: noConfig });
    const removes = intent.kind === 'remove-preview' || (intent.kind === 'sweep' && intent.branch !== undefined);
    if (!(error instanceof UserError) || !removes) throw error;
    return configurationOfRemoval(inputs, error, tools);
  }
}

async function configurationOfRemoval(inputs: Inputs, problem: UserError, tools: Tools): Promise<Configuration> {
  const path = inputs.config ?? defaultConfig;
  const read = (file: string): Promise<string | undefined> => remote(file, undefined, tools);
  const warn = (advice: string): void => {
    tools.log.warning(`\`${path}\` cannot be used: ${problem.message.replace(/\.$/, '')}. ${advice}`);
  };
  // A GitHub that cannot be asked proves nothing: that error ends the run.
  const text = await read(path);
  try {
    const config = text === undefined ? noConfig : await parse(text, path, inputs, ' on the default branch');
    warn("The default branch's file decides what is removed.");
    return { config, read };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn("The default branch's file cannot be used either, so every preview with this branch's mark is removed.");
    return { config: noConfig, read, byMark: true };
  }
}

/**
 * Reads `.astro/branch-deploy.yaml`: from the checkout; with `config-ref` from that ref, whatever the branch says; and
 * where nothing is checked out from the default branch through GitHub. Throws UserError with the places of what is wrong
 * in it, and where it is unknown whether there is one.
 */
async function readOwnConfiguration(inputs: Inputs, event: GitHubEvent, tools: Tools): Promise<Configuration> {
  const workspace = workspaceFolder(tools.env);
  const path = inputs.config ?? defaultConfig;
  const here = readWorkspaceFile(workspace, path, 'configuration');
  if (inputs.configRef !== undefined) {
    const read = await filesAt(inputs.configRef, workspace, tools);
    const config = await parse(await read(path), path, inputs, ` at \`${inputs.configRef}\``);
    return { config, read, ...(here !== undefined && { ofBranch: await leniently(here, path) }) };
  }
  if (here !== undefined || isCheckedOut(workspace)) {
    return {
      config: await withTrustedEnvironments(await parse(here, path, inputs, ''), path, event, tools),
      read: (file) => Promise.resolve(readWorkspaceFile(workspace, file, 'Deployment template')),
      readDefault: (file) => onDefaultBranch(file, event, tools),
    };
  }
  if (!needsFile(event, inputs))
    return { config: await parse(undefined, path, inputs, ''), read: () => Promise.resolve(undefined) };
  const read = (file: string): Promise<string | undefined> => remote(file, undefined, tools);
  return { config: await parse(await read(path), path, inputs, ' on the default branch'), read };
}

/**
 * The configuration with the default branch's environments, where the branch's own file gives this branch a long-lived
 * Deployment: one request, and only then.
 */
async function withTrustedEnvironments(
  config: Config,
  path: string,
  event: GitHubEvent,
  tools: Tools,
): Promise<Config> {
  const branch = branchOf(event);
  if (branch === undefined || branch === event.defaultBranch || !environmentOf(config, branch)) return config;
  const text = await onDefaultBranch(path, event, tools);
  const trusted = text === undefined ? noConfig : (await import('../core/config/read.ts')).readConfig(text, path);
  const result = trustEnvironments(config, trusted, branch);
  if (result.warning !== undefined) tools.log.warning(result.warning);
  return result.config;
}

/**
 * Whether the file decides on what is done without a checkout: removals and sweeps; what `label` and `on: branch` make of a
 * pull request; which environment a dispatch from outside means. Anything else needs the checkout in any case.
 */
function needsFile(event: GitHubEvent, inputs: Inputs): boolean {
  if (event.name === 'repository_dispatch' && (inputs.action === 'auto' || inputs.action === 'deploy')) return true;
  const { kind } = readIntent(event, { ...inputs, config: noConfig });
  if (kind === 'remove-preview' || kind === 'sweep') return true;
  if (inputs.action !== 'auto' || event.pullRequest === undefined) return false;
  return kind !== 'skip';
}

/** A checkout has a `.git`; a folder with an Astro project in it came from somewhere, too. */
const isCheckedOut = (workspace: string): boolean =>
  ['.git', '.astro', 'Dockerfile', 'dags'].some((name) => existsSync(join(workspace, name)));

/** The parser and the schema are loaded where there is a file to read. */
async function parse(text: string | undefined, path: string, inputs: Inputs, where: string): Promise<Config> {
  if (text !== undefined) return (await import('../core/config/read.ts')).readConfig(text, path);
  if (inputs.config === undefined) return noConfig;
  throw new UserError(`\`config\`: there is no file \`${path}\`${where}.`, { at: { file: path } });
}

/** The branch's own file only serves a warning: what is wrong in it is for the day when it is in force. */
async function leniently(text: string, path: string): Promise<Config> {
  try {
    return (await import('../core/config/read.ts')).readConfig(text, path);
  } catch (error) {
    if (error instanceof UserError) return noConfig;
    throw error;
  }
}

/** A file of the default branch: from GitHub, and where that cannot be asked from the remote of the checkout. */
async function onDefaultBranch(path: string, event: GitHubEvent, tools: Tools): Promise<string | undefined> {
  const found = await readRemoteFile(await tools.github(), path, undefined);
  if (found.kind !== 'unknown') return found.kind === 'file' ? found.text : undefined;
  const checkout = await readCheckout(workspaceFolder(tools.env));
  if (checkout.kind === 'checkout' && event.defaultBranch !== undefined) {
    const ref = await resolveRef(checkout, `refs/heads/${event.defaultBranch}`, tools.signal);
    if (ref.kind === 'commit') return fileAt(checkout, ref.commit, path, tools.signal);
  }
  throw unreadable(path, ' on the default branch', found);
}

async function filesAt(
  ref: string,
  workspace: string,
  tools: Tools,
): Promise<(path: string) => Promise<string | undefined>> {
  const checkout = await readCheckout(workspace);
  if (checkout.kind === 'checkout') {
    const found = await resolveRef(checkout, ref, tools.signal);
    if (found.kind === 'commit') return (path) => fileAt(checkout, found.commit, path, tools.signal);
    if (found.kind !== 'unknown') throw refuseRef(ref, found.kind, found.kind === 'absent' ? found.names : []);
  }
  // The clone may not be allowed to ask the remote, as with `persist-credentials: false` in a private repository.
  const found = await findRef(await tools.github(), ref);
  if (found.kind === 'found') {
    const isHere = checkout.kind === 'checkout' && (await hasCommit(checkout, found.ref, tools.signal));
    return (path) => (isHere ? fileAt(checkout, found.ref, path, tools.signal) : remote(path, found.ref, tools));
  }
  if (found.kind === 'unknown')
    throw new UserError(
      `\`config-ref\`: git and GitHub cannot say what \`${oneLine(ref, 100)}\` is: ${found.why}. Give the job \`permissions: { contents: read }\`, then run it again.`,
    );
  throw refuseRef(ref, found.kind, []);
}

function refuseRef(ref: string, kind: 'ambiguous' | 'absent', names: readonly string[]): UserError {
  const shown = oneLine(ref, 100);
  if (kind === 'ambiguous')
    return new UserError(
      `\`config-ref\`: \`${shown}\` is a branch and a tag. Write \`refs/heads/${shown}\` or \`refs/tags/${shown}\`.`,
    );
  const meant = nearest(ref, names);
  const advice =
    meant === undefined
      ? 'Give a branch, `refs/tags/<tag>` or a commit id.'
      : `Did you mean \`${oneLine(meant, 100)}\`?`;
  return new UserError(`\`config-ref\`: there is no branch \`${shown}\` in this repository. ${advice}`);
}

async function remote(path: string, ref: string | undefined, tools: Tools): Promise<string | undefined> {
  const found = await readRemoteFile(await tools.github(), path, ref);
  if (found.kind === 'file') return found.text;
  if (found.kind === 'absent') return undefined;
  throw unreadable(path, ref === undefined ? ' on the default branch' : ` at \`${ref}\``, found);
}

type Unreadable = Extract<RemoteFile, { kind: 'unknown' }>;

const grantAccess = 'Add actions/checkout before this step, or give the job `permissions: { contents: read }`.';

function unreadable(path: string, where: string, { why, advice = grantAccess }: Unreadable): UserError {
  return new UserError(
    `\`${path}\`${where} cannot be read: ${why}. Without knowing what it says nothing is done, and no preview is removed. ${advice}`,
  );
}
