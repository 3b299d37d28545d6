/** Rules of one kind that follow each other, as one expression. */
interface Rules {
  readonly exception: boolean;
  readonly sources: string[];
}

/**
 * Reads an ignore file as BuildKit does (docs.docker.com, ".dockerignore files"; github.com/moby/patternmatcher): paths
 * are relative to the build context, the last match wins, a matched folder takes its content along, upper and lower case
 * differ. A file that docker refuses ignores nothing: the build will say so.
 */
export function readDockerignore(text: string): (path: string) => boolean {
  const runs: Rules[] = [];
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    const rule = line.startsWith('#') ? '' : line.trim();
    const exception = rule.startsWith('!');
    const glob = clean(exception ? rule.slice(1).trim() : rule);
    if (glob === '') continue;
    const last = runs.at(-1);
    if (last?.exception === exception) last.sources.push(expression(glob));
    else runs.push({ exception, sources: [expression(glob)] });
  }
  try {
    const compiled = runs.map(({ exception, sources }) => ({ exception, pattern: matching(sources) }));
    return (path) => compiled.findLast(({ pattern }) => pattern.test(path))?.exception === false;
  } catch {
    return () => false; // a bad pattern, such as `[`
  }
}

/** What one of the expressions names, and everything below it; the first test finds the bad one among them. */
function matching(sources: readonly string[]): RegExp {
  for (const source of sources) new RegExp(source);
  return new RegExp(`^(?:${sources.join('|')})(?:/|$)`);
}

/** The shortest spelling of a path, as Go's filepath.Clean has it; empty for the context itself. */
function clean(glob: string): string {
  const kept: string[] = [];
  for (const segment of glob.split('/')) {
    const above = kept.length === 0 ? !glob.startsWith('/') : kept.at(-1) === '..';
    if (segment === '..' && !above) kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

// What means something in a glob or in an expression. A set such as `[ab]` is written alike in both.
const meaning = /\*\*\/?|\*|\?|\\[^]|[.+(){}|$\\]/g;

/** A glob as the source of a regular expression. */
function expression(glob: string): string {
  return glob.replace(meaning, (part, at: number) => {
    if (part.startsWith('**')) return at + part.length === glob.length ? '.*' : '(?:.*/)?';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    const character = part.slice(-1);
    return /[\w\s]/.test(character) ? character : `\\${character}`;
  });
}
