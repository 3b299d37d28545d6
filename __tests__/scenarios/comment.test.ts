import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { creation, deletion, pullRequest, push, schedule } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { githubViolations } from '../parts/github-contract.ts';
import { githubToken, startWorld, token, type Told, type World } from './world.ts';

const branch = 'feature/login';
let world: World;
let sha: string;
beforeEach(async () => {
  world = await startWorld();
  sha = commitOn(branch, { 'dags/login.py': 'x = 1\n' });
  world.github.pullRequests.push({ number: 42, branch, commit: sha, state: 'open' });
});
afterEach(async () => {
  await world.end();
  expect(world.astro.violations).toEqual([]);
  expect(githubViolations(world.github.requests)).toEqual([]);
});

const commitOn = (name: string, files: Readonly<Record<string, string>>): string => {
  world.project.git('checkout', '--quiet', '-B', name);
  return world.commit(`Work on ${name}`, files);
};
const loud = { comment: 'true', 'deploy-type': 'dags-only' };
const nowhere = { workspace: '/' };
const opened = (inputs = {}): Promise<Told> => world.step(pullRequest('opened', branch, sha), { ...loud, ...inputs });
const writes = (result: Told): string[] =>
  result.requests.filter((request) => /^GitHub (?!GET )/.test(request) && !request.includes('/graphql'));
