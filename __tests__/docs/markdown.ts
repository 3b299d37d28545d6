import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';

const root = new URL('../..', import.meta.url);

/** Text of a file of the project. */
export const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** A fenced block: its language and what is in it. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

export const blocksOf = (markdown: string): Block[] =>
  Array.from(markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms), ([, language = '', text = '']) => ({ language, text }));

/** The YAML blocks of a page, parsed. */
export const yamlOf = (markdown: string): unknown[] =>
  blocksOf(markdown).flatMap(({ language, text }) => (language === 'yaml' ? [load(text)] : []));

/** What stands under a heading of the second level, without its sub-headings' levels cut off. */
export function section(markdown: string, heading: string): string {
  const found = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`there is no section "${heading}"`);
  return found;
}

/** Anchors of a page, as GitHub makes them from headings. */
export const anchorsOf = (markdown: string): string[] =>
  Array.from(markdown.matchAll(/^#{1,6} (.+)$/gm), ([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** A step of a workflow, as far as the tests look at it. */
export interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
}

/** All steps anywhere in a parsed workflow or in a piece of one. */
export function stepsOf(yaml: unknown): Step[] {
  if (Array.isArray(yaml)) return yaml.flatMap(stepsOf);
  if (typeof yaml !== 'object' || yaml === null) return [];
  const own = 'uses' in yaml || 'run' in yaml ? [yaml as Step] : [];
  return [...own, ...Object.values(yaml).flatMap(stepsOf)];
}
