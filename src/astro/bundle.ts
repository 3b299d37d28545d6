import { isUtf8 } from 'node:buffer';
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { bundleFilter, holdsCredentials } from '../core/code/bundle-files.ts';
import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';

/** What goes into the archive under `name`: a file as the walk saw it at `path`, a link with its target as written, or a text that no file holds. */
export type BundleEntry =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly path: string; readonly seen: Seen }
  | { readonly kind: 'link'; readonly name: string; readonly target: string };

/** What shows that a file is still the same; whole `Stats` of 100,000 files would fill the memory. */
type Seen = Readonly<Pick<Stats, 'size' | 'mtimeMs' | 'ino' | 'mode'>>;

/** The files and links of one folder, sorted by name: what `packBundle` (archive.ts) archives. */
export interface Bundle {
  /** The folder, links in its own path resolved. */
  readonly root: string;
  readonly entries: readonly BundleEntry[];
  /** Size of all files together, in bytes. */
  readonly bytes: number;
  /** What was left out that the user may expect inside, one sentence each. */
  readonly notices: readonly string[];
  /** What stays out on purpose, below the folder; of a folder only its own name. */
  readonly leftOut: readonly string[];
}

export interface BundleOptions {
  /** `dags`: names begin with `dags/`, which is where Astro looks, whatever the folder is called. */
  readonly prefix: 'dags' | '';
  /** Refuse links that leave the folder, as Airflow 3 Deployments do; otherwise they are kept as they are. */
  readonly refuseOutsideLinks: boolean;
  /** Take a folder without a single DAG file: it removes every DAG that runs. */
  readonly allowEmpty: boolean;
  /** Take a folder that is not there for an empty one, as git leaves it whose last file was deleted. */
  readonly allowMissing?: boolean;
  /** What stays out, by its path below the folder; the common leftovers of tools where it is not given. */
  readonly leaveOut?: (path: string, kind: 'file' | 'folder') => boolean;
  /** Absolute paths of files that hold credentials of other steps: they stay out, with a notice. */
  readonly credentials?: readonly string[];
  /** The folder as people know it, with what to correct; the path itself where it is left out. */
  readonly shown?: string;
}

const dagFile = /\.(?:py|zip|ya?ml)$/;
const mostEntries = 100_000;
/** Azure takes 5,000 MiB in one piece; the rest is room for headers, and for content that gzip makes larger. */
const mostBytes = 4900 * 1024 * 1024;

/**
 * Lists what is in a DAG folder (or another bundle's) without following a link or opening a file.
 * `leaveOut` says what stays out; sockets, devices and pipes do with a notice.
 * Throws `UserError` for a folder that is missing, has no DAG file, is too large, or holds a name or link that cannot be shipped.
 */
export function collectBundle(folder: string, options: BundleOptions): Bundle {
  const shown = options.shown ?? folder;
  const gone = options.allowMissing === true && !existsSync(folder);
  const root = gone ? folder : rootOf(folder, shown);
  const entries: BundleEntry[] = [];
  const notices: string[] = [];
  const leftOut: string[] = [];
  const leaveOut = options.leaveOut ?? bundleFilter(undefined);
  const credentials = new Set(options.credentials);
  let bytes = 0;

  const add = (entry: BundleEntry): void => {
    entries.push(entry);
    if (entries.length > mostEntries)
      throw new UserError(
        `\`${shown}\` holds more than ${mostEntries} files: too many for a deploy. Take files out of it.`,
      );
  };
  const visit = (directory: string, prefix: string): void => {
    for (const raw of legible(prefix || folder, () => readdirSync(directory, { encoding: 'buffer' }))) {
      const base = decoded(raw, `a file name in ${oneLine(prefix || folder)}`);
      const path = join(directory, base);
      const name = `${prefix}${base}`;
      const below = name.slice(start);
      const seen = legible(name, () => lstatSync(path));
      if (credentials.has(path) || leaveOut(below, seen.isDirectory() ? 'folder' : 'file')) {
        leftOut.push(below);
        if (credentials.has(path) || holdsCredentials(base)) notices.push(credentialsNotice(name));
      } else if (seen.isDirectory()) {
        visit(path, `${name}/`);
      } else if (seen.isSymbolicLink()) {
        const target = decoded(
          legible(name, () => readlinkSync(path, { encoding: 'buffer' })),
          `the target of the link ${oneLine(name)}`,
        );
        if (options.refuseOutsideLinks && leaves(root, directory, target)) throw outsideLink(name, target);
        add({ kind: 'link', name, target: target.replaceAll(sep, '/') });
      } else if (seen.isFile()) {
        bytes += seen.size;
        if (bytes > mostBytes)
          throw new UserError(
            `\`${shown}\` holds more than ${mostBytes / 1024 / 1024} MiB: too much for a deploy. Take files out of it.`,
          );
        const { size, mtimeMs, ino, mode } = seen;
        add({ kind: 'file', name, path, seen: { size, mtimeMs, ino, mode } });
      } else {
        notices.push(`${oneLine(name)} was left out: it is neither a file nor a folder nor a link.`);
      }
    }
  };
  const outermost = options.prefix === '' ? '' : `${options.prefix}/`;
  const start = outermost.length;
  if (!gone) visit(root, outermost);

  if (!options.allowEmpty && !entries.some(({ name }) => dagFile.test(name))) {
    throw new UserError(
      `\`${shown}\` holds no .py, .zip, .yaml or .yml file. An empty DAG folder would delete every DAG that runs. ` +
        `Correct \`dags-folder\` or \`root-folder\`${leftOut.length > 0 ? ', or what `.astro/deployignore` leaves out' : ''}, or set \`force: true\` if this is what you want.`,
    );
  }
  return { root, entries: sorted(entries), bytes, notices: notices.sort(), leftOut };
}

