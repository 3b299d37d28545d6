import { parseDocument, type YamlNode } from '../yaml/document.ts';
import { UserError, type Position } from '../errors.ts';
import { mountedIn } from './mount-path.ts';
import { oneLine } from '../text.ts';

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
