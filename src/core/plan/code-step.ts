import type { components } from '../../contract/astro-api.ts';
import { changesSince, decideDeploy, type CodeChange } from '../code/choose-deploy-type.ts';
import type { Step } from './plan.ts';
import type { Outcome } from '../report/outputs.ts';
import { codeReport } from '../report/code-report.ts';
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

/** What of the code is to be deployed, and why. */
export function choose(facts: CodeFacts, delivery: DagDelivery): CodeChange {
  const changes = {
    image: changesSince(facts.baselines.image, facts.answers),
    dags: changesSince(facts.baselines.dags, facts.answers),
    dbt: changesSince(facts.baselines.dbt, facts.answers),
  };
  const { deployType, source, dispatched } = facts;
  const { project, uncommitted = [] } = source;
  return decideDeploy({ deployType, ...delivery, project, changes, uncommitted, dispatched });
}

/** The step that deploys the code; none where nothing is to be deployed. */
export function ship(code: CodeChange, facts: CodeFacts): Step[] {
  if (code.kind === 'none') return [];
  const changes = changesSince(facts.baselines.dags, facts.answers);
  const { uncommitted } = facts.source;
  return [
    {
      kind: 'deploy-code',
      type: code.kind,
      source: facts.source,
      ...(changes.kind === 'known' && uncommitted && { changed: [...changes.paths, ...uncommitted] }),
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
  return {
    reason: code.why,
    code: codeReport(facts, code),
    ...(facts.source.commit && { commitSha: facts.source.commit.id }),
  };
}
