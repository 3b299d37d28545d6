/**
 * Writes the README's tables of inputs and outputs from action.yml, between their markers; `--check` only compares.
 */
import { load } from 'js-yaml';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

interface Described {
  readonly description: string;
  readonly default?: string;
}
interface ActionFile {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
}

const readmeFile = fileURLToPath(new URL('../README.md', import.meta.url));
const actionFile = fileURLToPath(new URL('../action.yml', import.meta.url));

/** The README with both tables as action.yml has them, laid out by prettier. Throws where a marker is missing. */
export async function withTables(readme: string, action: string): Promise<string> {
  const { inputs, outputs } = load(action) as ActionFile;
  const tables = {
    inputs: table(
      ['Input', 'Default', 'Meaning'],
      Object.entries(inputs).map(([name, input]) => [code(name), code(input.default ?? ''), input.description]),
    ),
    outputs: table(
      ['Output', 'Meaning'],
      Object.entries(outputs).map(([name, output]) => [code(name), output.description]),
    ),
  };
  const filled = Object.entries(tables).reduce((text, [name, rows]) => between(text, name, rows), readme);
  return format(filled, { ...(await resolveConfig(readmeFile)), parser: 'markdown' });
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`README.md lacks the markers ${start} and ${end}, in this order.`);
  return `${text.slice(0, from)}${start}\n\n${content}\n\n${text.slice(to)}`;
}

if (import.meta.main) {
  const readme = readFileSync(readmeFile, 'utf8');
  const wanted = await withTables(readme, readFileSync(actionFile, 'utf8'));
  if (!process.argv.includes('--check')) writeFileSync(readmeFile, wanted);
  else if (readme !== wanted) {
    console.error('README.md does not say what action.yml says, or is not laid out by prettier: npm run docs');
    process.exitCode = 1;
  }
}
