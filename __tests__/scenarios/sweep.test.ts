import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { repository, type SampleEvent } from '../../sandbox/events.ts';
import { describePreview } from '../../src/core/identity.ts';
import { pastOrganizations, startWorld, type Told, type World } from './world.ts';

const hour = 3_600_000;
const day = 24 * hour;
const commit = 'a'.repeat(40);
let world: World;
beforeEach(async () => {
  await begin();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

async function begin(options: Parameters<typeof startWorld>[0] = {}): Promise<void> {
  world = await startWorld(options);
  world.github.branches.set('main', commit);
}
async function restart(options: Parameters<typeof startWorld>[0]): Promise<void> {
  await world.end();
  await begin(options);
}

const ago = (milliseconds: number, now = Date.now()): string => new Date(now - milliseconds).toISOString();
const env = {
  GITHUB_REPOSITORY: repository.full_name,
  GITHUB_REPOSITORY_ID: String(repository.id),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: commit,
};
/** GitHub tells a scheduled run nothing but its cron line. */
const schedule: SampleEvent = { event: 'schedule', payload: { schedule: '17 3 * * *' }, env };
/** A workflow without a checkout and without a template. */
const bare = { template: '', 'deployment-name': '' };
const sweep = (
  inputs: Record<string, string> = {},
  more: Parameters<World['step']>[2] = {},
  event = schedule,
): Promise<Told> => world.step(event, { ...bare, ...inputs }, { workspace: '/', ...more });

/** Makes a preview of a branch, five days old unless told otherwise; gives back its id. */
function preview(
  branch: string,
  more: Partial<Parameters<World['astro']['addDeployment']>[0]> & {
    project?: string;
    repositoryId?: number;
    name?: string;
    age?: number;
  } = {},
): string {
  const { project = '.', repositoryId = repository.id, name = `etl-${branch}`, age = 5 * day, ...rest } = more;
  const identity = { repositoryId, ref: `refs/heads/${branch}`, project };
  const at = ago(age);
  return world.astro.addDeployment({
    name,
    description: describePreview('Preview', identity, name),
    createdAt: at,
    updatedAt: at,
    ...rest,
  }).id;
}
/** A branch of GitHub with an open pull request. */
function alive(branch: string, number: number, labels: string[] = []): void {
  world.github.branches.set(branch, commit);
  world.github.pullRequests.push({ number, branch, commit, state: 'open', labels });
}
function configured(text: string): void {
  world.github.files.set('main', new Map([['.astro/branch-deploy.yaml', text]]));
}
const names = (): string[] => world.astro.deployments().map(({ name }) => name);
const writes = (told: Told): string[] => told.requests.filter((request) => !request.includes(' GET '));
const removed = (...ids: string[]) => ({ result: 'swept', deleted: JSON.stringify(ids) });
/** The row of one preview in the summary's table. */
const row = (told: Told, name: string): string =>
  told.summary.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';

test('a schedule in a workflow without a checkout: what GitHub no longer has goes, the rest stays [R-14]', async () => {
  world.astro.addDeployment({ name: 'etl-prod', createdAt: ago(99 * day) });
  const gone = preview('gone');
  preview('alive');
  alive('alive', 7);
  const closed = preview('closed');
  world.github.branches.set('closed', commit);
  world.github.pullRequests.push({ number: 8, branch: 'closed', commit, state: 'closed' });
  const result = await sweep();
  expect(result.annotations).toEqual([]);
  expect(result).toMatchObject({
    code: 0,
    outputs: { ...removed(gone, closed), reason: '2 of 3 previews go, 1 stay', 'deploy-type': 'none' },
  });
  expect(names()).toEqual(['etl-prod', 'etl-alive']);
  expect(row(result, 'etl-gone')).toBe('| `etl-gone` | `gone` | 5 d | not known | **remove**: `the branch is gone` |');
  expect(row(result, 'etl-closed')).toContain('**remove**: `no open pull request`');
  expect(row(result, 'etl-alive')).toContain('**keep**: `pull request 7 is open`');
  expect(result.summary).not.toContain('etl-prod');
  expect(result.log).toMatch(/^Result: swept - 2 of 3 previews go, 1 stay$/m);
  expect(pastOrganizations(result.requests).map((request) => request.replace(/\?\S+/, ''))).toMatchInlineSnapshot(`
   [
     "Astro GET /organizations/{id}/workspaces 200",
     "Astro GET /organizations/{id}/deployments 200",
     "Astro GET /organizations/{id}/deployments/{id}/deploys 200",
     "Astro GET /organizations/{id}/deployments/{id}/deploys 200",
     "Astro GET /organizations/{id}/deployments/{id}/deploys 200",
     "Astro GET /organizations/{id}/environment-objects 200",
     "Astro GET /organizations/{id}/deployments/{id} 200",
     "Astro DELETE /organizations/{id}/deployments/{id} 204",
     "Astro GET /organizations/{id}/deployments/{id} 200",
     "Astro DELETE /organizations/{id}/deployments/{id} 204",
     "GitHub GET /repos/acme/etl/contents/.astro/branch-deploy.yaml 404",
     "GitHub GET /repos/acme/etl 200",
     "GitHub GET /repos/acme/etl 200",
     "GitHub GET /repos/acme/etl/pulls 200",
     "GitHub GET /repos/acme/etl/git/matching-refs/heads 200",
     "GitHub GET /repos/acme/etl/git/ref/heads/gone 404",
     "GitHub GET /repos/acme/etl/pulls 200",
     "GitHub GET /repos/acme/etl 200",
   ]
  `);
});

test('a schedule with a checkout reads the configuration file from there', async () => {
  const [kept, old] = [preview('feature/kept', { age: hour * 3 }), preview('feature/old')];
  for (const branch of ['feature/kept', 'feature/old']) world.github.branches.set(branch, commit);
  world.project.commit('Configure', { '.astro/branch-deploy.yaml': 'preview: { on: branch, ttl: 3d }\n' });
  const result = await sweep({}, { workspace: world.project.folder });
  expect(result).toMatchObject({ code: 0, outputs: removed(old) });
  expect(world.astro.deployments().map(({ id }) => id)).toEqual([kept]);
  expect(result.requests.filter((request) => request.includes('/contents/'))).toEqual([]);
  // Branches alone say what lives here: pull requests need not be listed.
  expect(result.requests.filter((request) => request.includes('/pulls'))).toEqual([]);
});

test('workflow_dispatch with `action: sweep`', async () => {
  const id = preview('gone');
  const byHand = { event: 'workflow_dispatch', payload: { ref: 'refs/heads/main', inputs: {} }, env };
  expect(await sweep({ action: 'sweep' }, {}, byHand)).toMatchObject({ code: 0, outputs: removed(id) });
  expect(names()).toEqual([]);
});

test('nothing to do is said, and nothing is asked beyond the listings', async () => {
  const result = await sweep();
  expect(result).toMatchObject({
    code: 0,
    annotations: [],
    outputs: { result: 'swept', deleted: '[]', reason: '0 of 0 previews go, 0 stay' },
  });
  expect(writes(result)).toEqual([]);
});

describe('ttl', () => {
  const deploys = (id: string, age: number): void => {
    world.astro.addDeploy(id, { createdAt: ago(age) });
  };
  test('counts from the last deploy; a change of the configuration or a nap does not keep a preview', async () => {
    const stale = preview('stale', { age: 30 * day });
    deploys(stale, 20 * day);
    deploys(stale, 8 * day);
    world.astro.change(stale, { updatedAt: ago(hour), status: 'HIBERNATING' });
    // Whether a deploy changes the Deployment's own date is not documented.
    const used = preview('used', { age: 30 * day, updatedAt: ago(30 * day) });
    deploys(used, 6 * day);
    deploys(used, 25 * day);
    const never = preview('never', { age: 8 * day });
    const fresh = preview('fresh', { age: 6 * day });
    for (const [index, branch] of ['stale', 'used', 'never', 'fresh'].entries()) alive(branch, index + 1);
    const result = await sweep();
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: removed(stale, never) });
    expect(world.astro.deployments().map(({ id }) => id)).toEqual([used, fresh]);
    expect(row(result, 'etl-stale')).toBe(
      '| `etl-stale` | `stale` | 30 d | 8 d ago | **remove**: ``no deploy for 8 d, and `ttl` is 7 d`` |',
    );
    expect(row(result, 'etl-used')).toContain('| 6 d ago | **keep**: `pull request 2 is open` |');
  });

  test('the input, and the file over it', async () => {
    const id = preview('feature', { age: 2 * day });
    alive('feature', 1);
    configured('preview: { ttl: 3d }\n');
    expect(await sweep({ ttl: '1d' })).toMatchObject({ code: 0, outputs: removed() });
    configured('preview: {}\n');
    expect(await sweep({ ttl: '1d' })).toMatchObject({ code: 0, outputs: removed(id) });
  });

  test('keep-label keeps what its pull request carries it for, in any case of letters', async () => {
    configured('preview: { ttl: 1d, keep-label: keep-preview }\n');
    preview('kept');
    alive('kept', 1, ['other', 'Keep-Preview']);
    const other = preview('other');
    alive('other', 2, ['other']);
    const result = await sweep();
    expect(result).toMatchObject({ code: 0, outputs: removed(other) });
    expect(row(result, 'etl-kept')).toContain('**keep**: `pull request 1 carries the label that keeps it`');
  });

  test('of many previews only those histories are read that decide, until `max-deletions` are found', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 30; index++) {
      // The last ones changed first: they are the likeliest to be over.
      ids.push(preview(`b${String(index)}`, { age: (index < 10 ? 2 : 20) * day, updatedAt: ago((30 - index) * hour) }));
      alive(`b${String(index)}`, index + 1);
    }
    for (const id of ids.slice(10, 15)) deploys(id, day);
    for (const id of ids.slice(15)) deploys(id, 10 * day);
    const result = await sweep({ 'max-deletions': '3' });
    expect(result).toMatchObject({ code: 0, annotations: [], outputs: removed(...ids.slice(15, 18)) });
    expect(result.requests.filter((request) => request.endsWith('/deploys 200'))).toHaveLength(8);
    expect(row(result, 'etl-b29')).toContain(
      '| not known | **keep**: `pull request 30 is open; its last deploy was not asked for this time` |',
    );
    expect((await sweep({ 'max-deletions': '100' })).outputs).toMatchObject(removed(...ids.slice(18)));
  });
});

