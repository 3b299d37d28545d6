import { imageDiffers, layoutDiffers, type Artefact } from './artefact.ts';
import type { Baselines } from './baselines.ts';
import type { DeployNotes } from './deploy-notes.ts';
import { placing, type Place, type Project } from './classify-files.ts';
import type { IgnoredFiles } from './source.ts';
import { oneLine } from '../text.ts';
import { utc } from '../time.ts';

/** The paths that differ from what runs. */
export type Changes =
  | {
      readonly kind: 'known';
      /** The commit that people know: the pull request's head where what runs is a merge commit. */
      readonly commit: string;
      readonly at: string;
      readonly paths: readonly string[];
      readonly notes?: DeployNotes;
    }
  | { readonly kind: 'unknown'; readonly why: string };
export type KnownChanges = Extract<Changes, { kind: 'known' }>;

/** What is known of the changes. */
export interface Observed {
  readonly dagDeploysOn: boolean;
  readonly project: Project;
  /** What changed since the image, since the DAGs and since the dbt project that run. */
  readonly changes: Readonly<Record<keyof Baselines, Changes>>;
  /** Paths of the checkout that differ from its commit: they count as changed. */
  readonly uncommitted: readonly string[];
  /** Files that are shipped although git ignores them. */
  readonly ignored?: IgnoredFiles;
  /** What goes into the deploy beside files; not compared where it is left out. */
  readonly artefact?: Artefact;
}

/** Changed paths, the reason that they are, and the same in short. */
export interface Found {
  readonly paths: readonly string[];
  readonly sentence: string;
  readonly brief: string;
}

/** What the choice looks at, ready to be put into words. */
export interface Facts extends Readonly<Record<keyof Baselines, Changes>> {
  /** The paths that are part of what `part` says. */
  readonly found: (changes: Changes, part: keyof Place | 'any') => Found;
  /** What differs in the layout of the DAG archive, as a sentence. */
  readonly layout: (changes: Changes) => string | undefined;
  /** What differs in the image beside its files, as a sentence. */
  readonly imageInputs: (changes: Changes) => string | undefined;
  /** The sentence for "nothing changed". */
  readonly unchanged: (all: readonly KnownChanges[]) => string;
}

/** Sorts the changes by what they are part of. */
export function gather({ project, changes, uncommitted, ignored, artefact, dagDeploysOn }: Observed): Facts {
  const place = placing(project);
  // An image that an earlier step built is compared by its id; files tell nothing about it.
  const isBuilt = artefact?.image === undefined;
  const partOf = (part: keyof Place | 'any') => (path: string) => {
    const at = place(path);
    const found = { dags: at.dags && (isBuilt || dagDeploysOn), image: at.image && isBuilt };
    return part === 'any' ? found.dags || found.image : found[part];
  };
  const since = (known: { commit: string; at: string }): string => `since ${short(known.commit)}${deployed(known.at)}`;
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
      const [first = hidden] = [committed, loose].filter((paths) => paths.length > 0);
      const brief = `${list(first, 3)} changed`;
      return { paths: [...committed, ...loose, ...hidden], sentence, brief };
    },
    layout: (all) =>
      dagDeploysOn && artefact && all.kind === 'known' ? layoutDiffers(all.notes ?? {}, artefact) : undefined,
    imageInputs: (all) => (artefact && all.kind === 'known' ? imageDiffers(all.notes ?? {}, artefact) : undefined),
    unchanged: (all) => `nothing that is deployed changed ${[...new Set(all.map(since))].join(' and ')}`,
  };
}

/** Files that git ignores, where they are others than the ones that run; the folder where all are gone. */
function ignoredChanges(all: Changes, ignored: IgnoredFiles | undefined, project: Project): readonly string[] {
  if (all.kind === 'unknown' || all.notes?.ignored === ignored?.fingerprint) return [];
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

/** `, deployed 2026-11-27 13:40 UTC`; nothing where the time cannot be read. */
function deployed(at: string): string {
  const time = utc(new Date(at));
  return time === undefined ? '' : `, deployed ${time}`;
}
