import { isLoopback } from '../addresses.ts';
import { isGone } from './outputs.ts';
import { sweepTable } from '../sweep/decide-sweep.ts';
import { countsOf } from './test-runs.ts';
import { codeSpan, longCodeSpan } from '../text.ts';
import type { Outcome, PlannedStep, Result, ReportedObject } from '../plan/outcome.ts';

const titles: Readonly<Record<Result, string>> = {
  created: 'Preview created',
  updated: 'Configuration changed',
  deployed: 'Deployed',
  nothing: 'Nothing to deploy',
  deleted: 'Removed',
  swept: 'Swept',
  skipped: 'Skipped',
  planned: 'Plan (nothing was changed)',
  failed: 'Failed',
};

/** Most rows of a kind that are listed one by one. */
const most = 20;

/** The job summary, in Markdown. Text from outside stands in code spans only. */
export function summary(outcome: Outcome): string {
  return [
    `### Astro: ${titleOf(outcome)}`,
    '',
    ...failure(outcome),
    ...table(outcome),
    ...(outcome.sweep && outcome.sweep.length > 0 ? [sweepTable(outcome.sweep), ''] : []),
    ...(outcome.plan ?? []).map((step) => `- ${planLine(step)}`),
    '',
  ].join('\n');
}

/** What happened: a deploy is a deploy even where the run changed configuration or links too. */
function titleOf({ result, wrote, moves, deployType }: Outcome): string {
  if (wrote !== undefined) return 'Template written';
  if (result !== 'updated') return titles[result];
  return moves ? 'Moved' : titles[deployType === 'none' ? 'updated' : 'deployed'];
}

/** Where the preview of a pull request stands. */
export type PreviewState = 'in progress' | 'live' | 'failed' | 'removed' | 'missing';

/** What a comment is about, beside the outcome. */
export interface CommentFacts {
  readonly marker: string;
  readonly branch: string;
  readonly state: PreviewState;
  /** The run, in GitHub. */
  readonly runUrl: string;
}

/** The hidden first line by which the comment of one project is found again. */
export const commentMarker = (repositoryId: number, project: string): string =>
  `<!-- astro-branch-deploy repo=${repositoryId} project=${encodeURIComponent(project.toWellFormed()).replaceAll('-', '%2D')} -->`;

/**
 * The comment on a pull request: the same table as the summary. Of a preview that lives it names no run, and one that did
 * nothing does not write it anew.
 */
export function comment(outcome: Outcome, { marker, branch, state, runUrl }: CommentFacts): string {
  const head = `### Astro preview of ${codeSpan(branch)}: ${state === 'missing' ? 'not there yet' : state}`;
  const run = link('This run', runUrl) ?? codeSpan(runUrl);
  switch (state) {
    case 'in progress':
      return [
        marker,
        head,
        '',
        ...table(outcome, notYet),
        ...(outcome.plan ?? []).map((step) => `- ${planLine(step)}`),
        '',
        run,
      ].join('\n');
    case 'live':
      return [marker, ...runsLine(outcome), head, '', ...table(outcome)].join('\n');
    case 'failed':
      return [marker, head, '', ...failure(outcome), ...table(outcome), run].join('\n');
    case 'removed':
      return [
        marker,
        head,
        '',
        `Its Deployment is gone: ${codeSpan(outcome.why ?? 'the branch has no preview any more')}.`,
      ].join('\n');
    case 'missing':
      return [marker, head, '', codeSpan(outcome.why ?? 'a push to the branch makes it')].join('\n');
  }
}

/** What the hidden line begins with that says which deploy a comment tells of. */
export const runs = '<!-- runs ';

/** By it a later run sees that the comment tells of an older deploy, because GitHub did not take the last update. */
function runsLine({ deployId, ranBefore, deployType }: Outcome): string[] {
  const id = deployType === 'none' ? ranBefore : deployType === 'dbt' ? undefined : deployId;
  return id !== undefined && /^\w+$/.test(id) ? [`${runs}${id} -->`] : [];
}

function failure(outcome: Outcome): string[] {
  if (outcome.result !== 'failed') return [];
  const left = outcome.left.map((line) => `- ${codeSpan(line)}`);
  return [
    `**What failed:** ${longCodeSpan(outcome.why ?? '')}`,
    '',
    ...(left.length > 0 ? ['**What is left:**', ...left, ''] : []),
  ];
}

