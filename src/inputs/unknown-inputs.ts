import { oneLine } from '../core/text.ts';
import { nearest } from '../core/yaml/problems.ts';
import { inputNames, replaced } from './names.ts';

/** Variables `INPUT_*` that no input of action.yml has: mistakes, and what may have another origin. */
export interface UnknownInputs {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Finds inputs that action.yml does not have: the runner passes everything under `with:` on as `INPUT_<NAME>`, without an
 * error (actions/runner, ActionRunner: upper case, spaces as `_`, hyphens kept). Inputs of an outer action do not get here.
 * A name with `_` that resembles no input is more likely a variable of the workflow's own `env:`: only a warning.
 */
export function unknownInputs(env: Readonly<Record<string, string | undefined>>): UnknownInputs {
  const problems: string[] = [];
  const warnings: string[] = [];
  const known: ReadonlySet<string> = new Set(inputNames);
  for (const variable of Object.keys(env)) {
    const name = /^INPUT_(.+)$/s.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || known.has(name)) continue;
    const shown = oneLine(name, 60);
    const hyphened = name.replaceAll('_', '-');
    const replacement = Object.hasOwn(replaced, hyphened) ? replaced[hyphened] : undefined;
    const near = known.has(hyphened) ? hyphened : nearest(hyphened, inputNames);
    if (replacement !== undefined) problems.push(`There is no input \`${shown}\`. ${replacement}`);
    else if (near !== undefined) problems.push(`There is no input \`${shown}\`. Did you mean \`${near}\`?`);
    else if (name.includes('_'))
      warnings.push(
        `The environment variable \`${oneLine(variable, 60)}\` is ignored: there is no such input. If it is set under \`with:\`, remove it.`,
      );
    else problems.push(`There is no input \`${shown}\`. Remove it from \`with:\`; action.yml lists the inputs.`);
  }
  return { problems, warnings };
}
