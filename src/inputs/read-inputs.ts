import * as core from '@actions/core';
import { contradictions } from './contradictions.ts';
import { apiAddress, isLoopback } from '../core/addresses.ts';
import type { DeployTypeInput } from '../core/code/choose-deploy-type.ts';
import type { Config } from '../core/config/config.ts';
import { UserError } from '../core/errors.ts';
import type { Target } from '../core/event.ts';
import { actions, type Action, type Intent } from '../core/intent/event-table.ts';
import { readPatterns, type ObjectPattern } from '../core/objects/patterns.ts';
import {
  airflowHosts,
  choice,
  configFile,
  count,
  dagIds,
  deployType,
  duration,
  flag,
  gitRef,
  identifier,
  insideWorkspace,
  lifetime,
  limit,
  listOf,
  mountPath,
  previewName,
  pytestFile,
  retired,
  target,
  variableNames,
  wish,
} from './input-values.ts';
import { templatePowers, type TemplatePower } from '../core/deployment/template-powers.ts';
import type { Log } from '../runner/log.ts';

/** Every input of action.yml, typed and checked. */
export interface Inputs {
  /** Empty where the run has no secrets; whether that matters depends on the event. */
  readonly token: string;
  readonly apiUrl: URL;
  /** Hosts beside Astro's own that the API token may go to as Airflow: `name`, `name:port` or `*.name`, in lower case. */
  readonly airflowHosts: readonly string[];
  /** What a branch's template may have different from the default branch's. */
  readonly allowTemplate: readonly TemplatePower[];
  /** Names that `${env.NAME}` may take; empty where the input is not given. */
  readonly placeholderEnv: readonly string[];
  readonly organizationId?: string;
  /** Id or name of the Workspace. */
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

/** A token as people paste it; nothing is left of a scheme alone (`Bearer ` before a secret that is empty). */
const withoutScheme = (text: string): string => text.trim().replace(/^(?:Bearer(?:\s+|$))+/i, '');

/**
 * Reads and checks every input; the only place that does. Secrets are masked before anything else is looked at.
 * An input left empty counts as not given. Throws UserError with all wrong inputs at once.
 */
export function readInputs(env: NodeJS.ProcessEnv, log: Log): Inputs {
  const token = withoutScheme(core.getInput('astro-api-token')) || withoutScheme(env['ASTRO_API_TOKEN'] ?? '');
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
    airflowHosts: attempt(airflowHosts, []),
    allowTemplate: attempt(() => listOf('allow-template', templatePowers), []),
    placeholderEnv: attempt(() => variableNames('placeholder-env'), []),
    ...optional(
      'organizationId',
      attempt(() => identifier('organization-id'), undefined),
    ),
    ...optional('workspace', text('workspace')),
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
    waitTime: attempt(() => duration('wait-time', '20m'), 0),
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
  if (inputs.airflowHosts.length > 0)
    log.notice(
      `The API token may go to these hosts as Airflow, because \`astro-airflow-hosts\` says so: ${inputs.airflowHosts.join(', ')}.`,
    );
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