test('what never goes: the young, the unfinished, the default branch, others’ Deployments, edited and copied marks', async () => {
  preview('young', { age: hour - 60_000 });
  preview('unfinished', { status: 'CREATING' });
  preview('main', { name: 'etl-main' });
  preview('gone', { name: 'another-repository', repositoryId: 4711 });
  preview('gone', { name: 'another-workspace', workspaceId: 'cm0another00000000000000' });
  world.astro.addDeployment({ name: 'etl-gone-1', createdAt: ago(9 * day), description: 'made by hand' });
  const mark = (world.astro.deployments()[0]?.description ?? '').split('\n').at(-1) ?? '';
  for (const [name, description] of [
    ['edited', mark.replace(/ name=.*/, ']')],
    ['newer', mark.replace(' v1 ', ' v2 ')],
    ['twice', `${mark}\n${mark}`],
  ] as const)
    world.astro.addDeployment({ name, description, createdAt: ago(9 * day) });
  world.astro.addDeployment({ name: 'duplicate', description: mark, createdAt: ago(9 * day) });
  const before = names();
  const result = await sweep();
  expect(result).toMatchObject({ code: 0, outputs: { ...removed(), reason: '0 of 3 previews go, 3 stay' } });
  expect(result.annotations).toEqual([
    expect.stringMatching(/^warning: The Deployment duplicate \(c\w+\) carries the mark of another preview/),
  ]);
  expect(row(result, 'etl-young')).toContain('`younger than one hour`');
  expect(row(result, 'etl-unfinished')).toContain('`it is still being created`');
  expect(row(result, 'etl-main')).toContain('`the default branch`');
  expect(writes(result)).toEqual([]);
  expect(names()).toEqual(before);
});

