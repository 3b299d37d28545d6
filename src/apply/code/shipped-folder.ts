import { collectBundle, type Bundle, type BundleOptions } from '../../astro/bundle.ts';
import { bundleFilter } from '../../core/code/bundle-files.ts';
import type { Source } from '../../core/code/source.ts';

/** Lists what of the DAG folder, or of another folder that goes as an archive, is shipped. Throws UserError as `collectBundle` does. */
export function collectShipped(
  { dagsFolder, project, credentials = [] }: Source,
  options: Omit<BundleOptions, 'leaveOut' | 'credentials'>,
): Bundle {
  return collectBundle(dagsFolder, { ...options, leaveOut: bundleFilter(project.deployignore), credentials });
}

/** The names of what is shipped, below the folder. */
export const shippedNames = (source: Source): string[] =>
  collectShipped(source, { prefix: '', refuseOutsideLinks: false, allowEmpty: true }).entries.map(({ name }) => name);
