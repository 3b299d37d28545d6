import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eachChunk } from '../runner/workspace-files.ts';

/** Submodules inside each other that are looked into. */
const deepest = 10;

/** Settings by which actions/checkout and people keep credentials in a repository's configuration. */
const credentials = /extraheader|:\/\/[^\s/@]+@/i;

/** The configuration files in a `.git` folder, those of its submodules too, that hold credentials. */
export function credentialsInGit(gitDir: string): string[] {
  const found: string[] = [];
  const visit = (folder: string, depth: number): void => {
    for (const entry of list(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < deepest) visit(path, depth + 1);
      else if (entry.name === 'config' && entry.isFile() && credentials.test(textOf(path))) found.push(path);
    }
  };
  const config = join(gitDir, 'config');
  if (credentials.test(textOf(config))) found.push(config);
  visit(join(gitDir, 'modules'), 0);
  return found;
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  let text = '';
  eachChunk(path, (chunk) => (text += Buffer.from(chunk).toString('latin1')));
  return text;
}
