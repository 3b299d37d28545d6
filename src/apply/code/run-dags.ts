import { readDag, readDagRun, triggerDag, unpauseDag } from '../../airflow/dag-runs.ts';
import { pause } from '../../astro/client.ts';
import { UserError } from '../../core/errors.ts';
import { oneLine } from '../../core/text.ts';
import { nearest } from '../../core/yaml/problems.ts';
import { whileWaiting } from '../waiting.ts';
import { lookAtDags, openFiles, pauseAt, threshold, type Watch } from './watch-airflow.ts';
import type { Run } from '../run.ts';
import type { AstroClient } from '../../astro/types.ts';

/**
 * Runs the DAGs that `run-dags` names, one after the other started and all waited for, within `wait-time`.
 * A DAG is started
 * only after Airflow has parsed its file since the finalize. Throws UserError where one fails, is missing, or does not end in time.
 */
export async function runDags(run: Run, watch: Watch | undefined): Promise<void> {
  const { inputs, tools, progress } = run;
  if (inputs.runDags.length === 0 || !watch) return;
  const { airflow } = watch;
  const started: { dag: string; id: string; state: string }[] = [];
  const tell = (): void => {
    progress({ dagRuns: started.map(({ dag, state }) => ({ dag, state })) });
  };
  for (const dag of inputs.runDags) {
    const known = await whileWaiting(tools.client, `Airflow to parse the DAG ${oneLine(dag, 100)}`, () =>
      untilParsed(watch, dag, tools.client),
    );
    if (known.isPaused) await unpauseDag(airflow, dag);
    started.push({ dag, id: await triggerDag(airflow, dag, tools.now()), state: 'queued' });
    tell();
  }
  await whileWaiting(tools.client, 'the DAG runs of `run-dags` to end', async (note) => {
    const running = (): typeof started => started.filter(({ state }) => state !== 'success' && state !== 'failed');
    for (let looks = 0; running().length > 0; looks++) {
      for (const one of running()) one.state = (await readDagRun(airflow, one.dag, one.id)) ?? one.state;
      tell();
      const open = running();
      if (open.length === 0) break;
      const states = open.map(({ dag, state }) => `${dag} (${state})`).join(', ');
      note(states);
      if (tools.client.remaining() < pauseAt(looks))
        throw new UserError(
          `The runs of ${states} have not ended within \`wait-time\`. They go on: look at them in Airflow, or give a longer \`wait-time\`.`,
        );
      await pause(pauseAt(looks), tools.client.signal);
    }
  });
  const failed = started.filter(({ state }) => state === 'failed').map(({ dag }) => dag);
  if (failed.length > 0)
    throw new UserError(
      `The DAG runs that \`run-dags\` asks for failed: ${failed.join(', ')}. Their logs are in Airflow.`,
    );
  for (const { dag } of started) tools.log.info(`The run of the DAG ${dag} succeeded`);
}

/** Waits until Airflow has parsed a DAG since the finalize. A DAG that no file can bring any more is refused at once. */
async function untilParsed(watch: Watch, dag: string, client: AstroClient): Promise<{ readonly isPaused: boolean }> {
  for (let looks = 0; ; looks++) {
    const [found] = await Promise.all([
      readDag(watch.airflow, dag),
      watch.firstNewest === undefined ? lookAtDags(watch) : undefined,
    ]);
    if (found?.parsedAt !== undefined && found.parsedAt > threshold(watch)) return found;
    if (!found && openFiles(watch).length > 0) await lookAtDags(watch);
    if (!found && openFiles(watch).length === 0) {
      // Its file may have been parsed between the two requests.
      const late = await readDag(watch.airflow, dag);
      if (!late) throw unknownDag(watch, dag);
      continue;
    }
    if (client.remaining() < pauseAt(looks))
      throw new UserError(
        found
          ? `The DAG \`${dag}\` (\`run-dags\`) was not started: Airflow has not parsed its file since this deploy within \`wait-time\`, so that the code of before would run. Look at its DAG processor, or give a longer \`wait-time\`.`
          : `Airflow knows no DAG \`${dag}\` (\`run-dags\`) within \`wait-time\`: check its id, and whether Airflow can import its file.`,
      );
    await pause(pauseAt(looks), client.signal);
  }
}

/** Most DAGs that a message names. */
const mostNamed = 10;

function unknownDag({ dags }: Watch, dag: string): UserError {
  const ids = dags.map(({ id }) => id);
  const meant = nearest(dag, ids);
  const named = ids.slice(0, mostNamed).map((id) => `\`${oneLine(id, 100)}\``);
  const rest = ids.length - named.length;
  const known =
    named.length === 0 ? 'It has no DAGs' : `It has ${named.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
  return new UserError(
    `Airflow knows no DAG \`${dag}\` (\`run-dags\`): ${meant === undefined ? '' : `did you mean \`${oneLine(meant, 100)}\`? `}${known}. Correct the id, or look for an import error in its file.`,
  );
}
