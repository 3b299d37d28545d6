import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { limitProblems } from '../../core/limit-problems.ts';
import { UserError } from '../../core/errors.ts';
import type { Desired } from '../../core/deployment/desired.ts';
import { planDeployment, type Plan } from '../../core/plan/plan.ts';
import { dagsLeftOut } from '../../core/code/classify-files.ts';
import { literalRuntime } from '../../core/code/dockerfile.ts';
import { airflowMajor, parseRuntime, refuseRuntime } from '../../core/deployment/runtime-version.ts';
import { readBuildFiles, type BuildFiles } from '../../docker/build-files.ts';
import { currentContext } from '../../docker/push.ts';
import { childEnvironment } from '../../runner/run-program.ts';
import { inside, isWorkspaceFile, workspaceFolder } from '../../runner/workspace-files.ts';
import { collectShipped, shippedNames } from './shipped-folder.ts';
import { syntaxErrors } from '../../python/syntax.ts';
import type { Tools } from '../../observe/tools.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Step } from '../../core/plan/steps.ts';
import type { Progress } from '../run.ts';
import { omitUndefined } from '../../core/omit-undefined.ts';

/**
 * Refuses what the files alone show before anything is written or built: a preview that cannot get its code is not made
 * first. Links and the Deployment's own limits are checked again when the code is shipped. Throws UserError.
 */
export function refuseBadFiles(plan: Plan, inputs: Inputs, { env, log }: Tools): void {
  const step = plan.steps.find((one) => one.kind === 'deploy-code');
  if (step && step.type !== 'dbt' && !inputs.dagsBaseDir) refuseRootLayout(plan);
  const withoutImage = step?.type === 'dags-only' || step?.type === 'dbt';
  // A deploy without an image that is alone looks at its files before it writes anyway.
  if (!step || (withoutImage && plan.steps[0] === step)) return;
  if (step.type === 'dbt') {
    collectShipped(step.source, { prefix: '', refuseOutsideLinks: false, allowEmpty: true });
    return;
  }
  if (step.type !== 'dags-only') {
    if (inputs.imageName === undefined) {
      refuseOtherRuntime(plan, readBuildFiles(workspaceFolder(env), step.source.folder), workspaceFolder(env));
      const message = lostDags(plan, step);
      if (message !== undefined && !inputs.force)
        throw new UserError(
          `${message} Take the rule out, switch DAG deploys on, or set \`force: true\` if this is what you want.`,
        );
      if (message !== undefined) log.warning(message);
    }
    currentContext(env);
  }
  const dagDeploysOn = dagDeploysOf(plan) === true;
  if (step.type !== 'image-only' && dagDeploysOn) {
    const shown = shownFolder(step.source, env);
    collectShipped(step.source, {
      prefix: 'dags',
      refuseOutsideLinks: false,
      allowEmpty: inputs.force,
      allowMissing: deletesDags(step, inputs),
      shown,
    });
  }
}

/** The configuration that a preview will have. */
const desiredOf = (plan: Plan): Desired | undefined =>
  plan.kind === 'preview' ? plan.configuration.desired : undefined;

const dagDeploysOf = (plan: Plan): boolean | undefined => (desiredOf(plan) ?? planDeployment(plan))?.isDagDeployEnabled;

/** Airflow 2 reads DAGs below `dags/` only, and Astronomer's CLI offers the other layout for Airflow 3. Throws UserError. */
function refuseRootLayout(plan: Plan): void {
  const deployment = planDeployment(plan);
  const version = deployment?.airflowVersion ?? desiredOf(plan)?.runtimeVersion ?? '';
  const runtime = parseRuntime(version);
  if (runtime === undefined || (deployment ? runtime.numbers[0] : airflowMajor(runtime)) !== 2) return;
  throw new UserError(
    '`dags-base-dir` is `false`, but the Deployment runs Airflow 2, which needs its DAGs below `dags/`. Leave `dags-base-dir` out.',
  );
}

/** With DAG deploys off the DAGs must be in the image: an ignore rule that leaves them out deletes every DAG that runs. */
function lostDags(plan: Plan, { type, source }: Extract<Step, { kind: 'deploy-code' }>): string | undefined {
  const dagDeploysOn = dagDeploysOf(plan);
  const folder = type === 'image-and-dags' && dagDeploysOn === false ? dagsLeftOut(source.project) : undefined;
  return folder === undefined
    ? undefined
    : `DAG deploys are off, so DAGs must be in the image, but the ignore file leaves \`${folder}\` out of it: the Deployment would have no DAGs.`;
}

