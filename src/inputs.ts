import * as core from '@actions/core';
import { posix } from 'node:path';
import { apiAddress, isLoopback } from './core/addresses.ts';
import { deployTypes, type DeployTypeInput } from './core/changes.ts';
import { readMountPath } from './core/dbt-project.ts';
import { UserError } from './core/errors.ts';
import type { Target } from './core/github-event.ts';
import { actions, type Action, type Intent } from './core/intent.ts';
import { days, type Config } from './core/config.ts';
import { readPatterns, type ObjectPattern } from './core/object-patterns.ts';
import type { Log } from './log.ts';

/** Every input of action.yml, typed and checked. */
export interface Inputs {
  /** Empty where the run has no secrets; whether that matters depends on the event. */
  readonly token: string;
  readonly apiUrl: URL;
  readonly organizationId?: string;
  readonly workspace?: string;
  readonly action: Action;
  /** Path of the configuration file, where it is given; it must exist then. */
  readonly config?: string;
  /** The git ref that configuration and template are read from, whatever the branch says. */
  readonly configRef?: string;
  readonly template?: string;
  readonly target?: Target;
  readonly previewName?: string;
  /** Relative to the workspace, `/` between segments, `.` for the workspace itself. */
  readonly rootFolder: string;
  /** The Astro project whose previews this step is about: `rootFolder`, but for a dbt project the one that it goes beside. */
  readonly project: string;
  /** Where a dbt project is mounted, where it is given. */
  readonly mountPath?: string;
  readonly deployType: DeployTypeInput;
  readonly dagsFolder: string;
  readonly description?: string;
  readonly force: boolean;
  /** Astro's DAG integrity test before the deploy. */
  readonly parse: boolean;
  /** The project's own tests before the deploy, and which of them. */
  readonly pytest: boolean;
  readonly pytestFile: string;
  readonly imageName?: string;
  readonly buildSecrets: readonly string[];
  readonly buildArgs: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly wakeOnDeploy: boolean;
  readonly wait: boolean;
  /** Upper bound for all waiting, in milliseconds. */
  readonly waitTime: number;
  readonly dryRun: boolean;
  /** What becomes of import errors that Airflow reports after the deploy. */
  readonly verifyDags: 'off' | 'warn' | 'fail';
  /** DAGs to run after the deploy. */
  readonly runDags: readonly string[];
  readonly rollbackOnFailure: boolean;
  readonly comment: boolean;
  readonly githubDeployments: boolean;
  /** How long a preview lives without a deploy, in milliseconds. */
  readonly ttl: number;
  readonly maxPreviews?: number;
  readonly maxDeletions: number;
  /** Which objects `promote` and `migrate` are about. */
  readonly objects: readonly ObjectPattern[];
  /** Id of an unmarked Deployment that is to become this branch's preview. */
  readonly adopt?: string;
  readonly deleteSource: boolean;
  readonly copyConnections?: boolean;
  readonly copyAirflowVariables?: boolean;
  readonly copyPools?: boolean;
  readonly githubToken: string;
}

/** Where the configuration file is looked for unless `config` says otherwise. */
export const defaultConfig = '.astro/branch-deploy.yaml';

/**
 * Reads and checks every input; the only place that does. Secrets are masked before anything else is looked at.
 * An input left empty counts as not given. Throws UserError with all wrong inputs at once.
 */
