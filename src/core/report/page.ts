import { codeSpan } from '../text.ts';
import { span, utc } from '../time.ts';
import { runningCommit } from '../plan/code-report.ts';
import { dagSection } from './dag-table.ts';
import { importErrorDetails, objectDetails, outputDetails } from './folded.ts';
import { link, linked, list, prose, table, type Row } from './markup.ts';
import { isGone } from './outputs.ts';
import { countsOf } from './test-runs.ts';
import type { View } from './view.ts';
import type { ReportedCommit, DeployTypeDone, Outcome } from '../plan/outcome.ts';

/** Ways to what the page is about; a failed run is there to be run again. */
export function linksLine(outcome: Outcome, view: View): string[] {
  const { airflowUrl, deploymentUrl, result } = outcome;
  const logs = deploymentUrl === undefined ? undefined : URL.parse(deploymentUrl);
  if (logs) logs.pathname = `${logs.pathname.replace(/\/+$/, '')}/logs`;
  const gone = isGone(outcome) || result === 'deleted';
  const airflow = gone ? undefined : link('Open Airflow', airflowUrl);
  const links = [
    airflow && `**${airflow}**`,
    gone ? undefined : link('Astro', deploymentUrl),
    gone ? undefined : link('Logs', logs?.href),
    link(result === 'failed' ? 'Re-run' : 'Run', view.runUrl),
  ].filter((one) => one !== undefined);
  return links.length === 0 ? [] : [links.join(' · '), ''];
}

/** The commit, linked, with what it is. */
export function commitText({ id, subject, mergedWith }: ReportedCommit, view: View): string {
  const said = subject === undefined || subject.trim() === '' ? '' : ` "${prose(subject, 150)}"`;
  return `${shortCommit(id, view)}${said}${mergedWith === undefined ? '' : `, merged with ${codeSpan(mergedWith)}`}`;
}

/** A commit's short id, linked. */
export const shortCommit = (id: string, { repositoryUrl }: View): string =>
  /^[0-9a-f]{7,64}$/.test(id) ? linked(id.slice(0, 7), `${repositoryUrl}/commit/${id}`) : codeSpan(id.slice(0, 12));

const shipped: Readonly<Record<DeployTypeDone, string>> = {
  none: '',
  'dags-only': 'DAGs only',
  'image-and-dags': 'image and DAGs',
  'image-only': 'image only',
  dbt: 'dbt project',
};

/** `DAGs only, 9 s: dags/login.py changed. Image still from 9f8e7d6`. */
function deployedText({ deployType, code, milliseconds, reason }: Outcome, view: View): string | undefined {
  if (deployType === 'none') return undefined;
  const time = milliseconds === undefined ? '' : `, ${span(milliseconds)}`;
  const what = shipped[deployType];
  if (!code) return `${what}${time}${reason === undefined ? '' : `: ${prose(reason, 500)}`}`;
  if (code.isFirst) return `${what} (first deploy)${time}`;
  const [still, from] = deployType === 'dags-only' ? ['Image', code.image] : ['DAGs', code.dags];
  const rest =
    (deployType === 'dags-only' || deployType === 'image-only') && from !== undefined
      ? `. ${still} still from ${shortCommit(from, view)}`
      : '';
  return `${what}${time}: ${prose(code.brief, 500)}${rest}`;
}

/** The table of what runs and what this run did. */
export function facts(outcome: Outcome, view: View): string[] {
  const gone = isGone(outcome) || outcome.result === 'deleted';
  const failed = outcome.result === 'failed';
  const runs =
    gone || failed || outcome.deploymentId === undefined ? undefined : runningCommit(outcome.code, outcome.deployType);
  const isIdle = outcome.result === 'nothing' || outcome.result === 'skipped';
  const why = isIdle ? (outcome.reason ?? outcome.why) : undefined;
  const rows: Row[] = [
    ['Runs', runs && commitText(runs, view)],
    ['Changed', list(outcome.updated.map(codeSpan), ', ')],
    ['Deployed', gone || failed ? undefined : deployedText(outcome, view)],
    ['Written', outcome.wrote && codeSpan(outcome.wrote)],
    ['Moved', outcome.moves ? list(outcome.linked.map(codeSpan), '<br>') : undefined],
    ['Not deployed', outcome.code && why !== undefined ? prose(why, 1_000) : undefined],
    ['Why', outcome.code === undefined && why !== undefined ? prose(why, 1_000) : undefined],
    [
      'Tests',
      list(
        outcome.tests.map((run) => `${codeSpan(run.what)} ${countsOf(run)}`),
        '<br>',
      ),
    ],
    [
      'DAG runs',
      list(
        outcome.dagRuns.map(({ dag, state }) => `${codeSpan(dag)} ${codeSpan(state)}`),
        '<br>',
      ),
    ],
    ['Removed', outcome.isPreview ? undefined : list(outcome.deleted.map(codeSpan), ', ')],
    ['Sleeps', gone || failed ? undefined : outcome.sleeps],
    ['Expires', gone || failed ? undefined : expiry(outcome)],
  ];
  return table(rows);
}

function expiry({ expires, branch }: Outcome): string | undefined {
  if (expires === undefined) return undefined;
  return `${prose(expires, 40)}, or when ${branch?.pullRequest === undefined ? 'its branch is deleted' : 'this pull request closes'}`;
}

/** Everything below the links: tables and what is folded up. */
export function sections(outcome: Outcome, view: View): string[] {
  const gone = isGone(outcome) || outcome.result === 'deleted';
  return [
    ...facts(outcome, view),
    ...importErrorDetails(outcome, view),
    ...(outcome.dagChanges && !gone && outcome.result !== 'failed'
      ? dagSection(outcome.dagChanges, outcome.airflowUrl)
      : []),
    ...(gone || outcome.result === 'failed' ? [] : objectDetails(outcome)),
  ];
}

/** What failed, what is left and what still runs. */
export function failure(outcome: Outcome, view: View): string[] {
  const text = outcome.output?.sentence ?? outcome.why ?? 'The run failed.';
  const [, what = text, rest = ''] = /^(.*?[.!?])\s+(?=[\p{Lu}`"])(.*)$/su.exec(text) ?? [];
  const still =
    outcome.deployType === 'none' &&
    outcome.code &&
    outcome.deploymentId !== undefined &&
    runningCommit(outcome.code, outcome.deployType);
  const subject = outcome.isPreview ? 'preview' : 'Deployment';
  const left = outcome.left.map((line) => `- ${prose(line)}`);
  return [
    `**${prose(what)}**${rest === '' ? '' : ` ${prose(rest)}`}`,
    '',
    ...(still ? [`The ${subject} still runs ${commitText(still, view)}.`, ''] : []),
    ...left,
    ...(left.length > 0 ? [''] : []),
    ...outputDetails(outcome),
  ];
}

/** When the page was written. */
export const footer = ({ now }: View): string[] => {
  const time = utc(now);
  return time === undefined ? [] : [`<sub>Updated ${time}</sub>`];
};