test('max-deletions: the longest without a deploy first, the others wait, in this sweep and the next', async () => {
  const ids = [3, 9, 6].map((days) => preview(`gone-${String(days)}`, { age: days * day }));
  alive('some', 1);
  const result = await sweep({ 'max-deletions': '2' });
  expect(result).toMatchObject({ code: 0, outputs: removed(ids[1] ?? '', ids[2] ?? '') });
  expect(result.annotations).toEqual([
    'warning: 3 previews are due to go and `max-deletions` is 2: those with the latest deploys wait for the next sweep.',
  ]);
  expect(row(result, 'etl-gone-3')).toContain('**keep**: `more than max-deletions this time`');
  expect(await sweep({ 'max-deletions': '2' })).toMatchObject({ annotations: [], outputs: removed(ids[0] ?? '') });
});

test('`on: branch` from the default branch’s file: a pull request keeps nothing, and its end ends nothing', async () => {
  configured('preview: { on: branch, ttl: 30d }\n');
  preview('pushed', { age: 20 * day });
  world.github.branches.set('pushed', commit);
  const gone = preview('gone');
  const result = await sweep();
  expect(result).toMatchObject({ code: 0, outputs: removed(gone) });
  expect(row(result, 'etl-pushed')).toContain('**keep**: `the branch exists`');
});

