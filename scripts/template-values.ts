import { described } from '../src/core/config/schema-fields.ts';
import { quantity } from '../src/core/yaml/reader.ts';

/** A placeholder, whose value only the run knows. */
export const filledIn = '[$][{]';
/** Any single value; `null` counts as left out. */
export const scalar = { type: ['string', 'number', 'boolean', 'null'] };
/** A value that is there. */
export const present = { not: { enum: [null, ''] } };
/** True, false or a placeholder. */
export const flag = { type: ['boolean', 'null', 'string'], pattern: filledIn };
/** A whole number or a placeholder. */
export const whole = (minimum: number, maximum: number): object => ({
  type: ['integer', 'null', 'string'],
  minimum,
  maximum,
  pattern: filledIn,
});
/** A Kubernetes quantity. */
export const amount = { type: ['string', 'number', 'null'], minimum: 0, pattern: `^$|${quantity.source}|${filledIn}` };
/** A pattern for a word in any case. */
export const anyCase = (word: string): string =>
  word.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);
/** A pattern for these words in any case. */
export const oneOf = (values: object): string => `^(?:${Object.keys(values).map(anyCase).join('|')})$`;
/** The values of the API, which editors offer; other spellings are accepted as well. */
export const choice = (values: Readonly<Record<string, string>>, needed: boolean): object => ({
  anyOf: [
    { enum: [...new Set(Object.values(values)), ...(needed ? [] : [null, ''])] },
    { type: 'string', pattern: `${oneOf(values)}|${filledIn}` },
  ],
});
/** A list, which may be left empty. */
export const list = (items: object): object => ({ type: ['array', 'null'], items });

type Described = readonly [title: string, description: string, example: unknown, schema: object];
/** A mapping that knows these keys and no other; every key of the reader must have its text. */
export function mapping(
  keys: readonly string[],
  texts: Readonly<Record<string, Described>>,
  more: object = {},
): object {
  const properties = keys.map((key) => {
    const [title, description, example, schema] = texts[key] ?? missing(key);
    return [key, described(title, description, [example], schema)] as const;
  });
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties), ...more };
}
function missing(key: string): never {
  throw new Error(`scripts/template-schema.ts says nothing of the key ${key}.`);
}