export function readInputs(env: NodeJS.ProcessEnv, log: Log): Inputs {
  const token = (core.getInput('astro-api-token') || (env['ASTRO_API_TOKEN'] ?? '')).trim().replace(/^Bearer\s+/i, '');
  const githubToken = core.getInput('github-token');
  log.secret(token, 'astro-api-token');
  log.secret(githubToken, 'github-token');

  const problems: string[] = [];
  const attempt = <T>(read: () => T, fallback: T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
      return fallback;
    }
  };
  const text = (name: string): string | undefined => core.getInput(name) || undefined;
  const lines = (name: string): string[] => core.getMultilineInput(name).filter((line) => line !== '');
  const optional = (key: string, value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { [key]: value };

  const inputs: Inputs = {
    token,
    githubToken,
    apiUrl: attempt(
      () => apiAddress(text('astro-api-url') ?? 'https://api.astronomer.io/v1'),
      new URL('https://invalid'),
    ),
    ...optional(
      'organizationId',
      attempt(() => identifier('organization-id'), undefined),
    ),
    ...optional(
      'workspace',
      attempt(() => identifier('workspace'), undefined),
    ),
    action: attempt(() => choice('action', actions, 'auto'), 'auto'),
    ...optional(
      'config',
      attempt(() => configFile(env), undefined),
    ),
    ...optional(
      'configRef',
      attempt(() => gitRef('config-ref'), undefined),
    ),
    ...optional(
      'template',
      attempt(() => insideWorkspace('template', text('template'), env), undefined),
    ),
    ...attempt(() => target(), {}),
    ...optional(
      'previewName',
      attempt(() => previewName(text('preview-name')), undefined),
    ),
    rootFolder: attempt(() => insideWorkspace('root-folder', text('root-folder') ?? '.', env) ?? '.', '.'),
    project: '.',
    deployType: attempt(() => deployType(), 'infer'),
    ...optional(
      'mountPath',
      attempt(() => mountPath(text('mount-path')), undefined),
    ),
    dagsFolder: text('dags-folder') ?? 'dags',
    ...optional('description', text('description')),
    force: attempt(() => flag('force', false), false),
    parse: attempt(() => flag('parse', false), false),
    pytest: attempt(() => flag('pytest', false), false),
    pytestFile: attempt(() => pytestFile(text('pytest-file') ?? 'tests/'), 'tests/'),
    ...optional('imageName', text('image-name')),
    buildSecrets: lines('build-secrets'),
    buildArgs: lines('build-args'),
    cacheFrom: lines('cache-from'),
    cacheTo: lines('cache-to'),
    wakeOnDeploy: attempt(() => flag('wake-on-deploy', false), false),
    wait: attempt(() => flag('wait', true), true),
    waitTime: attempt(() => duration('wait-time', '10m'), 0),
    dryRun: attempt(() => flag('dry-run', false), false),
    verifyDags: attempt(() => choice('verify-dags', ['off', 'warn', 'fail'], 'warn'), 'warn'),
    runDags: attempt(() => dagIds(lines('run-dags')), []),
    rollbackOnFailure: attempt(() => flag('rollback-on-failure', false), false),
    comment: attempt(() => flag('comment', true), true),
    githubDeployments: attempt(() => flag('github-deployments', true), true),
    ttl: attempt(() => lifetime('ttl', '7d'), 0),
    ...attempt(() => limit('max-previews'), {}),
    maxDeletions: attempt(() => count('max-deletions', 10), 0),
    ...optional(
      'adopt',
      attempt(() => identifier('adopt'), undefined),
    ),
    objects: attempt(() => readPatterns(lines('objects')), []),
    deleteSource: attempt(() => flag('delete-source', false), false),
    ...attempt(() => wish('copyConnections', 'copy-connections'), {}),
    ...attempt(() => wish('copyAirflowVariables', 'copy-airflow-variables'), {}),
    ...attempt(() => wish('copyPools', 'copy-pools'), {}),
  };
  if (problems.length === 0) problems.push(...contradictions(inputs));
  for (const notice of retired()) log.notice(notice);
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    problems.push(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off and would hand the API token to anybody on the way: take it out of the environment (a private CA belongs into NODE_EXTRA_CA_CERTS).',
    );
  }
  if (problems.length > 0) {
    throw new UserError(problems.join('\n'), { problems: problems.map((message) => ({ message })) });
  }
  if (!isLoopback(inputs.apiUrl.hostname) && !/(^|\.)astronomer\.io$/.test(inputs.apiUrl.hostname)) {
    log.notice(`The API token goes to ${inputs.apiUrl.host}, because \`astro-api-url\` says so.`);
  }
  return inputs;
}

