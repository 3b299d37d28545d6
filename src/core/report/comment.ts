import { utc } from '../time.ts';
import { commitText, failure, footer, linksLine, sections } from './page.ts';
import { link, prose } from './markup.ts';
import { planBlock } from './plan-lines.ts';
import { commentTitle, heading, type PreviewState } from './title.ts';
import type { View } from './view.ts';
import type { Outcome } from '../plan/outcome.ts';

/** What a comment is about, beside the outcome. */
export interface CommentFacts extends View {
  readonly marker: string;
  readonly state: PreviewState;
  /** What gives the pull request a preview again. */
  readonly again?: string;
}

/** The hidden first line by which the comment of one project is found again. */
export const commentMarker = (repositoryId: number, project: string): string =>
  `<!-- astro-branch-deploy repo=${repositoryId} project=${encodeURIComponent(project.toWellFormed()).replaceAll('-', '%2D')} -->`;

/** The comment on a pull request. */
export function comment(outcome: Outcome, asked: CommentFacts): string {
  const title = heading(commentTitle(outcome, asked.state, asked.project));
  return [asked.marker, title, '', ...body(outcome, asked), ...footer(asked)].join('\n');
}

function body(outcome: Outcome, asked: CommentFacts): string[] {
  switch (asked.state) {
    case 'in progress':
      return inProgress(outcome, asked);
    case 'live':
      return [...linksLine(outcome, asked), ...sections(outcome, asked)];
    case 'failed':
      return failedBody({ ...outcome, result: 'failed' }, asked);
    case 'removed':
      return removed(outcome, asked);
    case 'planned':
      return planned(outcome, asked);
    case 'missing':
      return [prose(sentence(outcome.why ?? 'a push to the branch creates it')), ''];
  }
}

const failedBody = (outcome: Outcome, asked: CommentFacts): string[] => [
  ...failure(outcome, asked),
  ...linksLine(outcome, asked),
  ...sections(outcome, asked),
];

/** A checklist of what is to come: nothing but a creation takes long enough to tick anything. */
function inProgress(outcome: Outcome, asked: CommentFacts): string[] {
  const commit = outcome.code?.commit;
  const isNew = outcome.deploymentId === undefined;
  const ships = outcome.plan?.find((step) => step.ships !== undefined)?.ships;
  const withImage = ships === 'image-and-dags' || ships === 'image-only';
  const parts = [
    `${isNew ? '[ ]' : '[x]'} Deployment`,
    ...(withImage ? ['[ ] image'] : []),
    ...(ships === undefined ? ['[ ] configuration'] : ships === 'image-only' ? [] : ['[ ] DAGs live']),
  ];
  const line = [
    ...(commit ? [commitText(commit, asked)] : []),
    ...[link('log', asked.runUrl)].filter((one) => one !== undefined),
    ...(isNew ? ['a first start takes some minutes'] : []),
  ];
  return [line.join(' · '), '', `- ${parts.join(' · ')}`, ''];
}

function planned(outcome: Outcome, asked: CommentFacts): string[] {
  const failed = outcome.result === 'failed' ? failure(outcome, asked) : [];
  return [...failed, ...planBlock(outcome), ...linksLine({ ...outcome, result: 'planned' }, asked)];
}

function removed(outcome: Outcome, asked: CommentFacts): string[] {
  const when = utc(asked.now);
  const why = sentence(outcome.why ?? 'the branch has no preview any more').replace(/\.$/, '');
  return [
    `${prose(why)}${when === undefined ? '' : `, ${when}`}. ${asked.again ?? 'Reopen the pull request for a new preview.'}`,
    '',
  ];
}

/** A clause as a sentence. */
const sentence = (clause: string): string =>
  `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}${/[.!?]$/.test(clause) ? '' : '.'}`;
