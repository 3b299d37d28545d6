import type { components } from '../../contract/astro-api.ts';
import { changesSince, decideDeploy, type CodeChange } from '../code/choose-deploy-type.ts';
import { placing } from '../code/classify-files.ts';
import { judgeGaps } from '../code/checkout-gaps.ts';
import type { Step } from './plan.ts';
import type { Outcome } from '../report/outputs.ts';
import type { CodeFacts } from './situation.ts';

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
  isPreview: false,
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
export function choose(
  facts: CodeFacts,
  delivery: DagDelivery,
  now: Date,
): CodeChange & { readonly blocked: readonly string[] } {
  const changes = {
    image: changesSince(facts.baselines.image, facts.answers),
    dags: changesSince(facts.baselines.dags, facts.answers),
    dbt: changesSince(facts.baselines.dbt, facts.answers),
  };
  const { deployType, source, dispatched } = facts;
  const { project, uncommitted = [], ignored } = source;
  const code = decideDeploy({
    ...{ deployType, ...delivery, project, changes, uncommitted, dispatched, now },
    ...(ignored && { ignored }),
  });
  const gaps = facts.gaps && judgeGaps(facts.gaps, code.kind, project);
  return { ...code, warnings: [...code.warnings, ...(gaps?.warnings ?? [])], blocked: gaps?.blocked ?? [] };
}

/** The step that deploys the code; none where nothing is to be deployed. */
export function ship(code: CodeChange, facts: CodeFacts): Step[] {
  if (code.kind === 'none') return [];
  const changes = changesSince(facts.baselines.dags, facts.answers);
  const { uncommitted, project, ignored } = facts.source;
  const place = placing(project);
  const isShipped = (path: string): boolean => place(path).dags || place(path).image;
  return [
    {
      kind: 'deploy-code',
      type: code.kind,
      source: facts.source,
      ...(changes.kind === 'known' &&
        uncommitted && { changed: [...changes.paths, ...uncommitted, ...(ignored?.paths ?? [])].filter(isShipped) }),
      ...(facts.running !== undefined && { before: facts.running }),
      why: code.why,
    },
  ];
}

/** What is known of a Deployment before anything is done to it. */
export function known(deployment: Deployment | undefined, isPreview: boolean): Partial<Outcome> {
  return { isPreview, ...(deployment && { deploymentId: deployment.id, deploymentName: deployment.name }) };
}

/** What is known of the code before it is deployed. */
export function codeFacts(facts: CodeFacts, code: CodeChange): Partial<Outcome> {
  return { reason: code.why, ...(facts.source.commit && { commitSha: facts.source.commit.id }) };
}