test('every project of the repository is swept, wherever the step stands', async () => {
  const ids = [preview('gone', { project: '.' }), preview('gone', { project: 'teams/b', name: 'b-gone' })];
  const result = await sweep({ 'root-folder': 'elsewhere' });
  expect(result).toMatchObject({ code: 0, outputs: removed(...ids) });
  expect(row(result, 'b-gone')).toContain('| `gone` in `teams/b` |');
  // One question for one branch.
  expect(result.requests.filter((request) => request.includes('/git/ref/'))).toHaveLength(1);
});

test('branches whose names a careless URL would lose are found [T-11]', async () => {
  const odd = ['a#b', 'a?b', 'a%2Fb', '100%', 'ä/ö', "it's", 'x+y z'];
  for (const [index, branch] of odd.entries()) {
    preview(branch, { name: `odd-${String(index)}` });
    alive(branch, index + 1);
  }
  expect(await sweep()).toMatchObject({ code: 0, outputs: removed() });
  for (const branch of odd) world.github.branches.delete(branch);
  world.github.branches.set('another', commit);
  expect((await sweep()).outputs['reason']).toBe('7 of 7 previews go, 0 stay');
});

describe('what cannot be proven keeps everything, and the step fails [T-11, R-08, R-31]', () => {
  const nothing = async (run: () => Promise<Told>, message: string): Promise<void> => {
    preview('gone');
    preview('closed', { age: 30 * day });
    world.github.branches.set('closed', commit);
    const result = await run();
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', deleted: '[]' } });
    expect(result.annotations.at(-1)).toContain(message);
    expect(writes(result)).toEqual([]);
    expect(names()).toEqual(['etl-gone', 'etl-closed']);
  };

  test.each([
    ['the configuration file answers 403', /contents/, 403, 'cannot be read'],
    ['branches answer 500', /matching-refs/, 500, 'which branches exist'],
    ['branches answer 404', /matching-refs|\/branches$/, 404, 'which branches exist'],
    ['pull requests answer 403', /pulls/, 403, 'which pull requests are open'],
    ['the repository is hidden', /./, 404, 'cannot be read'],
  ])('%s', async (_, path, status, message) => {
    world.github.fail = { path, status };
    await nothing(() => sweep(), message);
  });

  test('there is no token for GitHub', async () => {
    await nothing(() => sweep({ 'github-token': '' }), 'there is no `github-token`');
  });

  test('the configuration file is broken', async () => {
    configured('preview: { ttl: soon }\n');
    await nothing(() => sweep(), '`ttl` must be a duration');
  });

  test('the configuration file of the checkout is broken', async () => {
    world.project.commit('Break it', { '.astro/branch-deploy.yaml': 'previews: {}\n' });
    await nothing(() => sweep({}, { workspace: world.project.folder }), 'previews');
  });

  test('a later page of pull requests is lost', async () => {
    for (let number = 1; number <= 250; number++)
      world.github.pullRequests.push({ number, branch: 'closed', commit, state: 'open' });
    const pulls = (): number => world.github.requests.filter(({ path }) => path.includes('/pulls?')).length;
    // The first page comes through; the second is lost, also when it is asked for again.
    const { pullRequests } = world.github;
    const filter = pullRequests.filter.bind(pullRequests);
    pullRequests.filter = ((...given: Parameters<typeof filter>) => {
      world.github.failNext({ path: /\/pulls$/, status: 502 }, 3);
      return filter(...given);
    }) as typeof filter;
    await nothing(() => sweep(), 'which pull requests are open');
    expect(pulls()).toBe(4);
  });

  test('the list of branches lacks the default branch', async () => {
    world.github.branches.delete('main');
    await nothing(() => sweep(), 'lacks the default branch main');
  });

  test('all would go while GitHub lists one branch', async () => {
    for (const name of ['a', 'b', 'c', 'd']) preview(name);
    const result = await sweep();
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', deleted: '[]' } });
    expect(result.annotations).toEqual([expect.stringContaining('looks like a listing that is not whole')]);
    expect(names()).toHaveLength(4);
  });

  test('a list of Deployments that is cut off for good', async () => {
    world.astro.fault({ operation: 'listDeployments', mode: 'truncated-json', times: 9 });
    await nothing(() => sweep(), 'Could not list Deployments');
  });
});

