import { git } from './run.ts';

/** Longest time, in milliseconds, that fetching one ref may take. */
const deadline = 30_000;

/**
 * The commit that a ref names now: as `origin` has it, else as the clone does. `undefined` where neither knows it. The
 * clone's own branches come last, because an earlier step of the job may have moved them.
 */
export async function resolveRef(folder: string, ref: string, signal: AbortSignal): Promise<string | undefined> {
  // A ref that looks like an option or a path expression is none.
  if (!/^[A-Za-z0-9][^\s~^:?*[\\]*$/.test(ref) || ref.includes('..')) return undefined;
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
  const shallow = await git(folder, ['rev-parse', '--is-shallow-repository'], bounded);
  const depth = shallow.stdout.toString('utf8').trim() === 'true' ? ['--depth=1'] : [];
  const options = ['--quiet', '--no-tags', '--no-recurse-submodules', '--force'];
  const own = 'refs/astro-branch-deploy/config';
  const fetched = await git(
    folder,
    ['fetch', ...options, '--no-write-fetch-head', ...depth, '--end-of-options', 'origin', `${ref}:${own}`],
    bounded,
  );
  const candidates =
    fetched.code === 0 ? [own] : [`refs/remotes/origin/${ref}`, `refs/tags/${ref}`, `refs/heads/${ref}`, ref];
  for (const candidate of candidates) {
    const found = await git(
      folder,
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`],
      bounded,
    );
    const id = found.stdout.toString('utf8').trim();
    if (found.code === 0 && id !== '') return id;
  }
  return undefined;
}

/** The text of a file in a commit; `undefined` where the commit has no such file. */
export async function fileAt(
  folder: string,
  commit: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const shown = await git(folder, ['cat-file', 'blob', `${commit}:${path}`], signal);
  return shown.code === 0 ? shown.stdout.toString('utf8') : undefined;
}
