import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { load } from 'js-yaml';
import type { SampleEvent } from '../../sandbox/events.ts';
import { runStep, type StepResult } from '../../sandbox/runner.ts';
import { parsePattern, selects } from '../../src/core/config/branch-patterns.ts';
import { read } from '../docs/markdown.ts';

type Texts = Readonly<Record<string, string>>;
interface Filter {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown }>>;
}
type Triggers = Readonly<Record<string, Filter | readonly { readonly cron: string }[] | null>>;

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly permissions: Texts;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

/** As much of a workflow as the examples use. */
export interface Workflow {
  readonly on: Triggers;
  /** None: each job asks for its own. */
  readonly permissions: Readonly<Record<string, never>>;
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

export const readWorkflow = (path: string): Workflow => load(read(path)) as Workflow;

/** What the jobs of a workflow ask for, together. */
export const permissionsOf = ({ jobs }: Workflow): Texts =>
  Object.assign({}, ...Object.values(jobs).map(({ permissions }) => permissions)) as Texts;

/** What GitHub's own parser says against a workflow. */
export async function complaints(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  const template = value && (await convertWorkflowTemplate(context, value));
  const converted = (template?.errors ?? []).map(({ Message }) => Message);
  return [...new Set([...context.errors.getErrors().map(({ message }) => message), ...converted])];
}

/** What stands around a run of a workflow. */
export interface Surroundings {
  readonly secrets: Texts;
  readonly vars: Texts;
  /** Folder that `actions/checkout` fills. */
  readonly checkout: string;
  /** The folder RUNNER_TEMP. */
  readonly temp: string;
  /** Variables of the runner, over those of the event. */
  readonly env: Texts;
  /** Inputs that lead every step into the sandbox. */
  readonly inputs: Texts;
  /** Stands in for the runner's shell. Left out, scripts are skipped. */
  readonly script?: (text: string, env: Texts) => void;
}

/** One run of the Action. */
export interface Ran extends StepResult {
  /** The job, with its place in the matrix: `astro (etl)`. */
  readonly job: string;
  readonly group: string;
}

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

/** Types of an event that start a workflow which names none. */
const usualTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
};

/** Whether GitHub would start the workflow for this event. */
export function listens({ on }: Workflow, { event, payload }: SampleEvent): boolean {
  const filter = on[event];
  if (filter === undefined) return false;
  const { action, schedule, ref } = object(payload);
  if (Array.isArray(filter)) return filter.some((one: { cron: string }) => one.cron === schedule);
  const { types = usualTypes[event], branches } = (filter ?? {}) as Filter;
  if (types && !types.includes(text(action))) return false;
  if (!branches) return true;
  if (event !== 'push') throw new Error(`the tests do not know \`branches\` of ${event}`);
  const patterns = branches.map((pattern) => {
    const parsed = parsePattern(pattern);
    if (!parsed.ok) throw new Error(`${pattern}: ${parsed.why}`);
    return parsed;
  });
  return text(ref).startsWith('refs/heads/') && selects(patterns, text(ref).slice('refs/heads/'.length));
}

const action = load(read('action.yml')) as { inputs: Readonly<Record<string, { default?: string }>> };

/**
 * Runs a workflow for an event: every job whose `if` holds, for every place in its matrix, the Action's steps through the
 * bundle. Inputs that are left out have the defaults of action.yml. Throws where a step is not one that the tests know,
 * or asks for a secret or an input that does not exist.
 */
export async function runWorkflow(workflow: Workflow, event: SampleEvent, around: Surroundings): Promise<Ran[]> {
  const ran: Ran[] = [];
  const contexts = contextsOf(workflow, event, around);
  const group = fill(workflow.concurrency.group, contexts);
  for (const [name, job] of Object.entries(workflow.jobs)) {
    for (const matrix of places(job)) {
      const here = { ...contexts, matrix };
      if (job.if !== undefined && evaluate(`!!(${job.if})`, here) !== 'true') continue;
      const place = Object.values(matrix).map(text).join(', ');
      const whole = place === '' ? name : `${name} (${place})`;
      for (const result of await runJob(job, event, here, around)) ran.push({ ...result, job: whole, group });
    }
  }
  return ran;
}

