import type { DeployNotes } from './deploy-notes.ts';

/** What goes into a deploy beside the files of the repository. */
export interface Artefact {
  /** Whether DAGs lie below `dags/` in their archive (`dags-base-dir`). */
  readonly dagsBaseDir: boolean;
  /** The image of `image-name`; left out where the step builds its own. */
  readonly image?: { readonly id: string } | { readonly unknown: string };
  /** Fingerprint of `build-args`; left out where there are none. */
  readonly args?: string;
}

/** What differs in the layout of the DAG archive from the one that runs, as a sentence; `undefined` where nothing is known to. */
export function layoutDiffers(runs: DeployNotes, { dagsBaseDir }: Artefact): string | undefined {
  if ((runs.dags === 'root') !== dagsBaseDir) return undefined;
  return dagsBaseDir
    ? 'what runs has them at the root of the archive, and `dags-base-dir` is `true`'
    : 'what runs has them below `dags/`, and `dags-base-dir` is `false`';
}

/** What differs in the image beside its files from the one that runs, as a sentence; `undefined` where nothing does. */
export function imageDiffers(runs: DeployNotes, { image, args }: Artefact): string | undefined {
  if (image === undefined) {
    if (runs.image !== undefined) return 'what runs is an image of `image-name`, and this step builds its own';
    return runs.args === args ? undefined : '`build-args` are not those of the image that runs';
  }
  if ('unknown' in image) return `the image of \`image-name\` cannot be compared with what runs (${image.unknown})`;
  if (runs.image === undefined) return 'the deploy that runs did not record which image of `image-name` it is';
  return runs.image === image.id ? undefined : '`image-name` names another image than the one that runs';
}
