/** How much of two comments must agree: state alone; also the ways to the preview; also commit, times and objects. */
export type Lasting = 'state' | 'links' | 'all';

/** Whether a comment still says what is true: `fresh` is what a run that changed nothing would write. */
export const saysTheSame = (old: string, fresh: string, lasting: Lasting): boolean =>
  essence(old, lasting) === essence(fresh, lasting);

/** What lasts of a comment. Times, the run, DAG changes and import errors are those of the run that deployed. */
function essence(body: string, lasting: Lasting): string {
  const lines = body.split('\n');
  const title = lines.find((line) => line.startsWith('### ')) ?? '';
  const state = /: (live|[a-z ]+)/.exec(title.replace(/`[^`]*`/g, ''))?.[1] ?? title;
  if (lasting === 'state') return state;
  const links = (lines.find((line) => line.startsWith('**[Open Airflow]') || line.startsWith('[Astro]')) ?? '').replace(
    / · \[(?:Run|Re-run)\].*$/,
    '',
  );
  if (lasting === 'links') return [state, links].join('\n');
  const rows = lines.filter((line) => /^\| (?:Sleeps|Expires) \|/.test(line));
  const commit = /^\| Runs \| (\S+)/m.exec(body)?.[1] ?? '';
  const objects = lines.find((line) => /^<details><summary>\d+ (?:connection|object)s? /.test(line)) ?? '';
  return [state, links, commit.replace(/,$/, ''), ...rows, objects].join('\n');
}