describe('between the listing and the proof', () => {
  /** Runs something when GitHub is asked for one branch, before it answers. */
  const whenAsked = (act: () => void): void => {
    const { branches } = world.github;
    const get = branches.get.bind(branches);
    branches.get = (name) => {
      act();
      return get(name);
    };
  };

  test('a branch that comes back keeps its preview', async () => {
    preview('back');
    const gone = preview('gone');
    whenAsked(() => world.github.branches.set('back', commit));
    const result = await sweep();
    expect(result).toMatchObject({ code: 0, outputs: removed(gone) });
    expect(names()).toEqual(['etl-back']);
    expect(row(result, 'etl-back')).toContain('**keep**: `the branch exists after all`');
  });

  test('a pull request that is opened keeps its preview', async () => {
    preview('reopened');
    preview('gone', { age: 6 * day });
    world.github.branches.set('reopened', commit);
    whenAsked(() => {
      if (world.github.pullRequests.length === 0)
        world.github.pullRequests.push({ number: 1, branch: 'reopened', commit, state: 'open' });
    });
    const result = await sweep();
    expect(row(result, 'etl-reopened')).toContain('**keep**: `a pull request is open after all`');
    expect(names()).toEqual(['etl-reopened']);
  });

  test('one branch that GitHub cannot answer for is kept, the others go, the step fails', async () => {
    preview('doubtful');
    const gone = preview('gone');
    world.github.fail = { path: /git\/ref\/heads\/doubtful$/, status: 502 };
    const result = await sweep();
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', deleted: JSON.stringify([gone]) } });
    expect(result.annotations).toEqual([
      expect.stringContaining('GitHub cannot say where these branches stand, so their previews are kept: doubtful.'),
    ]);
    expect(row(result, 'etl-doubtful')).toContain('**keep**: `GitHub cannot say whether the branch is gone`');
    expect(names()).toEqual(['etl-doubtful']);
  });

  test('a mark that is edited before the DELETE is not deleted', async () => {
    const mine = preview('gone');
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'getDeployment') world.astro.change(mine, { description: 'mine now' });
    };
    const result = await sweep();
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed', deleted: '[]' } });
    expect(names()).toEqual(['etl-gone']);
  });
});

test('a deletion that fails does not stop the others; the step fails at the end and names it [R-35]', async () => {
  const ids = Array.from({ length: 14 }, (_, index) => preview(`gone-${String(index)}`, { age: (20 - index) * day }));
  alive('some', 1);
  const body = JSON.stringify({ message: 'no', requestId: 'r-1', statusCode: 403 });
  for (const nth of [3, 10]) world.astro.fault({ operation: 'deleteDeployment', nth, mode: { status: 403, body } });
  const result = await sweep({ 'max-deletions': '20' });
  const failed = [ids[2] ?? '', ids[9] ?? ''];
  expect(result).toMatchObject({
    code: 1,
    outputs: { result: 'failed', deleted: JSON.stringify(ids.filter((id) => !failed.includes(id))) },
  });
  expect(result.annotations).toHaveLength(2);
  expect(result.annotations[0]).toContain(`error: etl-gone-2 (${failed[0] ?? ''}) was not removed: `);
  expect(result.annotations[1]).toContain(`error: etl-gone-9 (${failed[1] ?? ''}) was not removed: `);
  expect(world.astro.deployments().map(({ id }) => id)).toEqual(failed);
  // The next sweep does the rest.
  expect(await sweep()).toMatchObject({ code: 0, outputs: removed(...failed) });
});

