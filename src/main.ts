import { decide } from './core/plan/decide.ts';
import { isPreviewPlan, planDeployment } from './core/plan/plan.ts';
import { refuseBlocked } from './core/plan/migration.ts';
import { eventBranch, intentBranch, withMarkedPullRequest } from './core/report/branch-facts.ts';
import { createAgents } from './http/agents.ts';
import { readInputs } from './inputs/read-inputs.ts';
import { readContext } from './observe/context.ts';
import { createTools } from './observe/create-tools.ts';
import { observe } from './observe/observe.ts';
import { announce } from './publish/announce.ts';
import { plannedOutcome, RunReport } from './publish/run-report.ts';
import { createLog } from './runner/log.ts';
import { readEvent } from './runner/read-event.ts';

/**
 * The whole program: read what the event asks for, observe what is there, decide, apply, report. Resolves to whether the
 * step succeeds; every error is reported here.
 */
export async function run(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<boolean> {
  const log = createLog();
  const agents = createAgents();
  const report = new RunReport(env, log, signal);
  const stopWatching = report.endWhenCancelled();
  try {
    const given = readInputs(env, log);
    const event = readEvent(env);
    report.progress({ branch: eventBranch(event) });
    const tools = createTools(given, event, { env, signal, log, agents, found: report.foundAt(given.apiUrl) });
    report.useClock(tools);
    report.show(event, given.rootFolder);
    const { intent, context } = await readContext(given, event, tools);
    const branch = intentBranch(intent, context.event);
    report.progress({ branch });
    report.show(event, context.inputs.rootFolder);
    if (intent.kind === 'skip') return await report.skip(intent.why);
    if (!context.inputs.dryRun || context.inputs.planComment)
      report.useGitHub(async () => (await import('./publish/github.ts')).createReporter(intent, context));
    const plan = decide(await observe(intent, context));
    const isDryRun = context.inputs.dryRun || plan.planOnly;
    announce(plan, isDryRun || plan.blocked.length > 0 ? 'with steps' : 'without steps', log);
    report.progress({
      ...plannedOutcome(plan, given.apiUrl),
      branch: withMarkedPullRequest(branch, isPreviewPlan(plan) ? planDeployment(plan) : undefined),
    });
    if (isDryRun) return await report.endDryRun(plan, context.inputs);
    refuseBlocked(plan);
    await tools.budget.exempt(() => report.begin(plan));
    if (plan.steps.length > 0 || plan.failure !== undefined)
      await (await import('./apply/apply.ts')).apply(plan, context, report.progress);
    return await report.endPlan(plan);
  } catch (error) {
    return await report.fail(error);
  } finally {
    stopWatching();
    agents.http.destroy();
    agents.https.destroy();
  }
}
