import { readDeployment, type Deployment } from '../astro/deployments.ts';
import type { Problem } from '../core/errors.ts';
import { afterMerge, namedTargets } from '../core/plan/after-merge.ts';
import { readClaims } from '../core/token.ts';
import type { Context } from './context.ts';
import type { StoredObject } from '../core/objects/stored-object.ts';

/** Most ids that are asked for one by one: they are not among the Deployments of the Workspace. */
const mostAsked = 3;

/** What a run has already read of the Workspace. */
interface Seen {
  readonly organization: string;
  readonly rows: readonly Deployment[];
  /** Previews of the branch: a token that sees nothing else may be limited to them. */
  readonly mine: readonly Deployment[];
  readonly stored?: readonly StoredObject[];
  readonly sha: string;
}

/**
 * Warns of what would fail after the merge, from what was already read. Ids in other Workspaces cost a request each; a token
 * that may see one Deployment only says nothing about the others.
 */
export async function lookAfterMerge(
  { organization, rows, mine, stored, sha }: Seen,
  context: Context,
): Promise<Problem[]> {
  const { inputs, configuration, event, tools } = context;
  const naming = { config: configuration.config, target: inputs.target, defaultBranch: event.defaultBranch };
  const isLimited =
    readClaims(inputs.token).deploymentIds !== undefined ||
    (rows.length > 0 && rows.every(({ id }) => mine.some((one) => one.id === id)));
  const unknownIds = new Set<string>();
  const ids = namedTargets(naming).flatMap(({ target }) => (target.by === 'id' ? [target.id] : []));
  const elsewhere = [...new Set(ids)].filter((id) => !rows.some((row) => row.id === id));
  for (const id of isLimited ? [] : elsewhere.slice(0, mostAsked)) {
    // With a Workspace given, a Deployment of another one is refused.
    const found = inputs.workspace === undefined && (await readDeployment(tools.client, organization, id));
    if (!found) unknownIds.add(id);
  }
  return afterMerge({
    ...naming,
    ...(!isLimited && { rows }),
    ...(stored && { stored }),
    unknownIds,
    values: { sha, repository: event.repository.name, actor: event.actor },
  });
}
