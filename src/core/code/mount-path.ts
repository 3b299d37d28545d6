import { UserError } from '../errors.ts';
import { oneLine } from '../text.ts';

/** Where a dbt project is mounted unless `mount-path` says otherwise, as Astro's CLI does (cmd/cloud/dbt.go). */
export const mountedIn = '/usr/local/airflow/dbt';

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
