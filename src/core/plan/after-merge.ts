import type { components } from '../../contract/astro-api.ts';
import { looksLikeId } from '../astro-id.ts';
import { environmentOf, type Config, type Environment } from '../config/config.ts';
import { wantedObjects } from '../config/wanted-objects.ts';
import { UserError, type Position, type Problem } from '../errors.ts';
import type { Target } from '../event.ts';
import { oneLine } from '../text.ts';
import type { PlaceholderValues } from '../yaml/placeholders.ts';
import { nearest } from '../yaml/problems.ts';
import { planObjects } from './object-steps.ts';
import type { StoredObject } from '../objects/stored-object.ts';

type Deployment = components['schemas']['Deployment'];

/** Who deploys where, as the inputs and the configuration file name it. */
export interface Naming {
  readonly config: Config;
  readonly target?: Target | undefined;
  readonly defaultBranch?: string | undefined;
}

/** What a pull request can know of the runs that its merge starts. */
export interface AfterMerge extends Naming {
  /** The Deployments of the Workspace; left out where the token may not see all of them. */
  readonly rows?: readonly Deployment[];
  /** Ids that `rows` lack and Astro does not know. */
  readonly unknownIds: ReadonlySet<string>;
  /** The environment objects of the Workspace, where they were read. */
  readonly stored?: readonly StoredObject[];
  /** What placeholders stand for whatever the run is for. */
  readonly values: Pick<PlaceholderValues, 'sha' | 'repository' | 'actor'>;
}

/** A long-lived Deployment, and who names it. */
interface Named {
  readonly target: Target;
  /** The branch or the pattern that is deployed to it. */
  readonly whose: string;
  /** Where the file names it; the inputs do where this is left out. */
  readonly at?: Position;
}

/** Every long-lived Deployment that pushes deploy to. */
export function namedTargets({ config, target, defaultBranch = '' }: Naming): Named[] {
  const ofInputs = target && !environmentOf(config, defaultBranch) ? [{ target, whose: defaultBranch }] : [];
  return [...ofInputs, ...config.environments.map((one) => ({ target: one.target, whose: one.name, at: one.at }))];
}

/**
 * What would fail after the merge although this run succeeds: Deployments that do not exist or do not take the deploy type,
 * environment objects that an environment cannot be given. Warnings, because that run may have another token.
 */
export function afterMerge(facts: AfterMerge): Problem[] {
  const { config, rows } = facts;
  const targets = rows ? namedTargets(facts).flatMap((named) => missing(named, rows, facts.unknownIds)) : [];
  return [...targets, ...config.environments.flatMap((environment) => unfit(environment, facts))];
}

const beginning = (whose: string): string => `The run for \`${oneLine(whose, 60)}\` would fail after the merge: `;

function missing(named: Named, rows: readonly Deployment[], unknownIds: ReadonlySet<string>): Problem[] {
  const { target, whose, at } = named;
  const why = target.by === 'id' ? missingId(named, target.id, unknownIds) : missingName(named, target.name, rows);
  return why === undefined ? [] : [{ message: `${beginning(whose)}${why}`, ...(at && { at }) }];
}

const unless = 'unless that run has another token or Workspace';

function missingId({ at }: Named, id: string, unknown: ReadonlySet<string>): string | undefined {
  if (!unknown.has(id)) return undefined;
  const advice = looksLikeId(id)
    ? `Correct \`deployment-id\`, ${unless}.`
    : `An id looks like \`cm0a1b2c3d4e5f6g7h8i9j0k1\`; if it is a name, write \`${at ? 'deployment' : 'deployment-name'}\`.`;
  return `this API token sees no Deployment with the id \`${oneLine(id, 64)}\`. ${advice}`;
}

function missingName({ at }: Named, name: string, rows: readonly Deployment[]): string | undefined {
  const count = rows.filter((row) => row.name === name).length;
  const shown = oneLine(name, 100);
  if (count === 1) return undefined;
  if (count > 1)
    return `${count} Deployments of the Workspace are called \`${shown}\`. Say which one with \`deployment-id\`.`;
  const names = rows.map((row) => row.name);
  const meant = nearest(name, names);
  const near = meant === undefined ? '' : ` Did you mean \`${oneLine(meant, 100)}\`?`;
  return `the Workspace has no Deployment called \`${shown}\`.${near} Correct \`${at ? 'deployment' : 'deployment-name'}\` or create the Deployment, ${unless}.`;
}

/** What keeps an environment from being deployed to, as the file has it. */
function unfit(environment: Environment, { config, rows, stored, values }: AfterMerge): Problem[] {
  const { name, target, at } = environment;
  const row = rows?.find((one) => (target.by === 'id' ? one.id === target.id : one.name === target.name));
  const found = problemsOf(() => {
    // The steps of other runs set other variables: each counts as set, to something that is a number, too.
    const env = new Map(config.variables.map((variable) => [variable, '1']));
    const rules = { tokens: [], allowed: config.variables };
    const wanted = wantedObjects(config, name, { ...values, branch: name, env, rules });
    if (!row || !stored) return;
    planObjects({ wanted, stored, rewriteSecrets: false }, row.id, row.workspaceId, 'environment');
  });
  const refused = row && refusedType(environment, row);
  return [
    ...(refused === undefined ? [] : [{ message: `${beginning(name)}${refused}`, at }]),
    ...found.map((problem) => ({ ...problem, message: `${beginning(name)}${problem.message}.` })),
  ];
}

function refusedType({ deployType = 'infer' }: Environment, row: Deployment): string | undefined {
  if (row.isDagDeployEnabled || row.remoteExecution?.enabled === true) return undefined;
  if (deployType === 'infer' || deployType === 'image-and-dags') return undefined;
  return `its \`deploy-type\` is ${deployType}, but DAG deploys are off on the Deployment ${oneLine(row.name)}. Switch them on in Astro, or take \`deploy-type\` out.`;
}

function problemsOf(work: () => void): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}
