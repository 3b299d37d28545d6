/**
 * Writes the tables of inputs and outputs from action.yml: the first sentence of each description into README.md, the
 * whole of it into docs/inputs.md, between their markers. `--check` only compares.
 */
import { load } from 'js-yaml';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { inputGroups } from './input-groups.ts';

interface Described {
  readonly description: string;
  readonly default?: string;
  readonly deprecationMessage?: string;
}
interface ActionFile {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
}
type Groups = Readonly<Record<string, readonly string[]>>;

const root = new URL('..', import.meta.url);
const pathOf = (name: string): string => fileURLToPath(new URL(name, root));

/** A page with its tables as action.yml has them. Throws where a marker is missing or an input is in no group. */
export async function withTables(
  page: string,
  action: string,
  detail: 'short' | 'whole',
  groups: Groups = inputGroups,
): Promise<string> {
  const { inputs, outputs } = load(action) as ActionFile;
  const listed = Object.values(groups).flat();
  for (const name of Object.keys(inputs))
    if (listed.filter((one) => one === name).length !== 1)
      throw new Error(`The input ${name} must be in exactly one group of scripts/input-groups.ts.`);
  for (const name of listed)
    if (!(name in inputs)) throw new Error(`scripts/input-groups.ts names ${name}, which action.yml does not have.`);
  const say = detail === 'short' ? firstSentence : wholeText;
  const heading = detail === 'short' ? '**' : '## ';
  const tables = {
    inputs: Object.entries(groups)
      .map(([group, names]) =>
        [
          heading + group + (detail === 'short' ? '**' : ''),
          '',
          table(
            ['Input', 'Default', 'Meaning'],
            names.map((name) => [code(name), code(inputs[name]?.default ?? ''), say(inputs[name] as Described)]),
          ),
        ].join('\n'),
      )
      .join('\n\n'),
    outputs: table(
      ['Output', 'Meaning'],
      Object.entries(outputs).map(([name, output]) => [code(name), wholeText(output)]),
    ),
  };
  const filled = Object.entries(tables)
    .filter(([name]) => page.includes(`<!-- ${name}:`))
    .reduce((text, [name, content]) => between(text, name, content), page);
  if (!filled.includes('<!-- inputs:start -->')) throw new Error('The page lacks the marker <!-- inputs:start -->.');
  return format(filled, { ...(await resolveConfig(pathOf('README.md'))), parser: 'markdown' });
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);
const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');
const firstSentence = ({ description }: Described): string => oneLine(description).replace(/\. .*$|\.$/s, '');
const wholeText = ({ description, deprecationMessage }: Described): string =>
  oneLine(deprecationMessage === undefined ? description : `${description} Retired: ${deprecationMessage}`);

/** Without padding: a longer cell changes one line, and the page has no words that are only columns. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `|${cells.map((cell) => cell.replaceAll('|', '\\|')).join('|')}|`;
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The page lacks the markers ${start} and ${end}, in this order.`);
  const kept = `<!-- prettier-ignore-start -->\n\n${content}\n\n<!-- prettier-ignore-end -->`;
  return `${text.slice(0, from)}${start}\n${kept}\n${text.slice(to)}`;
}

if (import.meta.main) {
  const action = readFileSync(pathOf('action.yml'), 'utf8');
  for (const [name, detail] of [
    ['README.md', 'short'],
    ['docs/inputs.md', 'whole'],
  ] as const) {
    const page = readFileSync(pathOf(name), 'utf8');
    const wanted = await withTables(page, action, detail);
    if (!process.argv.includes('--check')) writeFileSync(pathOf(name), wanted);
    else if (page !== wanted) {
      console.error(`${name} differs from what action.yml gives: npm run docs`);
      process.exitCode = 1;
    }
  }
}
