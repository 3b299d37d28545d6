import { startBudget } from './budget.ts';
import { AirflowApiError } from './airflow/client.ts';
import { apply } from './apply/apply.ts';
import { createAgents } from './astro/http.ts';
import { AstroApiError, UserError } from './core/errors.ts';
import { readConfiguration } from './configuration.ts';
import { readIntent, requireToken, turnForksAway } from './core/intent.ts';
import { noConfig } from './core/config.ts';
import { decide } from './core/plan.ts';
import { refuseBlocked } from './core/plan-take-over.ts';
import { planned, resultOf, untouched, type Outcome } from './core/report.ts';
import { readEvent } from './event.ts';
import { connectGitHub } from './github/client.ts';
import { readInputs, withConfig } from './inputs.ts';
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
    const given = readInputs(env, log);
    const event = readEvent(env);
    const budget = startBudget(given.waitTime);
    const client = { url: given.apiUrl, token: given.token, agents, signal, log, remaining: budget.remaining };
    const github = () =>
      connectGitHub(given.githubToken, env['GITHUB_API_URL'] ?? 'https://api.github.com', event.repository);
    const tools = { client, github, budget, log, signal, env, now: () => new Date() };

    const away = turnForksAway(event);
    const configuration = away ? undefined : await readConfiguration(given, event, tools);
    const config = configuration?.config ?? noConfig;
    const inputs = withConfig(given, config, env);
    const intent = requireToken(away ?? readIntent(event, { ...inputs, config }), event, inputs.token !== '');
    if (intent.kind === 'skip' || !configuration) {
      const why = intent.kind === 'skip' ? intent.why : '';
      log.notice(why);
      return publish({ ...outcome, result: 'skipped', why }, env, log);
    }
    if (intent.kind === 'promote' || intent.kind === 'migrate' || intent.kind === 'export-template')
      throw new Error('todo');
    const situation = await observe(intent, { inputs, configuration, event, tools });
    const plan = decide(situation);
    for (const warning of plan.warnings)
      if (typeof warning === 'string') log.warning(warning);
      else log.warning(warning.message, warning.at);
    for (const notice of plan.notices) log.notice(notice);
    progress({ ...plan.facts, plan: planned(plan) });
    if (inputs.dryRun || plan.planOnly) {
      for (const why of plan.blocked) log.warning(why);
      return publish({ ...outcome, result: 'planned', why: plan.why }, env, log);
    }
    refuseBlocked(plan.blocked);
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
  const told = error instanceof AstroApiError || error instanceof AirflowApiError;
  log.error(told ? message : `Unexpected: ${message} Please report it with the log of this step.`);
  if (!told && error instanceof Error) log.info(error.stack ?? '');
  return message;
}
