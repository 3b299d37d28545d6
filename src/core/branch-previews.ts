import { isPreviewOf, readMark, type Mark, type PreviewIdentity } from './identity.ts';

/** What a preview is recognized by. */
interface Marked {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** The preview of a branch that a step means which has no Astro project of its own; `several`: it is not clear which. */
export type BranchPreview<T extends Marked> =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly identity: PreviewIdentity; readonly rows: readonly T[] }
  | { readonly kind: 'several'; readonly rows: readonly T[] };

type BranchIdentity = Pick<PreviewIdentity, 'repositoryId' | 'ref'>;

const joining: readonly string[] = ['dbt', 'bundle'];

/** Whether a step of this deploy type joins the preview that the Astro project's step made, and never makes one. */
export const joinsPreview = (deployType: string): boolean => joining.includes(deployType);

/** Every preview of a branch, whatever its project. */
export function previewsOfBranch<T extends Marked>(deployments: readonly T[], branch: BranchIdentity): T[] {
  return deployments.filter((row) => {
    const mark = readMark(row.description);
    return mark?.repositoryId === branch.repositoryId && mark.ref === branch.ref && isPreviewOf(row, mark);
  });
}

/**
 * The preview of a branch, whatever its project: the one of the project that the configuration file names, else the only
 * one, else the one of the given name. Duplicates of one preview stay together, in the order in which they come.
 */
export function previewOfBranch<T extends Marked>(
  deployments: readonly T[],
  branch: BranchIdentity,
  request: { readonly project?: string | undefined; readonly name?: string | undefined },
): BranchPreview<T> {
  const all = previewsOfBranch(deployments, branch);
  const projects = [...new Set(all.map(projectOf))];
  const named = all.find(({ name }) => name === request.name);
  const project =
    projects.find((one) => one === request.project) ?? (projects.length > 1 ? named && projectOf(named) : projects[0]);
  if (project !== undefined)
    return { kind: 'one', identity: { ...branch, project }, rows: all.filter((row) => projectOf(row) === project) };
  return all.length === 0 ? { kind: 'none' } : { kind: 'several', rows: all };
}

const projectOf = ({ description }: Marked): string => (readMark(description) as Mark).project;
