import dockerignore from '@balena/dockerignore';

/**
 * Reads an ignore file as BuildKit does (docs.docker.com, ".dockerignore files"): paths are relative to the build
 * context, the last match wins, a matched folder takes its content along, upper and lower case differ. A file that
 * docker refuses ignores nothing: the build will say so.
 */
export function readDockerignore(text: string): (path: string) => boolean {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const rules = lines.filter((line) => !line.startsWith('#')).flatMap((line) => withContent(literal(line.trim())));
  const matcher = dockerignore.default({ ignorecase: false }).add(rules);
  try {
    matcher.ignores('any'); // compiles every rule
  } catch {
    return () => false; // a bad pattern, such as `[`
  }
  return (path) => matcher.ignores(path);
}

/** Escapes what means nothing in an ignore file but something in the library's regular expressions. */
function literal(rule: string): string {
  return rule.replace(/\\[^]|[+(){}|]/g, (found) => {
    if (!found.startsWith('\\')) return `\\${found}`;
    return /\w/.test(found.slice(1)) ? found.slice(1) : found;
  });
}

/** The library forgets what lies below a folder that a rule such as `**x` names: say it. */
function withContent(rule: string): string[] {
  return /\*\*[^/]/.test(rule) ? [rule, `${rule}/**`] : [rule];
}