describe('environment objects [R-26]', () => {
  test('links and exclusions go before the Deployment does', async () => {
    const gone = preview('gone');
    const stays = preview('alive');
    alive('alive', 1);
    const linked = world.astro.addObject({
      objectKey: 'snowflake',
      objectType: 'CONNECTION',
      connection: { type: 'snowflake' },
      links: [
        { scope: 'DEPLOYMENT', scopeEntityId: gone },
        { scope: 'DEPLOYMENT', scopeEntityId: stays },
      ],
    });
    const excluded = world.astro.addObject({
      objectKey: 'billing',
      objectType: 'CONNECTION',
      autoLinkDeployments: true,
      connection: { type: 'http' },
      excludeLinks: [{ scope: 'DEPLOYMENT', scopeEntityId: gone }],
    });
    const result = await sweep();
    expect(result.annotations).toEqual([]);
    expect(result).toMatchObject({ code: 0, outputs: removed(gone) });
    const objects = new Map(world.astro.objects().map((object) => [object.id, object]));
    expect(objects.get(linked)?.links.map(({ deploymentId }) => deploymentId)).toEqual([stays]);
    expect(JSON.stringify(objects.get(excluded))).not.toContain(gone);
    const order = world.astro.requests.map(({ operation }) => operation);
    expect(order.indexOf('updateEnvironmentObject')).toBeLessThan(order.indexOf('deleteDeployment'));
    expect(order.lastIndexOf('updateEnvironmentObject')).toBeLessThan(order.indexOf('deleteDeployment'));
  });

  describe('links of previews that no longer exist', () => {
    const config = 'environment-objects:\n  - connection: snowflake\n    link: [preview]\n';
    const lost = ['cm0gone000000000000000001', 'cm0gone000000000000000002'] as const;
    const add = (objectKey: string, ...ids: string[]): string =>
      world.astro.addObject({
        objectKey,
        objectType: 'CONNECTION',
        connection: { type: 'snowflake' },
        links: ids.map((scopeEntityId) => ({ scope: 'DEPLOYMENT', scopeEntityId })),
      });
    const linked = (key: string): string[] =>
      (world.astro.objects().find(({ objectKey }) => objectKey === key)?.links ?? []).map((one) => one.deploymentId);

    test('are removed from the objects that the file links to previews, and from nothing else', async () => {
      configured(config);
      const prod = world.astro.addDeployment({ name: 'etl-prod' }).id;
      add('snowflake', lost[0], prod, lost[1]);
      add('of_others', lost[0], prod);
      const result = await sweep();
      expect(result).toMatchObject({ code: 0, annotations: [], outputs: { deleted: '[]' } });
      expect(linked('snowflake')).toEqual([prod]);
      expect(linked('of_others')).toEqual([lost[0], prod]);
      expect(result.log).toContain(
        `Environment Manager: unlink connection snowflake: ${lost.join(', ')} do not exist any more`,
      );
      expect(writes(await sweep())).toEqual([]);
    });

    test('stay where Astro does not prove it, in a dry run, and with a warning where it refuses', async () => {
      configured(config);
      add('snowflake', lost[0]);
      const dry = await sweep({ 'dry-run': 'true' });
      expect(JSON.parse(dry.outputs['plan'] ?? '')).toContainEqual(
        expect.objectContaining({ step: 'unlink', object: 'connection:snowflake' }),
      );
      expect(writes(dry)).toEqual([]);
      world.astro.fault({ operation: 'updateEnvironmentObject', times: 9, mode: { status: 403 } });
      const refused = await sweep();
      expect(refused.code).toBe(0);
      expect(refused.annotations).toEqual([
        expect.stringMatching(
          /^warning: Links to Deployments that no longer exist are left in the connection snowflake: /,
        ),
      ]);
      expect(linked('snowflake')).toEqual([lost[0]]);
    });
  });

  test('a token that may not see them keeps no preview alive', async () => {
    const gone = preview('gone');
    const body = JSON.stringify({ message: 'no', requestId: 'r-1', statusCode: 403 });
    world.astro.fault({ operation: 'listEnvironmentObjects', times: 9, mode: { status: 403, body } });
    const result = await sweep();
    expect(result).toMatchObject({ code: 0, outputs: removed(gone) });
    expect(result.annotations).toEqual([expect.stringMatching(/^warning: Links to .*etl-gone/)]);
  });
});

test('a dry run tells what would go and writes nothing', async () => {
  preview('gone');
  preview('alive');
  alive('alive', 1);
  const result = await sweep({ 'dry-run': 'true' });
  expect(result).toMatchObject({ code: 0, annotations: [], outputs: { result: 'planned', deleted: '[]' } });
  expect(JSON.parse(result.outputs['plan'] ?? '')).toEqual([
    { sign: '-', step: 'delete', deployment: 'etl-gone', why: 'the branch is gone' },
  ]);
  expect(row(result, 'etl-gone')).toContain('**remove**: `the branch is gone`');
  expect(row(result, 'etl-alive')).toContain('**keep**');
  expect(result.summary).toContain('plan, nothing was changed');
  expect(writes(result)).toEqual([]);
  expect(names()).toHaveLength(2);
});

