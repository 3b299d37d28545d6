import type { components } from '../../contract/astro-api.ts';
import { repositoryName, sameRepository, type Repository } from '../repository.ts';
import { oneLine } from '../text.ts';
import { readNotes, type DeployNotes } from './deploy-notes.ts';

type Deploy = components['schemas']['Deploy'];

/** What is read of a deploy. The type is open: what a bundle deploy reads as is not documented. */
export type DeployRecord = Pick<
  Deploy,
  | 'id'
  | 'status'
  | 'createdAt'
  | 'isDagDeployEnabled'
  | 'git'
  | 'description'
  | 'rollbackFromId'
  | 'bundleMountPath'
  | 'bundles'
  | 'dagTarballVersion'
> & { readonly type: string };

/** Where this run's code comes from. */
export interface Here {
  /** `undefined` where the checkout has no remote. */
  readonly repository: Repository | undefined;
  /** The project's folder inside the repository, `''` for the root. */
  readonly projectPath: string;
  /** Commits of deploys from repositories of other names that this clone has: it was renamed, or moved. */
  readonly ownCommits?: ReadonlySet<string>;
}

/** The commit whose image, DAGs or dbt project run on the Deployment; or, as half a sentence, why that is unknown. */
export type Baseline =
  | {
      readonly kind: 'known';
      readonly commit: string;
      /** The pull request's head, where the commit is a merge commit that GitHub may drop. */
      readonly head?: string;
      /** What else that deploy noted of itself. */
      readonly notes?: DeployNotes;
      readonly deployId: string;
      /** When that deploy was made, ISO 8601. */
      readonly at: string;
    }
  | { readonly kind: 'unknown'; readonly why: string };

export interface Baselines {
  readonly image: Baseline;
  readonly dags: Baseline;
  /** The bundle at the mount path that was asked for. */
  readonly dbt: Baseline;
}

const ships = {
  image: {
    types: ['IMAGE_AND_DAG', 'IMAGE_ONLY'],
    deploy: 'the newest image deploy',
    none: 'no image was deployed yet',
  },
  dags: {
    types: ['IMAGE_AND_DAG', 'DAG_ONLY'],
    deploy: 'the newest deploy of DAGs',
    none: 'no DAGs were deployed yet',
  },
  dbt: {
    types: [],
    deploy: 'the newest deploy to this mount path',
    none: 'nothing was deployed to this mount path yet',
  },
} as const;

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Where a deploy put a bundle; `undefined` for deploys of image and DAGs. `bundles` is asked as well, and only for the
 * deploy's own entry: Astro's API reference does not say which deploys show `bundleMountPath`, nor whose bundles.
 */
export function mountOf({ id, bundleMountPath, bundles }: DeployRecord): string | undefined {
  return (
    bundleMountPath || bundles?.find(({ deployId, bundleType }) => deployId === id && bundleType === 'dbt')?.mountPath
  );
}

/** How the Deployment takes code now. */
export interface DeployOptions {
  readonly dagDeploysOn: boolean;
  /** Where a dbt project goes. */
  readonly mountPath?: string | undefined;
}

/**
 * What runs on the Deployment, from its deploy history in any order: of each part the newest deploy that shipped it.
 * Only deploys with status DEPLOYED count. A deploy to a mount path ships neither image nor DAGs, whatever its type reads as;
 * any other deploy of an unknown type may have shipped everything.
 */
export function baselines(deploys: readonly DeployRecord[], here: Here, options: DeployOptions): Baselines {
  const ran = deploys
    .filter((deploy) => deploy.status === 'DEPLOYED')
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1));
  if (ran.length === 0) return unknownBaselines('first deploy');
  if (ran[0]?.rollbackFromId) return unknownBaselines('the newest deploy is a rollback');
  const of = (part: keyof Baselines): Baseline => baseline(part, ran, here, options);
  return { image: of('image'), dags: of('dags'), dbt: of('dbt') };
}

/** Every baseline unknown for one reason, such as a run without a checkout. */
export function unknownBaselines(why: string): Baselines {
  const unknown = { kind: 'unknown', why } as const;
  return { image: unknown, dags: unknown, dbt: unknown };
}