const bodies = (): string[] => world.github.comments.map(({ body }) => body);
/** What the comment says of the preview: `live`, `failed` and so on. */
const states = (): string[] => bodies().map((body) => /^### \S+ Astro preview.*: ([a-z ]+)$/m.exec(body)?.[1] ?? body);
/** Looks at the comments whenever one of these requests reaches Astro. */
const lookAt = (...operations: string[]): string[][] => {
  const seen: string[][] = [];
  world.astro.onRequest = ({ operation }) => {
    if (operations.includes(operation)) seen.push(states());
  };
  return seen;
};
const ageOf = (id: string, hours: number): void => {
  const then = new Date(Date.now() - hours * 3_600_000).toISOString();
  world.astro.change(id, { createdAt: then, updatedAt: then });
};

describe('one comment over the life of a pull request', () => {
  test('creating, live, failed, live, removed: always the same comment', async () => {
    const moments = lookAt('createDeployment', 'finalizeDeploy');
    const first = await opened();
    expect(first).toMatchObject({ code: 0, annotations: [] });
    expect(moments).toEqual([['creating'], ['creating']]);
    expect(states()).toEqual(['live']);
    expect(bodies()[0]).toContain(`[Astro](${first.outputs['deployment-url'] ?? ''})`);
    expect(bodies()[0]).toContain('**[Open Airflow](https://');
    expect(bodies()[0]).toContain(
      `| Runs | [${sha.slice(0, 7)}](https://github.com/acme/etl/commit/${sha}) "Work on feature/login" |`,
    );
    expect(bodies()[0]).toContain('| Sleeps | from 20:00 until 07:00 Mon–Fri, UTC, wakes on push |');
    expect(bodies()[0]).toContain('first deploy');

    sha = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    const refusal = { status: 400, body: '{"message":"no room","requestId":"r-77","statusCode":400}' };
    world.astro.fault({ operation: 'finalizeDeploy', mode: refusal });
    const failed = await world.step(pullRequest('synchronize', branch, sha), loud);
    expect(failed.code).toBe(1);
    expect(states()).toEqual(['deploy failed']);
    expect(bodies()[0]).toMatch(/^\*\*.*no room/m);
    expect(bodies()[0]).toMatch(/^The preview still runs \[[0-9a-f]{7}\]\(/m);
    expect(bodies()[0]).toContain('[Re-run](');
    expect(bodies()[0]).toContain('https://github.com/acme/etl/actions/runs/1');

    await world.step(pullRequest('synchronize', branch, sha), loud);
    expect(states()).toEqual(['live']);

    world.github.pullRequests.splice(0, 1, { number: 42, branch, commit: sha, state: 'closed' });
    const seen = lookAt('deleteDeployment');
    const removed = await world.step(pullRequest('closed', branch, sha, { merged: true }), loud, nowhere);
    expect(removed).toMatchObject({ code: 0, outputs: { result: 'deleted' }, annotations: [] });
    expect(seen).toEqual([['live']]);
    expect(states()).toEqual(['removed']);
    expect(bodies()[0]).toMatch(/^The pull request of feature\/login was closed, .* UTC\. Reopen the pull request/m);
    expect(world.github.comments).toMatchObject([{ pullRequest: 42, user: { login: 'github-actions[bot]' } }]);
  });

  test('a run that changes nothing leaves the comment as it is, byte for byte', async () => {
    await opened();
    const [before] = bodies();
    const again = await opened();
    expect(again).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(writes(again)).toEqual([]);
    const readme = commitOn(branch, { 'README.md': '# new\n' });
    const other = await world.step(pullRequest('synchronize', branch, readme), loud);
    expect(other).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(writes(other)).toEqual([]);
    expect(bodies()).toEqual([before]);
  });

  test('a run that changes nothing mends a comment that tells something else', async () => {
    await opened();
    const [mine] = world.github.comments;
    if (mine) mine.body = mine.body.replace(': live', ': updating');
    expect(await opened()).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(states()).toEqual(['live']);
  });

  test('what is wrong with the template is refused before any network call, GitHub included', async () => {
    sha = commitOn(branch, { '.astro/preview.yaml': sampleTemplate.replace('scheduler_size', 'schedular_size') });
    const result = await opened();
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations.join()).toContain('schedular_size');
  });

  test('what only Astro can tell is told in the comment, before anything was made', async () => {
    sha = commitOn(branch, {
      '.astro/preview.yaml': sampleTemplate.replace('workspace_name: Data', 'workspace_name: Dato'),
    });
    const result = await opened();
    expect(result.code).toBe(1);
    expect(states()).toEqual(['failed']);
    expect(bodies()[0]).toContain('Dato');
    expect(world.astro.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('the same on GitHub Enterprise Server, whose API has other roots [R-38]', async () => {
    const env = { GITHUB_API_URL: `${world.github.url}/api/v3` };
    const first = await world.step(
      pullRequest('opened', branch, sha),
      { ...loud, 'github-deployments': 'true' },
      { env },
    );
    expect(first).toMatchObject({ code: 0, annotations: [] });
    await world.step(pullRequest('closed', branch, sha), { ...loud, 'github-deployments': 'true' }, { env });
    expect(world.github.comments).toHaveLength(1);
    expect(states()).toEqual(['removed']);
  });

  test('a branch that vanishes during the run: removed, and for that reason [R-12]', async () => {
    world.github.branches.set('main', 'd'.repeat(40));
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'finalizeDeploy') world.github.branches.delete(branch);
    };
    expect(await opened()).toMatchObject({ code: 0, outputs: { result: 'deleted' } });
    expect(states()).toEqual(['removed']);
    expect(bodies()[0]).toContain('vanished during a run');
    expect(bodies()[0]).not.toContain('first deploy');
  });

  test('an overtaken run says nothing: the comment is the newer run’s [R-11]', async () => {
    await opened();
    const [before] = bodies();
    world.github.branches.set(branch, 'f'.repeat(40));
    const stale = await opened();
    expect(stale).toMatchObject({ code: 0, outputs: { result: 'skipped' } });
    expect(stale.requests.filter((request) => request.includes('/comments'))).toEqual([]);
    expect(bodies()).toEqual([before]);
  });

  test('a preview that a sweep removes: its comment says so', async () => {
    const { outputs } = await opened({ 'github-deployments': 'true' });
    ageOf(outputs['deployment-id'] ?? '', 3);
    world.github.branches.set('main', sha);
    world.github.pullRequests.splice(0, 1, { number: 42, branch, commit: sha, state: 'closed' });
    const swept = await world.step(schedule(sha), { ...loud, 'github-deployments': 'true' }, nowhere);
    expect(swept).toMatchObject({
      code: 0,
      outputs: { result: 'swept', deleted: `["${outputs['deployment-id'] ?? ''}"]` },
    });
    expect(states()).toEqual(['removed']);
    expect(bodies()[0]).toContain('No open pull request');
    expect(world.github.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['inactive']);
  });

  test('`comment: false` asks GitHub for nothing', async () => {
    const result = await opened({ comment: 'false' });
    expect(result.requests.filter((request) => /comments|graphql/.test(request))).toEqual([]);
  });

  test('a dry run writes nothing at all to GitHub', async () => {
    const everything = { 'dry-run': 'true', 'github-deployments': 'true', comment: '' };
    expect(await opened(everything)).toMatchObject({ code: 0, outputs: { result: 'planned' } });
    sha = commitOn(branch, { '.astro/preview.yaml': 'deployment: [\n' });
    expect(await opened(everything)).toMatchObject({ code: 1, outputs: { result: 'failed' } });
    await world.step(pullRequest('closed', branch, sha), { ...loud, ...everything }, nowhere);
    expect(world.github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(world.github.comments).toEqual([]);
  });
});

describe('the plan of a dry run', () => {
  test('goes into the comment where `comment: true` asks for it, and nowhere else', async () => {
    const dry = { 'dry-run': 'true', 'github-deployments': 'true' };
    const planned = await opened(dry);
    expect(planned).toMatchObject({ code: 0, outputs: { result: 'planned' } });
    expect(states()).toEqual(['plan']);
    expect(bodies()[0]).toMatch(
      /^```diff\n\+ create etl-feature-login-[0-9a-f]{8}: .*\n\+ deploy dags-only: .*\n\nPlan: 1 to create, 0 to change, 0 to delete, 1 to deploy\.\n```$/m,
    );
    expect(planned.log.match(/\+ create etl-feature-login/g)).toHaveLength(1);
    expect(world.github.deployments).toEqual([]);
    expect(world.astro.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    await opened();
    expect(states()).toEqual(['live']);
    sha = commitOn(branch, {
      '.astro/preview.yaml': sampleTemplate.replace('executor: CELERY', 'executor: ASTRO'),
    });
    expect((await opened(dry)).summary).toMatch(/^~ executor: CELERY → ASTRO \(etl-feature-login-[0-9a-f]{8}\)$/m);
    await opened();
    expect(bodies()[0]).toContain('| Changed | `executor: CELERY → ASTRO` |');
    expect(bodies()[0]).not.toContain('| Deployed |');
    expect(bodies()[0]).toMatch(/^\| Runs \| \[/m);
  });
});

describe('whose comment it is [T-25]', () => {
  test('a stranger’s comment with our marker is left alone, before ours and after it', async () => {
    await opened();
    const marked = `${bodies()[0]?.split('\n')[0] ?? ''}\nsend your secrets here`;
    world.github.comments.length = 0;
    const stranger = { login: 'mallory', type: 'User' } as const;
    world.github.comments.push({ id: 1001, pullRequest: 42, user: stranger, body: marked });
    sha = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    await opened();
    world.github.comments.push({ id: 1900, pullRequest: 42, user: stranger, body: marked });
    sha = commitOn(branch, { 'dags/login.py': 'x = 3\n' });
    await opened();
    expect(world.github.comments.map(({ user, body }) => [user.login, body === marked])).toEqual([
      ['mallory', true],
      ['github-actions[bot]', false],
      ['mallory', true],
    ]);
  });

  test('another app’s comment with our marker is no more ours than a person’s', async () => {
    await opened();
    for (const comment of world.github.comments.splice(0))
      world.github.comments.push({
        ...comment,
        user: { login: 'other-app[bot]', type: 'Bot' },
        body: `${comment.body} `,
      });
    const [theirs] = bodies();
    await opened();
    expect(world.github.comments.map(({ user }) => user.login)).toEqual(['other-app[bot]', 'github-actions[bot]']);
    expect(bodies()[0]).toBe(theirs);
  });

  test('two projects of one repository have a comment each', async () => {
    const project = (folder: string) => ({
      [`${folder}/Dockerfile`]: 'FROM scratch\n',
      [`${folder}/dags/a.py`]: 'a = 1\n',
    });
    sha = commitOn(branch, { ...project('sales'), ...project('team-b') });
    for (const folder of ['sales', 'team-b', 'sales'])
      expect(await opened({ 'root-folder': folder })).toMatchObject({ code: 0 });
    expect(states()).toEqual(['live', 'live']);
    expect(new Set(bodies().map((body) => body.split('\n')[0])).size).toBe(2);
    await world.step(pullRequest('closed', branch, sha), { ...loud, 'root-folder': 'sales' }, nowhere);
    expect(states()).toEqual(['removed', 'live']);
  });
});

describe('GitHub does not do its part [R-30, T-26]', () => {
  const warnings = (result: Told): string[] => result.annotations.filter((one) => one.startsWith('warning'));

  test.each(['none', 'read'] as const)('`pull-requests: %s`: one warning, and the preview is there', async (level) => {
    world.github.permissions.pullRequests = level;
    const result = await opened();
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.annotations).toEqual([
      expect.stringMatching(/^warning: The pull request's comment .*`pull-requests: write` is needed/),
    ]);
    // What was refused once is not asked for again.
    expect(result.requests.filter((request) => /comments.* 403$/.test(request))).toHaveLength(1);
    expect(world.github.comments).toEqual([]);
  });

  test('no permission to find the pull request of a branch: one warning as well', async () => {
    world.github.permissions.pullRequests = 'none';
    const result = await world.step(push(branch, sha), {
      ...loud,
      action: 'create-deployment-preview',
      'deployment-name': '',
    });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(result.annotations).toEqual([expect.stringMatching(/^warning: The pull request's comment could not/)]);
  });

  test('a locked conversation, and no token at all: one warning', async () => {
    world.github.pullRequests.splice(0, 1, { number: 42, branch, commit: sha, state: 'open', locked: true });
    const locked = await opened();
    expect(locked).toMatchObject({ code: 0, outputs: { result: 'created' } });
    expect(warnings(locked)).toEqual([expect.stringContaining('issue is locked')]);
    const without = await opened({ 'github-token': '' });
    expect(without.code).toBe(0);
    expect(warnings(without)).toEqual([expect.stringContaining('there is no `github-token`')]);
  });

  test('GitHub is down after the deploy: a warning, and everything else as if it were not', async () => {
    world.astro.onRequest = ({ operation }) => {
      if (operation === 'finalizeDeploy') world.github.fail = { path: /comments|deployments/, status: 502 };
    };
    const result = await opened({ 'github-deployments': 'true' });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'created', 'deploy-type': 'dags-only' } });
    expect(warnings(result)).toEqual([expect.stringContaining('GitHub does not answer')]);
    expect(states()).toEqual(['creating']);

    // The next run finds nothing to do but to say so.
    world.github.fail = undefined;
    world.astro.onRequest = undefined;
    expect(await opened()).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(states()).toEqual(['live']);
  });

  test('the answer to the new comment is lost: there is one all the same', async () => {
    world.github.failNext({ path: /issues\/42\/comments/, method: 'POST', lost: true });
    expect(await opened()).toMatchObject({ code: 0, annotations: [] });
    expect(states()).toEqual(['live']);
  });
});

describe('what strangers and secrets can do in a comment [T-24, T-15]', () => {
  /** What GitHub takes for Markdown: everything outside of code spans (CommonMark, 6.1), without our own marker. */
  const outsideOfCode = (body: string): string =>
    body
      .split('\n')
      .slice(1)
      // Which deploy it tells of: an id of Astro and nothing else.
      .filter((line) => !/^<!-- runs \w+ -->$/.test(line))
      .map((line) => line.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '<code>'))
      .join('\n');

  test('a hostile branch, commit and file are text: no mention, image, HTML, link or row of their own', async () => {
    const hostile = 'x/`@acme/admins`|<img/src=x>|-->!(evil.example/b)\u202ee';
    world.project.git('checkout', '--quiet', '-b', hostile);
    sha = world.commit('`@acme/all` --> <script>alert(1)</script>\n\n### Astro preview: live', {
      'dags/`@acme/all`|<b>.py': 'x = 1\n',
    });
    const event = (): Promise<Told> => world.step(pullRequest('opened', hostile, sha), loud);
    expect(await event()).toMatchObject({ code: 0 });
    const check = (): void => {
      const [body = ''] = bodies();
      const plain = outsideOfCode(body);
      expect(plain).not.toMatch(/@(?!&#8203;)|!\[|<(?!code>|br>|\/?sub>)|-->|:\/\/evil|\u202e/);
      for (const row of plain.split('\n').filter((line) => line.startsWith('|')))
        expect(row.replaceAll('\\|', '').match(/\|/g)).toHaveLength(3);
      expect(body.match(/^### /gm)).toHaveLength(1);
    };
    check();
    sha = world.commit('Again', { 'dags/`@acme/all`|<b>.py': 'x = 2\n' });
    expect(await event()).toMatchObject({ code: 0, outputs: { 'deploy-type': 'dags-only' } });
    check();
    const refusal = {
      status: 400,
      body: '{"message":"![x](http://evil.example) `@acme/all` <b>","requestId":"r","statusCode":400}',
    };
    world.astro.fault({ operation: 'finalizeDeploy', mode: refusal });
    sha = world.commit('And again', { 'dags/`@acme/all`|<b>.py': 'x = 3\n' });
    expect(await event()).toMatchObject({ code: 1 });
    expect(states()).toEqual(['deploy failed']);
    check();
  });

  test('secrets never get into a comment, not even where Astro’s answer repeats one', async () => {
    const secret = 'template-secret-canary-51c0';
    sha = commitOn(branch, {
      '.astro/preview.yaml': sampleTemplate.replace(
        '  configuration:',
        `    - {key: PASSWORD, is_secret: true, value: ${secret}}\n  configuration:`,
      ),
    });
    const said = {
      message: `wrong: ${secret} ${token} ${Buffer.from(token).toString('base64')}`,
      requestId: 'r',
      statusCode: 400,
    };
    world.astro.fault({ operation: 'createDeploy', mode: { status: 400, body: JSON.stringify(said) } });
    expect(await opened({ 'github-deployments': 'true' })).toMatchObject({ code: 1 });
    await opened({ 'github-deployments': 'true' });
    const sent = JSON.stringify(world.github.requests.map(({ body }) => body));
    expect(sent).toContain(JSON.stringify('wrong: \\*\\*\\*').slice(1, -1));
    for (const canary of [secret, token, githubToken])
      for (const spelling of [canary, Buffer.from(canary).toString('base64').slice(0, 20)])
        expect(sent).not.toContain(spelling);
  });
});

describe('`preview.on: branch`: a push finds the pull request of its branch', () => {
  beforeEach(() => {
    sha = commitOn(branch, { '.astro/branch-deploy.yaml': 'preview: { template: .astro/preview.yaml, on: branch }\n' });
  });

  test('waiting for a push, updating, live, removed with the branch', async () => {
    world.github.pullRequests.length = 0;
    await world.step(push(branch, sha), loud);
    expect(world.github.comments).toEqual([]);

    world.github.pullRequests.push(
      { number: 40, branch, commit: sha, state: 'closed' },
      { number: 42, branch, commit: sha, state: 'open' },
      { number: 43, branch: 'other', commit: sha, state: 'open' },
    );
    await opened();
    expect(world.github.comments).toMatchObject([{ pullRequest: 42 }]);
    expect(states()).toEqual(['live']);

    const moments = lookAt('createDeploy');
    sha = commitOn(branch, { 'dags/login.py': 'x = 2\n' });
    await world.step(push(branch, sha), loud);
    expect(moments).toEqual([['updating']]);
    expect(states()).toEqual(['live']);
    const [before] = bodies();
    expect(writes(await opened())).toEqual([]);
    expect(bodies()).toEqual([before]);

    // Deleting the branch closes its pull request.
    world.github.branches.delete(branch);
    for (const pull of world.github.pullRequests) if (pull.branch === branch) pull.state = 'closed';
    await world.step(deletion(branch), loud);
    expect(states()).toEqual(['removed']);
    expect(world.github.comments).toMatchObject([{ pullRequest: 42 }]);
  });

  test('the pull request is opened before the preview is there: its push tells it', async () => {
    await opened();
    expect(states()).toEqual(['waiting for a push']);
    await world.step(creation(branch, sha), loud);
    expect(states()).toEqual(['live']);
  });
});
