/**
 * Writes the published JSON Schema of the configuration file, which editors complete by, from the object that the Action
 * checks files by; `--check` only compares.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { configSchema } from '../src/core/config/schema.ts';

export const schemaFile = fileURLToPath(new URL('../schema/branch-deploy.schema.json', import.meta.url));

/** The text of the published file, laid out by prettier. */
export async function schemaText(): Promise<string> {
  return format(JSON.stringify(configSchema), { ...(await resolveConfig(schemaFile)), parser: 'json' });
}

if (import.meta.main) {
  const wanted = await schemaText();
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(schemaFile), { recursive: true });
    writeFileSync(schemaFile, wanted);
  } else if (!existsSync(schemaFile) || readFileSync(schemaFile, 'utf8') !== wanted) {
    console.error('schema/branch-deploy.schema.json does not say what src/core/config/schema.ts says: npm run schema');
    process.exitCode = 1;
  }
}
