/** What a deploy notes of itself for the next run, beside its commit: what no file of the repository shows. */
export interface DeployNotes {
  /** The pull request's head, where the commit is a merge commit that GitHub may drop. */
  readonly head?: string;
  /** `root`: its DAGs lie at the root of their archive, not below `dags/`. */
  readonly dags?: 'root';
  /** Id of the image that `image-name` named. */
  readonly image?: string;
  /** Fingerprint of the files that were shipped although git ignores them. */
  readonly ignored?: string;
  /** Fingerprint of `build-args`. */
  readonly args?: string;
}

/** What a note may hold. */
const valid: Readonly<Record<keyof DeployNotes, RegExp>> = {
  head: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/,
  dags: /^root$/,
  image: /^[0-9a-f]{12,64}$/,
  ignored: /^[0-9a-f]{16}$/,
  args: /^[0-9a-f]{8}$/,
};

const noteLine = /(?:^|\n)\[astro-branch-deploy((?: [a-z]+=[^\s\]]+)+)\]\s*$/;

/**
 * The description of a deploy: the text, cut to `limit` characters in all, and the notes as its last line. A line of the
 * text that looks like that one is dropped, so that a commit message cannot forge it.
 */
export function writeNotes(text: string, notes: DeployNotes, limit = 500): string {
  const given = Object.entries(notes).map(([name, value]) => ` ${name}=${String(value)}`);
  const line = given.length === 0 ? '' : `[astro-branch-deploy${given.join('')}]`;
  const room = limit - line.length - (line === '' ? 0 : 1);
  const own = text
    .split(/\r?\n/)
    .filter((candidate) => !/\[astro-branch-deploy [a-z]+=/.test(candidate))
    .join('\n')
    .trim();
  const cut = own.length <= room ? own : `${own.slice(0, room - 1).toWellFormed()}…`;
  return [cut, line].filter((part) => part !== '').join('\n');
}

/** The notes that `writeNotes` put into a description. */
export function readNotes(description: string | null | undefined): DeployNotes {
  const found = noteLine.exec(description ?? '')?.[1] ?? '';
  const pairs = found.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  const said = new Map(pairs as [string, string][]);
  const names = Object.keys(valid) as (keyof DeployNotes)[];
  const kept = names.filter((name) => valid[name].test(said.get(name) ?? ''));
  return Object.fromEntries(kept.map((name) => [name, said.get(name)]));
}
