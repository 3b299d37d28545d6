import { oneLine } from '../text.ts';
import { fence } from './markup.ts';
import type { Outcome, PlannedStep, Sign } from '../plan/outcome.ts';

/** The plan as Terraform writes one: a line for each step or changed setting, and the totals. */
export function planLines(plan: readonly PlannedStep[]): string[] {
  const lines = plan.flatMap(linesOf);
  if (lines.length === 0) return ['Plan: nothing to do.'];
  const deploys = plan.filter(({ ships }) => ships !== undefined).length;
  const count = (sign: Sign): number => lines.filter((line) => line.startsWith(sign)).length;
  const totals = `${String(count('+') - deploys)} to create, ${String(count('~'))} to change, ${String(count('-'))} to delete, ${String(deploys)} to deploy`;
  return [...lines, '', `Plan: ${totals}.`];
}

function linesOf({ sign, step, deployment, object, fields, changes, why }: PlannedStep): string[] {
  if (changes && changes.length > 0)
    return changes.map((change) => `${sign} ${oneLine(change, 300)} (${oneLine(deployment ?? 'the Deployment')})`);
  const what = object ?? deployment;
  const names = object !== undefined && fields && fields.length > 0 ? ` (${fields.join(', ')})` : '';
  return [oneLine(`${sign} ${step}${what === undefined ? '' : ` ${what}`}${names}: ${why}`, 500)];
}

/** The plan as a block that GitHub colours. */
export const planBlock = ({ plan = [] }: Outcome): string[] => [...fence(planLines(plan), 'diff'), ''];
