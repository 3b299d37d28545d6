import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { push, repository, workflowDispatch, type SampleEvent } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from '../scenarios/world.ts';

const branch = 'feature/x';
const claim = (name: string, deployment: string): string =>
  `version: 1\nenvironments:\n  '${name}': { deployment: ${deployment} }\n`;
let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.astro.addDeployment({ name: 'finance-prod' });
  world.astro.addDeployment({ name: 'etl-dev' });
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});
const without = { 'deployment-name': '', template: '', 'deploy-type': 'dags-only' };
const deployed = (): string[] =>
  world.astro.deployments().flatMap(({ id, name }) => (world.astro.deploys(id).length > 0 ? [name] : []));
const commitTo = (name: string, config: string): string => {
  world.project.git('checkout', '--quiet', '-B', name);
  return world.commit('Mine', { '.astro/branch-deploy.yaml': config });
};
const onMain = (config: string): void => {
  world.github.files.set('main', new Map([['.astro/branch-deploy.yaml', config]]));
};
const file = (requests: readonly string[]): string[] => requests.filter((request) => request.includes('/contents/'));

describe('a branch cannot give itself a long-lived Deployment [T-12]', () => {
  test.each<[string, (sha: string) => SampleEvent]>([
    ['a push', (sha) => push(branch, sha)],
    ['a run by hand', (sha) => workflowDispatch(branch, sha)],
  ])('%s: a claim of its own file alone is skipped with a warning', async (_, event) => {
    onMain(claim('main', 'finance-prod'));
    const result = await world.step(event(commitTo(branch, claim(branch, 'finance-prod'))), without);
    expect(result).toMatchObject({ code: 0, outputs: { result: 'skipped' } });
    expect(result.annotations).toContainEqual(
      expect.stringMatching(/^warning: `environments` in this branch's .* gives `feature\/x` a long-lived Deployment/),
    );
    expect(deployed()).toEqual([]);
    expect(file(result.requests)).toHaveLength(1);
  });

  test('the default branch’s file decides which Deployment it is', async () => {
    onMain(claim('dev', 'etl-dev'));
    const result = await world.step(push('dev', commitTo('dev', claim('dev', 'finance-prod'))), without);
    expect(result).toMatchObject({ code: 0, outputs: { 'deployment-name': 'etl-dev' } });
    expect(deployed()).toEqual(['etl-dev']);
  });

  test('a branch that claims nothing costs no request, nor does the default branch', async () => {
    const result = await world.step(push(branch, commitTo(branch, claim('main', 'finance-prod'))), without);
    expect(file(result.requests)).toEqual([]);
    const main = await world.step(push('main', commitTo('main', claim('main', 'etl-dev'))), without);
    expect(main.outputs['deployment-name']).toBe('etl-dev');
    expect(file(main.requests)).toEqual([]);
  });

  test('GitHub does not show the default branch’s file: nothing is deployed', async () => {
    world.github.fail = { path: /contents/, status: 403 };
    const result = await world.step(push('dev', commitTo('dev', claim('dev', 'finance-prod'))), without);
    expect(result.code).toBe(1);
    expect(deployed()).toEqual([]);
  });
});

describe('events that may be about a stranger’s commit deploy only what the branch holds [T-12, T-01]', () => {
  const event = (name: string, sha: string): SampleEvent => ({
    event: name,
    payload: {
      action: 'created',
      repository: { ...repository, default_branch: 'main' },
      ...(name === 'workflow_run' && {
        workflow_run: { head_branch: 'x', head_repository: { id: repository.id }, conclusion: 'success' },
      }),
    },
    env: {
      GITHUB_REPOSITORY: repository.full_name,
      GITHUB_REPOSITORY_ID: String(repository.id),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: sha,
    },
  });
  const run = (name: string, sha: string): Promise<Told> =>
    world.step(event(name, sha), { action: 'deploy', 'deployment-name': 'etl-dev', 'deploy-type': 'dags-only' });

  test.each(['issue_comment', 'check_suite', 'deployment_status', 'workflow_run', 'pull_request_review'])(
    '%s',
    async (name) => {
      const main = world.project.git('rev-parse', 'HEAD');
      world.github.branches.set('main', main);
      const head = commitTo(branch, claim('main', 'etl-dev'));
      world.github.comparisons.set(`${head}...${main}`, { mergeBase: main, files: [] });
      const refused = await run(name, main);
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.annotations[0]).toContain(`\`${name}\` runs with the secrets of \`main\``);
      expect(refused.requests.filter((request) => request.startsWith('Astro'))).toEqual([]);
      world.project.git('checkout', '--quiet', 'main');
      expect(await run(name, main)).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    },
  );

  test('an older commit of the branch is one of it', async () => {
    const older = world.project.git('rev-parse', 'HEAD');
    const newer = world.commit('Newer', {});
    world.project.git('checkout', '--quiet', older);
    world.github.branches.set('main', newer);
    world.github.comparisons.set(`${older}...${newer}`, { mergeBase: older, files: [] });
    expect(await run('workflow_run', newer)).toMatchObject({ code: 0 });
  });
});
