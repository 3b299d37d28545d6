import type { Deployment } from '../astro/deployments.ts';
import { ApiError, UserError } from '../core/errors.ts';
import { limitProblems, limitSentences } from '../core/limit-problems.ts';
import { untouched, type Outcome } from '../core/plan/outcome.ts';
import { planDeployment, type Plan } from '../core/plan/plan.ts';
import { deploymentFacts, doneSoFar, resultOf } from '../core/report/outputs.ts';
import { planned } from '../core/report/planned.ts';
import { viewOf, type View } from '../core/report/view.ts';
import { redactAll } from '../core/text.ts';
import type { GitHubEvent } from '../core/event.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Log } from '../runner/log.ts';
import type { Reporter } from './github.ts';
import { publish } from './outputs.ts';

/** How long after a cancellation the outputs are written whatever is still going on, in milliseconds. */
const lastMoment = 1_000;

/** Collects what a run did and reports it once, however the run ends: outputs, summary, log and GitHub. */
export class RunReport {
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  #outcome: Omit<Outcome, 'result'> = untouched;
  /** What was found before the outcome says so: a run that fails early still names its Deployment. */
  #found: Partial<Outcome> = {};
  #connectReporter: (() => Promise<Reporter>) | undefined;
  #reporter: Reporter | undefined;
  #heard = (): boolean => false;
  #ended = false;
  readonly #begun = performance.now();
  #view: View = viewOf({ runUrl: '' }, '.', new Date());
  #now = (): Date => new Date();

  constructor(env: NodeJS.ProcessEnv, log: Log, signal: AbortSignal) {
    this.#env = env;
    this.#log = log;
    this.#signal = signal;
  }

  /** Adds what is known of the outcome. */
  readonly progress = (more: Partial<Outcome>): void => {
    this.#outcome = { ...this.#outcome, ...more };
  };

  /** Makes what notes the Deployment that the run is about; `api` is Astro's API root. */
  foundAt(api: URL): (deployment: Deployment) => void {
    return (deployment) => {
      this.#found = deploymentFacts(deployment, api);
    };
  }

  /** `heard`: whether Astro has answered. A run that fails before it reports nothing to GitHub. */
  useClock({ heard, now }: { readonly heard: () => boolean; readonly now: () => Date }): void {
    this.#heard = heard;
    this.#now = now;
  }

  /** Names the run and the project that the reports are about. */
  show(event: Pick<GitHubEvent, 'runUrl'>, project: string): void {
    this.#view = viewOf(event, project, this.#now());
  }

  /** From here on GitHub gets reports too; the reporter is loaded with the first of them. */
  useGitHub(connect: () => Promise<Reporter>): void {
    this.#connectReporter = connect;
  }

