import type { CodeChange } from './choose-deploy-type.ts';
import { list } from './changed-files.ts';
import { placing, type Project } from './classify-files.ts';

/** What the checkout lacks of its commit. All paths are relative to the repository's root. */
export interface CheckoutGaps {
  readonly submodules: readonly EmptySubmodule[];
  /** Files that a sparse checkout left out. */
  readonly sparse: readonly string[];
  /** Files under Git LFS that hold the pointer in place of the content. */
  readonly pointers: readonly string[];
}

/** A submodule without files. */
export interface EmptySubmodule {
  readonly path: string;
  /** `nested`: inside another submodule; `undeclared`: its repository has no `.gitmodules`, so nothing can check it out. */
  readonly kind: 'own' | 'nested' | 'undeclared';
}

/** The parts of a path's place that a deploy ships. */
const shipped = {
  'dags-only': ['dags'],
  dbt: ['dags'],
  'image-only': ['image'],
  'image-and-dags': ['dags', 'image'],
} as const;

/** What gaps mean for a deploy: what refuses it, and what is only a warning. Gaps in files that it does not ship mean nothing. */
export function judgeGaps(
  gaps: CheckoutGaps,
  kind: CodeChange['kind'],
  project: Project,
): { readonly blocked: readonly string[]; readonly warnings: readonly string[] } {
  if (kind === 'none') return { blocked: [], warnings: [] };
  const place = placing(project);
  const ships = (path: string): boolean => shipped[kind].some((part) => place(path)[part]);
  // An ignore rule may be about what is in the folder, and the DAG folder may lie below it.
  const shipsFolder = (path: string): boolean => {
    const holdsDags = project.dags.some((folder) => folder.startsWith(`${path}/`));
    return shipped[kind].some((part) => place(`${path}/file`)[part] || (part === 'dags' && holdsDags));
  };
  const empty = (wanted: EmptySubmodule['kind']): string[] =>
    gaps.submodules.filter(({ kind, path }) => kind === wanted && shipsFolder(path)).map(({ path }) => path);
  const sparse = gaps.sparse.filter(ships);
  const pointers = gaps.pointers.filter(ships);
  return {
    blocked: [
      ...submodules(empty('own'), 'Set `submodules: true` for actions/checkout'),
      ...submodules(empty('nested'), 'Set `submodules: recursive` for actions/checkout'),
      ...undeclared(empty('undeclared')),
      ...(sparse.length === 0
        ? []
        : [
            `The sparse checkout leaves out ${list(sparse, 5)}: the deploy would lose what the commit has. Add the folder to \`sparse-checkout\` of actions/checkout, or take that option out.`,
          ]),
    ],
    warnings:
      pointers.length === 0
        ? []
        : [
            `Git LFS pointers are deployed in place of the content of ${list(pointers, 5)}. Set \`lfs: true\` for actions/checkout.`,
          ],
  };
}

const leaveOut = 'If it does not belong into the deploy, leave it out with `.dockerignore`.';

const submodules = (paths: readonly string[], advice: string): string[] =>
  paths.length === 0
    ? []
    : [
        `${paths.length === 1 ? 'A submodule is' : 'Submodules are'} not checked out: ${list(paths, 5)}. The deploy would lose ${paths.length === 1 ? 'its' : 'their'} files. ${advice}. ${leaveOut}`,
      ];

const undeclared = (paths: readonly string[]): string[] =>
  paths.length === 0
    ? []
    : [
        `${list(paths, 5)}: the commit has a link to another repository here, and there is no \`.gitmodules\` that says which. The deploy would lose the files. Commit the files themselves, or add the repository with \`git submodule add\`.`,
      ];
