import { startBudget } from './budget.ts';
import { apply } from './apply/apply.ts';
import { createAgents } from './astro/http.ts';
import { AstroApiError, UserError } from './core/errors.ts';
import { readIntent, requireToken } from './core/intent.ts';
import { decide } from './core/plan.ts';
import { planned, resultOf, untouched, type Outcome } from './core/report.ts';
import { readEvent } from './event.ts';
import { connectGitHub } from './github/client.ts';
import { readInputs } from './inputs.ts';
import { createLog, type Log } from './log.ts';
import { observe } from './observe.ts';
import { publish } from './publish/outputs.ts';

/** The whole program: what the event asks for, what is there, what to do about it, doing it, telling it. `false`: it failed. */
export async function run(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<boolean> {
  const log = createLog();
  const agents = createAgents();
  let outcome: Omit<Outcome, 'result'> = untouched;
  const progress = (more: Partial<Outcome>): void => {
    outcome = { ...outcome, ...more };
  };
  try {
    const inputs = readInputs(env, log);
    const event = readEvent(env);
    const intent = requireToken(readIntent(event, inputs), event, inputs.token !== '');
    if (intent.kind === 'skip') {
      log.notice(intent.why);
      return publish({ ...outcome, result: 'skipped', why: intent.why }, env, log);
    }
    const budget = startBudget(inputs.waitTime);
    const client = { url: inputs.apiUrl, token: inputs.token, agents, signal, log, remaining: budget.remaining };
    const github = () =>
      connectGitHub(inputs.githubToken, env['GITHUB_API_URL'] ?? 'https://api.github.com', event.repository);
    const tools = { client, github, budget, log, signal, env, now: () => new Date() };

    const situation = await observe(intent, inputs, event, tools);
    const plan = decide(situation);
    for (const warning of plan.warnings) log.warning(warning);
    for (const notice of plan.notices) log.notice(notice);
    progress({ ...plan.facts, plan: planned(plan) });
    if (inputs.dryRun || plan.planOnly) {
      return publish({ ...outcome, result: 'planned', why: plan.why }, env, log);
    }
    await apply(plan, inputs, tools, progress);
    const result = plan.steps.length === 0 ? plan.idle : resultOf(outcome);
    return publish({ ...outcome, result, why: plan.why }, env, log);
  } catch (error) {
    const message = tell(error, signal, log);
    publish({ ...outcome, result: 'failed', why: message }, env, log);
    return false;
  } finally {
    agents.http.destroy();
    agents.https.destroy();
  }
}

/** Shows an error as annotations and gives back its sentence; a stack only for what nobody expected. */
function tell(error: unknown, signal: AbortSignal, log: Log): string {
  if (signal.aborted) {
    const message = signal.reason instanceof Error ? signal.reason.message : 'The run was cancelled.';
    log.error(message);
    return message;
  }
  if (error instanceof UserError) {
    for (const { message, at } of error.problems) log.error(message, at);
    return error.message;
  }
  const message = error instanceof Error ? error.message : String(error);
  log.error(
    error instanceof AstroApiError ? message : `Unexpected: ${message} Please report it with the log of this step.`,
  );
  if (!(error instanceof AstroApiError) && error instanceof Error) log.info(error.stack ?? '');
  return message;
}