/**
 * The inputs with what the configuration file says in their place: the file is closer to the matter, so where both say
 * something it wins. Throws UserError for a path that leaves the workspace.
 */
export function withConfig(inputs: Inputs, config: Config, env: NodeJS.ProcessEnv): Inputs {
  const project = insideWorkspace('project', config.project, env);
  // A dbt project lies beside the Astro project that the file is about, unless the step names no folder of its own.
  const own = inputs.deployType === 'dbt' && inputs.rootFolder !== '.';
  const rootFolder = own ? inputs.rootFolder : (project ?? inputs.rootFolder);
  const named = insideWorkspace('preview.template', config.preview.template, env);
  // What is written goes where the step says; the file only says where previews take it from.
  const template = inputs.action === 'export-template' ? (inputs.template ?? named) : named;
  const { ttl, max } = config.preview;
  return {
    ...inputs,
    rootFolder,
    project: project ?? (own ? '.' : rootFolder),
    ...(template !== undefined && { template }),
    ...(ttl !== undefined && { ttl }),
    ...(max !== undefined && { maxPreviews: max }),
  };
}

/**
 * The inputs for one deploy: options of the environment, and what a dispatch asks for, win in the same way. Only a step
 * for a dbt project stays one: what they say is about the Astro project beside it. Throws UserError for inputs that an
 * environment's dbt deploy has no use for.
 */
export function withEnvironment(inputs: Inputs, intent: Extract<Intent, { kind: 'deploy' }>): Inputs {
  const { wakeOnDeploy, rollbackOnFailure } = intent.environment ?? {};
  const deployType =
    inputs.deployType === 'dbt' ? 'dbt' : (intent.deployType ?? intent.environment?.deployType ?? inputs.deployType);
  const problems = deployType === 'dbt' ? contradictions({ ...inputs, deployType }) : [];
  if (problems.length > 0)
    throw new UserError(problems.join('\n'), { problems: problems.map((message) => ({ message })) });
  return {
    ...inputs,
    deployType,
    ...(wakeOnDeploy !== undefined && { wakeOnDeploy }),
    ...(rollbackOnFailure !== undefined && { rollbackOnFailure }),
  };
}

function contradictions(inputs: Inputs): string[] {
  const found: string[] = [];
  const moves = inputs.action === 'promote' || inputs.action === 'migrate';
  if (inputs.objects.length > 0 && !moves)
    found.push('`objects` only means something with `action: promote` or `action: migrate`.');
  if (inputs.deleteSource && !moves)
    found.push('`delete-source` only means something with `action: promote` or `action: migrate`.');
  const copies = [inputs.copyConnections, inputs.copyAirflowVariables, inputs.copyPools].includes(true);
  if (copies && !inputs.target)
    found.push(
      '`copy-connections`, `copy-airflow-variables` and `copy-pools` need `deployment-name` or `deployment-id`: the Deployment to copy from.',
    );
  const build = [
    ['build-secrets', inputs.buildSecrets],
    ['build-args', inputs.buildArgs],
    ['cache-from', inputs.cacheFrom],
    ['cache-to', inputs.cacheTo],
  ] as const;
  const tests = [...(inputs.parse ? ['parse'] : []), ...(inputs.pytest ? ['pytest'] : [])];
  // DAGs alone are tested in an image, which is made for that only.
  const withoutImage = (inputs.deployType === 'dags-only' && tests.length === 0) || inputs.deployType === 'dbt';
  for (const [name, values] of build) {
    if (values.length === 0) continue;
    if (inputs.imageName !== undefined)
      found.push(
        `\`${name}\` and \`image-name\` contradict each other: an image that is already built is not built again.`,
      );
    if (withoutImage)
      found.push(`\`${name}\` and \`deploy-type: ${inputs.deployType}\` contradict each other: no image is built.`);
  }
  if (inputs.imageName !== undefined && withoutImage) {
    found.push(`\`image-name\` and \`deploy-type: ${inputs.deployType}\` contradict each other: no image is deployed.`);
  }
  if (inputs.deployType === 'image-only' || inputs.deployType === 'dbt')
    for (const name of tests)
      found.push(
        `\`${name}\` and \`deploy-type: ${inputs.deployType}\` contradict each other: such a deploy ships no DAGs, so there is nothing to test. Take \`${name}\` out of this step${inputs.deployType === 'dbt' ? '' : ', or use `deploy-type: image-and-dags`'}.`,
      );
  if (inputs.mountPath !== undefined && inputs.deployType !== 'dbt')
    found.push('`mount-path` only means something with `deploy-type: dbt`.');
  return found;
}

