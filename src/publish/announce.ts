import { limitProblems, limitSentences } from '../core/limit-problems.ts';
import type { Plan } from '../core/plan/plan.ts';
import { planLines } from '../core/report/plan-lines.ts';
import { planned } from '../core/report/planned.ts';
import { sweepLines } from '../core/sweep/decide-sweep.ts';
import type { Log } from '../runner/log.ts';

/** Logs what was decided. Steps are listed only where they are not carried out: each one logs itself when it is. */
export function announce(plan: Plan, steps: 'with steps' | 'without steps', log: Log): void {
  const warnings = plan.warnings.map((warning) => (typeof warning === 'string' ? { message: warning } : warning));
  for (const { message, at } of limitProblems(warnings)) log.warning(message, at);
  for (const notice of limitSentences(plan.notices)) log.notice(notice);
  for (const line of steps === 'with steps' ? planLines(planned(plan)) : []) log.info(line);
  if (plan.facts.sweep) for (const line of sweepLines(plan.facts.sweep)) log.info(line);
}
