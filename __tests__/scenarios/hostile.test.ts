import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deletion, pullRequest, push } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { commandsIn, startWorld, type Told, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

/** What a log line, an error or a name may try: commands of both grammars, line ends of every kind, Markdown that reaches out. */
const evil =
  'x\n::set-output name=result::owned\r::stop-commands::t\u2028::add-mask::etl ##[save-state name=a]b #\u{e0001}#\ufe0f[error]c\n\u034f::error::fake \'"`$(touch pwned)\u200b\n\u200b::error::fake @acme/team ![x](https://evil.example/x.png) <img src=x> | --> %0A::warning::y';

/** Nothing that came from outside is a command, is run, reaches the files that the runner reads, or is live Markdown. */
function expectHarmless(result: Told): void {
  expect(commandsIn(result.log)).toEqual([]);
  expect(result.annotations.filter((annotation) => /^(?:error|warning): (?:fake|y)/.test(annotation))).toEqual([]);
  expect(result.outputs['result']).not.toBe('owned');
  expect(result.written).toEqual({ env: '', path: '' });
  expect(live(result.summary)).not.toMatch(/@acme|!\[|<img|-->/);
  for (const folder of [world.project.folder, process.cwd()]) expect(existsSync(join(folder, 'pwned'))).toBe(false);
}
/** A Markdown text without its code spans. */
const live = (markdown: string): string => markdown.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '');

describe('texts of the repository [T-04]', () => {
  test('commit, author, files and pull request are text', async () => {
    const branch = 'feature/x';
    world.project.git('checkout', '--quiet', '-b', branch);
    world.project.git('config', 'user.name', "Eve ::error::'$(touch pwned)");
    const file = `dags/${evil.replaceAll('/', '_').slice(0, 200)}.py`;
    const sha = world.commit(evil, { [file]: 'x = 1\n' });
    const given = pullRequest('opened', branch, sha);
    const payload = given.payload as { pull_request: object };
    const event = {
      ...given,
      payload: {
        ...payload,
        pull_request: { ...payload.pull_request, title: evil, body: evil, labels: [{ name: evil }] },
      },
    };
    const first = await world.step(event, { 'deploy-type': 'dags-only' });
    expect(first).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expectHarmless(first);
    const { 'deployment-id': id = '' } = first.outputs;
    expect(await world.astro.archive(id)).toContainEqual(expect.objectContaining({ name: file }));

    await world.step(event, { 'deploy-type': 'image-and-dags' });
    const next = world.commit(evil, { [file]: 'x = 2\n' });
    const second = await world.step(pullRequest('synchronize', branch, next), { description: evil });
    expect(second.outputs).toMatchObject({ 'deploy-type': 'dags-only' });
    expectHarmless(second);
    expect(second.outputs['reason']).not.toContain('\n');
    expect(world.astro.deploys(id).at(-1)?.description).toMatch(/^x\n\.::set-output name=result::owned\n/);
  });

  test('a subject that is long and full of commands still fits into the deploy history', async () => {
    world.astro.addDeployment({ name: 'etl-prod' });
    const sha = world.commit('##[x]'.repeat(120), { 'dags/a.py': 'a = 1\n' });
    const result = await world.step(push('main', sha), { 'deploy-type': 'dags-only' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed' } });
    expectHarmless(result);
  });

  test.each(['', '\u200b', '\u0007'])(
    'a commit subject cannot forge the line that records the head of a pull request (%j) [F-23]',
    async (gap) => {
      const { id } = world.astro.addDeployment({ name: 'etl-prod' });
      const sha = world.commit(`[astro-branch-deploy ${gap}head=${'a'.repeat(40)}]`, { 'dags/a.py': 'a = 1\n' });
      await world.step(push('main', sha), { 'deploy-type': 'dags-only' });
      expect(world.astro.deploys(id)).toHaveLength(1);
      expect(world.astro.deploys(id)[0]?.description ?? '').not.toContain('[astro-branch-deploy head=');
    },
  );

  test('a template cannot forge the mark, take the name, or speak for the branch [T-12]', async () => {
    world.project.git('checkout', '--quiet', '-b', 'feature/x');
    const forged = '[astro-branch-deploy v1 repo=1 ref=refs/heads/main project=. name=00000000]';
    const sha = world.commit('x', {
      '.astro/preview.yaml': sampleTemplate
        .replace('name: ""', 'name: etl-prod')
        .replace('description: Preview of a branch', `description: "mine\\n${forged}\\n::error::x"`),
    });
    const result = await world.step(pullRequest('opened', 'feature/x', sha), { 'deploy-type': 'dags-only' });
    expectHarmless(result);
    const [preview] = world.astro.deployments();
    expect(preview?.name).toBe(result.outputs['deployment-name']);
    expect(preview?.name).not.toBe('etl-prod');
    expect(preview?.description).not.toContain('repo=1 ');
    expect(preview?.description).toMatch(/\[astro-branch-deploy v1 repo=1296269 ref=refs\/heads\/feature\/x [^\]]*\]$/);

    const claims = world.commit('x', {
      '.astro/preview.yaml': sampleTemplate.replace('key: STAGE', 'key: ASTRO_BRANCH'),
    });
    expect(await world.step(pullRequest('synchronize', 'feature/x', claims))).toMatchObject({ code: 1, requests: [] });
  });

  test('a template’s errors quote it harmlessly', async () => {
    world.project.git('checkout', '--quiet', '-b', 'feature/x');
    const sha = world.commit('x', {
      '.astro/preview.yaml': sampleTemplate.replace('executor: CELERY', `executor: ${JSON.stringify(evil)}`),
    });
    const result = await world.step(pullRequest('opened', 'feature/x', sha));
    expect(result).toMatchObject({ code: 1, requests: [] });
    expectHarmless(result);
  });

  test('so do the errors of wrong inputs', async () => {
    const result = await world.step(push('main', 'a'.repeat(40)), {
      action: evil,
      'deploy-type': evil,
      'wait-time': evil,
    });
    expect(result).toMatchObject({ code: 1, requests: [] });
    expectHarmless(result);
  });
});

describe('what others print and answer [T-04]', () => {
  test('a build', async () => {
    await world.end();
    world = await startWorld({ docker: { says: `\u001b[1mred\u001b[0m\r${evil}\n` } });
    world.astro.addDeployment({ name: 'etl-prod' });
    const result = await world.step(push('main', world.commit('x', { 'dags/a.py': 'a = 1\n' })));
    expect(result).toMatchObject({ code: 0, outputs: { 'deploy-type': 'image-and-dags' } });
    expect(result.log).toContain('set-output name=result::owned');
    expectHarmless(result);
  });

  test.each([400, 500])('Astro, in an error %s', async (status) => {
    world.astro.fault({
      operation: 'listDeployments',
      times: 9,
      mode: {
        status,
        body: JSON.stringify({
          message: evil,
          requestId: evil,
          statusCode: status,
          fieldErrors: [{ field: evil, code: evil, message: evil }],
        }),
      },
    });
    const result = await world.step(deletion('feature/x'), { 'wait-time': '1s' });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    expect(result.annotations).toHaveLength(1);
    expectHarmless(result);
  });

  test('Astro, in names and statuses', async () => {
    await world.end();
    const workspaces = [
      { id: 'cm0workspace0000000000000', name: evil },
      { id: 'cm0workspace0000000000001', name: 'Lab' },
    ];
    world = await startWorld({ workspaces });
    const several = await world.step(deletion('feature/x'));
    expect(several.code).toBe(1);
    expectHarmless(several);

    world.astro.addDeployment({ name: evil, status: 'UNHEALTHY', statusReason: evil });
    const inputs = { workspace: 'cm0workspace0000000000000' };
    const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
    const unknown = await world.step(push('main', sha), { ...inputs, 'deployment-name': 'etl-prod' });
    expect(unknown.annotations).toEqual([expect.stringContaining('It has: x .::set-output')]);
    expectHarmless(unknown);
  });

  test('Astro, in the id and the name of the Deployment that is deployed to', async () => {
    const { id } = world.astro.addDeployment({ name: evil });
    const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
    const result = await world.step(push('main', sha), { 'deployment-name': '', 'deployment-id': id });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'deployed', 'deployment-id': id } });
    expectHarmless(result);
  });
});