/** `deploy-image: true` is how deploy-action asked for an image before it had `deploy-type`. */
function deployType(): DeployTypeInput {
  const given = choice('deploy-type', deployTypes, 'infer');
  const wantsImage = flag('deploy-image', false);
  if (wantsImage && given !== 'infer' && given !== 'image-and-dags')
    throw new UserError(`\`deploy-image: true\` and \`deploy-type: ${given}\` contradict each other.`);
  return wantsImage ? 'image-and-dags' : given;
}

/** What workflows for deploy-action may still give, and what takes its place: one notice each. */
function retired(): string[] {
  const replaced = {
    checkout: 'this step checks nothing out: put actions/checkout before it',
    'checkout-submodules': 'this step checks nothing out: give actions/checkout `submodules: true`',
    'cli-version': 'this step needs no Astro CLI',
    'deploy-image': '`deploy-type: image-and-dags` takes its place',
  };
  return Object.entries(replaced).flatMap(([name, words]) =>
    core.getInput(name) === '' ? [] : [`The input \`${name}\` does nothing of its own any more: ${words}.`],
  );
}

const mountPath = (given: string | undefined): string | undefined =>
  given === undefined ? undefined : readMountPath(given);

function choice<T extends string>(name: string, values: readonly T[], fallback: T): T {
  const given = core.getInput(name) || fallback;
  const found = values.find((value) => value === given);
  if (found === undefined) throw new UserError(`\`${name}\`: \`${given}\` is not one of ${values.join(', ')}.`);
  return found;
}

function flag(name: string, fallback: boolean): boolean {
  const given = core.getInput(name).toLowerCase();
  if (given === '') return fallback;
  if (given !== 'true' && given !== 'false') throw new UserError(`\`${name}\`: \`${given}\` is not true or false.`);
  return given === 'true';
}

/** A flag whose being left out means something of its own. */
function wish<K extends string>(key: K, name: string): { [P in K]?: boolean } {
  return core.getInput(name) === '' ? {} : ({ [key]: flag(name, false) } as { [P in K]?: boolean });
}

/** Airflow's rule for ids of DAGs. */
function dagIds(ids: readonly string[]): readonly string[] {
  const wrong = ids.find((id) => !/^[\w.-]{1,250}$/.test(id));
  if (wrong !== undefined)
    throw new UserError(`\`run-dags\`: \`${wrong}\` is not the id of a DAG (letters, digits, \`_\`, \`.\` and \`-\`).`);
  return [...new Set(ids)];
}

/** A name without `tests` in it is one of that folder, as the Astro CLI takes it (airflow/docker.go, Pytest). */
function pytestFile(given: string): string {
  if (given.startsWith('-'))
    throw new UserError(
      `\`pytest-file\`: \`${given}\` is not a file or folder of the project, such as \`tests/unit\`.`,
    );
  return given.includes('tests') ? given : `tests/${given}`;
}