test.each([3, -3])('a machine whose clock is %s days off sweeps the same [R-32]', async (days) => {
  const shift = days * day;
  await restart({ now: () => Date.now() + shift });
  const made = (branch: string, age: number): string => {
    const at = ago(age, Date.now() + shift);
    return preview(branch, { createdAt: at, updatedAt: at });
  };
  made('young', hour - 60_000);
  const old = made('old', hour + 120_000);
  made('alive', 7 * day - hour);
  alive('alive', 1);
  // The Date header counts whole seconds.
  const over = made('over', 7 * day + hour + 60_000);
  alive('over', 2);
  const result = await sweep();
  expect(result).toMatchObject({ code: 0, annotations: [] });
  expect(JSON.parse(result.outputs['deleted'] ?? '')).toEqual([over, old]);
  expect(names()).toEqual(['etl-young', 'etl-alive']);
  expect(row(result, 'etl-over')).toContain('| 7 d 1 h |');
});

test('killed at any request, the next sweep does what is left [R-17, I4]', async () => {
  const fleet = (): string[] => [preview('gone-1'), preview('gone-2', { age: 4 * day })];
  alive('alive', 1);
  preview('alive');
  fleet();
  const clean = await sweep();
  expect(names()).toEqual(['etl-alive']);
  const operations = clean.requests.filter((request) => request.startsWith('Astro'));
  expect(operations.length).toBeGreaterThan(7);
  for (const index of operations.keys()) {
    const ids = fleet();
    let kill: (signal: NodeJS.Signals) => Promise<void> = () => Promise.resolve();
    let seen = 0;
    world.astro.onRequest = async () => {
      if (seen++ === index) await kill('SIGKILL');
    };
    const killed = await sweep(
      {},
      {
        onStart: (send) => {
          kill = send;
        },
      },
    );
    world.astro.onRequest = undefined;
    expect(killed.code).toBeNull();
    const left = world.astro.deployments().flatMap(({ id }) => (ids.includes(id) ? [id] : []));
    expect(await sweep()).toMatchObject({ code: 0, annotations: [], outputs: removed(...left) });
    expect(names()).toEqual(['etl-alive']);
  }
});

describe('1,000 Deployments, 5,000 branches, 50 to delete [R-37]', () => {
  test.each([
    ['branches drive previews', 'branch', 800],
    ['pull requests drive previews', 'pull_request', 200],
  ])('%s', async (_, on, ours) => {
    for (let index = 0; index < 5_000; index++) world.github.branches.set(`feature/b-${String(index)}`, commit);
    configured(`preview: { on: ${on}, ttl: 7d }\n`);
    const gone: string[] = [];
    for (let index = 0; index < 1_000; index++) {
      const name = `d-${String(index)}`;
      if (index < 50) gone.push(preview(`gone/${name}`, { name, age: (90 - index) * day }));
      else if (index < ours) {
        // Some are older than `ttl`: their histories are asked for only while there is room for more deletions.
        preview(`feature/b-${String(index)}`, { name, age: (index % 12) * day });
        if (on === 'pull_request')
          world.github.pullRequests.push({
            number: index,
            branch: `feature/b-${String(index)}`,
            commit,
            state: 'open',
          });
      } else if (index < 900) preview(`gone/${name}`, { name, repositoryId: 4711 });
      else world.astro.addDeployment({ name, createdAt: ago(90 * day) });
    }
    const result = await sweep({ 'max-deletions': '50' });
    expect(result).toMatchObject({ code: 0, outputs: removed(...gone) });
    expect(world.astro.deployments()).toHaveLength(950);
    // What each deletion takes: a look at the mark, and the deletion.
    const first = result.requests.findIndex((request) => /GET .*deployments\/\{id\} /.test(request));
    const github = result.requests.findIndex((request) => request.startsWith('GitHub'));
    const deleting = github - first;
    expect(deleting).toBeLessThanOrEqual(4 * gone.length);
    // What GitHub shows is compared once more at the end; that neither reads nor proves.
    const shown = result.requests.filter((request) => /GitHub GET \S+\/deployments/.test(request)).length;
    expect(result.requests.length - deleting - shown).toBeLessThanOrEqual(60);
  });
});
