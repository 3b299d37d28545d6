import { statfsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { lacksBuildKit, roomForImage } from '../core/code/image-needs.ts';
import { UserError } from '../core/errors.ts';
import { runGroup, type ProgramResult } from '../runner/run-program.ts';
import { failed, type Engine } from './engine.ts';

/** Longest time, in milliseconds, that an engine may take to say that it is there. */
const deadline = 60_000;

/**
 * Checks that an engine answers and, for a build, that it has BuildKit and room on the disk. Gives back a warning where
 * the room may be too little. Throws UserError for what cannot work.
 */
export async function checkEngine(engine: Engine, purpose: 'build' | 'push'): Promise<string | undefined> {
  const ask = (...args: string[]): Promise<ProgramResult> =>
    runGroup(engine.program, args, {
      env: engine.env,
      signal: AbortSignal.any([engine.signal, AbortSignal.timeout(deadline)]),
    });
  const podman = engine.program === 'podman';
  const [version, buildx, info] = await Promise.all([
    podman ? ask('info') : ask('version', '--format', '{{.Client.Version}}'),
    podman || purpose === 'push' ? undefined : ask('buildx', 'version'),
    ask('info', '--format', podman ? '{{.Store.GraphRoot}}' : '{{.DockerRootDir}}'),
  ]).catch((error: unknown) => {
    if (engine.signal.aborted || !(error instanceof DOMException)) throw error;
    throw new UserError(
      `\`${engine.program}\` did not answer within ${String(deadline / 1000)} s, and this deploy needs an image. ${start}`,
    );
  });
  if (version.code !== 0)
    throw failed(
      `\`${engine.program} ${podman ? 'info' : 'version'}\``,
      version,
      `This deploy needs an image. ${start}`,
    );
  if (purpose === 'push') return undefined;
  const refusal = buildx && lacksBuildKit(version.stdout, buildx.code === 0, engine.builder);
  if (refusal !== undefined) throw new UserError(refusal);
  const room = roomForImage(freeBytes(info.stdout.trim()));
  if (room.kind === 'refused') throw new UserError(room.why);
  return room.kind === 'little' ? room.why : undefined;
}

const start =
  'Start the docker daemon before this step, or let `DOCKER_HOST` name one that this user may use; with `deploy-type: dags-only` no image is needed.';

/** Bytes that are free where the engine keeps images; `undefined` where that folder is not on this machine. */
function freeBytes(folder: string): number | undefined {
  if (!isAbsolute(folder)) return undefined;
  try {
    const facts = statfsSync(folder);
    return facts.blocks === 0 ? undefined : facts.bavail * facts.bsize;
  } catch {
    return undefined;
  }
}
