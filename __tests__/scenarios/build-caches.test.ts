import { afterEach, expect, test } from '@jest/globals';
import { push } from '../../sandbox/events.ts';
import { startWorld, type Told, type World } from './world.ts';

/** What the runner gives a JavaScript action for GitHub's cache. */
const runner = {
  ACTIONS_RUNTIME_TOKEN: 'runtime-token-canary-61b0',
  ACTIONS_RESULTS_URL: 'https://results.example/',
  ACTIONS_CACHE_URL: 'https://cache.example/',
  ACTIONS_CACHE_SERVICE_V2: 'True',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id-token-canary-93aa',
};
let world: World;
afterEach(() => world.end());

async function build(inputs: Readonly<Record<string, string>>): Promise<Told> {
  world = await startWorld({ docker: { says: `uses ${runner.ACTIONS_RUNTIME_TOKEN}\n` } });
  world.astro.addDeployment({ name: 'etl-prod' });
  return world.step(push('main', world.commit('Start', {})), inputs, { env: runner });
}
/** The first words of each call that was given a variable of the runner, with their names. */
const given = (): [string, string[]][] =>
  world.docker
    .calls()
    .map(({ args, env }): [string, string[]] => [
      args.slice(0, 2).join(' '),
      Object.keys(env)
        .filter((name) => name.startsWith('ACTIONS_'))
        .sort(),
    ])
    .filter(([, names]) => names.length > 0);

test.each([
  { 'cache-from': 'type=gha' },
  { 'cache-to': 'type=registry,ref=ghcr.io/acme/etl:cache\nscope=main,type=gha,mode=max' },
])('%j: the build, and nothing else, gets what GitHub’s cache needs [T-17]', async (inputs) => {
  const result = await build(inputs);
  expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
  expect(given()).toEqual([
    ['buildx build', ['ACTIONS_CACHE_SERVICE_V2', 'ACTIONS_CACHE_URL', 'ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN']],
  ]);
  expect(result.log).toContain(`::add-mask::${runner.ACTIONS_RUNTIME_TOKEN}`);
  expect(result.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toMatch(/canary/);
});

test.each([
  {},
  { 'cache-from': 'type=registry,ref=ghcr.io/acme/etl:cache', 'cache-to': 'type=local,dest=/tmp/cache,mode=max' },
  { 'cache-from': 'ghcr.io/acme/type=gha' },
])('%j: no program gets anything of it [T-17]', async (inputs) => {
  expect(await build(inputs)).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
  expect(given()).toEqual([]);
});
