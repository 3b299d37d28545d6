import { parseDocument, type YamlNode } from './document.ts';
import { UserError, type Position } from './errors.ts';
import { oneLine } from './text.ts';

/** Where a dbt project is mounted unless `mount-path` says otherwise, as Astro's CLI does (cmd/cloud/dbt.go). */
const mountedIn = '/usr/local/airflow/dbt';

const wayOut = 'Mend it, or say with `mount-path` where the project shall be mounted.';

/**
 * The mount path that the `name` in a dbt_project.yml gives. Throws UserError with file, line and column where there is
 * no such name, or none that makes one folder.
 */
export function defaultMountPath(text: string, file: string): string {
  const refuse = (why: string, at: Position): UserError => new UserError(`${file}: ${why}. ${wayOut}`, { at });
  const root = parse(text, file);
  if (root.kind !== 'mapping') throw refuse('it must be a mapping with a `name`', root.at);
  const name = root.entries.find(({ key }) => key === 'name')?.value;
  if (!name) throw refuse('it has no `name`', { file });
  if (name.kind !== 'scalar' || typeof name.value !== 'string' || name.value === '')
    throw refuse('`name` must be text that is not empty', name.at);
  // dbt itself takes letters, digits and _ (docs.getdbt.com, project-configs/name); what matters here is that it is one folder.
  if (!/^(?!\.+$)[\w.-]{1,200}$/.test(name.value))
    throw refuse(`\`name\` is \`${oneLine(name.value, 60)}\`, but dbt takes letters, digits and _ only`, name.at);
  return `${mountedIn}/${name.value}`;
}

/** dbt reads more YAML than the Action does: where that is the reason there is a way out. */
function parse(text: string, file: string): YamlNode {
  try {
    return parseDocument(text, file);
  } catch (error) {
    // It throws nothing else.
    const { message, problems } = error as UserError;
    const at = problems[0]?.at;
    throw new UserError(`${message} ${wayOut}`, { ...(at && { at }), cause: error });
  }
}

/** Checks and normalises a mount path: absolute, with `/`, and without segments that lead elsewhere. Throws UserError. */
export function readMountPath(given: string): string {
  const path = given.length > 1 ? given.replace(/\/+$/, '') : given;
  const fine = /^(?:\/[^/\p{Cc}]+)+$/u.test(path) && !/\/\.\.?(?:\/|$)/.test(path) && path.length <= 500;
  if (!fine)
    throw new UserError(
      `\`mount-path\`: \`${oneLine(given, 100)}\` is not an absolute path like ${mountedIn}/my_project, with \`/\` between its folders and without \`.\` and \`..\`.`,
    );
  return path;
}
