import type { MappingNode, ScalarNode, YamlNode } from './document.ts';
import { nearest, type Findings } from './problems.ts';
import type { Position } from '../errors.ts';
import { oneLine } from '../text.ts';

/** A value of the file that only Astro can resolve: errors name its place. */
export interface Located<T> {
  readonly value: T;
  readonly at: Position;
}

/** A Kubernetes quantity (Terraform provider, internal/provider/validators/regex.go). */
export const quantity = /^\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[KMGTPE]i|[mkMGTPE]|[eE][0-9]+)?$/;

/** A member where there is a value for it. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

/** Typed access to the members of a template, which gathers what is wrong instead of stopping at it. */
export type Reader = ReturnType<typeof makeReader>;

/** Makes a reader that puts what it finds into `found`. */
export function makeReader(found: Findings, file: string) {
  const report = reporter(found, file);
  const members = memberReader(report, file);
  const lists = listReader(report, members);
  const scalars = scalarReader(report, members);
  return { ...report, ...members, ...lists, ...scalars, ...limitedReader(report, members) };
}

type Report = ReturnType<typeof reporter>;
type Members = ReturnType<typeof memberReader>;

function reporter(found: Findings, file: string) {
  const problem = (message: string, at: Position): void => {
    if (!found.problems.some((one) => one.message === message && one.at === at)) found.problems.push({ message, at });
  };
  const notice = (message: string, at: Position): void => {
    found.notices.push({ message: `${file}: ${message}.`, at });
  };
  return { problem, notice };
}

/** Mappings and what stands in them. */
function memberReader({ problem }: Report, file: string) {
  const empty = (at: Position): MappingNode => ({ kind: 'mapping', at, entries: [] });
  const mapping = (node: YamlNode | undefined, keys: readonly string[], name: string): MappingNode => {
    if (!node) return empty({ file });
    if (node.kind !== 'mapping') {
      problem(`${name} must be a mapping (\`key: value\`)`, node.at);
      return empty(node.at);
    }
    for (const { key, at } of node.entries) {
      if (keys.includes(key)) continue;
      const meant = nearest(key, keys);
      problem(
        `unknown key \`${oneLine(key, 60)}\` in ${name}${meant ? `, did you mean \`${meant}\`?` : `; it knows ${keys.join(', ')}`}`,
        at,
      );
    }
    return node;
  };
  const entry = (parent: MappingNode, key: string) => parent.entries.find((one) => one.key === key);
  const isNull = (node: YamlNode): boolean => node.kind === 'scalar' && node.value === null;
  const member = (parent: MappingNode, key: string): YamlNode | undefined => {
    const value = entry(parent, key)?.value;
    return value && !isNull(value) ? value : undefined;
  };
  /** Where a member stands, or would stand. */
  const place = (parent: MappingNode, key: string): Position => entry(parent, key)?.value.at ?? parent.at;
  const required = (parent: MappingNode, key: string): YamlNode | undefined => {
    const value = member(parent, key);
    if (!value) problem(`\`${key}\` is missing`, place(parent, key));
    return value;
  };
  return { mapping, member, place, required };
}

function listReader({ problem }: Report, { member }: Members) {
  const items = (parent: MappingNode, key: string): readonly YamlNode[] => {
    const value = member(parent, key);
    if (!value) return [];
    if (value.kind === 'sequence') return value.items;
    problem(`\`${key}\` must be a list (\`- …\`)`, value.at);
    return [];
  };
  const texts = (parent: MappingNode, key: string): string[] =>
    items(parent, key).flatMap((node) => {
      if (node.kind === 'scalar') return [node.text];
      problem(`\`${key}\` is a list of single values`, node.at);
      return [];
    });
  return { items, texts };
}

const scalarOf =
  ({ problem }: Report, { member }: Members) =>
  (parent: MappingNode, key: string): ScalarNode | undefined => {
    const value = member(parent, key);
    if (value && value.kind !== 'scalar') {
      problem(`\`${key}\` must be a single value`, value.at);
      return undefined;
    }
    return value;
  };

/** Single values of a type. */
function scalarReader(report: Report, members: Members) {
  const { problem } = report;
  const scalar = scalarOf(report, members);
  const text = (parent: MappingNode, key: string): string | undefined => scalar(parent, key)?.text || undefined;
  const located = (parent: MappingNode, key: string): Located<string> | undefined => {
    const value = scalar(parent, key);
    return value && value.text !== '' ? { value: value.text, at: value.at } : undefined;
  };
  const flag = (parent: MappingNode, key: string): boolean | undefined => {
    const value = scalar(parent, key);
    if (!value || typeof value.value === 'boolean') return value?.value as boolean | undefined;
    problem(`\`${key}\` must be true or false, not \`${oneLine(value.text, 60)}\``, value.at);
    return undefined;
  };
  return { text, located, flag };
}

/** Single values that must be one of a list, within a range, or of a form. */
function limitedReader(report: Report, members: Members) {
  const { problem } = report;
  const { place } = members;
  const scalar = scalarOf(report, members);
  const choice = <T>(
    parent: MappingNode,
    key: string,
    values: Readonly<Record<string, T>>,
    { isRequired = false }: { readonly isRequired?: boolean } = {},
  ): T | undefined => {
    const value = scalar(parent, key);
    if (!value || value.text === '') {
      if (isRequired)
        problem(`\`${key}\` is missing: ${[...new Set(Object.values(values))].join(', ')}`, place(parent, key));
      return undefined;
    }
    const word = value.text.toUpperCase();
    if (Object.hasOwn(values, word)) return values[word];
    problem(
      `\`${key}\`: \`${oneLine(value.text, 60)}\` is not one of ${[...new Set(Object.values(values))].join(', ')}`,
      value.at,
    );
    return undefined;
  };
  const whole = (parent: MappingNode, key: string, least: number, most: number): number | undefined => {
    const value = scalar(parent, key);
    if (!value) return undefined;
    if (typeof value.value === 'number' && Number.isInteger(value.value) && value.value >= least && value.value <= most)
      return value.value;
    problem(`\`${key}\` must be a whole number from ${least} to ${most}, not \`${oneLine(value.text, 60)}\``, value.at);
    return undefined;
  };
  const amount = (parent: MappingNode, key: string): string | undefined => {
    const value = scalar(parent, key);
    if (!value || value.text === '') return undefined;
    if (quantity.test(value.text)) return value.text;
    problem(`\`${key}\` must be a quantity such as 0.25, 500m or 0.5Gi, not \`${oneLine(value.text, 60)}\``, value.at);
    return undefined;
  };
  return { choice, whole, amount };
}
