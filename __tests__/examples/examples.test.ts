import { afterEach, expect, test } from '@jest/globals';
import { startLife, type Life } from './life.ts';

let lives: Life[] = [];
afterEach(async () => {
  for (const life of lives) expect(life.world.astro.violations).toEqual([]);
  for (const life of lives.toReversed()) await life.end();
  lives = [];
});
async function start(...given: Parameters<typeof startLife>): Promise<Life> {
  const life = await startLife(...given);
  lives.push(life);
  return life;
}
const told = (runs: Awaited<ReturnType<Life['push']>>) =>
  runs.map(({ job, code, outputs, annotations, group }) => ({ job, group, code, ...outputs, annotations }));

test('hybrid', async () => {
  const life = await start('hybrid', { deployments: ['etl-prod'] });
  const show = (name: string, x: unknown) => { console.log(name, x); };
  life.world.astro.addDeployment({ name: 'etl-dev' });
  show('push', told(await life.push('feature/login', { 'dags/login.py': 'x = 1\n' })));
  show('open', told(await life.open('feature/login')));
  show('push', told(await life.push('feature/login', { 'dags/login.py': 'x = 2\n' })));
  show('merge', told(await life.merge('feature/login')));
  show('remove', told(await life.remove('feature/login')));
  show('sched', told(await life.schedule()));
  console.log(life.names(), life.deploys('etl-prod'), await life.dags('etl-prod'));
});
