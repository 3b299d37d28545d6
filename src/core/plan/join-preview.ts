import { UserError } from '../errors.ts';
import { readMark } from '../identity.ts';
import { codeSpan, oneLine } from '../text.ts';
import { choose, codeFacts, deliveryOf, emptyPlan, previewKnown, ship } from './code-step.ts';
import type { JoinPlan, ReportPlan } from './plan.ts';
import type { WakeStep } from './steps.ts';
import { expiry } from './preview.ts';
import { checkFreshness } from './freshness.ts';
import type { Situation } from './situation.ts';

/**
 * Plans a step that ships something beside the Astro project, such as a dbt project, to the branch's preview. It neither
 * creates a preview nor changes its configuration. Throws UserError where there is no preview, or more than one.
 */
export function planJoin(situation: Extract<Situation, { kind: 'join-preview' }>): JoinPlan | ReportPlan {
  const { organization, freshness, found, pullRequest } = situation;
  const name = oneLine(freshness.branch.name, 100);
  const skipped = {
    ...emptyPlan,
    kind: 'report',
    organization,
    idle: 'skipped',
    facts: previewKnown(undefined),
  } as const;
  const { stale, notices } = checkFreshness(freshness, 'deployed');
  if (stale !== undefined) return { ...skipped, why: stale };
  if (found.kind === 'several') throw ambiguous(name, found.rows);
  if (found.kind === 'none') {
    if (pullRequest?.closed === true)
      return { ...skipped, why: `pull request ${pullRequest.number} is closed, so it has no preview` };
    throw new UserError(
      `The branch ${name} has no preview to deploy to: a \`deploy-type: ${found.deployType}\` step joins the preview of the Astro project, and never creates one. Put the step for the Astro project before this one, or run this job again when the preview exists.`,
    );
  }
  const { deployment, identity, code } = found;
  const change = choose(code, deliveryOf(deployment));
  const wake: WakeStep[] =
    deployment.status === 'HIBERNATING' && change.kind !== 'none'
      ? [{ kind: 'wake', deployment, why: 'it hibernates, and a hibernating Deployment takes no deploy' }]
      : [];
  return {
    ...emptyPlan,
    kind: 'join',
    organization,
    identity,
    deployment,
    steps: [...wake, ...ship(change, code)],
    branch: freshness.branch,
    ...(pullRequest && { pullRequest: pullRequest.number }),
    why: change.why,
    blocked: change.blocked,
    warnings: change.warnings,
    notices,
    facts: {
      ...previewKnown(deployment),
      ...codeFacts(code, change),
      ...expiry({ ...situation, code }, deployment, change),
    },
  };
}

function ambiguous(
  branch: string,
  rows: readonly { readonly name: string; readonly description?: string }[],
): UserError {
  const list = rows
    .slice(0, 10)
    .map(({ name, description }) => `${oneLine(name, 80)} (project ${codeSpan(readMark(description)?.project ?? '')})`);
  return new UserError(
    `The branch ${branch} has ${rows.length} previews, and this step says of none that it is meant: ${list.join(', ')}${rows.length > 10 ? ', …' : ''}. Name one with \`preview-name\`, or name the Astro project with \`project\` in \`.astro/branch-deploy.yaml\`.`,
  );
}
