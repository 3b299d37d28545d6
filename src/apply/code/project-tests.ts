import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, type Problem } from '../../core/errors.ts';
import type { TestFailure, TestReport } from '../../core/report/junit.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { compareRuntime, parseRuntime } from '../../core/deployment/runtime-version.ts';
import { countsOf } from '../../core/report/test-runs.ts';
import { oneLine } from '../../core/text.ts';
import { readBuildFiles } from '../../docker/build-files.ts';
import type { TestEnd } from '../../docker/project-tests.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { readWorkspaceFile, workspaceFolder } from '../../runner/workspace-files.ts';
import type { Tools } from '../../observe/tools.ts';
import { prepareImage, type PreparedImage } from './image.ts';
import type { Step } from '../../core/plan/steps.ts';
import type { TestRun } from '../../core/plan/outcome.ts';
import type { Run } from '../run.ts';
import { omitUndefined } from '../../core/omit-undefined.ts';

type DeployStep = Extract<Step, { kind: 'deploy-code' }>;
type What = TestRun['what'];

/** Astro's own test of a project's DAGs. */
const integrityTest = '.astro/test_dag_integrity_default.py';

/** The oldest Astro Runtime whose images can run the tests (Astro CLI, cloud/deploy/deploy.go). */
const oldest = '4.1.0';

/** Most failures that become annotations; GitHub shows ten of a kind for each step. */
const mostAnnotations = 8;

/** What is to be tested before a deploy, in this order; nothing where the deploy has no DAGs or `force` skips it. */
export function testsOf({ type }: DeployStep, { parse, pytest, force }: Inputs): What[] {
  const asked: What[] = [...(parse ? ['parse' as const] : []), ...(pytest ? ['pytest' as const] : [])];
  return force || (type !== 'image-and-dags' && type !== 'dags-only') ? [] : asked;
}

/** Refuses what the files alone show to be untestable, before anything is written. Throws UserError. */
export function refuseUntestable(plan: Plan, inputs: Inputs, { log, env }: Tools): void {
  const step = plan.steps.find((one) => one.kind === 'deploy-code');
  if (!step || !(inputs.parse || inputs.pytest)) return;
  const tests = testsOf(step, inputs);
  if (tests.length === 0)
    log.notice(
      inputs.force
        ? '`force` skips the tests that `parse` and `pytest` ask for.'
        : `This deploy leaves the DAGs as they run (${step.type}), so there is nothing for \`parse\` and \`pytest\` to test.`,
    );
  if (tests.includes('parse') && !existsSync(join(step.source.folder, integrityTest)))
    throw new UserError(
      `\`parse\` runs the DAG integrity test \`${integrityTest}\`, which is not in the Astro project. \`astro dev init\` writes it: run it in the project and check the file in, or use \`pytest\` with tests of your own.`,
    );
  if (tests.length === 0) return;
  const { folder } = step.source;
  if (inputs.imageName === undefined) readBuildFiles(workspaceFolder(env), folder);
  environmentFile(folder, env);
}

/**
 * The image that a deploy needs, tested where that was asked for; `undefined` for a deploy without one, whose image is made
 * for its tests and thrown away. Throws UserError where a test fails: nothing of the deploy has begun then.
 */
export async function prepareTestedImage(
  run: Run,
  step: DeployStep,
  dagDeploysOn: boolean,
): Promise<PreparedImage | undefined> {
  const { inputs, tools } = run;
  const withImage = step.type === 'image-and-dags' || step.type === 'image-only';
  const tests = testsOf(step, inputs);
  if (!withImage && tests.length === 0) return undefined;
  const { exempt } = tools.budget;
  const image = await run.timed('build', () => exempt(() => prepareImage(step, dagDeploysOn, inputs, tools)));
  try {
    if (tests.length > 0) await run.timed('tests', () => exempt(() => testProject(run, step, image)));
  } catch (error) {
    await image.discard();
    throw error;
  }
  if (withImage) return image;
  await image.discard();
  return undefined;
}