async function runJob(
  job: Job,
  event: SampleEvent,
  contexts: Contexts,
  around: Surroundings,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  let workspace: string | undefined;
  const steps: Record<string, { outputs: Texts }> = {};
  for (const step of job.steps) {
    const here = { ...contexts, steps };
    if (step.if !== undefined && evaluate(`!!(${step.if})`, here) !== 'true') continue;
    const env = { ...event.env, RUNNER_TEMP: around.temp, ...around.env, ...filled(step.env, here) };
    if (step.run !== undefined) around.script?.(step.run, env);
    else if (step.uses?.startsWith('actions/checkout@')) workspace = around.checkout;
    else if (step.uses?.includes('/astro-branch-deploy@')) {
      const given = filled(step.with, here);
      const unknown = Object.keys(given).find((name) => !(name in action.inputs));
      if (unknown !== undefined) throw new Error(`the Action has no input \`${unknown}\``);
      const defaults = filled(
        Object.fromEntries(
          Object.entries(action.inputs).flatMap(([name, { default: one }]) => (one === undefined ? [] : [[name, one]])),
        ),
        contexts,
      );
      const inputs = { ...defaults, ...given, ...around.inputs };
      results.push(
        await runStep({
          event: event.event,
          payload: event.payload,
          inputs,
          env,
          ...(workspace !== undefined && { workspace }),
        }),
      );
      if (step.id !== undefined) steps[step.id] = { outputs: results.at(-1)?.outputs ?? {} };
    } else throw new Error(`the tests do not know the step ${step.uses ?? ''}`);
  }
  return results;
}

/** The combinations of a matrix; a job without one has a single place. */
function places({ strategy }: Job): Readonly<Record<string, unknown>>[] {
  let found: Readonly<Record<string, unknown>>[] = [{}];
  for (const [key, values] of Object.entries(strategy?.matrix ?? {}))
    found = found.flatMap((place) => values.map((value) => ({ ...place, [key]: value })));
  return found;
}

type Contexts = Readonly<Record<'github' | 'secrets' | 'vars' | 'inputs' | 'runner' | 'matrix' | 'steps', object>>;

function contextsOf({ on }: Workflow, { event, payload, env }: SampleEvent, around: Surroundings): Contexts {
  const ref = env['GITHUB_REF'] ?? '';
  const given = object(object(payload)['inputs']);
  const declared = (on['workflow_dispatch'] as Filter | null | undefined)?.inputs ?? {};
  const pull = object(object(payload)['pull_request']);
  return {
    github: {
      event: payload,
      event_name: event,
      ref,
      ref_name: ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
      head_ref: object(pull['head'])['ref'] ?? '',
      sha: env['GITHUB_SHA'],
      repository: env['GITHUB_REPOSITORY'],
      repository_id: env['GITHUB_REPOSITORY_ID'],
      token: 'github-token-of-the-run',
    },
    secrets: around.secrets,
    vars: around.vars,
    inputs: Object.fromEntries(
      Object.entries(declared).map(([name, { default: usual }]) => [name, given[name] ?? usual ?? '']),
    ),
    runner: { temp: around.temp, os: 'Linux' },
    matrix: {},
    steps: {},
  };
}

/** A mapping with its expressions filled in, as texts. */
const filled = (values: Readonly<Record<string, unknown>> = {}, contexts: Contexts): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(text(value), contexts)]));

const fill = (value: string, contexts: Contexts): string =>
  value.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts));

/** Evaluates an expression with GitHub's own evaluator, and gives back what it looks like in a text. */
function evaluate(expression: string, contexts: Contexts): string {
  for (const [, kind, name = ''] of expression.matchAll(/\b(secrets|vars|inputs|matrix)\.(\w+)/g))
    if (!(name in contexts[kind as keyof Contexts])) throw new Error(`there is no ${kind ?? ''}.${name}`);
  const parsed = new Parser(new Lexer(expression.trim()).lex().tokens, Object.keys(contexts), []).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, known).evaluate().coerceString();
}
