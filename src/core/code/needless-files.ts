/** Kinds of files that no Airflow reads, and the line of an ignore file that keeps them out of an image. */
const kinds: readonly (readonly [RegExp, (match: string) => string])[] = [
  [/\.(?:md|rst)$/i, (ending) => `**/*${ending}`],
  [/^(?:tests?|docs?)\//, (folder) => folder],
  [/^\.(?:circleci|devcontainer|gitlab|husky|idea|vscode)\//, (folder) => folder],
  [/^\.(?:editorconfig|gitattributes|gitignore|gitlab-ci\.yml|pre-commit-config\.yaml)$/, (name) => name],
  [/^(?:CHANGELOG|CODEOWNERS|LICENSE|NOTICE)(?:\.txt)?$/, (name) => name],
];

function ignoreLine(name: string): string | undefined {
  for (const [pattern, line] of kinds) {
    const found = pattern.exec(name);
    if (found) return line(found[0]);
  }
  return undefined;
}

/**
 * The lines of an ignore file that keep files out of the image which no Airflow reads, each once; none where one of the
 * files may be read. Paths are relative to the repository, `project` is the project's folder in it.
 */
export function ignoreLines(paths: readonly string[], project: string): string[] {
  const lines = paths.map((path) => ignoreLine(path.slice(project === '' ? 0 : project.length + 1)));
  const known = lines.filter((line) => line !== undefined);
  return known.length < lines.length ? [] : [...new Set(known)].sort();
}
