import { readDockerignore } from './dockerignore.ts';

/** A file of the DAG folder: its path below the folder, and its text. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
}

/** The path below the DAG folder that an answer of Airflow means: Airflow 2 names an absolute path, Airflow 3 one below its bundle. */
export function pathInDags(file: string): string {
  const below = /\/(?:site|dist)-packages\//.test(file) ? undefined : /(?:^|\/)dags\/(.+)$/.exec(file)?.[1];
  return below ?? (file.startsWith('/') ? (file.split('/').at(-1) as string) : file);
}

/**
 * Files of the DAG folder that Airflow reads as DAG files: Python whose text contains `dag` and `airflow` in any case
 * (Airflow, `might_contain_dag_via_default_heuristic`) and that no `.airflowignore` leaves out. A line of an
 * `.airflowignore` that is a regular expression beyond plain text, `.`, `.*`, `^` and `$` counts as matching nothing.
 */
export function dagFiles(files: readonly FolderFile[], ignores: readonly FolderFile[], major: 2 | 3): string[] {
  const rules = ignores.map(({ path, text }) => {
    const folder = path.split('/').slice(0, -1).join('/');
    return {
      prefix: folder === '' ? '' : `${folder}/`,
      ignored: major === 3 ? readGlobs(text) : readExpressions(text),
    };
  });
  return files
    .filter(({ path, text }) => path.endsWith('.py') && /airflow/i.test(text) && /dag/i.test(text))
    .map(({ path }) => path)
    .filter(
      (path) => !rules.some(({ prefix, ignored }) => path.startsWith(prefix) && ignored(path.slice(prefix.length))),
    );
}

/** Airflow 3 reads the lines as git does: a pattern without a slash matches at every depth. */
function readGlobs(text: string): (path: string) => boolean {
  const lines = text.split('\n').map((line) => {
    const [, not = '', pattern = ''] = /^(!?)(.*)$/.exec(line.trim()) as unknown as string[];
    if (pattern === '' || pattern.startsWith('#')) return '';
    const body = pattern.replace(/\/+$/, '');
    return not + (body.includes('/') ? body.replace(/^\/+/, '') : `**/${body}`);
  });
  return readDockerignore(lines.join('\n'));
}

/** Airflow 2 looks for each line as a regular expression anywhere in the path; walked without backtracking. */
function readExpressions(text: string): (path: string) => boolean {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/\s*#.*/, '').trim())
    .filter((line) => line !== '');
  const patterns = lines.flatMap((line) => expression(line) ?? []);
  return (path) => patterns.some((matches) => matches(path));
}

/** A simple regular expression as pieces that must follow each other; `undefined` for anything else. */
function expression(line: string): ((path: string) => boolean) | undefined {
  const plain = line.replace(/^\^/, '').replace(/\$$/, '');
  const pieces = plain.split('.*').map((piece) => piece.replace(/\\([^A-Za-z0-9])/g, (_, one: string) => escaped(one)));
  if (pieces.some((piece) => /[\\[\](){}+*?|^$]/.test(piece))) return undefined;
  return (path) => found(path, pieces, line.startsWith('^'), line.endsWith('$'));
}

/** Private-use characters stand for escaped ones, so that an escaped dot is no wildcard. */
const escaped = (one: string): string => String.fromCodePoint(0xe000 + ((one.codePointAt(0) as number) % 0x1000));

function found(path: string, pieces: readonly string[], fromStart: boolean, toEnd: boolean): boolean {
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    const anchored = fromStart && index === 0;
    const last = path.length - piece.length;
    let place = isLast && toEnd ? Math.max(at, last) : at;
    if (isLast && toEnd && last < at) return false;
    while (place <= last && !fits(path, piece, place)) place = anchored || (isLast && toEnd) ? last + 1 : place + 1;
    if (place > last || (anchored && place !== 0)) return false;
    at = place + piece.length;
  }
  return true;
}

const fits = (path: string, piece: string, at: number): boolean =>
  Array.from(piece).every(
    (one, index) => one === '.' || one === path[at + index] || one === escaped(path[at + index] as string),
  );
