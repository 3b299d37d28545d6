/**
 * Writes the published JSON Schemas, which editors complete by: of the configuration file from the object that the Action
 * checks files by, and of the Deployment template. `--check` only compares.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { configSchema } from '../src/core/config/schema.ts';
import { templateSchema } from './template-schema.ts';

const folder = new URL('../schema/', import.meta.url);

/** Each published file with its text, laid out by prettier. */
export async function schemaFiles(): Promise<{ readonly path: string; readonly text: string }[]> {
  const schemas = { 'branch-deploy': configSchema, 'deployment-template': templateSchema };
  return Promise.all(
    Object.entries(schemas).map(async ([name, schema]) => {
      const path = fileURLToPath(new URL(`${name}.schema.json`, folder));
      return { path, text: await format(JSON.stringify(schema), { ...(await resolveConfig(path)), parser: 'json' }) };
    }),
  );
}

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of await schemaFiles()) {
    if (!process.argv.includes('--check')) writeFileSync(path, text);
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      console.error(`${path} differs from what the sources give: npm run schema`);
      process.exitCode = 1;
    }
  }
}
