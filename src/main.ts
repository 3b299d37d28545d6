import type { Deployment } from './astro/deployments.ts';
import { startBudget } from './runner/budget.ts';
import { createAgents } from './http/request.ts';
import { ApiError, UserError } from './core/errors.ts';
import { readConfiguration } from './observe/config.ts';
import { readIntent } from './core/intent/event-table.ts';
import { rejectForks, requireToken } from './core/intent/guards.ts';
import { noConfig } from './core/config/config.ts';
import { decide, type Plan } from './core/plan/plan.ts';
import { sweepLines } from './core/sweep/decide-sweep.ts';
import { refuseBlocked } from './core/plan/migration.ts';
import { limitProblems, limitSentences } from './core/report/annotations.ts';
import { eventBranch, intentBranch, withMarkedPullRequest } from './core/report/branch-facts.ts';
import { deploymentFacts, doneSoFar, resultOf, untouched, type Outcome } from './core/report/outputs.ts';
import { planLines } from './core/report/plan-lines.ts';
import { planned } from './core/report/planned.ts';
import { viewOf } from './core/report/view.ts';
import { readEvent } from './runner/read-event.ts';
import { connectGitHub, redactErrors } from './github/client.ts';
import { readInputs, tokenGiven } from './inputs/read-inputs.ts';
import { resolveInputs, withConfig } from './inputs/resolve-inputs.ts';
import { createLog, type Log } from './runner/log.ts';
import { redactAll } from './core/text.ts';
import { observe } from './observe/observe.ts';
import type { Reporter } from './publish/github.ts';
import { publish } from './publish/outputs.ts';

/** Longest time that a GitHub that does not answer may cost a run, in milliseconds. */
const longestSilence = 60_000;

/** How long after a cancellation the outputs are written whatever is still going on, in milliseconds. */
const lastMoment = 1_000;

