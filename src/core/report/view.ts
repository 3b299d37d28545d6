import type { GitHubEvent } from '../event.ts';

/** What a page about a run shows beside its outcome. */
export interface View {
  /** The repository on GitHub. */
  readonly repositoryUrl: string;
  /** The run on GitHub. */
  readonly runUrl: string;
  readonly now: Date;
  /** The project's folder in the repository. */
  readonly project: string;
}

/** The view of one run on its own repository. */
export const viewOf = ({ runUrl }: Pick<GitHubEvent, 'runUrl'>, project: string, now: Date): View => ({
  repositoryUrl: runUrl.replace(/\/actions\/runs\/.*$/, ''),
  runUrl,
  now,
  project,
});
