import { afterEach, expect, test } from '@jest/globals';
import { deletion, pullRequest, push } from '../../sandbox/events.ts';
import { startWorld, token, type World } from '../scenarios/world.ts';
import { blocksOf, read, stepsOf, yamlOf } from './markdown.ts';

const readme = read('README.md');
const template = blocksOf(readme).find(({ text }) => text.includes('\ndeployment:'))?.text ?? '';
const step = stepsOf(yamlOf(readme)[0]).find(({ uses }) => uses?.includes('/astro-branch-deploy@'));
const [, templateFile = ''] = /^`(\.astro\/\S+)`/m.exec(readme) ?? [];
const [, production = ''] = /add `deployment-name: ([\w-]+)`/.exec(readme) ?? [];
// What the page writes down, and nothing else. Without images the story needs no docker.
const nothing = { 'deployment-name': '', template: '', comment: '', 'github-deployments': '', 'verify-dags': '' };
const dry = { ...nothing, ...step?.with, 'astro-api-token': token, 'deploy-type': 'dags-only' };
const live = Object.fromEntries(Object.entries(dry).filter(([name]) => name !== 'dry-run'));

let world: World | undefined;
afterEach(async () => {
  await world?.end();
});

test('the quick start does what it promises: plan, preview, gone, production [S-26]', async () => {
  expect(dry).toMatchObject({ 'dry-run': true, template: templateFile });
  world = await startWorld();
  const deployments = () => world?.astro.deployments().map(({ name }) => name);
  world.astro.addDeployment({ name: production });
  world.github.branches.set('main', world.project.git('rev-parse', 'HEAD'));
  const branch = 'feature/login';
  world.project.git('checkout', '--quiet', '-b', branch);
  const head = world.project.commit('Preview every pull request', {
    [templateFile]: template,
    'dags/login.py': 'x = 1\n',
  });
  world.github.branches.set(branch, head);
  world.github.pullRequests.push({ number: 42, branch, commit: head, state: 'open' });

  const planned = await world.step(pullRequest('opened', branch, head), { ...dry, 'dry-run': 'true' });
  expect(planned).toMatchObject({ code: 0, outputs: { result: 'planned', created: 'false' } });
  expect(planned.summary).toContain('etl-feature-login-d1368316');
  expect(deployments()).toEqual([production]);

  const opened = await world.step(pullRequest('synchronize', branch, head), live);
  expect(opened.outputs).toMatchObject({ result: 'created', 'deployment-name': 'etl-feature-login-d1368316' });
  expect(world.github.comments).toHaveLength(1);

  // Merged: the preview goes, and without `deployment-name` production gets nothing.
  for (const pull of world.github.pullRequests) pull.state = 'closed';
  const closed = await world.step(pullRequest('closed', branch, head, { merged: true }), live);
  expect(closed.outputs).toMatchObject({ result: 'deleted' });
  world.github.branches.set('main', head);
  expect((await world.step(push('main', head), live)).outputs).toMatchObject({ result: 'skipped' });

  const merged = await world.step(push('main', head), { ...live, 'deployment-name': production });
  expect(merged.outputs).toMatchObject({ result: 'deployed', 'deployment-name': production });
  world.github.branches.delete(branch);
  expect((await world.step(deletion(branch), live)).outputs).toMatchObject({ result: 'nothing' });
  expect(deployments()).toEqual([production]);
  expect(world.astro.violations).toEqual([]);
});