function baseline(
  part: keyof Baselines,
  ran: readonly DeployRecord[],
  here: Here,
  { dagDeploysOn, mountPath }: DeployOptions,
): Baseline {
  const { types, deploy: name, none } = ships[part];
  // A rollback brings back image and DAGs of an earlier deploy, whatever its own type reads as; of bundles nothing is said.
  const newest = ran.find((deploy) => {
    if (deploy.rollbackFromId || isUnknown(deploy)) return true;
    const mount = mountOf(deploy);
    return part === 'dbt'
      ? mount !== undefined && mount === mountPath
      : mount === undefined && types.some((type) => type === deploy.type);
  });
  if (!newest) return { kind: 'unknown', why: none };
  if (isUnknown(newest) && !newest.rollbackFromId) {
    const why = `the newest deploy has the type ${oneLine(newest.type, 40)}, and it is not known what such a deploy ships`;
    return { kind: 'unknown', why };
  }
  if (part === 'dags' && deletedDags(newest)) return { kind: 'unknown', why: `${name} deleted all DAGs` };
  const facts = examine(newest, here, dagDeploysOn);
  if ('why' in facts) return { kind: 'unknown', why: `${name} ${facts.why}` };
  const { commit } = facts;
  const { head, ...notes } = readNotes(newest.description);
  return {
    kind: 'known',
    commit,
    ...(head !== undefined && head !== commit && { head }),
    ...(Object.keys(notes).length > 0 && { notes }),
    deployId: newest.id,
    at: newest.createdAt,
  };
}

/** A deploy of a type that the contract does not know, and of which no mount path says that it left image and DAGs alone. */
const isUnknown = (deploy: DeployRecord): boolean =>
  !['IMAGE_AND_DAG', 'IMAGE_ONLY', 'DAG_ONLY'].includes(deploy.type) && mountOf(deploy) === undefined;

/**
 * Astronomer's CLI finalizes a deploy of image and DAGs with an empty version where the DAG folder is empty, which deletes
 * the DAGs. A version that is left out says nothing: Astro need not show it.
 */
const deletedDags = (deploy: DeployRecord): boolean =>
  deploy.type === 'IMAGE_AND_DAG' && !deploy.rollbackFromId && deploy.dagTarballVersion === '';

/** Commits that deploys from repositories of other names record, newest first: whether the clone has them decides. */
export function foreignCommits(deploys: readonly DeployRecord[], repository: Repository): string[] {
  const found = deploys
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .flatMap(({ git }) => {
      const recordedIn = git && commitId.test(git.commitSha) ? recorded(git) : undefined;
      return git && recordedIn && !sameRepository(recordedIn, repository) ? [git.commitSha] : [];
    });
  return [...new Set(found)];
}

/** The commit of a deploy, or why it is worthless as a baseline here. */
function examine(deploy: DeployRecord, here: Here, dagDeploysOn: boolean): { commit: string } | { why: string } {
  if (deploy.rollbackFromId) return { why: 'is a rollback' };
  if (deploy.isDagDeployEnabled !== dagDeploysOn) {
    return { why: `is from before DAG deploys were switched ${dagDeploysOn ? 'on' : 'off'}` };
  }
  const git = deploy.git;
  if (!git || !commitId.test(git.commitSha)) return { why: 'records no git commit' };
  const repository = recorded(git);
  if (!repository) return { why: 'does not say which repository it is from' };
  if (!here.repository) return { why: 'cannot be compared: the checkout has no remote `origin`' };
  if (!sameRepository(repository, here.repository) && here.ownCommits?.has(git.commitSha) !== true) {
    return { why: `is from another repository (${oneLine(repositoryName(repository), 100)})` };
  }
  const path = (git.path ?? '').replace(/^(?:\.?\/)+|^\.$|\/+$/g, '');
  if (path !== here.projectPath) {
    return { why: `is from another folder of the repository (${oneLine(path, 100) || 'its root'})` };
  }
  return { commit: git.commitSha };
}

function recorded(git: NonNullable<Deploy['git']>): Repository | undefined {
  if (git.provider === 'GITHUB') {
    return git.account && git.repo ? { provider: 'GITHUB', account: git.account, repo: git.repo } : undefined;
  }
  return git.remoteUrl ? { provider: 'GENERIC', remoteUrl: git.remoteUrl } : undefined;
}
