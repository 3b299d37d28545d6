import type { components } from '../../contract/astro-api.ts';
import { layoutDiffers } from '../code/artefact.ts';
import { changesSince, decideDeploy, type CodeChange } from '../code/choose-deploy-type.ts';
import { placing } from '../code/classify-files.ts';
import { judgeGaps } from '../code/checkout-gaps.ts';
import { codeReport } from './code-report.ts';
import type { CodeFacts } from './situation.ts';
import type { DeployCodeStep } from './steps.ts';
import type { Outcome } from './outcome.ts';
import { omitUndefined } from '../omit-undefined.ts';

type Deployment = components['schemas']['Deployment'];

/** A plan that does nothing and says nothing. */
export const emptyPlan = {
  steps: [],
  warnings: [],
  notices: [],
  blocked: [],
  planOnly: false,
  facts: {},
  idle: 'nothing',
} as const;

/** How DAGs reach the Deployment. */
export interface DagDelivery {
  readonly dagDeploysOn: boolean;
  readonly remoteExecution: boolean;
}

/** How DAGs reach a Deployment that is there. */
export const deliveryOf = ({ isDagDeployEnabled, remoteExecution }: Deployment): DagDelivery => ({
  dagDeploysOn: isDagDeployEnabled,
  remoteExecution: remoteExecution?.enabled === true,
});

/** What of the code is to be deployed, why, and what of the checkout keeps it from being deployed. */
export function choose(facts: CodeFacts, delivery: DagDelivery): CodeChange & { readonly blocked: readonly string[] } {
  const changes = {
    image: changesSince(facts.baselines.image, facts.answers),
    dags: changesSince(facts.baselines.dags, facts.answers),
    dbt: changesSince(facts.baselines.dbt, facts.answers),
  };
  const { deployType, source, dispatched } = facts;
  const { project, artefact, uncommitted = [], ignored } = source;
  const code = decideDeploy({
    ...{ deployType, ...delivery, project, changes, uncommitted, artefact, dispatched },
    ...(ignored && { ignored }),
  });
  const gaps = facts.gaps && judgeGaps(facts.gaps, code.kind, project);
  return { ...code, warnings: [...code.warnings, ...(gaps?.warnings ?? [])], blocked: gaps?.blocked ?? [] };
}

/** What to tell of the choice beside its reason. */
export const noticesOf = ({ notice }: CodeChange): string[] => (notice === undefined ? [] : [notice]);

/** The step that deploys the code; none where nothing is to be deployed. */
export function ship(code: CodeChange, facts: CodeFacts): DeployCodeStep[] {
  if (code.kind === 'none') return [];
  const changes = changesSince(facts.baselines.dags, facts.answers);
  const { uncommitted, artefact, project, ignored } = facts.source;
  const moves = changes.kind === 'known' && layoutDiffers(changes.notes ?? {}, artefact) !== undefined;
  const place = placing(project);
  const isShipped = (path: string): boolean => place(path).dags || place(path).image;
  return [
    {
      kind: 'deploy-code',
      type: code.kind,
      source: facts.source,
      ...(changes.kind === 'known' &&
        !moves &&
        uncommitted && { changed: [...changes.paths, ...uncommitted, ...(ignored?.paths ?? [])].filter(isShipped) }),
      ...omitUndefined({ before: facts.running }),
      why: code.why,
    },
  ];
}

/** What is known of a long-lived Deployment before anything is done to it. */
export const deploymentKnown = ({ id, name }: Deployment): Partial<Outcome> => ({
  isPreview: false,
  deploymentId: id,
  deploymentName: name,
});

/** What is known of a preview before anything is done to it. */
export const previewKnown = (preview: Deployment | undefined): Partial<Outcome> => ({
  ...(preview && deploymentKnown(preview)),
  isPreview: true,
});

/** What is known of the code before it is deployed. */
export function codeFacts(facts: CodeFacts, code: CodeChange): Partial<Outcome> {
  return {
    reason: code.why,
    code: codeReport(facts, code),
    ...(facts.source.commit && { commitSha: facts.source.commit.id }),
  };
}
