import { afterEach, expect, test } from '@jest/globals';
import { deletion, pullRequest, push } from '../../sandbox/events.ts';
import { sampleFiles } from '../../sandbox/project.ts';
import { startWorld, token, type World } from '../scenarios/world.ts';
import { blocksOf, read, stepsOf, yamlOf } from './markdown.ts';

const readme = read('README.md');
const template = blocksOf(readme).find(({ text }) => text.startsWith('deployment:'))?.text ?? '';
const step = stepsOf(yamlOf(readme)[0]).find(({ uses }) => uses?.includes('/astro-branch-deploy@'));
const { template: templateFile, 'deployment-name': production } = step?.with ?? {};
// Without images the story needs no docker.
const inputs = { ...step?.with, 'astro-api-token': token, 'deploy-type': 'dags-only' };

let world: World | undefined;
afterEach(async () => {
  await world?.end();
});

test('S-26: the quick start does what it promises: preview, production, gone', async () => {
  if (templateFile === undefined || production === undefined)
    throw new Error('the quick start names a template and a Deployment');
  world = await startWorld({ files: { ...sampleFiles, [templateFile]: template } });
  world.astro.addDeployment({ name: production });
  const branch = 'feature/login';
  world.project.git('checkout', '--quiet', '-b', branch);
  const head = world.project.commit('Add a DAG', { 'dags/login.py': 'x = 1\n' });
  world.github.branches.set(branch, head);

  const dry = await world.step(pullRequest('opened', branch, head), { ...inputs, 'dry-run': 'true' });
  expect(dry.outputs).toMatchObject({ result: 'planned', created: 'false' });
  expect(world.astro.deployments().map(({ name }) => name)).toEqual(['etl-prod']);

  const opened = await world.step(pullRequest('opened', branch, head), inputs);
  expect(opened.outputs).toMatchObject({ result: 'created', 'deployment-name': 'etl-feature-login-d1368316' });

  world.github.branches.set('main', head);
  const merged = await world.step(push('main', head), inputs);
  expect(merged.outputs).toMatchObject({ result: 'deployed', 'deployment-name': 'etl-prod' });

  world.github.branches.delete(branch);
  const deleted = await world.step(deletion(branch), inputs);
  expect(deleted.outputs).toMatchObject({ result: 'deleted', 'deployment-name': 'etl-feature-login-d1368316' });
  expect(world.astro.deployments().map(({ name }) => name)).toEqual(['etl-prod']);
  expect(world.astro.violations).toEqual([]);
});
