import type { components } from '../../contract/astro-api.ts';
import type { Artefact } from './artefact.ts';
import { writeNotes, type DeployNotes } from './deploy-notes.ts';
import { placing, type Project } from './classify-files.ts';
import type { Repository } from '../repository.ts';
import { omitUndefined } from '../omit-undefined.ts';

/** Files of the DAG folder that no commit holds because git ignores them. */
export interface IgnoredFiles {
  readonly paths: readonly string[];
  /** Of their names and their content: recorded with the deploy, for the next run to compare with. */
  readonly fingerprint: string;
}

/** Where the code of this run comes from, and what it is. */
export interface Source {
  /** Absolute path of the Astro project. */
  readonly folder: string;
  /** Absolute path of the folder that is shipped as an archive: the DAG folder, or the dbt project. */
  readonly dagsFolder: string;
  /** Where a dbt project is mounted in the Deployment; only where one is shipped. */
  readonly mountPath?: string;
  readonly project: Project;
  /** Absolute paths of what other steps of the job put credentials into. */
  readonly credentials?: readonly string[];
  readonly repository: Repository;
  /** Paths of the checkout that differ from its commit; `undefined` where git cannot tell. */
  readonly uncommitted: readonly string[] | undefined;
  /** Files that are shipped although git ignores them; left out where there are none. */
  readonly ignored?: IgnoredFiles;
  /** `undefined` without a git checkout. */
  readonly commit?: {
    readonly id: string;
    readonly subject: string;
    readonly author: string;
    /** When it was made, in seconds since 1970. */
    readonly committedAt: number;
  };
  readonly branch?: string;
  /** The pull request's head, where the checked-out commit is the merge commit that GitHub made of it. */
  readonly head?: string;
  readonly artefact: Artefact;
  /** The first line of the head's message, where the head is not what is checked out. */
  readonly headSubject?: string;
  /** The base branch, where the merge commit is checked out. */
  readonly base?: string;
}

/**
 * What is recorded of the code in the deploy history, for the next run to compare with. Left out where it would not be
 * the truth: without a commit, or with changes in the checkout that no commit holds (as Astro's CLI does).
 */
export function gitFacts(source: Source): components['schemas']['CreateDeployGitRequest'] | undefined {
  const { commit, project, repository, uncommitted } = source;
  const place = placing(project);
  const loose = uncommitted?.some((path) => place(path).dags || place(path).image) ?? true;
  if (!commit || loose) return undefined;
  return {
    ...(repository.provider === 'GITHUB'
      ? { ...repository, commitUrl: `https://github.com/${repository.account}/${repository.repo}/commit/${commit.id}` }
      : repository),
    commitSha: commit.id,
    ...omitUndefined({ branch: source.branch }),
    ...(project.path !== '' && { path: project.path }),
    ...(commit.author !== '' && { authorName: commit.author }),
  };
}

/**
 * The time that archived files carry: that of the commit, so that the same commit gives the same archive; `now` where the
 * checkout holds what no commit does.
 */
export function archiveTime(source: Source, now: Date): Date {
  const { commit, ignored } = source;
  return commit && !ignored && gitFacts(source) ? new Date(commit.committedAt * 1000) : now;
}

/**
 * The text for the deploy history: the user's, else the commit's subject; then notes for the next run. The text is
 * cleaned first: afterwards it could have become too long, or a line that looks like the notes.
 */
export function deployDescription(
  source: Source,
  text: string | undefined,
  { shipsDags, shipsImage }: { readonly shipsDags: boolean; readonly shipsImage: boolean },
  clean: (text: string) => string,
): string {
  const { commit, head, artefact, ignored } = source;
  const notes: DeployNotes = {
    ...(head !== undefined && head !== commit?.id && { head }),
    ...(shipsDags && !artefact.dagsBaseDir && { dags: 'root' }),
    ...(ignored && { ignored: ignored.fingerprint }),
    ...(shipsImage && imageNotes(artefact)),
  };
  return writeNotes(clean(text ?? commit?.subject ?? ''), notes);
}

const imageNotes = ({ image, args }: Artefact): DeployNotes =>
  image === undefined ? { ...omitUndefined({ args }) } : 'id' in image ? { image: image.id } : {};
