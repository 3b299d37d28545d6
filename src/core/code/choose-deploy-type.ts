import type { Baseline, Baselines } from './baselines.ts';
import { UserError } from '../errors.ts';
import { gather, list, short, type Changes, type Facts, type KnownChanges, type Observed } from './changed-files.ts';
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
  const { at, ignored } = baseline;
  if (answer?.kind === 'known')
    return { kind: 'known', commit, at, paths: answer.paths, ...(ignored !== undefined && { ignored }) };
  const reason = first?.kind === 'unknown' ? first.why : 'git was not asked';
  return {
    kind: 'unknown',
    why: `commit ${short(baseline.commit)}, which runs, cannot be compared with (${oneLine(reason)})`,
  };
}

/** Everything that the choice depends on. */
export interface DeployQuestion extends Observed {
  readonly deployType: DeployTypeInput;
  readonly dagDeploysOn: boolean;
  /** Whether tasks run on agents of the user's own (Remote Execution): DAGs reach these without Astro. */
  readonly remoteExecution?: boolean;
  /** Started by workflow_dispatch or repository_dispatch: somebody wants the explicit `deployType` to happen. */
  readonly dispatched: boolean;
}

/**
 * Chooses what to deploy. `infer` ships what changed; an explicit type says what is shipped, not that it is. Throws
 * UserError where DAG deploys would have to be on.
 */
export function decideDeploy(question: DeployQuestion): CodeChange {
  const { dagDeploysOn, dispatched } = question;
  if (question.remoteExecution === true && question.deployType !== 'dbt') return remote(question);
  const { deployType } = question;
  if (!dagDeploysOn && deployType !== 'infer' && deployType !== 'image-and-dags') {
    const instead = deployType === 'dbt' ? '' : ', or use deploy-type infer or image-and-dags';
    throw new UserError(
      `deploy-type is ${deployType}, but DAG deploys are off on this Deployment. Switch them on in Astro (or with \`dag_deploy_enabled: true\` in the template)${instead}.`,
    );
  }
  const facts = gather(question);
  return deployType === 'infer' ? infer(facts, dagDeploysOn) : explicit(deployType, facts, dispatched);
}

/**
 * The choice for Remote Execution: no DAGs go through Astro, as Astronomer's CLI handles it (cloud/deploy/deploy.go), so
 * that only the image is ever deployed. Throws UserError for `dags-only`.
 */
function remote(question: DeployQuestion): CodeChange {
  if (question.deployType === 'dags-only') {
    throw new UserError(
      '`deploy-type` is `dags-only`, but this Deployment uses Remote Execution: its agents get DAGs another way, and Astro takes none. Use `deploy-type: infer` or `image-only`.',
    );
  }
  const { image, found, unchanged } = gather(question);
  if (image.kind === 'unknown') return ship('image-only', `image: ${image.why}`);
  const inImage = found(image, 'image');
  if (inImage.paths.length > 0) return ship('image-only', `image: ${inImage.sentence}`);
  const inDags = found(image, 'dags');
  const why =
    inDags.paths.length === 0
      ? unchanged([image])
      : `only DAGs changed, and with Remote Execution they reach the agents another way: ${inDags.sentence}`;
  return question.deployType !== 'infer' && question.dispatched
    ? ship('image-only', `image: asked for by a dispatch event; ${why}`)
    : ship('none', why);
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