/** Refuses a Dockerfile whose literal Astro Runtime cannot go to the Deployment. Throws UserError with file and line. */
function refuseOtherRuntime(plan: Plan, { dockerfile, text }: BuildFiles, workspace: string): void {
  const runtime = literalRuntime(text);
  const deployment = planDeployment(plan);
  const wanted = deployment?.astroRuntimeVersion ?? desiredOf(plan)?.runtimeVersion;
  if (!runtime || wanted === undefined) return;
  const refusal = refuseRuntime(runtime.version, wanted, [runtime.version]);
  if (refusal === undefined) return;
  const at = { file: relative(workspace, dockerfile).replaceAll('\\', '/'), line: runtime.line };
  if (deployment) throw new UserError(refusal, { at });
  throw new UserError(
    `The Dockerfile has Astro Runtime ${runtime.version}, and the template makes the preview with \`runtime_version: ${wanted}\`: that image could not be deployed to it. Give both the same version.`,
    { at },
  );
}

/** Whether the last DAG was deleted, and with `force` that is meant: git leaves no folder behind then. */
export const deletesDags = ({ source, changed }: Extract<Step, { kind: 'deploy-code' }>, { force }: Inputs): boolean =>
  force && source.project.dags.some((folder) => changed?.some((path) => path.startsWith(`${folder}/`)) === true);

/** A DAG folder by its path below the workspace, as far as it lies there. */
export function shownFolder({ dagsFolder }: { readonly dagsFolder: string }, env: NodeJS.ProcessEnv): string {
  const workspace = workspaceFolder(env);
  return inside(dagsFolder, workspace) ? relative(workspace, dagsFolder).replaceAll('\\', '/') || '.' : dagsFolder;
}

/** Most files that are checked in one run. */
const mostFiles = 2_000;

/**
 * Checks the syntax of the DAG files that this deploy changes, where there is a Python: what is wrong is shown at file
 * and line before anything is built. A warning, because a runner's Python may know less than the Deployment's; with
 * `verify-dags: fail` it fails the step. Throws UserError then.
 */
export async function checkSyntax(plan: Plan, inputs: Inputs, tools: Tools, progress: Progress): Promise<void> {
  const step = plan.steps.find((one) => one.kind === 'deploy-code');
  if (!step || step.type === 'image-only' || step.type === 'dbt' || inputs.verifyDags === 'off') return;
  if (!existsSync(step.source.dagsFolder)) return;
  const { dagsFolder, project } = step.source;
  const root = project.dags[0] ?? 'dags';
  // An absolute `dags-folder` may lie outside the workspace: then nothing outside of it is read.
  const around = isAbsolute(inputs.dagsFolder) ? realpathSync(dagsFolder) : workspaceFolder(tools.env);
  const names = step.changed
    ? step.changed.filter((path) => path.startsWith(`${root}/`)).map((path) => path.slice(root.length + 1))
    : shippedNames(step.source);
  const files = names
    .filter((name) => name.endsWith('.py') && isWorkspaceFile(around, join(dagsFolder, name)))
    .slice(0, mostFiles)
    .map((name) => ({ path: join(dagsFolder, name), shown: `${root}/${name}` }));
  const problems = await syntaxErrors(files, childEnvironment(tools.env), tools.signal);
  if (problems === 'no python' || problems.length === 0) return;
  progress({
    syntaxErrors: problems.map(({ file, line, message }) => ({ file, ...omitUndefined({ line }), message })),
  });
  const found = problems.map(({ file, line, column, message }) => ({ message, at: place(file, line, column) }));
  const strict = inputs.verifyDags === 'fail' && !inputs.force;
  if (strict)
    throw new UserError(`${String(problems.length)} DAG files are not valid Python, and \`verify-dags\` is \`fail\`.`, {
      problems: found,
    });
  for (const { message, at } of limitProblems(found)) tools.log.warning(message, at);
}

const place = (file: string, line: number | undefined, column: number | undefined) => ({
  file,
  ...omitUndefined({ line }),
  ...omitUndefined({ column }),
});
