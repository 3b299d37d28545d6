import { repository } from '../../sandbox/events.ts';
import { readMark } from '../../src/core/identity.ts';
import { branch, canaries, type Stage } from './stage.ts';
import { removes, type FollowUp, type Story } from './stories.ts';

const isOurs = ({ description }: { description?: string | null }): boolean =>
  readMark(description)?.repositoryId === repository.id;

/** Previews of the story's branch. */
export const previews = ({ world }: Stage) => world.astro.deployments().filter(isOurs);

/** What Astro and GitHub show in the end, without what differs from run to run. */
export interface Snapshot {
  readonly deployments: readonly {
    readonly name: string;
    readonly status: string;
    readonly mark: string | undefined;
    readonly sees: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly files: readonly string[];
    readonly image: boolean;
    /** Finalized deploys that do not run yet. */
    readonly open: number;
  }[];
  /** Links to Deployments that are gone. */
  readonly deadLinks: number;
  readonly comment: string | { readonly title: string; readonly namesHead: boolean | undefined };
  readonly environments: Readonly<Record<string, string>>;
}

/** Looks at what a story has come to. */
export async function snapshot(stage: Stage): Promise<Snapshot> {
  const { astro } = stage.world;
  const deployments = await Promise.all(
    astro
      .deployments()
      .filter(({ id }) => !stage.foreign.has(id))
      .map(async ({ id, name, status, description }) => {
        const deploys = astro.deploys(id);
        return {
          name,
          status,
          mark: readMark(description)?.ref,
          sees: astro.effective(id),
          files: (await astro.archive(id)).map((entry) => `${entry.name}: ${entry.text}`),
          image: deploys.some((deploy) => deploy.status === 'DEPLOYED' && deploy.type !== 'DAG_ONLY'),
          open: deploys.filter((deploy) => deploy.status !== 'DEPLOYED' && deploy.status !== 'INITIALIZED').length,
        };
      }),
  );
  const known = new Set(astro.deployments().map(({ id }) => id));
  return {
    deployments,
    deadLinks: astro.objects().flatMap(({ links }) => links.filter(({ deploymentId }) => !known.has(deploymentId)))
      .length,
    comment: headline(stage),
    environments: environments(stage),
  };
}

/** The comment's state, and whether it names the commit that runs. */
function headline({ world, head }: Stage): Snapshot['comment'] {
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

/**
 * What a story that nothing spoilt, and its follow-up, must have come to: the measure for every cell, which is therefore
 * measured itself. One sentence for each thing that is wrong.
 */
export function wrongEnd(stage: Stage, story: Story, followUp: FollowUp | undefined, end: Snapshot): string[] {
  const wrong = wrongDeployments(stage, story, followUp, end);
  return wrong.map(
    (sentence) => `without any fault${followUp === undefined ? '' : `, after ${followUp}`}: ${sentence}`,
  );
}

function wrongDeployments(stage: Stage, story: Story, followUp: FollowUp | undefined, end: Snapshot): string[] {
  const [production, ...ours] = end.deployments;
  const isGone = removes(story) || followUp === 'delete' || followUp === 'sweep';
  const unless = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);
  const links = unless(end.deadLinks === 0, 'a link to a Deployment that is gone is left');
  if (story.name === 'merge')
    return [
      ...links,
      ...unless(ours.length === 0, 'a merge made a preview'),
      ...unless(runsLastCommit(stage, production), 'production does not run the commit'),
      ...unless(end.environments['main'] === 'success', 'GitHub does not show production as deployed'),
    ];
  const shown = end.environments[`preview/${branch}`];
  if (isGone)
    return [
      ...links,
      ...unless(ours.length === 0, 'the preview is not gone'),
      ...unless(stage.world.github.comments.length === 1, 'there is not one comment'),
      ...unless(end.comment === 'none or removed', 'the comment does not say that the preview is removed'),
      ...unless(shown === undefined, `GitHub shows the preview's environment as ${String(shown)}`),
    ];
  const [preview] = ours;
  const { schema, password } = preview?.sees['CONNECTION:snowflake'] ?? {};
  const { title, namesHead } = typeof end.comment === 'string' ? {} : end.comment;
  return [
    ...links,
    ...unless(ours.length === 1 && preview?.mark === `refs/heads/${branch}`, 'there is not one preview with its mark'),
    ...unless(preview?.status === 'HEALTHY' && preview.open === 0, 'the preview does not run'),
    ...unless(runsLastCommit(stage, preview), 'the preview does not run the commit'),
    ...unless(story.name !== 'image' || preview?.image === true, 'the preview runs no image'),
    ...unless(schema === 'PR_42' && password === canaries.password, 'the preview does not see its connection'),
    ...unless(/live/.test(title ?? '') && namesHead === true, 'the comment does not say that the commit is live'),
    ...unless(shown === 'success', `GitHub shows the preview's environment as ${String(shown)}`),
  ];
}

const runsLastCommit = ({ lastDags }: Stage, deployment: Snapshot['deployments'][number] | undefined): boolean =>
  Object.entries(lastDags).every(([path, text]) =>
    deployment?.files.some((file) => `dags/${file.replace(/^dags\//, '')}` === `${path}: ${text}`),
  );
