import { randomBytes } from 'node:crypto';
import { lstatSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { readJunit, type TestReport } from '../core/report/junit.ts';
import { runGroup, type ProgramResult } from '../runner/run-program.ts';
import { readWorkspaceFile } from '../runner/workspace-files.ts';
import { failed, type Engine } from './engine.ts';
import { lacksImage, repeated } from './repeat.ts';

/** Where Astro's images have the project. */
const home = '/usr/local/airflow';

/** A file that Astro's integrity test reads without looking whether it is there. */
const exceptions = '.astro/dag_integrity_exceptions.txt';

export interface TestRequest {
  readonly image: string;
  /** What pytest is to run, relative to the project. */
  readonly target: string;
  /** Absolute path of the Astro project, and of its DAG folder, which may be elsewhere. */
  readonly project: string;
  readonly dagsFolder: string;
  /** Absolute path of the file with the container's environment. */
  readonly envFile?: string;
  readonly privateFolder: string;
  /** Takes secrets out of what the tests report. */
  readonly redact: (text: string) => string;
}

export interface TestEnd {
  /** Of pytest, as the engine saw it. */
  readonly exitCode: number;
  /** `undefined` where pytest left none that can be read. */
  readonly report: TestReport | undefined;
  /** The last lines that it printed. */
  readonly tail: readonly string[];
}

/**
 * Runs pytest in a container of the image with the project's folders copied into it, as the Astro CLI does
 * (airflow/docker_image.go, Pytest); the container is removed whatever happens. Throws UserError where the engine fails.
 */
export async function runProjectTests(
  engine: Engine,
  request: TestRequest,
  onLine: (line: string) => void,
): Promise<TestEnd> {
  const id = randomBytes(8).toString('hex');
  const container = `astro-branch-deploy-${id}`;
  const remove = remover(engine, container);
  // What runs in it need not heed the signal: the container is taken away under it, in the moment that is left.
  const abort = (): void => void remove();
  let made = false;
  try {
    const reported = `/tmp/astro-branch-deploy-${id}.xml`;
    const flags = [`--junitxml=${reported}`, '-o', 'junit_family=xunit1'];
    const environment = request.envFile === undefined ? [] : ['--env-file', request.envFile];
    await must(engine, [
      ...['create', '--interactive', '--name', container, ...environment],
      ...[request.image, 'pytest', request.target, ...flags],
    ]);
    made = true;
    for (const [from, to] of copies(request, id)) await must(engine, ['cp', from, `${container}:${to}`]);
    engine.signal.addEventListener('abort', abort, { once: true });
    const started = await call(engine, ['start', '--attach', container], { onLine });
    const exitCode = await exitCodeOf(engine, container, started);
    const file = join(request.privateFolder, `${id}.xml`);
    await call(engine, ['cp', `${container}:${reported}`, file]);
    return { exitCode, report: readReport(request, `${id}.xml`), tail: started.tail };
  } finally {
    engine.signal.removeEventListener('abort', abort);
    // Also where making it failed or was broken off: it may be there all the same.
    if (!(await remove()) && made && !engine.signal.aborted) onLine(`The container ${container} could not be removed.`);
  }
}

const didNotRun = 'The tests did not run, so no code was deployed.';

const call = (
  { program, env, signal }: Engine,
  args: readonly string[],
  more: { onLine?: (line: string) => void } = {},
): Promise<ProgramResult> => runGroup(program, args, { env, signal, ...more });

/** Runs a command of the engine; throws UserError where it fails. */
async function must(engine: Engine, args: readonly string[]): Promise<ProgramResult> {
  const [command = ''] = args;
  const run = (): Promise<ProgramResult> => call(engine, args);
  const result = await (command === 'inspect' ? repeated(engine.signal, run, lacksImage) : run());
  if (result.code === 0) return result;
  throw failed(`${engine.program} ${command}`, result, didNotRun);
}

/** Removes the container once, however often it is asked to; resolves to whether it is gone. */
function remover({ program, env }: Engine, container: string): () => Promise<boolean> {
  let removal: Promise<boolean> | undefined;
  return () => {
    // The run's own signal may have been given already, and then nothing would be removed.
    const signal = AbortSignal.timeout(10_000);
    removal ??= runGroup(program, ['rm', '--force', '--volumes', container], { env, signal }).then(
      ({ code }) => code === 0,
      () => false,
    );
    return removal;
  };
}

async function exitCodeOf(engine: Engine, container: string, started: ProgramResult): Promise<number> {
  const inspected = await must(engine, ['inspect', '--format={{.State.ExitCode}}', container]);
  const exitCode = Number(inspected.stdout.trim() || 'none');
  // A container that never started has the exit code 0 as well.
  if (!Number.isInteger(exitCode) || (exitCode === 0 && started.code !== 0))
    throw failed(`${engine.program} start`, started, didNotRun);
  return exitCode;
}

/** What is copied into the container, in this order: links are copied as links, so nothing outside the project is. */
function copies({ project, dagsFolder, privateFolder }: TestRequest, id: string): [from: string, to: string][] {
  const found: [string, string][] = ['tests', 'plugins', 'include', '.astro']
    .map((name) => join(project, name))
    .filter((folder) => lstatSync(folder, { throwIfNoEntry: false })?.isDirectory())
    .map((folder) => [folder, `${home}/`]);
  // By its content, because it may have another name; the end of the path makes docker copy that.
  if (isThere(dagsFolder)) found.unshift([`${dagsFolder}/.`, `${home}/dags`]);
  if (found.some(([folder]) => folder === join(project, '.astro')) && !isThere(join(project, exceptions))) {
    const empty = join(privateFolder, `${id}.txt`);
    writeFileSync(empty, '');
    found.push([empty, `${home}/${exceptions}`]);
  }
  return found;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The container made the report: what is no plain file of bounded size, such as a link to a file of this machine, counts as none. */
function readReport({ privateFolder, redact }: TestRequest, file: string): TestReport | undefined {
  try {
    const text = readWorkspaceFile(realpathSync(privateFolder), file, 'test report');
    return text === undefined ? undefined : readJunit(redact(text));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
