import type { Baselines } from './baselines.ts';
import { placing, type Place, type Project } from './classify-files.ts';
import type { IgnoredFiles } from './source.ts';
import { oneLine } from '../text.ts';

/** The paths that differ from what runs. */
export type Changes =
  | {
      readonly kind: 'known';
      readonly commit: string;
      readonly at: string;
      readonly paths: readonly string[];
      readonly ignored?: string;
    }
  | { readonly kind: 'unknown'; readonly why: string };
export type KnownChanges = Extract<Changes, { kind: 'known' }>;

/** What is known of the changes. */
export interface Observed {
  readonly project: Project;
  /** What changed since the image, since the DAGs and since the dbt project that run. */
  readonly changes: Readonly<Record<keyof Baselines, Changes>>;
  /** Paths of the checkout that differ from its commit: they count as changed. */
  readonly uncommitted: readonly string[];
  /** Files that are shipped although git ignores them. */
  readonly ignored?: IgnoredFiles;
  readonly now: Date;
}

/** What the choice looks at, ready to be put into words. */
export interface Facts extends Readonly<Record<keyof Baselines, Changes>> {
  /** The paths that are part of what `part` says, and what to say of them. */
  readonly found: (changes: Changes, part: keyof Place | 'any') => { paths: readonly string[]; sentence: string };
  /** The sentence for "nothing changed". */
  readonly unchanged: (all: readonly KnownChanges[]) => string;
}

/** Sorts the changes by what they are part of. */
export function gather({ project, changes, uncommitted, ignored, now }: Observed): Facts {
  const place = placing(project);
  const partOf = (part: keyof Place | 'any') => (path: string) => {
    const at = place(path);
    return part === 'any' ? at.dags || at.image : at[part];
  };
  const since = (known: { commit: string; at: string }): string => `since ${short(known.commit)}${ago(known.at, now)}`;
  const tracked = (all: Changes, folder: string): Changes =>
    project.dags.length > 0
      ? all
      : { kind: 'unknown', why: `the ${folder} is not under git in this repository, so its changes are not known` };
  return {
    image: changes.image,
    dags: tracked(changes.dags, 'DAG folder'),
    dbt: tracked(changes.dbt, 'dbt project'),
    found: (all, part) => {
      const committed = all.kind === 'known' ? all.paths.filter(partOf(part)) : [];
      const loose = uncommitted.filter(partOf(part));
      const hidden = part === 'image' ? [] : ignoredChanges(all, ignored, project);
      const sentence =
        all.kind === 'known' && committed.length > 0
          ? `${list(committed, 3)} changed ${since(all)}`
          : loose.length > 0
            ? `${list(loose, 3)} changed in the checkout without being committed`
            : `files that git ignores changed, which are shipped too: ${list(hidden, 3)}`;
      return { paths: [...committed, ...loose, ...hidden], sentence };
    },
    unchanged: (all) => `nothing that is deployed changed ${[...new Set(all.map(since))].join(' and ')}`,
  };
}

/** Files that git ignores, where they are others than the ones that run; the folder where all are gone. */
function ignoredChanges(all: Changes, ignored: IgnoredFiles | undefined, project: Project): readonly string[] {
  if (all.kind === 'unknown' || all.ignored === ignored?.fingerprint) return [];
  return ignored?.paths ?? project.dags.slice(0, 1);
}

/** The first names, each once and in order, and how many more there are. */
export function list(paths: readonly string[], most: number): string {
  const names = [...new Set(paths)].sort();
  const shown = names.slice(0, most).map((path) => oneLine(path, 120));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A commit as people know it. */
export function short(commit: string): string {
  return commit.slice(0, 7);
}

/** `, deployed 2 h ago`; nothing where the time cannot be read. */
function ago(at: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000);
  if (Number.isNaN(minutes)) return '';
  if (minutes < 1) return ', deployed just now';
  if (minutes < 60) return `, deployed ${minutes} min ago`;
  if (minutes < 48 * 60) return `, deployed ${Math.floor(minutes / 60)} h ago`;
  return `, deployed ${Math.floor(minutes / 1440)} d ago`;
}
