import { codeSpan, oneLine } from '../text.ts';
import { asEmoji, counted } from './markup.ts';
import { isGone } from './outputs.ts';
import type { Outcome, Result } from '../plan/outcome.ts';

/** Where the preview of a pull request stands. */
export type PreviewState = 'in progress' | 'live' | 'failed' | 'removed' | 'missing' | 'planned';

/** A title in parts, because it is written as Markdown and as plain text. */
export interface Title {
  readonly emoji: string;
  readonly before: string;
  /** A name from outside between the two texts. */
  readonly name?: string;
  readonly after?: string;
}

/** The title as a heading. */
export const heading = (title: Title): string => `### ${title.emoji} ${words(title, codeSpan)}`;

/** The title as plain text, such as the description of a GitHub Deployment. */
export const plainTitle = (title: Title): string =>
  oneLine(`${title.emoji.replace(asEmoji, '')} ${words(title, (name) => name)}`);

const words = ({ before, name, after = '' }: Title, shown: (name: string) => string): string =>
  `${before}${name === undefined ? '' : ` ${shown(name)}`}${after}`;

const warning = `⚠${asEmoji}`;
const bin = `🗑${asEmoji}`;

/** The title of the comment, by the state of the preview; a project that is not the whole repository is named. */
export function commentTitle(outcome: Outcome, state: PreviewState, project: string): Title {
  const broken = outcome.importErrors.length;
  const [emoji, what] = {
    'in progress': ['⏳', outcome.deploymentId === undefined ? 'creating' : 'updating'] as const,
    live: broken > 0 ? ([warning, `live, ${counted(broken, 'DAG')} broken`] as const) : (['✅', 'live'] as const),
    failed: ['❌', outcome.code ? 'deploy failed' : 'failed'] as const,
    removed: [bin, 'removed'] as const,
    missing: ['⏳', 'waiting for a push'] as const,
    planned: ['📋', outcome.result === 'failed' ? 'plan failed' : 'plan'] as const,
  }[state];
  return {
    emoji,
    before: 'Astro preview',
    ...(project === '.' ? { after: `: ${what}` } : { name: `(${project})`, after: `: ${what}` }),
  };
}

/** The title of the job summary: what happened. A deploy is a deploy also where the run changed configuration or links. */
export function summaryTitle(outcome: Outcome, project: string): Title {
  const { result, deploymentName: name, isPreview } = outcome;
  const subject = isPreview ? 'Astro preview' : 'Astro';
  const shipped = outcome.deployType !== 'none';
  if (outcome.wrote !== undefined) return { emoji: '✅', before: 'Astro: template written' };
  if (outcome.moves && result === 'updated') return { emoji: '✅', before: 'Astro: moved' };
  if (isPreview && isGone(outcome)) return commentTitle(outcome, 'removed', project);
  if (result === 'updated' && !shipped) return { emoji: '✅', before: `${subject}: configuration changed` };
  if (isPreview && (shipped || result === 'created') && result !== 'failed')
    return commentTitle(outcome, 'live', project);
  if (isPreview && result === 'deleted') return commentTitle(outcome, 'removed', project);
  if (shipped && result !== 'failed') return deployedTo(outcome, name);
  return others(outcome, subject)[result];
}

/** A deploy to a long-lived Deployment. */
function deployedTo({ importErrors }: Outcome, name = 'the Deployment'): Title {
  const broken = importErrors.length;
  return broken > 0
    ? { emoji: warning, before: 'Astro: deployed to', name, after: `, ${counted(broken, 'DAG')} broken` }
    : { emoji: '✅', before: 'Astro: deployed to', name };
}

function others(outcome: Outcome, subject: string): Readonly<Record<Result, Title>> {
  const live = outcome.isPreview && outcome.deploymentId !== undefined ? 'live, ' : '';
  return {
    created: { emoji: '✅', before: `${subject}: created` },
    updated: { emoji: '✅', before: `${subject}: updated` },
    deployed: { emoji: '✅', before: `${subject}: deployed` },
    nothing: { emoji: '✅', before: `${subject}: ${live}${outcome.code ? 'nothing to deploy' : 'nothing to do'}` },
    deleted: { emoji: bin, before: `${subject}: removed` },
    swept: { emoji: '🧹', before: 'Astro: swept' },
    skipped: { emoji: `⏭${asEmoji}`, before: `${subject}: skipped` },
    planned: { emoji: '📋', before: `${subject}: plan, nothing was changed` },
    failed: { emoji: '❌', before: `${subject}: ${outcome.code ? 'deploy failed' : 'failed'}` },
  };
}
