import type { WantedObject } from '../core/config/wanted-objects.ts';
import type { Outcome } from '../core/plan/outcome.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Tools } from '../observe/tools.ts';

/** Reports what is known of the outcome, as soon as it is known: a later failure must not lose it. */
export type Progress = (more: Partial<Outcome>) => void;

/** What the parts of one run share. */
export interface Run {
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly tools: Tools;
  readonly progress: Progress;
  readonly timed: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Environment objects that this run wrote: they are looked at again. */
  readonly written: WantedObject[];
  /** Files below the DAG folder that Airflow cannot import. */
  readonly broken: Set<string>;
  /** What was done to them, for people. */
  readonly linked: string[];
  /** Whether a look after the last of these writes has found all of them. */
  settled: boolean;
}
