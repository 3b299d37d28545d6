import { expect, test } from '@jest/globals';
import type { components } from '../../src/contract/astro-api.ts';
import { noConfig } from '../../src/core/config/config.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { afterMerge, namedTargets, type AfterMerge } from '../../src/core/plan/after-merge.ts';

type Deployment = components['schemas']['Deployment'];
const id = 'cm0a1b2c3d4e5f6g7h8i9j0k1';
const row = (more: Partial<Deployment> = {}): Deployment =>
  ({ id, name: 'etl-prod', workspaceId: 'w', isDagDeployEnabled: true, ...more }) as Deployment;
const none: AfterMerge = {
  config: noConfig,
  defaultBranch: 'main',
  rows: [row()],
  unknownIds: new Set(),
  values: { sha: 's', repository: 'etl', actor: 'a' },
};
const told = (more: Partial<AfterMerge>): string[] =>
  afterMerge({ ...none, ...more }).map(({ message, at }) => `${String(at?.line ?? '-')} ${message}`);
const file = (text: string) => ({ config: readConfig(text, 'c.yaml') });
const begins = 'The run for `main` would fail after the merge:';
const unless = 'unless that run has another token or Workspace.';

test.each<[string, Partial<AfterMerge>, string[]]>([
  ['nothing is named', {}, []],
  ['what is named exists', { target: { by: 'name', name: 'etl-prod' }, ...file('environments: { dev: { deployment: etl-prod } }') }, []],
  ['the input names none', { target: { by: 'name', name: 'x' } }, [`- ${begins} the Workspace has no Deployment called \`x\`. Correct \`deployment-name\` or create the Deployment, ${unless}`]],
  ['an environment of the default branch takes the input’s place', { target: { by: 'name', name: 'x' }, ...file('environments: { main: { deployment: etl-prod } }') }, []],
  ['a near name', file('environments: { main: { deployment: etl-prd } }'), [`1 ${begins} the Workspace has no Deployment called \`etl-prd\`. Did you mean \`etl-prod\`? Correct \`deployment\` or create the Deployment, ${unless}`]],
  ['one name twice', { rows: [row(), row()], ...file('environments: { main: { deployment: etl-prod } }') }, [`1 ${begins} 2 Deployments of the Workspace are called \`etl-prod\`. Say which one with \`deployment-id\`.`]],
  ['an id that Astro knows', { target: { by: 'id', id } }, []],
  ['an id that Astro does not know', { target: { by: 'id', id }, unknownIds: new Set([id]) }, [`- ${begins} this API token sees no Deployment with the id \`${id}\`. Correct \`deployment-id\`, ${unless}`]],
  ['a name in place of an id', { ...file('environments: { main: { deployment-id: etl-prod } }'), unknownIds: new Set(['etl-prod']) }, [`1 ${begins} this API token sees no Deployment with the id \`etl-prod\`. An id looks like \`${id}\`; if it is a name, write \`deployment\`.`]],
  ['the same as an input', { target: { by: 'id', id: 'etl-x' }, unknownIds: new Set(['etl-x']) }, [`- ${begins} this API token sees no Deployment with the id \`etl-x\`. An id looks like \`${id}\`; if it is a name, write \`deployment-name\`.`]],
  ['rows that may not be all', { rows: undefined, target: { by: 'name', name: 'x' } } as unknown as Partial<AfterMerge>, []],
  ['DAG deploys are off', { rows: [row({ isDagDeployEnabled: false })], ...file(`environments: { main: { deployment-id: ${id}, deploy-type: dags-only } }`) }, [`1 ${begins} its \`deploy-type\` is dags-only, but DAG deploys are off on the Deployment etl-prod. Switch them on in Astro, or take \`deploy-type\` out.`]],
  ['DAG deploys are off, and an image is shipped', { rows: [row({ isDagDeployEnabled: false })], ...file('environments: { main: { deployment: etl-prod, deploy-type: image-and-dags }, dev: { deployment: etl-prod } }') }, []],
  ['Remote Execution takes images whatever DAG deploys say', { rows: [row({ isDagDeployEnabled: false, remoteExecution: { enabled: true } as never })], ...file('environments: { main: { deployment: etl-prod, deploy-type: image-only } }') }, []],
  ['a placeholder without a value', file('environments: { main: { deployment: etl-prod } }\nenvironment-objects:\n  - connection: a\n    link: [main]\n    main: { schema: "${pr}", login: "${env.X}", port: "${env.P}", host: "${branch.slug}" }'), [`5 ${begins} \`\${pr}\` has no value here: this run is not for a pull request.`]],
  ['an object that does not exist', { stored: [], ...file('environments: { main: { deployment: etl-prod } }\nenvironment-objects:\n  - connection: a\n    link: [main]') }, [`3 ${begins} there is no connection \`a\` in the Workspace's Environment Manager; there is no connection in it (with \`type\` and \`values\` the file would create it).`]],
])('%s', (_, more, expected) => {
  expect(told(more)).toEqual(expected);
}); // prettier-ignore

test('what is no mistake of the file is none of its warnings', () => {
  const broken = { ...none, ...file('environments: { main: { deployment: etl-prod } }') };
  const config = { ...broken.config, objects: undefined as never };
  expect(() => afterMerge({ ...broken, config })).toThrow(TypeError);
});

test('without a default branch an input still counts', () => {
  expect(namedTargets({ config: noConfig, target: { by: 'id', id } })).toEqual([
    { target: { by: 'id', id }, whose: '' },
  ]);
});