/** Runs the tests that were asked for, one after the other. What fails is shown at file and line. */
async function testProject({ inputs, tools, progress }: Run, step: DeployStep, image: PreparedImage): Promise<void> {
  const version = parseRuntime(image.runtimeVersion);
  const least = parseRuntime(oldest);
  if (version && least && compareRuntime(version, least) < 0)
    throw new UserError(
      `Tests need Astro Runtime ${oldest} or newer, and the image has ${image.runtimeVersion}: use a newer one in the Dockerfile, or take \`parse\` and \`pytest\` out.`,
    );
  // Loaded only by who asks for tests: reading their report takes a library of its own.
  const { runProjectTests } = await import('../../docker/project-tests.ts');
  const { folder: project, dagsFolder } = step.source;
  const envFile = environmentFile(project, tools.env);
  const runs: TestRun[] = [];
  for (const what of testsOf(step, inputs)) {
    const target = what === 'parse' ? integrityTest : inputs.pytestFile;
    const request = {
      image: image.name,
      target,
      project,
      dagsFolder,
      privateFolder: image.privateFolder,
      redact: tools.log.redact,
    };
    const end = await tools.log.group(`Test the project (${what}: ${oneLine(target)})`, () =>
      runProjectTests(image.engine, { ...request, ...omitUndefined({ envFile }) }, tools.log.info),
    );
    if (end.report || end.exitCode === 0) {
      const run = { what, passed: 0, failed: 0, skipped: 0, ...counts(end.report) };
      runs.push(run);
      progress({ tests: [...runs] });
      tools.log.info(`Tests (${what}): ${countsOf(run)}`);
    }
    if (end.exitCode !== 0) throw failure(what, target, end, step, tools);
  }
}

const counts = (report: TestReport | undefined): Partial<TestRun> =>
  report ? { passed: report.passed, failed: report.failed, skipped: report.skipped } : {};

/** The project's `.env`, which the Astro CLI hands to the container. Throws UserError for what is no plain file of the workspace. */
function environmentFile(project: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = join(project, '.env');
  return readWorkspaceFile(workspaceFolder(env), file, 'environment file') === undefined ? undefined : file;
}

/** What the exit codes mean that are no failed test (docs.pytest.org, "Exit codes"; 126 and up: docs.docker.com, "docker run"). */
function meaning(code: number, target: string): string {
  switch (code) {
    case 2:
      return 'pytest was interrupted, most often because a test file cannot be imported';
    case 3:
      return 'pytest had an internal error';
    case 4:
      return `pytest was called wrongly, most often because \`${target}\` is neither in the project nor in the image`;
    case 5:
      return `pytest found no tests in \`${target}\``;
    case 126:
    case 127:
      return 'the image has no pytest that can be run: it must start from an Astro Runtime image';
    case 137:
      return 'pytest was killed, most often because the runner has too little memory';
    default:
      return 'pytest did not run to its end';
  }
}

function failure(what: What, target: string, end: TestEnd, step: DeployStep, { log }: Tools): UserError {
  const failures = end.report?.failures ?? [];
  const names = failures.slice(0, 3).map(({ name, file }) => oneLine(file === undefined ? name : `${name} in ${file}`));
  const more = failures.length > names.length ? ` and ${String(failures.length - names.length)} more` : '';
  const which = names.length > 0 ? `: ${names.join(', ')}${more}` : '';
  const last = which === '' ? end.tail.filter((line) => line.trim() !== '').slice(-20) : [];
  const why =
    end.exitCode === 1
      ? end.report
        ? `${String(end.report.failed)} ${end.report.failed === 1 ? 'test' : 'tests'} failed`
        : 'tests failed'
      : `${meaning(end.exitCode, target)} (exit code ${String(end.exitCode)})`;
  const message = `\`${what}\`: ${why}${which}. No code was deployed.${last.length > 0 ? ` The last lines:\n${last.join('\n')}` : ''}`;
  if (failures.length > mostAnnotations)
    log.info(`There are ${String(failures.length - mostAnnotations)} more failures: see the output of the tests.`);
  if (failures.length === 0) return new UserError(message);
  return new UserError(message, { problems: failures.slice(0, mostAnnotations).map((one) => shown(one, step)) });
}

/** A failure at its place in the repository. */
function shown({ name, file, line, message }: TestFailure, { source: { project } }: DeployStep): Problem {
  const text = `Test ${name}: ${message}`;
  if (file === undefined) return { message: text };
  const [dags] = project.dags;
  const path =
    dags !== undefined && file.startsWith('dags/')
      ? `${dags}${file.slice('dags'.length)}`
      : [project.path, file].filter((part) => part !== '').join('/');
  return { message: text, at: { file: path, ...omitUndefined({ line }) } };
}
