import { regexWarnings } from './regex-patterns.ts';
import { covers, parsePattern, type BranchPattern } from './branch-patterns.ts';
import type { DeployTypeInput } from '../code/choose-deploy-type.ts';
import type { Config, Environment, PreviewRules } from './config.ts';
import { parseDuration } from '../duration.ts';
import { checkConfig } from './check.ts';
import { entryKeys } from './schema-objects.ts';
import { readEntries } from './objects.ts';
import {
  parseDocument,
  type MappingNode,
  type ScalarNode,
  type SequenceNode,
  type YamlNode,
} from '../yaml/document.ts';
import { UserError, type Position, type Problem } from '../errors.ts';
import type { EnvironmentRule } from '../github-environment.ts';
import { hasPlaceholder, placeholderProblem, variablesIn } from '../yaml/placeholders.ts';
import { refuseProblems, type Findings } from '../yaml/problems.ts';
import { given } from '../yaml/reader.ts';
import { oneLine } from '../text.ts';

/** Reads `.astro/branch-deploy.yaml`. Throws one UserError with everything that is wrong in it, each with its place. */
export function readConfig(text: string, file: string): Config {
  const found: Findings = { problems: [], notices: [] };
  const root = parseDocument(text, file);
  const problem = (message: string, at: Position): void => {
    found.problems.push({ message, at });
  };
  if (sizeOf(root) > mostNodes) throw new UserError(`${file} holds more than ${mostNodes} values.`, { at: { file } });
  const scalars = scalarsOf(root, []);
  const unfilled = scalars.flatMap(({ path, text: written, at }): Problem[] => {
    if (!hasPlaceholder(written)) return [];
    const wrong = isFilledIn(path) ? placeholderProblem(written) : notFilledIn;
    return wrong === undefined ? [] : [{ message: wrong, at }];
  });
  const meaning: Problem[] = [];
  const { entries, strangers } = readEntries(root, (message, at) => meaning.push({ message, at }));
  // One place has one sentence, and a key that is no target has its own: what its value should have been is beside the
  // point.
  const elsewhere = (positions: readonly (Position | undefined)[]) => {
    const places = new Set(positions.map((at) => `${at?.line}:${at?.column}`));
    return ({ at }: Problem): boolean => !places.has(`${at?.line}:${at?.column}`);
  };
  const form = checkConfig(root).filter(elsewhere([...strangers, ...unfilled.map(({ at }) => at)]));
  found.problems.push(...unfilled, ...form, ...meaning.filter(elsewhere(form.map(({ at }) => at))));
  refuse(file, found);

  const top = root as MappingNode;
  const environments = readEnvironments(member(top, 'environments'), problem);
  const preview = readPreview(member(top, 'preview'), problem);
  refuse(file, found);
  return {
    file,
    ...given('project', textOf(top, 'project')),
    environments,
    preview,
    objects: entries,
    warnings: regexWarnings([...keysOf(top), ...branchesOf(top)]),
    variables: [...new Set(scalars.flatMap(({ text: written }) => variablesIn(written)))],
  };
}

/** More than any team needs; what is checked against everything else stays quick under it. */
const mostNodes = 10_000;

function sizeOf(node: YamlNode): number {
  if (node.kind === 'scalar') return 1;
  const members = node.kind === 'sequence' ? node.items : node.entries.map(({ value }) => value);
  return members.reduce((sum, one) => sum + sizeOf(one), 1);
}

/** All problems at once, in the order of the file. */
function refuse(file: string, { problems, notices }: Findings): void {
  const place = ({ at }: Problem) => at as Required<Position>;
  const sorted = problems.toSorted((a, b) => place(a).line - place(b).line || place(a).column - place(b).column);
  refuseProblems(file, { problems: sorted, notices });
}

function scalarsOf(
  node: YamlNode,
  path: readonly string[],
): { readonly path: readonly string[]; readonly text: string; readonly at: Position }[] {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? [{ path, text: node.text, at: node.at }] : [];
  return node.kind === 'sequence'
    ? node.items.flatMap((item, index) => scalarsOf(item, [...path, String(index)]))
    : node.entries.flatMap(({ key, value }) => scalarsOf(value, [...path, key]));
}

/** Whether a value is one that placeholders are filled into. */
function isFilledIn(path: readonly string[]): boolean {
  const [section, , key] = path;
  if (section !== 'environment-objects') return path.join('/') === 'preview/name';
  return path.length > 3 && (key === 'values' || !entryKeys.some((one) => one === key));
}
const notFilledIn = 'no placeholder is filled in here, only in `preview.name`, in `values` and in overrides';

const member = (parent: MappingNode | undefined, key: string): YamlNode | undefined =>
  parent?.entries.find((entry) => entry.key === key)?.value;
const valueOf = (parent: MappingNode | undefined, key: string): unknown => {
  const node = member(parent, key);
  return node?.kind === 'scalar' ? node.value : undefined;
};
const textOf = (parent: MappingNode | undefined, key: string) => valueOf(parent, key) as string | undefined;

type WrittenPattern = Parameters<typeof regexWarnings>[0][number];
const keysOf = (top: MappingNode): WrittenPattern[] =>
  ((member(top, 'environments') as MappingNode | undefined)?.entries ?? []).map(({ key, at }) => ({ text: key, at }));