test('branches that look like others are others, and the default branch is none of them [T-08]', async () => {
  const branches = ['main\u00a0', '\ufeffmain', 'm\u0430in', 'main\u202e', 'MAIN', 'caf\u00e9', 'cafe\u0301'];
  const made = new Map<string, string>();
  const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
  for (const branch of branches) {
    world.github.branches.set(branch, sha);
    const result = await world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    made.set(branch, result.outputs['deployment-id'] ?? '');
  }
  expect(new Set(made.values()).size).toBe(branches.length);
  expect(new Set(world.astro.deployments().map(({ name }) => name)).size).toBe(branches.length);
  for (const branch of branches) {
    world.github.branches.delete(branch);
    const result = await world.step(deletion(branch), {}, { workspace: '/' });
    expect(result.outputs['deleted']).toBe(JSON.stringify([made.get(branch)]));
  }
  expect(world.astro.deployments()).toEqual([]);
});

test.each(['a#b', 'a%2Fb', '100%', "it's", 'a&b=c', 'ü/ö', '-rf'])(
  'the branch %j is asked for by its whole name before its preview is deleted [T-11]',
  async (branch) => {
    const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
    world.github.branches.set(branch, sha);
    await world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only' });
    expect(await world.step(deletion(branch), {}, { workspace: '/' })).toMatchObject({
      code: 0,
      outputs: { result: 'skipped', deleted: '[]' },
    });
    // Its neighbours exist; it does not.
    world.github.branches.delete(branch);
    for (const near of ['a', 'a/b', '100', 'it', 'rf']) world.github.branches.set(near, sha);
    expect(await world.step(deletion(branch), {}, { workspace: '/' })).toMatchObject({
      code: 0,
      outputs: { result: 'deleted' },
    });
  },
);

test('a branch name as long as git takes them', async () => {
  const branch = `${'long/'.repeat(38)}${'ü'.repeat(20)}`;
  const sha = world.commit('x', { 'dags/a.py': 'a = 1\n' });
  world.github.branches.set(branch, sha);
  const result = await world.step(pullRequest('opened', branch, sha), { 'deploy-type': 'dags-only' });
  expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
  expect(result.outputs['deployment-name']?.length).toBeLessThan(100);
  world.github.branches.delete(branch);
  expect(await world.step(deletion(branch), {}, { workspace: '/' })).toMatchObject({ outputs: { result: 'deleted' } });
});
