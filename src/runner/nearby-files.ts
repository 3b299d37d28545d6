import { readdirSync, type Dirent } from 'node:fs';
import { join, posix } from 'node:path';

/** So deep a checkout with `path:` or a monorepo has its projects. */
const deepest = 3;

/** Folders below the workspace that hold a Dockerfile, relative to it; links are not followed. */
export function foldersWithDockerfile(workspace: string): string[] {
  const found: string[] = [];
  const visit = (folder: string, depth: number): void => {
    const entries = list(join(workspace, folder));
    if (folder !== '' && entries.some((entry) => entry.name === 'Dockerfile' && entry.isFile())) found.push(folder);
    if (depth === deepest) return;
    for (const entry of entries)
      if (entry.isDirectory() && !/^(?:\.git|node_modules|\.venv|dags)$/.test(entry.name))
        visit(posix.join(folder, entry.name), depth + 1);
  };
  visit('', 0);
  return found;
}

/** A sentence that names where the project may be; empty where nothing is found. */
export function projectHint(workspace: string): string {
  const [first, ...others] = foldersWithDockerfile(workspace);
  if (first === undefined) return '';
  const more =
    others.length > 0
      ? ` (also ${others
          .slice(0, 4)
          .map((one) => `\`${one}\``)
          .join(', ')})`
      : '';
  return ` There is a \`Dockerfile\` in \`${first}\`${more}: set \`root-folder: ${first}\`, or leave \`path\` out of actions/checkout.`;
}

/** YAML and JSON files in the folder of a path and in `.astro`, relative to the workspace. */
export function templatesNear(workspace: string, path: string): string[] {
  const folders = new Set([posix.dirname(path), '.astro']);
  return [...folders].flatMap((folder) =>
    list(join(workspace, folder))
      .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name) && entry.name !== 'branch-deploy.yaml')
      .map(({ name }) => posix.join(folder, name)),
  );
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a hint that cannot be given is none
  }
}
