import { sweepTable } from '../sweep/decide-sweep.ts';
import { failure, footer, linksLine, sections } from './page.ts';
import { prose } from './markup.ts';
import { planBlock } from './plan-lines.ts';
import { heading, summaryTitle } from './title.ts';
import type { View } from './view.ts';
import type { Outcome } from '../plan/outcome.ts';

/** The job summary, in Markdown: the same content as the comment. */
export function summary(outcome: Outcome, view: View): string {
  const { result, why, sweep } = outcome;
  const planned = result === 'planned' || outcome.isPlan === true;
  return [
    heading(summaryTitle(outcome, view.project)),
    '',
    ...(result === 'failed' ? failure(outcome, view) : []),
    ...(planned ? planBlock(outcome) : []),
    ...linksLine(outcome, view),
    ...(planned ? [] : sections(outcome, view)),
    ...(sweep && sweep.length > 0 ? [sweepTable(sweep), ''] : []),
    ...(result === 'swept' && why !== undefined ? [prose(why), ''] : []),
    ...footer(view),
    '',
  ].join('\n');
}
