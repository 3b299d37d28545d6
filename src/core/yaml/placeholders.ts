import { slug, sqlKey } from '../identity.ts';
import { refuseName, refuseVariable, type EnvironmentRules } from './environment-names.ts';
import { nearest } from './problems.ts';
import { oneLine } from '../text.ts';

/** What placeholders stand for in this run. */
export interface PlaceholderValues {
  readonly branch?: string;
  readonly pullRequest?: number;
  /** The commit that is checked out. */
  readonly sha?: string;
  readonly repository: string;
  readonly actor: string;
  /** Variables of the step's `env:`; their values are secrets. */
  readonly env: ReadonlyMap<string, string>;
  /** Which of them may be handed on. */
  readonly rules: EnvironmentRules;
}

/** A text with its placeholders filled in, or why one of them cannot be. */
export type Expanded =
  | { readonly ok: true; readonly text: string; readonly fromEnv: boolean }
  | { readonly ok: false; readonly why: string };

const names = ['branch', 'branch.slug', 'branch.key', 'pr', 'sha', 'repo', 'actor', 'env.NAME'] as const;
/** `$${` is three characters and nothing more: what follows it is text again. */
const opening = /(\$\$\{)|\$\{([^}]*)(\}?)/g;
const environmentName = /^env\.([A-Za-z_][A-Za-z0-9_]*)$/;

/** What is wrong with the placeholders of a text whatever their values are; `undefined` where nothing is. */
export function placeholderProblem(text: string): string | undefined {
  for (const [whole, escape, name = '', close] of text.matchAll(opening)) {
    if (escape !== undefined) continue;
    if (name.startsWith('{')) return expressionProblem(name);
    if (close === '') return `\`${oneLine(whole, 40)}\` has no closing brace (\`$\${\` writes a literal \`\${\`)`;
    const variable = environmentName.exec(name)?.[1];
    const refusal = variable === undefined ? undefined : refuseName(variable);
    if (refusal !== undefined) return refusal;
    if (variable === undefined && !names.some((one) => one === name)) {
      const meant = nearest(name, names);
      return `there is no placeholder \`${oneLine(whole, 60)}\`${meant ? `, did you mean \`\${${meant}}\`?` : `; there are ${names.map((one) => `\${${one}}`).join(', ')}`} (\`$\${\` writes a literal \`\${\`)`;
    }
  }
  return undefined;
}

/** `${{ … }}` belongs to workflows: GitHub fills it in there, and nowhere else. */
function expressionProblem(name: string): string {
  const variable = /([A-Za-z_][A-Za-z0-9_]*)\s*$/.exec(name)?.[1] ?? 'NAME';
  return `\`\${{ … }}\` is an expression of GitHub Actions, and only workflow files have them: set \`${variable}\` in the step's \`env:\` and write \`\${env.${variable}}\` here`;
}

/** Names of the step's variables that a text asks for. */
export function variablesIn(text: string): string[] {
  return Array.from(text.matchAll(opening)).flatMap(([, escape, name = '']) => {
    const variable = environmentName.exec(name)?.[1];
    return escape !== undefined || variable === undefined ? [] : [variable];
  });
}

/** Whether a text holds anything that is filled in or unescaped. */
export const hasPlaceholder = (text: string): boolean => text.includes('${');

/** Fills in the placeholders of a text. A value that is not to be had makes an error, never an empty string. */
export function expand(text: string, values: PlaceholderValues): Expanded {
  const wrong = placeholderProblem(text);
  if (wrong !== undefined) return { ok: false, why: wrong };
  let missing: string | undefined;
  let fromEnv = false;
  const filled = text.replace(opening, (_: string, escape: string | undefined, name: string) => {
    if (escape !== undefined) return '${';
    const value = valueOf(name, values);
    if (name.startsWith('env.')) {
      fromEnv = true;
      missing ??= value === undefined ? undefined : refuseVariable(name.slice('env.'.length), value, values.rules);
    }
    if (value === undefined || value === '') missing ??= absent(name);
    return value ?? '';
  });
  return missing === undefined ? { ok: true, text: filled, fromEnv } : { ok: false, why: missing };
}

function valueOf(name: string, values: PlaceholderValues): string | undefined {
  switch (name) {
    case 'branch':
      return values.branch;
    case 'branch.slug':
      return values.branch === undefined ? undefined : slug(values.branch);
    case 'branch.key':
      return values.branch === undefined ? undefined : sqlKey(values.branch);
    case 'pr':
      return values.pullRequest === undefined ? undefined : String(values.pullRequest);
    case 'sha':
      return values.sha;
    case 'repo':
      return values.repository;
    case 'actor':
      return values.actor;
    default:
      return values.env.get(name.slice('env.'.length));
  }
}

function absent(name: string): string {
  if (name === 'pr') return '`${pr}` has no value here: this run is not for a pull request';
  if (name.startsWith('env.')) {
    const variable = name.slice('env.'.length);
    return `\`\${${name}}\` has no value: the step's \`env:\` does not set ${variable}, or sets it to nothing (a secret of that name may be missing)`;
  }
  return `\`\${${name}}\` has no value in this run`;
}
