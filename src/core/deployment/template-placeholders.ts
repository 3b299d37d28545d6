import type { Problem } from '../errors.ts';
import { resolvePlain, type YamlNode } from '../yaml/document.ts';
import { expand, hasPlaceholder, type PlaceholderValues } from '../yaml/placeholders.ts';
import type { Findings } from '../yaml/problems.ts';

/** The document with every placeholder filled in; a scalar that took a value from the step's `env:` remembers it. */
export function fillPlaceholders(node: YamlNode, values: PlaceholderValues, found: Findings): YamlNode {
  if (node.kind === 'sequence')
    return { ...node, items: node.items.map((item) => fillPlaceholders(item, values, found)) };
  if (node.kind === 'mapping')
    return {
      ...node,
      entries: node.entries.map((entry) => ({ ...entry, value: fillPlaceholders(entry.value, values, found) })),
    };
  if (!hasPlaceholder(node.text)) return node;
  const expanded = expand(node.text, values);
  if (!expanded.ok) {
    found.problems.push({ message: expanded.why, at: node.at });
    return node;
  }
  const { text, fromEnv } = expanded;
  // A branch may be called `null`, which is a value all the same.
  return { ...node, text, value: resolvePlain(text) ?? text, ...(fromEnv && { fromEnv }) };
}

/** Values of `${env.…}` in places that Astro shows in clear: everywhere but in the value of an environment variable. */
export function clearSecrets(node: YamlNode, path: readonly string[] = []): Problem[] {
  if (node.kind === 'sequence') return node.items.flatMap((item) => clearSecrets(item, [...path, '*']));
  if (node.kind === 'mapping') return node.entries.flatMap(({ key, value }) => clearSecrets(value, [...path, key]));
  if (node.fromEnv !== true || path.join('/') === 'deployment/environment_variables/*/value') return [];
  return [
    {
      message:
        '`${env.…}` is a secret, and Astro shows this value in clear. Use it only in the `value` of an environment variable with `is_secret: true`',
      at: node.at,
    },
  ];
}
