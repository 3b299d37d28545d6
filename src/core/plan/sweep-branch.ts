import { previewsOfBranch } from '../branch-previews.ts';
import { isPreviewOf, readMark, type Mark } from '../identity.ts';
import type { SweepRow } from '../sweep/decide-sweep.ts';
import { oneLine } from '../text.ts';
import { emptyPlan } from './code-step.ts';
import type { SweepPlan } from './plan.ts';
import { namedIn } from './removal.ts';
import type { Situation } from './situation.ts';
import type { DeleteStep } from './steps.ts';

type SweepBranch = Extract<Situation, { kind: 'sweep-branch' }>;

/** Plans to remove the previews of one branch by hand: because somebody asked, whether the branch lives or not. */
export function planBranchSweep(situation: SweepBranch): SweepPlan {
  const { organization, branch, repositoryId, deployments, objects } = situation;
  const name = oneLine(branch.name, 100);
  const asked = new Set(previewsOfBranch(deployments, { repositoryId, ref: branch.ref }));
  const rows = rowsOf(situation, asked);
  const stored = 'unknown' in objects ? undefined : objects;
  const why = `the sweep was asked for the branch ${name}`;
  const steps = [...asked].map((deployment): DeleteStep => ({
    kind: 'delete',
    deployment,
    identity: { repositoryId, ref: branch.ref, project: (readMark(deployment.description) as Mark).project },
    ...(stored && { unlink: namedIn(stored, deployment.id) }),
    why,
  }));
  const others = [...new Set(rows.filter(({ verdict }) => verdict === 'keep').map((row) => row.branch))];
  return {
    ...emptyPlan,
    kind: 'sweep',
    organization,
    steps,
    why: steps.length > 0 ? why : `the branch ${name} has no preview: there is nothing to remove`,
    warnings: steps.length > 0 ? [] : [missing(name, others)],
    notices: steps.length > 0 ? living(situation, name) : [],
    facts: { sweep: rows },
  };
}

function rowsOf({ deployments, repositoryId, now }: SweepBranch, asked: ReadonlySet<object>): SweepRow[] {
  return deployments.flatMap((deployment): SweepRow[] => {
    const mark = readMark(deployment.description);
    if (mark?.repositoryId !== repositoryId || !isPreviewOf(deployment, mark)) return [];
    const goes = asked.has(deployment);
    const { ref, project } = mark;
    return [
      {
        deployment,
        ref,
        branch: ref.replace(/^refs\/heads\//, ''),
        project,
        ageMs: now.getTime() - Date.parse(deployment.createdAt),
        verdict: goes ? 'remove' : 'keep',
        why: goes ? 'asked for by hand' : 'the sweep is for another branch',
      },
    ];
  });
}

function missing(name: string, others: readonly string[]): string {
  const list = others.slice(0, 20).map((branch) => oneLine(branch, 100));
  const there =
    list.length > 0 ? `These have one: ${list.join(', ')}${others.length > 20 ? ', …' : ''}.` : 'No branch has one.';
  return `\`branch\`: the branch ${name} has no preview of this repository, so nothing is removed. ${there}`;
}

/** What becomes of a preview whose branch or pull request lives. */
function living({ lives }: SweepBranch, name: string): string[] {
  if (lives === undefined) return [];
  const what =
    lives.pullRequest === undefined
      ? `The branch ${name} exists`
      : `Pull request ${lives.pullRequest} of the branch ${name} is open`;
  return [
    `${what}: its preview is removed because it was asked for, and the next run for the branch may create another one.`,
  ];
}
