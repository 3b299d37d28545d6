import type { Inputs } from './inputs.ts';

/** Inputs that cannot be meant together, or mean nothing with this action: one sentence each. */
export function contradictions(inputs: Inputs): string[] {
  const found: string[] = [];
  const moves = inputs.action === 'promote' || inputs.action === 'migrate';
  if (inputs.objects.length > 0 && !moves)
    found.push('`objects` only means something with `action: promote` or `action: migrate`.');
  if (inputs.deleteSource && !moves)
    found.push('`delete-source` only means something with `action: promote` or `action: migrate`.');
  if (inputs.branch !== undefined && inputs.action !== 'sweep')
    found.push('`branch` only means something with `action: sweep`: the branch whose preview is removed by hand.');
  const copies = [inputs.copyConnections, inputs.copyAirflowVariables, inputs.copyPools].includes(true);
  if (copies && !inputs.target)
    found.push(
      '`copy-connections`, `copy-airflow-variables` and `copy-pools` need `deployment-name` or `deployment-id`: the Deployment to copy from.',
    );
  const build = [
    ['build-secrets', inputs.buildSecrets],
    ['build-args', inputs.buildArgs],
    ['cache-from', inputs.cacheFrom],
    ['cache-to', inputs.cacheTo],
  ] as const;
  const tests = [...(inputs.parse ? ['parse'] : []), ...(inputs.pytest ? ['pytest'] : [])];
  // DAGs alone are tested in an image, which is made for that only.
  const withoutImage = (inputs.deployType === 'dags-only' && tests.length === 0) || inputs.deployType === 'dbt';
  for (const [name, values] of build) {
    if (values.length === 0) continue;
    if (inputs.imageName !== undefined)
      found.push(
        `\`${name}\` and \`image-name\` contradict each other: an image that is already built is not built again.`,
      );
    if (withoutImage)
      found.push(`\`${name}\` and \`deploy-type: ${inputs.deployType}\` contradict each other: no image is built.`);
  }
  if (inputs.imageName !== undefined && withoutImage) {
    found.push(`\`image-name\` and \`deploy-type: ${inputs.deployType}\` contradict each other: no image is deployed.`);
  }
  if (inputs.deployType === 'image-only' || inputs.deployType === 'dbt')
    for (const name of tests)
      found.push(
        `\`${name}\` and \`deploy-type: ${inputs.deployType}\` contradict each other: such a deploy ships no DAGs, so there is nothing to test. Take \`${name}\` out of this step${inputs.deployType === 'dbt' ? '' : ', or use `deploy-type: image-and-dags`'}.`,
      );
  if (inputs.mountPath !== undefined && inputs.deployType !== 'dbt')
    found.push('`mount-path` only means something with `deploy-type: dbt`.');
  return found;
}