  /** Reports to GitHub that the plan is about to be carried out. */
  async begin(plan: Plan): Promise<void> {
    const reporter = await this.#connect();
    await reporter?.begin(plan, this.#clean({ ...this.#outcome, result: 'planned' }));
  }

  /** Ends a run whose plan was carried out. Resolves to whether the step succeeds. */
  async endPlan(plan: Plan): Promise<boolean> {
    const { steps, idle, why } = plan;
    const result = plan.kind === 'sweep' ? 'swept' : steps.length === 0 ? idle : resultOf(this.#outcome);
    if (result === 'skipped') this.#connectReporter = undefined;
    return this.#end(result, why);
  }

  /** Ends a run that has nothing to do for its event. Resolves to whether the step succeeds. */
  async skip(why: string): Promise<boolean> {
    this.#log.notice(why);
    return this.#end('skipped', why);
  }

  /**
   * Ends a run that only plans; what the real run would fail with is an error. GitHub gets the plan only where a comment
   * was asked for. Resolves to whether the step succeeds.
   */
  async endDryRun(plan: Plan, inputs: Pick<Inputs, 'planComment'>): Promise<boolean> {
    this.progress({ isPlan: true });
    const failures = limitSentences([...plan.blocked, ...(plan.failure === undefined ? [] : [plan.failure])]);
    for (const failure of failures) this.#log.error(failure);
    if (failures.length > 0) this.progress({ errorShown: true });
    const result = failures.length === 0 ? 'planned' : 'failed';
    const why = failures.length === 0 ? plan.why : `The real run would fail: ${failures.join(' ')}`;
    if (inputs.planComment) await (await this.#connect())?.showPlan(this.#clean({ ...this.#outcome, result, why }));
    this.#connectReporter = undefined;
    return (await this.#end(result, why)) && failures.length === 0;
  }

  /** Ends a failed run. Resolves to `false`: the step fails. */
  async fail(error: unknown): Promise<false> {
    this.progress({ ...this.#found, ...this.#outcome });
    const message = this.#ended ? '' : this.#showError(withDone(error, this.#outcome));
    // What inputs and files alone show is refused before any request, so GitHub gets none either.
    if (!this.#heard()) this.#connectReporter = undefined;
    await this.#end('failed', message);
    return false;
  }

  /** Writes the outputs of a cancelled run soon, whatever is still going on. Returns what takes this back. */
  endWhenCancelled(): () => void {
    const cancelled = (): void => {
      setTimeout(() => {
        if (!this.#ended) this.#finish('failed', this.#showError(this.#signal.reason));
      }, lastMoment).unref();
    };
    this.#signal.addEventListener('abort', cancelled, { once: true });
    return () => {
      this.#signal.removeEventListener('abort', cancelled);
    };
  }

  /** Ends the run: GitHub first, outputs and the last lines of the log after it. Resolves to whether the step succeeds. */
  async #end(result: Outcome['result'], why: string): Promise<boolean> {
    // A cancelled run has a moment left, and that belongs to the outputs.
    if (!this.#signal.aborted && !this.#ended) {
      const reporter = await this.#connect();
      await reporter?.end(this.#clean({ ...this.#outcome, result, why, ...this.#took() }));
    }
    return this.#finish(result, why);
  }

  async #connect(): Promise<Reporter | undefined> {
    return this.#connectReporter && (this.#reporter ??= await this.#connectReporter());
  }

  #finish(result: Outcome['result'], why: string): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    const cancelled = this.#signal.aborted && result !== 'failed';
    const ending = cancelled
      ? ({ result: 'failed', why: this.#showError(this.#signal.reason) } as const)
      : ({ result, why } as const);
    const outcome = { ...(result === 'failed' && this.#found), ...this.#outcome, ...ending, ...this.#took() };
    const view = { ...this.#view, now: this.#now() };
    return publish(this.#clean(outcome), view, this.#env, this.#log) && !cancelled;
  }

  #took(): Partial<Outcome> {
    return { milliseconds: performance.now() - this.#begun };
  }

  /** Before anything is cut to fit a table or a line. */
  #clean(outcome: Outcome): Outcome {
    return redactAll<Outcome>(outcome, this.#log.redact);
  }

  #showError(error: unknown): string {
    const { message, shown } = showError(error, this.#signal, this.#log);
    this.progress({ errorShown: shown, ...(error instanceof UserError && error.output && { output: error.output }) });
    return message;
  }
}

/** What a run knows of its outcome once it has a plan. */
export function plannedOutcome(plan: Plan, api: URL): Partial<Outcome> {
  const deployment = planDeployment(plan);
  return { ...plan.facts, plan: planned(plan), ...(deployment && deploymentFacts(deployment, api)) };
}

/** An error of a run whose time was used up, with what is done already. */
function withDone(error: unknown, outcome: Omit<Outcome, 'result'>): unknown {
  return error instanceof ApiError && error.outOfTime ? error.because(doneSoFar(outcome)) : error;
}

/** Shows an error as annotations and returns whether its own sentence is among them; a stack only for a bug. */
function showError(error: unknown, signal: AbortSignal, log: Log): { message: string; shown: boolean } {
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
  const isKnown = error instanceof ApiError;
  log.error(isKnown ? message : `Unexpected: ${message} Please report it with the log of this step.`);
  if (!isKnown && error instanceof Error) log.info(error.stack ?? '');
  return { message, shown: true };
}
