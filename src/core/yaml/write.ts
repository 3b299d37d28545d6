export type Scalar = string | number | boolean;

/** Lines as members of a mapping or items of a list. */
export const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

/** Members that have a value, a line each. */
export const members = (values: Readonly<Record<string, Scalar | null | undefined>>): string[] =>
  Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [`${key}: ${scalar(value)}`],
  );

/** A list of mappings or values, each given as its lines; nothing for an empty one. */
export const list = (key: string, items: readonly (readonly string[])[]): string[] =>
  items.length === 0
    ? []
    : [
        `${key}:`,
        ...indented(items.flatMap((lines) => lines.map((line, index) => (index === 0 ? '- ' : '  ') + line))),
      ];

// What YAML does not let stand as it is (yaml.org, 5.1 "Character Set"), and its line breaks and byte order mark.
export const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu;
/** Words and dotted names; no number, no `3.10`, no word that some reader of YAML takes for a boolean or for nothing. */
const plain = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9_./-]*$/i;

/** A value as YAML: on one line, quoted as in JSON where it could be read as something else. */
export function scalar(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  const text = value.replaceAll('${', () => '$${');
  if (plain.test(text)) return text;
  return JSON.stringify(text).replace(unprintable, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