/** Rows that mean something only when the run is over. */
const notYet = ['Deployed', 'Goes'];

function table(outcome: Outcome, without: readonly string[] = []): string[] {
  const { deploymentName: name, why = '', reason = why } = outcome;
  const gone = isGone(outcome) || outcome.result === 'deleted';
  const shown = outcome.deploymentId !== undefined && !gone;
  const rows: [string, string | undefined][] = [
    ['Deployment', name && ((gone ? undefined : link(codeSpan(name), outcome.deploymentUrl)) ?? codeSpan(name))],
    ['Airflow', shown ? link('open', outcome.airflowUrl) : undefined],
    ['Configuration', list(outcome.updated.map(codeSpan), ', ')],
    ['Linked', list(outcome.objects.map(objectCell), '<br>')],
    ['Deployed', shown && outcome.wrote === undefined ? outcome.deployType : undefined],
    // What failed stands above already.
    ['Why', outcome.result === 'failed' && outcome.reason === undefined ? undefined : codeSpan(reason)],
    ['Written', outcome.wrote && codeSpan(outcome.wrote)],
    ['Commit', outcome.commitSha && codeSpan(outcome.commitSha.slice(0, 12))],
    ['Image tag', outcome.imageTag && codeSpan(outcome.imageTag)],
    [
      'Tests',
      list(
        outcome.tests.map((run) => `${codeSpan(run.what)} ${countsOf(run)}`),
        '<br>',
      ),
    ],
    ['Syntax errors', list(outcome.syntaxErrors.map(importCell), '<br>')],
    ['Import errors', list(outcome.importErrors.map(importCell), '<br>')],
    [
      'DAG runs',
      list(
        outcome.dagRuns.map(({ dag, state }) => `${codeSpan(dag)} ${codeSpan(state)}`),
        '<br>',
      ),
    ],
    ['Moved', outcome.moves ? list(outcome.linked.map(codeSpan), '<br>') : undefined],
    ['Removed', list(outcome.deleted.map(codeSpan), ', ')],
    [
      'Goes',
      shown && outcome.expires
        ? `when its branch or pull request does, or after ${codeSpan(outcome.expires)} unless something is deployed before`
        : undefined,
    ],
  ];
  const told = rows.filter((row): row is [string, string] => Boolean(row[1]) && !without.includes(row[0]));
  return told.length === 0
    ? []
    : ['| | |', '| --- | --- |', ...told.map(([title, value]) => `| ${title} | ${value} |`), ''];
}

function list(cells: readonly string[], separator: string): string | undefined {
  if (cells.length === 0) return undefined;
  const more = cells.length > most ? [`and ${String(cells.length - most)} more`] : [];
  return [...cells.slice(0, most), ...more].join(separator);
}

/** A link; `undefined` where there is no address, or none that is safe to follow. */
function link(text: string, url: string | undefined): string | undefined {
  const target = address(url ?? '');
  return target === undefined ? undefined : `[${text === '' ? 'open' : text}](${target})`;
}

/**
 * An address for a link: `https`, or `http` on this machine, without a user's name. Whatever could end the link, the
 * table's cell or a code span beside it is encoded; the parser has encoded all that is not ASCII.
 */
function address(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || !/^[\w.:[\]-]+$/.test(url.host)) return undefined;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return undefined;
  const rest = `${url.pathname}${url.search}${url.hash}`.replace(
    /[^\w.~:/?#&+,;=%-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${url.origin}${rest}`;
}

/** An environment object and the names of its overridden fields; values are never shown. */
function objectCell({ object, state, overrides }: ReportedObject): string {
  const fields = overrides.length > 0 ? ` (${overrides.map(codeSpan).join(', ')})` : '';
  return `${codeSpan(object)}${state === 'linked' ? '' : ` ${state}`}${fields}`;
}

const importCell = ({ file, line, message }: Outcome['importErrors'][number]): string =>
  `${codeSpan(line === undefined ? file : `${file}:${String(line)}`)} ${codeSpan(message)}`;

function planLine(step: PlannedStep): string {
  const fields = step.object !== undefined && step.fields?.length ? ` (${step.fields.map(codeSpan).join(', ')})` : '';
  const what = step.object ?? step.deployment;
  return `**${step.step}**${what === undefined ? '' : ` ${codeSpan(what)}`}${fields}: ${codeSpan(step.why)}`;
}
