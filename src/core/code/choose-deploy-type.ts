import type { Baseline, Baselines } from './baselines.ts';
import { UserError } from '../errors.ts';
import { placing, type Place, type Project } from './classify-files.ts';
import { oneLine } from '../text.ts';

/** What to ship, as the user asks for it; `infer` leaves it to the changes. */
export const deployTypes = ['infer', 'dags-only', 'image-and-dags', 'image-only', 'dbt'] as const;
export type DeployTypeInput = (typeof deployTypes)[number];

/** What will be shipped and, in one sentence, why. */
export interface CodeChange {
  readonly kind: 'none' | 'dags-only' | 'image-and-dags' | 'image-only' | 'dbt';
  readonly why: string;
  readonly warnings: readonly string[];
}

/** What git, or GitHub, answers when asked which paths differ between a commit and the one that is checked out. */
export type Difference =
  { readonly kind: 'known'; readonly paths: readonly string[] } | { readonly kind: 'unknown'; readonly why: string };

/** The paths that differ from what runs. */
export type Changes =
  | { readonly kind: 'known'; readonly commit: string; readonly at: string; readonly paths: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string };
type KnownChanges = Extract<Changes, { kind: 'known' }>;

const parts = {
  infer: ['image', 'dags'],
  'dags-only': ['dags'],
  'image-only': ['image'],
  'image-and-dags': ['image', 'dags'],
  dbt: ['dbt'],
} as const;

/**
 * The commits whose difference to the checkout is still wanted, each once: a baseline's commit first, the pull request's
 * head in its place when that one is not to be had. Ask, add the answers, call again until none is left.
 */
export function toCompare(
  deployType: DeployTypeInput,
  baselines: Baselines,
  answers: ReadonlyMap<string, Difference>,
): string[] {
  const wanted = parts[deployType].flatMap((part) => {
    const baseline = baselines[part];
    if (baseline.kind === 'unknown') return [];
    return answers.get(baseline.commit)?.kind === 'unknown' && baseline.head !== undefined
      ? [baseline.head]
      : [baseline.commit];
  });
  return [...new Set(wanted)].filter((commit) => !answers.has(commit));
}

/** What changed since a baseline, by the answers to `toCompare`. */
export function changesSince(baseline: Baseline, answers: ReadonlyMap<string, Difference>): Changes {
  if (baseline.kind === 'unknown') return baseline;
  const first = answers.get(baseline.commit);
  const commit = first?.kind === 'known' || baseline.head === undefined ? baseline.commit : baseline.head;
  const answer = answers.get(commit);
  if (answer?.kind === 'known') return { kind: 'known', commit, at: baseline.at, paths: answer.paths };
  const reason = first?.kind === 'unknown' ? first.why : 'git was not asked';
  return {
    kind: 'unknown',
    why: `commit ${short(baseline.commit)}, which runs, cannot be compared with (${oneLine(reason)})`,
  };
}

