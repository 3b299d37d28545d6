import { isGone } from './outputs.ts';
import { oneLine } from '../text.ts';
import type { DeployTypeDone, Outcome } from '../plan/outcome.ts';

const shipped: Record<DeployTypeDone, string> = {
  none: 'no code deployed',
  'dags-only': 'DAGs deployed',
  'image-and-dags': 'image and DAGs deployed',
  'image-only': 'image deployed, the DAGs left as they run',
  dbt: 'dbt project deployed, image and DAGs left as they run',
};

/** Shortest part whose time is shown, in milliseconds: below it would read `0.0 s`. */
const shortest = 50;

/** The last lines of the log: what was done, where it is, how long each part took. */
export function closing(outcome: Outcome): string[] {
  const times = outcome.parts
    .filter(({ milliseconds }) => milliseconds >= shortest)
    .map(({ name, milliseconds }) => `${name} ${seconds(milliseconds)}`)
    .join(', ');
  const where = isGone(outcome)
    ? []
    : [
        outcome.deploymentUrl && `Deployment: ${outcome.deploymentUrl}`,
        outcome.airflowUrl && `Airflow: ${outcome.airflowUrl}`,
      ];
  const lines = [...where, times && `Time: ${times}`].filter((line): line is string => Boolean(line));
  const shown = outcome.result === 'failed' && outcome.errorShown === true;
  return [...lines, `Result: ${outcome.result} - ${shown ? 'see the error above.' : headline(outcome)}`];
}

/** The outcome in one sentence. */
export function headline(outcome: Outcome): string {
  const name = outcome.deploymentName === undefined ? 'the Deployment' : oneLine(outcome.deploymentName);
  switch (outcome.result) {
    case 'created':
      return `${name} was created: ${shipped[outcome.deployType]}.`;
    case 'updated':
      if (outcome.wrote !== undefined) return `the template of ${name} was written to ${oneLine(outcome.wrote)}.`;
      return outcome.deployType === 'none'
        ? `the configuration of ${name} was changed (${changes(outcome)}): ${shipped.none}.`
        : `${name}: ${shipped[outcome.deployType]}; configuration changed (${changes(outcome)}).`;
    case 'deployed':
      return `${name}: ${shipped[outcome.deployType]}.`;
    case 'deleted':
      return `${name} was deleted.`;
    case 'swept':
    case 'nothing':
    case 'skipped':
    case 'planned':
    case 'failed':
      return oneLine(outcome.why ?? outcome.reason ?? 'nothing was done.', 1000);
  }
}

const changes = ({ updated, linked }: Outcome): string => [...updated, ...linked].join(', ');

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
