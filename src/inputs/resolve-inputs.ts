import type { Config } from '../core/config/config.ts';
import { UserError } from '../core/errors.ts';
import type { Intent } from '../core/intent/types.ts';
import { contradictions } from './contradictions.ts';
import { insideWorkspace } from './input-paths.ts';
import type { Inputs } from './inputs.ts';
import { omitUndefined } from '../core/omit-undefined.ts';

/** The inputs with the configuration file's values, which win. Throws UserError for a path that leaves the workspace. */
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
    ...omitUndefined({ template }),
    ...omitUndefined({ ttl }),
    ...omitUndefined({ maxPreviews: max }),
  };
}

/**
 * The inputs of this run, final: for a deploy, options of its environment and the type that a dispatch names win. A step
 * for a dbt project stays one: those options are about the Astro project beside it. Throws UserError for inputs that
 * contradict an environment's deploy type `dbt`.
 */
export function resolveInputs(inputs: Inputs, intent: Intent): Inputs {
  if (intent.kind !== 'deploy') return inputs;
  const { wakeOnDeploy, rollbackOnFailure } = intent.environment ?? {};
  const deployType =
    inputs.deployType === 'dbt' ? 'dbt' : (intent.deployType ?? intent.environment?.deployType ?? inputs.deployType);
  const problems = deployType === 'dbt' ? contradictions({ ...inputs, deployType }) : [];
  if (problems.length > 0)
    throw new UserError(problems.join('\n'), { problems: problems.map((message) => ({ message })) });
  return {
    ...inputs,
    deployType,
    ...omitUndefined({ wakeOnDeploy }),
    ...omitUndefined({ rollbackOnFailure }),
  };
}
