import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Settings of the machine must not reach the repositories of the tests. */
const environment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada Ünger',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada Ünger',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** Content of a file; `null` removes it, `link` makes a symbolic link, `executable` a script. */
export type Content = string | null | { readonly link: string } | { readonly executable: string };

/** A real repository in a temporary folder. All children run asynchronously, so that servers of the test can answer. */
export interface GitRepository {
  readonly folder: string;
  git(...args: string[]): Promise<string>;
  write(files: Readonly<Record<string, Content>>): Promise<void>;
  /** Writes the files, commits everything and answers with the commit's id. */
  commit(files: Readonly<Record<string, Content>>, message?: string): Promise<string>;
}

/** A temporary folder, and how to remove it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'git-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs git with the tests' own settings; answers with its output without the last newline. */
export async function gitIn(folder: string, ...args: string[]): Promise<string> {
  const options = ['-c', 'protocol.file.allow=always', '-c', 'gc.auto=0'];
  const { stdout } = await run('git', [...options, '-C', folder, ...args], { env: environment });
  return stdout.replace(/\n$/, '');
}

/** Makes a repository in a folder that may exist. */
export async function createRepository(folder: string, ...initOptions: string[]): Promise<GitRepository> {
  await mkdir(folder, { recursive: true });
  await gitIn(folder, 'init', '--quiet', '--initial-branch=main', ...initOptions);
  return openRepository(folder);
}

/** The handle of a repository that exists, such as a clone. */
export function openRepository(folder: string): GitRepository {
  const git = (...args: string[]): Promise<string> => gitIn(folder, ...args);
  const write = async (files: Readonly<Record<string, Content>>): Promise<void> => {
    for (const [name, content] of Object.entries(files)) await put(join(folder, name), content);
  };
  const commit = async (files: Readonly<Record<string, Content>>, message = 'change'): Promise<string> => {
    await write(files);
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  return { folder, git, write, commit };
}

async function put(path: string, content: Content): Promise<void> {
  await rm(path, { recursive: true, force: true });
  if (content === null) return;
  await mkdir(dirname(path), { recursive: true });
  if (typeof content === 'string') await writeFile(path, content);
  else if ('link' in content) await symlink(content.link, path);
  else {
    await writeFile(path, content.executable);
    await chmod(path, 0o755);
  }
}
