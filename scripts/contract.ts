/** Generates src/contract/astro-api.ts from contract/astro-api.openapi.yaml; `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../contract/astro-api.openapi.yaml', import.meta.url);
const target = new URL('../src/contract/astro-api.ts', import.meta.url);
const text = `// Generated from contract/astro-api.openapi.yaml by \`npm run contract\`. Do not edit.\n\n${astToString(await openapiTS(source))}`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/contract/astro-api.ts is not what the contract generates: npm run contract');
    process.exitCode = 1;
  }
} else writeFileSync(target, text);