/** Everything that the choice depends on. */
export interface DeployQuestion {
  readonly deployType: DeployTypeInput;
  readonly dagDeploysOn: boolean;
  readonly project: Project;
  /** What changed since the image, since the DAGs and since the dbt project that run. */
  readonly changes: Readonly<Record<keyof Baselines, Changes>>;
  /** Paths of the checkout that differ from its commit: they count as changed. */
  readonly uncommitted: readonly string[];
  /** Started by workflow_dispatch or repository_dispatch: somebody wants the explicit `deployType` to happen. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/**
 * Chooses what to deploy. `infer` ships what changed; an explicit type says what is shipped, not that it is. Throws
 * UserError where DAG deploys would have to be on.
 */
export function decideDeploy(question: DeployQuestion): CodeChange {
  const { deployType, dagDeploysOn } = question;
  if (!dagDeploysOn && deployType !== 'infer' && deployType !== 'image-and-dags') {
    const instead = deployType === 'dbt' ? '' : ', or use deploy-type infer or image-and-dags';
    throw new UserError(
      `deploy-type is ${deployType}, but DAG deploys are off on this Deployment. Switch them on in Astro (or with \`dag_deploy_enabled: true\` in the template)${instead}.`,
    );
  }
  const facts = gather(question);
  return deployType === 'infer' ? infer(facts, dagDeploysOn) : explicit(deployType, facts, question.dispatched);
}

interface Facts extends Readonly<Record<keyof Baselines, Changes>> {
  /** The paths that are part of what `part` says, and what to say of them. */
  readonly found: (changes: Changes, part: keyof Place | 'any') => { paths: readonly string[]; sentence: string };
  /** The sentence for "nothing changed". */
  readonly unchanged: (all: readonly KnownChanges[]) => string;
}

function gather({ project, changes, uncommitted, now }: DeployQuestion): Facts {
  const place = placing(project);
  const partOf = (part: keyof Place | 'any') => (path: string) => {
    const at = place(path);
    return part === 'any' ? at.dags || at.image : at[part];
  };
  const since = (known: { commit: string; at: string }): string => `since ${short(known.commit)}${ago(known.at, now)}`;
  const tracked = (all: Changes, folder: string): Changes =>
    project.dags.length > 0
      ? all
      : { kind: 'unknown', why: `the ${folder} is not under git in this repository, so its changes are not known` };
  return {
    image: changes.image,
    dags: tracked(changes.dags, 'DAG folder'),
    dbt: tracked(changes.dbt, 'dbt project'),
    found: (all, part) => {
      const committed = all.kind === 'known' ? all.paths.filter(partOf(part)) : [];
      const loose = uncommitted.filter(partOf(part));
      const sentence =
        all.kind === 'known' && committed.length > 0
          ? `${list(committed, 3)} changed ${since(all)}`
          : `${list(loose, 3)} changed in the checkout without being committed`;
      return { paths: [...committed, ...loose], sentence };
    },
    unchanged: (all) => `nothing that is deployed changed ${[...new Set(all.map(since))].join(' and ')}`,
  };
}

function infer({ image, dags, found, unchanged }: Facts, dagDeploysOn: boolean): CodeChange {
  if (image.kind === 'unknown') return ship('image-and-dags', `image and DAGs: ${image.why}`);
  if (dags.kind === 'unknown') return ship('image-and-dags', `image and DAGs: ${dags.why}`);
  const inImage = found(image, 'image');
  if (inImage.paths.length > 0) return ship('image-and-dags', `image: ${inImage.sentence}`);
  const inDags = found(dags, 'dags');
  if (inDags.paths.length === 0) return ship('none', unchanged([image, dags]));
  return dagDeploysOn
    ? ship('dags-only', `DAGs: ${inDags.sentence}`)
    : ship('image-and-dags', `image (DAG deploys are off): ${inDags.sentence}`);
}

const labels = { 'dags-only': 'DAGs', 'image-only': 'image', 'image-and-dags': 'image and DAGs', dbt: 'dbt' } as const;

function explicit(deployType: keyof typeof labels, facts: Facts, dispatched: boolean): CodeChange {
  const against: KnownChanges[] = [];
  const label = labels[deployType];
  const warnings = deployType === 'dags-only' ? leftBehind(facts) : [];
  for (const part of parts[deployType]) {
    const changes = facts[part];
    if (changes.kind === 'unknown') return ship(deployType, `${label}: ${changes.why}`, warnings);
    against.push(changes);
  }
  const hit = against.map((changes) => facts.found(changes, 'any')).find(({ paths }) => paths.length > 0);
  if (hit) return ship(deployType, `${label}: ${hit.sentence}`, warnings);
  if (dispatched) return ship(deployType, `${label}: asked for by a dispatch event; ${facts.unchanged(against)}`);
  return ship('none', facts.unchanged(against));
}

/** What a DAG-only deploy leaves as it is although it changed. */
function leftBehind({ dags, found }: Facts): string[] {
  const inDags = new Set(found(dags, 'dags').paths);
  const left = found(dags, 'image').paths.filter((path) => !inDags.has(path));
  if (left.length === 0) return [];
  return [
    `deploy-type is dags-only, but files outside the DAG folder changed too and do not reach the Deployment: ${list(left, 10)}. Use deploy-type infer or image-and-dags to ship them.`,
  ];
}

function ship(kind: CodeChange['kind'], why: string, warnings: readonly string[] = []): CodeChange {
  return { kind, why, warnings };
}

/** The first names, each once and in order, and how many more there are. */
function list(paths: readonly string[], most: number): string {
  const names = [...new Set(paths)].sort();
  const shown = names.slice(0, most).map((path) => oneLine(path, 120));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function short(commit: string): string {
  return commit.slice(0, 7);
}

/** `, deployed 2 h ago`; nothing where the time cannot be read. */
function ago(at: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000);
  if (Number.isNaN(minutes)) return '';
  if (minutes < 1) return ', deployed just now';
  if (minutes < 60) return `, deployed ${minutes} min ago`;
  if (minutes < 48 * 60) return `, deployed ${Math.floor(minutes / 60)} h ago`;
  return `, deployed ${Math.floor(minutes / 1440)} d ago`;
}
