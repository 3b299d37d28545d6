import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, scratch } from './checkout.ts';

/** Builds the committed sources in another folder, time zone, locale and umask, and compares with the committed dist/. */
export function rebuild(): string[] {
  const folder = join(scratch, 'a', 'much', 'deeper', 'folder');
  mkdirSync(folder, { recursive: true });
  const archive = join(scratch, 'sources.tar');
  if (!run('git', ['archive', '--output', archive, 'HEAD']).ok || !run('tar', ['-xf', archive, '-C', folder]).ok)
    return ['the committed sources could not be copied'];
  // A symbolic link would change the paths that the bundler sees. Hard links are quick where the file system is the same.
  const modules = [join(root, 'node_modules'), join(folder, 'node_modules')];
  if (!run('cp', ['-al', ...modules]).ok && !run('cp', ['-R', ...modules]).ok)
    return ['node_modules could not be copied'];
  const before = process.umask(0o077);
  const { ok, text } = run(process.execPath, ['scripts/build.ts', '--check'], {
    cwd: folder,
    env: { TZ: 'Asia/Tokyo', LC_ALL: 'C' },
  });
  process.umask(before);
  return ok ? [] : [text];
}
