import * as core from '@actions/core';
import { apiAddress } from '../core/addresses.ts';
import { templatePowers } from '../core/deployment/template-powers.ts';
import { actions } from '../core/intent/types.ts';
import { readPatterns } from '../core/objects/patterns.ts';
import {
  airflowHosts,
  branchName,
  choice,
  count,
  dagIds,
  deployType,
  duration,
  flag,
  gitRef,
  identifier,
  lifetime,
  listOf,
  mountPath,
  optionalCount,
  optionalFlag,
  previewName,
  pytestFile,
  target,
  variableNames,
} from './input-values.ts';
import { configFile, insideWorkspace } from './input-paths.ts';
import type { Inputs } from './inputs.ts';
import type { InputName } from './names.ts';

/** Members that are not read from an input by themselves: the tokens are masked first, `project` is resolved later. */
type ReadApart = 'token' | 'githubToken' | 'project';

/** Reads one member; only an optional one may be `undefined`. Throws UserError for a wrong value. */
type Read<K extends keyof Inputs> = (
  env: NodeJS.ProcessEnv,
) => Partial<Pick<Inputs, K>> extends Pick<Inputs, K> ? Inputs[K] | undefined : Inputs[K];

/** How every member of the inputs is read: one line each. A key that `Inputs` does not have does not compile, nor one that is missing. */
export type InputTable = { readonly [K in Exclude<keyof Inputs, ReadApart>]-?: Read<K> };

/** The value as it is written, `undefined` where it is empty. */
export const text = (name: InputName): string | undefined => core.getInput(name) || undefined;

const lines = (name: InputName): string[] => core.getMultilineInput(name).filter((line) => line !== '');

export const inputTable: InputTable = {
  apiUrl: () => apiAddress(text('astro-api-url') ?? 'https://api.astronomer.io/v1'),
  airflowHosts,
  allowTemplate: () => listOf('allow-template', templatePowers),
  placeholderEnv: () => variableNames('placeholder-env'),
  organizationId: () => identifier('organization-id'),
  workspace: () => text('workspace'),
  action: () => choice('action', actions, 'auto'),
  config: configFile,
  configRef: () => gitRef('config-ref'),
  template: (env) => insideWorkspace('template', text('template'), env),
  target,
  previewName: () => previewName(text('preview-name')),
  rootFolder: (env) => insideWorkspace('root-folder', text('root-folder'), env) ?? '.',
  mountPath: () => mountPath(text('mount-path')),
  deployType,
  dagsFolder: () => text('dags-folder') ?? 'dags',
  dagsBaseDir: () => flag('dags-base-dir', true),
  description: () => text('description'),
  force: () => flag('force', false),
  parse: () => flag('parse', false),
  pytest: () => flag('pytest', false),
  pytestFile: () => pytestFile(text('pytest-file') ?? 'tests/'),
  imageName: () => text('image-name'),
  buildSecrets: () => lines('build-secrets'),
  buildArgs: () => lines('build-args'),
  cacheFrom: () => lines('cache-from'),
  cacheTo: () => lines('cache-to'),
  wakeOnDeploy: () => flag('wake-on-deploy', false),
  wait: () => flag('wait', true),
  waitTime: () => duration('wait-time', '20m'),
  dryRun: () => flag('dry-run', false),
  verifyDags: () => choice('verify-dags', ['off', 'warn', 'fail'], 'warn'),
  runDags: () => dagIds(lines('run-dags')),
  dagChanges: () => flag('dag-changes', true),
  rollbackOnFailure: () => flag('rollback-on-failure', false),
  comment: () => flag('comment', true),
  planComment: () => flag('dry-run', false) && optionalFlag('comment') === true,
  githubDeployments: () => flag('github-deployments', true),
  ttl: () => lifetime('ttl', '7d'),
  maxPreviews: () => optionalCount('max-previews'),
  maxDeletions: () => count('max-deletions', 10),
  branch: () => branchName('branch'),
  sweepWarns: () => flag('sweep-warns', false),
  objects: () => readPatterns(lines('objects')),
  adopt: () => identifier('adopt'),
  deleteSource: () => flag('delete-source', false),
  copyConnections: () => optionalFlag('copy-connections'),
  copyAirflowVariables: () => optionalFlag('copy-airflow-variables'),
  copyPools: () => optionalFlag('copy-pools'),
};