function lifetime(name: string, fallback: string): number {
  const given = core.getInput(name) || fallback;
  const milliseconds = /^(?:\d{1,4}d)?(?:\d{1,4}h)?(?:\d{1,5}m)?$/.test(given) ? days(given) : 0;
  if (milliseconds === 0) throw new UserError(`\`${name}\`: \`${given}\` is not a duration like 7d, 12h or 90m.`);
  return milliseconds;
}

function limit(name: string): { maxPreviews?: number } {
  return core.getInput(name) === '' ? {} : { maxPreviews: count(name, 1) };
}

function count(name: string, fallback: number): number {
  const given = core.getInput(name) || String(fallback);
  if (!/^[1-9]\d{0,3}$/.test(given)) throw new UserError(`\`${name}\`: \`${given}\` is not a number from 1 to 9999.`);
  return Number(given);
}

function duration(name: string, fallback: string): number {
  const given = core.getInput(name) || fallback;
  const match = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(given);
  const [, hours = '0', minutes = '0', seconds = '0'] = match ?? [];
  const milliseconds = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  if (!match || milliseconds === 0)
    throw new UserError(`\`${name}\`: \`${given}\` is not a duration like 300s, 5m or 1h.`);
  return milliseconds;
}

/** Astro ids are letters and digits; anything else would end in another place of the request's path. */
function identifier(name: string): string | undefined {
  const given = core.getInput(name);
  if (given !== '' && !/^[A-Za-z0-9_-]{1,64}$/.test(given)) {
    throw new UserError(
      `\`${name}\`: \`${given}\` is not an Astro id (letters and digits, as the address bar of the Astro UI shows it).`,
    );
  }
  return given || undefined;
}

/** The default is no wish: only another path that is given must exist. */
function configFile(env: NodeJS.ProcessEnv): string | undefined {
  const given = insideWorkspace('config', core.getInput('config') || undefined, env);
  return given === defaultConfig ? undefined : given;
}

function gitRef(name: string): string | undefined {
  const given = core.getInput(name);
  if (given !== '' && (!/^[A-Za-z0-9][^\s~^:?*[\\]*$/.test(given) || given.includes('..')))
    throw new UserError(`\`${name}\`: \`${given}\` is not the name of a branch, a tag or a commit.`);
  return given.replace(/^refs\/(?:heads|tags)\//, '') || undefined;
}

function target(): { target?: Target } {
  const id = identifier('deployment-id');
  const name = core.getInput('deployment-name');
  if (id !== undefined && name !== '') {
    throw new UserError('`deployment-name` and `deployment-id` are both given: leave one of them out.');
  }
  if (id !== undefined) return { target: { by: 'id', id } };
  return name === '' ? {} : { target: { by: 'name', name } };
}

function previewName(given: string | undefined): string | undefined {
  if (given !== undefined && given.length > 500)
    throw new UserError('`preview-name` is longer than the 500 characters that Astro takes.');
  return given;
}

/**
 * A path of the repository, normalised: `./a`, `a/`, `a/../b` and `/a` (meant from the repository's root, as
 * deploy-action's README writes it) all work; a path that leaves the workspace does not.
 */
function insideWorkspace(name: string, given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (given === undefined) return undefined;
  const workspace = (env['GITHUB_WORKSPACE'] ?? '').replaceAll('\\', '/').replace(/\/+$/, '');
  const slashes = process.platform === 'win32' ? given.replaceAll('\\', '/') : given;
  const inside =
    workspace !== '' && (slashes === workspace || slashes.startsWith(`${workspace}/`))
      ? slashes.slice(workspace.length)
      : slashes;
  const path = posix.normalize(inside.replace(/^\/+/, '') || '.').replace(/\/+$/, '') || '.';
  if (path === '..' || path.startsWith('../'))
    throw new UserError(`\`${name}\`: \`${given}\` is outside the workspace.`);
  return path;
}