/** The whole program: what the event asks for, what is there, what to do about it, doing it, telling it. `false`: it failed. */
export async function run(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<boolean> {
  const log = createLog();
  const agents = createAgents();
  let outcome: Omit<Outcome, 'result'> = untouched;
  // Made when there is something to tell: what it needs is not loaded before the first request.
  let reporting: (() => Promise<Reporter>) | undefined;
  let reporter: Reporter | undefined;
  const clock = { skew: 0, heard: false };
  const begun = performance.now();
  let view = viewOf({ runUrl: '' }, '.', new Date());
  let known: Partial<Outcome> = {};
  const progress = (more: Partial<Outcome>): void => {
    outcome = { ...outcome, ...more };
  };
  // Read again after each wait: a cancellation may have ended the run meanwhile.
  const state = { ended: false };
  // Before anything is cut to fit a table or a line.
  const clean = (whole: Outcome): Outcome => redactAll<Outcome>(whole, log.redact);
  const took = (): Partial<Outcome> => ({ milliseconds: performance.now() - begun });
  const failWith = (error: unknown): string => {
    const { message, shown } = tell(error, signal, log);
    progress({ errorShown: shown, ...(error instanceof UserError && error.output && { output: error.output }) });
    return message;
  };
  const finish = (result: Outcome['result'], why: string): boolean => {
    if (state.ended) return false;
    state.ended = true;
    const cancelled = signal.aborted && result !== 'failed';
    const ending = {
      result: cancelled ? 'failed' : result,
      why: cancelled ? failWith(signal.reason) : why,
    } as const;
    const whole = clean({ ...(result === 'failed' && known), ...outcome, ...ending, ...took() });
    return publish(whole, { ...view, now: new Date(Date.now() + clock.skew) }, env, log) && !cancelled;
  };
  const end = async (result: Outcome['result'], why: string): Promise<boolean> => {
    // A cancelled run has a moment left, and that belongs to the outputs.
    if (!signal.aborted && reporting && !state.ended)
      await (reporter ?? (await reporting())).end(clean({ ...outcome, result, why, ...took() }));
    return finish(result, why);
  };
  // What does not end with the signal is not waited for: outputs and a last line are due before the runner's patience ends.
  const lastWords = (): void => {
    setTimeout(() => {
      if (!state.ended) finish('failed', failWith(signal.reason));
    }, lastMoment).unref();
  };
  signal.addEventListener('abort', lastWords, { once: true });
  try {
    const given = readInputs(env, log);
    const event = readEvent(env);
    view = viewOf(event, given.rootFolder, view.now);
    progress({ branch: eventBranch(event) });
    const budget = startBudget(given.waitTime);
    const { apiUrl: url, token, airflowHosts } = given;
    const client = { url, token, airflowHosts, agents, signal, log, remaining: budget.remaining, clock };
    const connect = async () => {
      const apiUrl = env['GITHUB_API_URL'] ?? 'https://api.github.com';
      const connected = await connectGitHub(given.githubToken, apiUrl, event.repository, {
        signal,
        remaining: budget.remaining,
        patience: Math.min(longestSilence, Math.max(5_000, given.waitTime)),
        debug: log.debug,
      });
      return connected && redactErrors(connected, log.redact);
    };
    let connection: ReturnType<typeof connect> | undefined;
    const github = () => (connection ??= connect());
    const now = (): Date => new Date(Date.now() + clock.skew);
    const found = (deployment: Deployment): void => {
      known = deploymentFacts(deployment, url);
    };
    const tools = { client, github, budget, log, signal, env, now, found };

    const away = rejectForks(event);
    const configuration = away ? undefined : await readConfiguration(given, event, tools);
    const config = configuration?.config ?? noConfig;
    for (const { message, at } of limitProblems(config.warnings)) log.warning(message, at);
    const configured = withConfig(given, config, env);
    const intent = requireToken(away ?? readIntent(event, { ...configured, config }), event, tokenGiven(given, env));
    const inputs = resolveInputs(configured, intent);
    view = { ...view, project: inputs.rootFolder };
    const branch = intentBranch(intent, event);
    progress({ branch });
    if (intent.kind === 'skip' || !configuration) {
      const why = intent.kind === 'skip' ? intent.why : '';
      log.notice(why);
      return await end('skipped', why);
    }
    const tellGitHub = async (): Promise<Reporter> => {
      const { createReporter } = await import('./publish/github.ts');
      return createReporter(intent, inputs, config, event, tools);
    };
    if (!inputs.dryRun) reporting = tellGitHub;
    const situation = await observe(intent, { inputs, configuration, event, tools });
    const plan = decide(situation);
    announce(plan, inputs.dryRun || plan.planOnly || plan.blocked.length > 0, log);
    progress({
      ...plan.facts,
      branch: withMarkedPullRequest(branch, plan.isPreview ? plan.deployment : undefined),
      plan: planned(plan),
      ...(plan.deployment && deploymentFacts(plan.deployment, client.url)),
    });
    if (inputs.dryRun || plan.planOnly) {
      reporting = undefined;
      progress({ isPlan: true });
      const showPlan = async (result: 'planned' | 'failed', why: string): Promise<void> => {
        if (inputs.planComment) await (await tellGitHub()).showPlan(clean({ ...outcome, result, why }));
      };
      const failing = limitSentences([...plan.blocked, ...(plan.failure === undefined ? [] : [plan.failure])]);
      if (failing.length === 0) {
        await showPlan('planned', plan.why);
        return await end('planned', plan.why);
      }
      for (const why of failing) log.error(why);
      progress({ errorShown: true });
      const why = `The real run would fail: ${failing.join(' ')}`;
      await showPlan('failed', why);
      await end('failed', why);
      return false;
    }
    refuseBlocked(plan.blocked);
    const begin = (reporter = await tellGitHub());
    const before = redactAll<Outcome>({ ...outcome, result: 'planned' }, log.redact);
    await budget.exempt(() => begin.begin(plan, before));
    if (plan.steps.length > 0 || plan.failure !== undefined) {
      const { apply } = await import('./apply/apply.ts');
      await apply(plan, inputs, tools, progress);
    }
    const result = situation.kind === 'sweep' ? 'swept' : plan.steps.length === 0 ? plan.idle : resultOf(outcome);
    if (result === 'skipped') reporting = undefined;
    return await end(result, plan.why);
  } catch (error) {
    progress({ ...known, ...outcome });
    const message = state.ended ? '' : failWith(withDone(error, outcome));
    // What inputs and files alone show is refused before any network call, so that nothing is told to GitHub either.
    if (!clock.heard) reporting = undefined;
    await end('failed', message);
    return false;
  } finally {
    signal.removeEventListener('abort', lastWords);
    agents.http.destroy();
    agents.https.destroy();
  }
}

/** Ends a run whose post step could not find what has to be cleaned up: before anything was done. */
export function refuseWithoutState(env: NodeJS.ProcessEnv, why: string): false {
  const log = createLog();
  const message = `The file \`GITHUB_STATE\` of the runner cannot be written: ${why}. Nothing was done. Free disk space on the runner, then run the job again.`;
  log.error(message);
  publish(
    { ...untouched, result: 'failed', why: message, errorShown: true },
    viewOf({ runUrl: '' }, '.', new Date()),
    env,
    log,
  );
  return false;
}

/** Says what is decided; the steps only where they are not carried out, because each step says itself what it does. */
function announce(plan: Plan, isOnlyPlan: boolean, log: Log): void {
  const warnings = plan.warnings.map((warning) => (typeof warning === 'string' ? { message: warning } : warning));
  for (const { message, at } of limitProblems(warnings)) log.warning(message, at);
  for (const notice of limitSentences(plan.notices)) log.notice(notice);
  for (const line of isOnlyPlan ? planLines(planned(plan)) : []) log.info(line);
  if (plan.facts.sweep) for (const line of sweepLines(plan.facts.sweep)) log.info(line);
}

/** An error of a run whose time was used up, with what is done already. */
function withDone(error: unknown, outcome: Omit<Outcome, 'result'>): unknown {
  return error instanceof ApiError && error.outOfTime ? error.because(doneSoFar(outcome)) : error;
}

/** Shows an error as annotations and says whether its own sentence is among them; a stack only for what nobody expected. */
function tell(error: unknown, signal: AbortSignal, log: Log): { message: string; shown: boolean } {
  if (signal.aborted) {
    const message = signal.reason instanceof Error ? signal.reason.message : 'The run was cancelled.';
    log.error(message);
    return { message, shown: true };
  }
  if (error instanceof UserError) {
    for (const { message, at } of limitProblems(error.problems)) log.error(message, at);
    return { message: error.message, shown: error.problems.some(({ message }) => message === error.message) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const told = error instanceof ApiError;
  log.error(told ? message : `Unexpected: ${message} Please report it with the log of this step.`);
  if (!told && error instanceof Error) log.info(error.stack ?? '');
  return { message, shown: true };
}
