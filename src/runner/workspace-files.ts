import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { decodeText } from '../core/file-text.ts';

/** How a kind of file is read: bytes at most, whether it may be a link, and who else reads it. */
interface FileRules {
  readonly largest: number;
  /** A link inside the workspace is read where docker, dbt or Airflow would follow it too. */
  readonly links: 'refused' | 'followed';
  /** Whether only this Action reads the file, or docker, dbt or Airflow do too. */
  readonly reader: 'own' | 'shared';
}

const mebibyte = 1024 * 1024;

const rules = {
  configuration: { largest: mebibyte, links: 'refused', reader: 'own' },
  'Deployment template': { largest: mebibyte, links: 'refused', reader: 'own' },
  Dockerfile: { largest: mebibyte, links: 'followed', reader: 'shared' },
  'ignore file': { largest: mebibyte, links: 'followed', reader: 'shared' },
  'deploy ignore file': { largest: mebibyte, links: 'followed', reader: 'own' },
  'dbt project': { largest: mebibyte, links: 'followed', reader: 'shared' },
  'environment file': { largest: mebibyte, links: 'followed', reader: 'shared' },
  'DAG file': { largest: mebibyte, links: 'followed', reader: 'shared' },
  'test report': { largest: 10 * mebibyte, links: 'refused', reader: 'shared' },
  'docker configuration': { largest: mebibyte, links: 'followed', reader: 'shared' },
  'git link': { largest: mebibyte, links: 'refused', reader: 'own' },
  'event payload': { largest: 32 * mebibyte, links: 'followed', reader: 'shared' },
} as const satisfies Record<string, FileRules>;

export type FileKind = keyof typeof rules;

// Windows lacks the last two, where they are `undefined` and count as 0.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The workspace folder of the runner, links resolved. */
export function workspaceFolder(env: NodeJS.ProcessEnv): string {
  return realpathSync(env['GITHUB_WORKSPACE'] || process.cwd());
}

/** Whether a path lies in a folder, or is it. */
export function inside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way);
}

/**
 * Reads a text file that a branch author controls; `undefined` where there is none. `path` is relative to `folder`, whose
 * own links are resolved already, or absolute. Throws UserError with file and reason for a link that leaves the folder or
 * leads into `.git`, a folder, a device, a pipe, a file that is too large, and a file that is no text.
 */
export function readWorkspaceFile(folder: string, path: string, kind: FileKind): string | undefined {
  const file = resolve(folder, path);
  return readText(file, shownPath(folder, file), kind, (target) => {
    if (!inside(target, folder)) return 'it is a link, or lies behind one, that leaves the workspace';
    return relative(folder, target).split(/[\\/]/).includes('.git') ? 'it is a link into `.git`' : undefined;
  });
}

/** Reads a text file of the runner, outside the checkout; `undefined` where there is none. Throws UserError as `readWorkspaceFile` does. */
export function readRunnerFile(path: string, kind: FileKind): string | undefined {
  return readText(path, path, kind, (target) =>
    /^\/(?:proc|sys|dev)(?:\/|$)/.test(target) ? `it leads to \`${target}\`` : undefined,
  );
}

/** Whether a path is a regular file that `readWorkspaceFile` would open. */
export function isWorkspaceFile(folder: string, path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  return facts?.isFile() === true && inside(realpathSync(path), folder);
}

function readText(
  file: string,
  shown: string,
  kind: FileKind,
  wrongPlace: (target: string) => string | undefined,
): string | undefined {
  const { largest, links, reader }: FileRules = rules[kind];
  const refuse = (why: string, advice = 'Check in a regular file.', cause?: unknown): UserError =>
    new UserError(`\`${shown}\` cannot be read: ${why}. ${advice}`, { at: { file: shown }, cause });
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw refuse(reasonOf(error), 'Correct the file.', error);
    }
  };
  const facts = attempt(() => factsOf(file));
  if (!facts) return undefined;
  const target = attempt(() => realpathSync(file));
  const place = wrongPlace(target);
  if (place !== undefined) throw refuse(place);
  if (links === 'refused' && facts.isSymbolicLink()) throw refuse('it is a link');
  // Before it is opened: opening a device can already have an effect.
  const type = unreadableType(attempt(() => lstatSync(target)));
  if (type !== undefined) throw refuse(type);
  const bytes = attempt(() => readBytes(target, largest));
  if (typeof bytes === 'string') throw refuse(bytes, 'Make it smaller.');
  const text = decodeText(bytes, reader);
  if (!text.ok) throw refuse(text.why, 'Save it as UTF-8.');
  return text.text;
}

/** Reads a regular file in pieces; `false` where there is none, or where it is a link. */
export function eachChunk(path: string, take: (chunk: Uint8Array) => void): boolean {
  let descriptor: number;
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    descriptor = openSync(path, openFlags);
  } catch {
    return false;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return false;
    const buffer = Buffer.alloc(mebibyte);
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer))
      take(buffer.subarray(0, read));
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/** `undefined` where there is no such file, or what should be its folder is a file. */
function factsOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What keeps a file from being read by what it is; `undefined` for a regular one. */
function unreadableType(facts: Stats): string | undefined {
  if (facts.isFile()) return undefined;
  if (facts.isDirectory()) return 'it is a folder, not a file';
  if (facts.isFIFO()) return 'it is a named pipe, not a file';
  if (facts.isSocket()) return 'it is a socket, not a file';
  return 'it is a device, not a file';
}

/** At most as many bytes as the file has when it is opened; a text says why there are none. */
function readBytes(path: string, largest: number): Uint8Array | string {
  const descriptor = openSync(path, openFlags);
  try {
    const facts = fstatSync(descriptor);
    // It was another one when it was looked at.
    const type = unreadableType(facts);
    if (type !== undefined) return type;
    if (facts.size > largest) return `it is larger than ${String(largest / 1024)} KiB`;
    const bytes = Buffer.alloc(facts.size);
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(descriptor, bytes, filled, bytes.length - filled, null);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

function reasonOf(error: unknown): string {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is a link to a file that does not exist';
  if (code === 'ELOOP') return 'it is a link that leads back to itself';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  return `the system answers ${code}`;
}

/** With `/`, relative to the folder where the path lies in it. */
function shownPath(folder: string, file: string): string {
  return (inside(file, folder) ? relative(folder, file) : file).replaceAll('\\', '/');
}

/** Throws UserError for a path of the workspace that is a link, wherever it leads. */
export function refuseLink(env: NodeJS.ProcessEnv, path: string): void {
  if (lstatSync(join(workspaceFolder(env), path), { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw new UserError(`\`template\`: \`${path}\` is a link: give the path of the file itself.`);
}
