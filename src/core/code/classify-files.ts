import { bundleFilter, holdsCredentials, isLeftover, type Deployignore } from './bundle-files.ts';
import { readDockerignore } from './dockerignore.ts';

/** The Astro project inside its repository. All paths are relative to the repository's root, with `/`; `''` is the root. */
export interface Project {
  /** The project's folder: the build context of the image. */
  readonly path: string;
  /** The DAG folder (the dbt project, where that is shipped), and where it leads when it is a symbolic link; empty when it is outside the repository or not under git. */
  readonly dags: readonly string[];
  /** The Dockerfile, relative to the project. */
  readonly dockerfile: string;
  /** The text of the ignore file that docker will use: `<Dockerfile>.dockerignore`, else `.dockerignore`, else empty. */
  readonly dockerignore: string;
  /** Files that steer GitHub and this Action (template, configuration): they are never part of what is deployed. */
  readonly steering: readonly string[];
  /** Files that other steps of the job put credentials into: they are never part of what is deployed. */
  readonly credentials?: readonly string[];
  /** What stays out of the DAG folder's archive. */
  readonly deployignore?: Deployignore;
}

/** What a file is part of: the DAG bundle, the image, both or neither. */
export interface Place {
  readonly dags: boolean;
  readonly image: boolean;
}

const nowhere: Place = { dags: false, image: false };
const dagsOnly: Place = { dags: true, image: false };
const imageOnly: Place = { dags: false, image: true };
const both: Place = { dags: true, image: true };

/** How a path lies to a folder, by path segments: it is the folder (or a submodule or link in its place), in it, or around it. */
type Position = 'is' | 'in' | 'around' | 'apart';

function positionTo(folder: string): (path: string) => Position {
  const start = folder === '' ? '' : `${folder}/`;
  return (path) => {
    if (path === folder) return 'is';
    if (path.startsWith(start)) return 'in';
    return folder.startsWith(path) && folder.charAt(path.length) === '/' ? 'around' : 'apart';
  };
}

/** A DAG folder that the ignore file keeps out of the image, where DAGs must be in it. */
export function dagsLeftOut(project: Project): string | undefined {
  const place = placing({ ...project, dags: [] });
  return project.dags.find((folder) => !place(`${folder}/any.py`).image);
}

/**
 * Makes the function that finds what a repository-relative path is part of. A path that has become or was a folder
 * around the project or the DAG folder (a submodule, a link) counts as both. Files of the DAG folder are never looked up
 * in the ignore file: the DAG bundle carries them whatever docker ignores.
 */
export function placing(project: Project): (path: string) => Place {
  const ignored = readDockerignore(project.dockerignore);
  const inProject = (name: string): string => (project.path === '' ? name : `${project.path}/${name}`);
  const always = new Set([project.dockerfile, '.dockerignore', `${project.dockerfile}.dockerignore`].map(inProject));
  const steering = new Set([...project.steering, ...(project.credentials ?? [])]);
  const toGitHub = positionTo('.github');
  const toProject = positionTo(project.path);
  // A DAG folder that holds the whole project cannot be kept out of the image.
  const dagFolders = project.dags.map((folder) => ({
    to: positionTo(folder),
    own: toProject(folder) === 'in',
    start: folder === '' ? 0 : folder.length + 1,
  }));
  const start = inProject('').length;
  const isLeftOut = bundleFilter(project.deployignore);

  return (path) => {
    const github = toGitHub(path);
    if (github === 'is' || github === 'in' || steering.has(path) || holdsCredentials(path)) return nowhere;
    // Other rules, another archive; of the image the file is no part.
    if (path === project.deployignore?.file) return project.dags.length > 0 ? dagsOnly : nowhere;
    let dags = false;
    let inOwnDags = false;
    let aroundOwnDags = false;
    for (const { to, own, start: below } of dagFolders) {
      const at = to(path);
      if (at === 'in' && isLeftover(path.slice(below))) return nowhere;
      dags ||= at !== 'apart' && !(at === 'in' && isLeftOut(path.slice(below), 'file'));
      aroundOwnDags ||= own && at === 'around';
      inOwnDags ||= own && (at === 'is' || at === 'in');
    }
    const at = toProject(path);
    if (at === 'apart') return dags ? dagsOnly : nowhere;
    if (at !== 'in' || aroundOwnDags || always.has(path)) return dags ? both : imageOnly;
    if (inOwnDags || ignored(path.slice(start))) return dags ? dagsOnly : nowhere;
    return dags ? both : imageOnly;
  };
}
