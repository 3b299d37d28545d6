import { UserError } from '../core/errors.ts';
import { childEnvironment, runCommand, type ProgramResult } from '../runner/run-program.ts';
import { isEngineDown, lacksImage, repeated } from './repeat.ts';

/** The program that builds and pushes images. */
export interface Engine {
  readonly program: 'docker' | 'podman';
  /** Whether a builder was chosen on purpose: then buildx is called by name, because `docker build` would not use it. */
  readonly builder: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** The Action's own environment, of which only what the user names is passed on. */
  readonly all: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Finds docker, or podman in its place. Throws UserError where there is neither. */
export async function findEngine(all: NodeJS.ProcessEnv, signal: AbortSignal, wantsBuilder: boolean): Promise<Engine> {
  const env = childEnvironment(all, all['DOCKER_CONFIG'] === undefined ? {} : { DOCKER_CONFIG: all['DOCKER_CONFIG'] });
  for (const program of ['docker', 'podman'] as const) {
    const version = await runCommand(program, ['--version'], { env, signal }).catch((error: unknown) => {
      if (error instanceof UserError) return undefined;
      throw error;
    });
    if (version?.code !== 0) continue;
    const real = /podman/i.test(version.stdout) ? 'podman' : program;
    return {
      program: real,
      builder: real === 'docker' && (wantsBuilder || all['BUILDX_BUILDER'] !== undefined),
      env,
      all,
      signal,
    };
  }
  throw new UserError(
    'This deploy needs an image, and neither docker nor podman is installed on this runner. Use a runner that has docker (ubuntu-latest), or `deploy-type: dags-only` where DAG deploys are on.',
  );
}

/** The error for a program that ended badly: its last lines, then what to do. */
export function failed(what: string, result: ProgramResult, advice: string): UserError {
  const lines = result.tail.filter((line) => line.trim() !== '').slice(-50);
  const sentence = `${what} failed${result.code === null ? '' : ` (exit code ${result.code})`}. ${advice}`;
  return lines.length === 0
    ? new UserError(sentence)
    : new UserError(`${sentence} Its last lines:\n${lines.join('\n')}`, { output: { sentence, lines } });
}

/** What the checks need to know of an image. */
export interface ImageFacts {
  readonly runtimeVersion: string;
}

function inspectionError(engine: Engine, image: string, origin: 'given' | 'built', result: ProgramResult): UserError {
  if (origin === 'given' && lacksImage(result))
    return new UserError(
      `The image \`${image}\` (\`image-name\`) is not on this machine. Build or pull it in an earlier step of the job.`,
    );
  const what = origin === 'given' ? `the image \`${image}\` (\`image-name\`)` : 'the image that this step has built';
  return failed(
    `\`${engine.program} image inspect\` of ${what}`,
    result,
    isEngineDown(result)
      ? `The ${engine.program} daemon no longer answers: look at why it stopped, then run the job again.`
      : lacksImage(result)
        ? 'The builder did not hand the image to docker: check the driver of the builder, and whether another step removes images.'
        : 'No code was deployed; run the job again.',
  );
}

interface Inspected {
  readonly Id?: string;
  readonly Os?: string;
  readonly Architecture?: string;
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null } | null;
}

function readInspected({ program }: Engine, answer: string): Inspected {
  try {
    return JSON.parse(answer) as Inspected;
  } catch (error) {
    throw new UserError(
      `\`${program} image inspect\` answered something that is no JSON: the engine does not work as it should. Check the ${program} of this runner.`,
      { cause: error },
    );
  }
}

/**
 * Reads an image of this machine that was given by `image-name` or that this run has `built`. Throws UserError for one that
 * is missing, not Astro's, or made for other machines.
 */
export async function inspectImage(engine: Engine, image: string, origin: 'given' | 'built'): Promise<ImageFacts> {
  const result = await repeated(
    engine.signal,
    () =>
      runCommand(engine.program, ['image', 'inspect', '--format', '{{json .}}', image], {
        env: engine.env,
        signal: engine.signal,
      }),
    lacksImage,
  );
  if (result.code !== 0) throw inspectionError(engine, image, origin, result);
  const { Os, Architecture, Config } = readInspected(engine, result.stdout);
  const runtimeVersion = Config?.Labels?.['io.astronomer.docker.runtime.version'];
  if (!runtimeVersion) {
    throw new UserError(
      'The image is not an Astro Runtime image: it lacks the label `io.astronomer.docker.runtime.version`. Its Dockerfile must start from an Astro Runtime image, such as `FROM astrocrpublic.azurecr.io/runtime:3.1-14`.',
    );
  }
  if (Os !== 'linux' || Architecture !== 'amd64') {
    throw new UserError(
      `The image is made for ${Os ?? 'an unknown system'}/${Architecture ?? 'unknown'}, and Astro runs linux/amd64: build it with \`--platform linux/amd64\`.`,
    );
  }
  return { runtimeVersion };
}

/**
 * The id of an image of this machine, without its prefix, or why it cannot be read: the decision needs no image where
 * only DAGs changed, so that nothing is refused here.
 */
export async function imageId(
  env: NodeJS.ProcessEnv,
  image: string,
  signal: AbortSignal,
): Promise<{ readonly id: string } | { readonly unknown: string }> {
  try {
    const engine = await findEngine(env, signal, false);
    const arguments_ = ['image', 'inspect', '--format', '{{json .}}', image];
    const result = await runCommand(engine.program, arguments_, { env: engine.env, signal });
    if (result.code !== 0) return { unknown: 'it cannot be inspected' };
    const id = /^(?:sha256:)?([0-9a-f]{12,64})$/.exec(readInspected(engine, result.stdout).Id ?? '')?.[1];
    return id === undefined ? { unknown: 'the engine names no id for it' } : { id };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { unknown: 'neither docker nor podman answers' };
  }
}
