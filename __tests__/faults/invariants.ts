import { readMark } from '../../src/core/identity.ts';
import { repository } from '../../sandbox/events.ts';
import { githubToken, token, type Told } from '../scenarios/world.ts';
import type { Mode } from './modes.ts';
import { canaries, type Stage } from './stories.ts';

/** How long a run may take beyond `wait-time`, in milliseconds of its own clock, and the slack for starting a process. */
const limit = { waitTime: 60_000, beyond: 10_000, processes: 2_000 };

const secrets = [token, githubToken, canaries.password, canaries.basePassword];

const isOurs = ({ description }: { description?: string | null }): boolean =>
  readMark(description)?.repositoryId === repository.id;

/** Previews of the story's branch. */
export const previews = ({ world }: Stage) => world.astro.deployments().filter(isOurs);

/** What holds after every run, spoiled or not: one sentence for each breach. */
export function breachesOfRun(stage: Stage, result: Told, mode: Mode | undefined, speed: number): string[] {
  const { code, outputs, annotations, log, summary } = result;
  const { world } = stage;
  const texts = { log, summary, outputs: JSON.stringify(outputs), github: JSON.stringify(world.github.requests) };
  const isSpoiltByKill = mode?.isKill === true;
  const errors = annotations.filter((line) => line.startsWith('error'));
  const longest = (limit.waitTime + limit.beyond) / speed + limit.processes;
  return [
    ...(previews(stage).length > 1 ? ['I1: two Deployments for one branch'] : []),
    ...foreignBreaches(stage),
    ...Object.entries(texts).flatMap(([where, text]) =>
      secrets
        .filter((secret) => text.includes(secret) && !isMask(text, secret))
        .map((secret) => `I6: ${secret} in the ${where}`),
    ),
    ...(result.left.length > 0 ? [`I7: left on disk: ${result.left.join(', ')}`] : []),
    ...(isSpoiltByKill ? [] : honesty(result, errors)),
    ...(mode?.isCancel === true && code !== 130 && code !== 0 ? [`a cancelled run ended with ${String(code)}`] : []),
    ...(result.milliseconds > longest
      ? [`I9: took ${((result.milliseconds * speed) / 1000).toFixed(0)} s of its own time`]
      : []),
    ...(/undefined|\[object |    at .*\.js:\d+/.test(annotations.join('\n'))
      ? ['R-06: an annotation is not for people']
      : []),
    ...world.astro.violations.map((violation) => `contract: ${violation}`),
    ...(world.github.comments.length > 1 ? ['I10: more than one comment'] : []),
  ];
}

/** The runner masks a secret in the log itself; the command that asks for it must name it. */
const isMask = (text: string, secret: string): boolean =>
  !text
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .some((line) => line.includes(secret));

function honesty({ code, outputs }: Told, errors: readonly string[]): string[] {
  const { result } = outputs;
  if (code === 0)
    return result === 'failed' || result === undefined ? [`I8: exit 0 with the result ${String(result)}`] : [];
  return [
    ...(errors.length === 0 ? ['I8: failed without an error'] : []),
    ...(result === 'failed' ? [] : [`I8: failed with the result ${String(result)}`]),
  ];
}

/** Nothing of what is not ours may change: I3. */
function foreignBreaches({ world }: Stage): string[] {
  const names = world.astro.deployments().map(({ name }) => name);
  const foreign = world.astro.deployments().find(({ name }) => name === 'other-team');
  const [object] = world.astro.objects();
  const link = object?.links.find(({ deploymentId }) => deploymentId === foreign?.id);
  const body = object?.body as { password?: string; schema?: string } | undefined;
  return [
    ...(foreign?.description === 'Not ours' && names.includes('etl-prod') ? [] : ['I3: a foreign Deployment changed']),
    ...(JSON.stringify(link?.overrides) === '{"schema":"THEIRS"}' ? [] : ['I3: a foreign override changed']),
    ...(body?.password === canaries.basePassword && body.schema === 'PUBLIC'
      ? []
      : ["I3: the object's own values changed"]),
  ];
}

/** What Astro and GitHub show in the end, without what differs from run to run. */
export interface Snapshot {
  readonly deployments: readonly unknown[];
  /** Links to Deployments that are gone. */
  readonly deadLinks: number;
  readonly comment: unknown;
  readonly environments: Readonly<Record<string, string>>;
}

export async function snapshot(stage: Stage): Promise<Snapshot> {
  const { world } = stage;
  const deployments = await Promise.all(
    world.astro
      .deployments()
      .filter(({ name }) => name !== 'other-team')
      .map(async ({ id, name, status, description }) => ({
        name,
        status,
        mark: readMark(description)?.ref,
        sees: world.astro.effective(id),
        files: (await world.astro.archive(id)).map((entry) => `${entry.name}: ${entry.text}`),
        image:
          world.astro.deploys(id).filter((deploy) => deploy.status === 'DEPLOYED' && deploy.type !== 'DAG_ONLY')
            .length > 0,
      })),
  );
  const known = new Set(world.astro.deployments().map(({ id }) => id));
  return {
    deployments,
    deadLinks: world.astro
      .objects()
      .flatMap(({ links }) => links.filter(({ deploymentId }) => !known.has(deploymentId))).length,
    comment: headline(stage),
    environments: environments(stage),
  };
}

/** The comment's state, and whether it names the commit that runs. */
function headline({ world, head }: Stage): unknown {
  const [comment] = world.github.comments;
  const title = /^### .*$/m.exec(comment?.body ?? '')?.[0] ?? '';
  // No comment says nothing wrong of a preview that is gone.
  if (!comment || /removed/.test(title)) return 'none or removed';
  return { title, namesHead: /live/.test(title) ? comment.body.includes(head.slice(0, 7)) : undefined };
}

/** Per environment: the state of the newest GitHub Deployment, and whether an older one still seems to be under way. */
function environments({ world }: Stage): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { environment, statuses } of world.github.deployments) {
    const state = statuses.at(-1)?.state ?? 'no status';
    const before = found[environment];
    const open = before !== undefined && /no status|in_progress|pending|queued/.test(before) ? `${before}, then ` : '';
    found[environment] = `${open}${state}`;
  }
  // Nor does an environment that GitHub never heard of.
  return Object.fromEntries(Object.entries(found).filter(([, state]) => state !== 'inactive'));
}