const branchesOf = (top: MappingNode): readonly WrittenPattern[] => {
  const branches = member(member(top, 'preview') as MappingNode | undefined, 'branches') as SequenceNode | undefined;
  return (branches?.items ?? []) as readonly ScalarNode[];
};

function readEnvironments(node: YamlNode | undefined, problem: (message: string, at: Position) => void): Environment[] {
  const environments: Environment[] = [];
  for (const { key, at, value } of (node as MappingNode | undefined)?.entries ?? []) {
    const parsed = parsePattern(key);
    const options = value as MappingNode;
    const name = textOf(options, 'deployment');
    const id = textOf(options, 'deployment-id');
    const negated = key.startsWith('!');
    if (negated) problem('an environment’s branch pattern cannot be negated: the first that matches wins', at);
    else if (!parsed.ok) problem(`\`${oneLine(key, 60)}\` is not a branch pattern: ${parsed.why}`, at);
    if (key === 'preview')
      problem('`preview` stands for previews in `link`: write the branch pattern as `[p]review`', at);
    if ((name === undefined) === (id === undefined))
      problem(`the environment \`${oneLine(key, 60)}\` needs \`deployment\` or \`deployment-id\`, and not both`, at);
    if (!parsed.ok || negated) continue;
    const before = environments.map(({ pattern }) => pattern);
    if (covers(before, parsed.pattern)) {
      const first = environments.find(({ pattern }) => covers([pattern], parsed.pattern));
      problem(
        `\`${oneLine(key, 60)}\` is never reached: ${first ? `\`${oneLine(first.name, 60)}\` above takes every branch that it matches` : 'the patterns above take every branch that it matches'}`,
        at,
      );
    }
    environments.push({
      name: key,
      pattern: parsed.pattern,
      target: id === undefined ? { by: 'name', name: name ?? '' } : { by: 'id', id },
      at: (member(options, id === undefined ? 'deployment' : 'deployment-id') ?? value).at,
      ...given('deployType', valueOf(options, 'deploy-type') as DeployTypeInput | undefined),
      ...given('wakeOnDeploy', valueOf(options, 'wake-on-deploy') as boolean | undefined),
      ...given('rollbackOnFailure', valueOf(options, 'rollback-on-failure') as boolean | undefined),
    });
  }
  return environments;
}

function readPreview(node: YamlNode | undefined, problem: (message: string, at: Position) => void): PreviewRules {
  const options = node as MappingNode | undefined;
  const name = member(options, 'name');
  if (name?.kind === 'scalar' && variablesIn(name.text).length > 0)
    problem('a name is no place for `${env.…}`: its values are secrets, and Astro shows names', name.at);
  const ttl = textOf(options, 'ttl');
  const hibernate = member(options, 'hibernate');
  return {
    on: (valueOf(options, 'on') as PreviewRules['on'] | undefined) ?? 'pull_request',
    branches: readBranches(member(options, 'branches'), problem),
    githubEnvironments: (valueOf(options, 'github-environments') as EnvironmentRule | undefined) ?? 'per-branch',
    ...given('template', textOf(options, 'template')),
    ...given('label', textOf(options, 'label')),
    ...given('keepLabel', textOf(options, 'keep-label')),
    ...given('name', name?.kind === 'scalar' ? { value: name.text, at: name.at } : undefined),
    ...given('ttl', ttl === undefined ? undefined : parseDuration(ttl)),
    ...given('max', valueOf(options, 'max') as number | undefined),
    ...given('hibernate', hibernate?.kind === 'scalar' ? { value: hibernate.text, at: hibernate.at } : undefined),
  };
}

function readBranches(
  node: YamlNode | undefined,
  problem: (message: string, at: Position) => void,
): PreviewRules['branches'] {
  const items = node?.kind === 'sequence' ? node.items : [];
  const branches: { negated: boolean; pattern: BranchPattern; at: Position; text: string }[] = [];
  for (const item of items) {
    const { text, at } = item as { text: string; at: Position };
    const parsed = parsePattern(text);
    if (parsed.ok) branches.push({ negated: parsed.negated, pattern: parsed.pattern, at, text });
    else problem(`\`${oneLine(text, 60)}\` is not a branch pattern: ${parsed.why}`, at);
  }
  branches.forEach((branch, index) => {
    // The last match decides, so a pattern counts for nothing where a later one of the other kind takes all of it, and
    // an exclusion where nothing before it let the branches in.
    const after = branches.slice(index + 1).filter(({ negated }) => negated !== branch.negated);
    const by = after.find(({ pattern }) => covers([pattern], branch.pattern));
    if (by)
      problem(
        `\`${oneLine(branch.text, 60)}\` never counts: \`${oneLine(by.text, 60)}\` below takes it all back`,
        branch.at,
      );
    else if (branch.negated && branches.slice(0, index).every(({ negated }) => negated))
      problem(`\`${oneLine(branch.text, 60)}\` excludes branches that no pattern above it lets in`, branch.at);
  });
  return branches.map(({ negated, pattern }) => ({ negated, pattern }));
}