/** By UTF-16 units: the same on every machine, as an order by locale is not. */
const sorted = (entries: readonly BundleEntry[]): BundleEntry[] =>
  entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** The bundle with a text as one more file, unless it holds one of that name. */
export function addText(bundle: Bundle, name: string, text: string): Bundle {
  if (bundle.entries.some((entry) => entry.name === name)) return bundle;
  return { ...bundle, entries: sorted([...bundle.entries, { kind: 'text', name, text }]) };
}

const credentialsNotice = (name: string): string =>
  `${oneLine(name)} was left out: another step of the job put credentials into it.`;

function rootOf(folder: string, shown: string): string {
  try {
    const root = realpathSync(folder);
    if (lstatSync(root).isDirectory()) return root;
  } catch (cause) {
    throw new UserError(
      codeOf(cause) === 'ENOENT'
        ? `There is no folder \`${shown}\`. Correct \`dags-folder\` or \`root-folder\`.`
        : `The folder \`${shown}\` cannot be read (${codeOf(cause)}). Correct \`dags-folder\` or \`root-folder\`.`,
      {
        cause,
      },
    );
  }
  throw new UserError(`\`${shown}\` is not a folder. Correct \`dags-folder\` or \`root-folder\`.`);
}

/**
 * Whether a link in the real folder `directory` points out of `root`: path by path, not as text. Only the folders on
 * the way are resolved: a target that is itself a link is an entry of its own or lies outside.
 */
function leaves(root: string, directory: string, target: string): boolean {
  // Not `join`, which would cut `link/..` as text.
  const written = isAbsolute(target) ? target : `${directory}${sep}${target}`;
  const way = relative(root, resolve(realFolder(dirname(written)), basename(written)));
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/**
 * `realpath` of a folder that may be missing: of the part that exists, the rest as written. Only `native` leaves
 * `link/..` to the system.
 */
function realFolder(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : resolve(realFolder(parent), basename(path));
  }
}

/** Runs one file system call; its failure names the file. */
export function legible<T>(name: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new UserError(`${oneLine(name)} cannot be read (${codeOf(cause)}).`, { cause });
  }
}

/** Tar names are UTF-8 (pax); any other bytes would come out as another name. */
function decoded(bytes: Buffer, what: string): string {
  if (isUtf8(bytes)) return bytes.toString();
  const hex = (byte: string): string => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  throw new UserError(`${what} is not UTF-8: ${oneLine(bytes.toString('latin1').replace(/[^ -~]/g, hex))}. Rename it.`);
}

function outsideLink(name: string, target: string): UserError {
  return new UserError(
    `The link ${oneLine(name)} points out of the folder, to ${oneLine(target)}; Airflow 3 Deployments refuse that. Put the file itself there, or link inside the folder.`,
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
