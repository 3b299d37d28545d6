import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pullRequest } from '../../sandbox/events.ts';
import { makeProject, sampleFiles } from '../../sandbox/project.ts';
import { startWorld, type World } from '../scenarios/world.ts';

const config = `version: 1
environment-objects:
  - connection: snowflake
    link: [preview]
    preview: { schema: 'PR_\${pr}', password: '\${env.PREVIEW_PASSWORD}' }
`;
const runs = 20;
/** What one request about an environment object takes, in milliseconds. */
const latency = 200;

let world: World;
let home: string;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'at-once-'));
  world = await startWorld();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
  rmSync(home, { recursive: true, force: true });
});

test(
  `${String(runs)} branches are pushed at once, and all link one connection`,
  async () => {
    const production = world.astro.addDeployment({ name: 'other-team', description: 'Not ours' });
    world.astro.addObject({
      objectKey: 'snowflake',
      objectType: 'CONNECTION',
      connection: { type: 'snowflake', login: 'SVC', password: 'of the object', schema: 'PUBLIC' },
      links: [
        {
          scope: 'DEPLOYMENT',
          scopeEntityId: production.id,
          overrides: { connection: { schema: 'THEIRS', password: 'of theirs' } },
        },
      ],
    });
    const files = { ...sampleFiles, '.astro/branch-deploy.yaml': config };
    const branches = Array.from({ length: runs }, (_, index) => {
      const number = index + 1;
      const name = `feature/${String(number)}`;
      const project = makeProject(join(home, String(number)), files);
      project.git('checkout', '--quiet', '-b', name);
      const sha = project.commit('Change', { [`dags/of_${String(number)}.py`]: 'x = 1\n' });
      world.github.branches.set(name, sha);
      world.github.pullRequests.push({ number, branch: name, commit: sha, state: 'open' });
      return { number, event: pullRequest('opened', name, sha, { number }), folder: project.folder };
    });
    world.astro.wire = async ({ url = '' }) => {
      if (url.includes('/environment-objects')) await pause(latency);
      return 'process';
    };
    const results = await Promise.all(
      branches.map(({ event, folder, number }) =>
        world.step(
          event,
          { 'deploy-type': 'dags-only', 'wait-time': '20m', 'deployment-name': '' },
          { workspace: folder, env: { PREVIEW_PASSWORD: `password-${String(number)}` } },
        ),
      ),
    );
    expect(results.filter(({ code }) => code !== 0).map(({ annotations }) => annotations)).toEqual([]);
    const seen = results.map(
      ({ outputs }) => world.astro.effective(outputs['deployment-id'] ?? '')['CONNECTION:snowflake'],
    );
    expect(seen.map((one) => [one?.['schema'], one?.['password']])).toEqual(
      branches.map(({ number }) => [`PR_${String(number)}`, `password-${String(number)}`]),
    );
    expect(world.astro.effective(production.id)['CONNECTION:snowflake']).toMatchObject({
      schema: 'THEIRS',
      password: 'of theirs',
    });
    expect(world.astro.objects()[0]?.links).toHaveLength(runs + 1);
  },
  15 * 60_000,
);
