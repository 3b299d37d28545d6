import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { deletion, pullRequest, push } from '../../sandbox/events.ts';
import { sampleTemplate } from '../../sandbox/project.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let sha: string;
beforeEach(async () => {
  world = await startWorld();
  world.project.git('checkout', '--quiet', '-b', 'feature/x');
  sha = world.commit('x', { 'dags/x.py': '1\n' });
});
afterEach(async () => {
  expect(world.astro.violations).toEqual([]);
  await world.end();
});

describe('runs without secrets, and runs that must not have them', () => {
  test.each([
    ['a fork', 999],
    ['a fork that was deleted', null],
  ])('pull_request of %s: skipped, no request, no process [T-01]', async (_, headRepositoryId) => {
    const result = await world.step(pullRequest('opened', 'feature/x', sha, { headRepositoryId }), {
      'astro-api-token': '',
    });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'skipped' }, requests: [] });
    expect(result.annotations).toEqual([
      'notice: The pull request comes from a fork: its runs get no secrets, so there is no preview for it.',
    ]);
    expect(world.docker.calls()).toEqual([]);
  });

  test.each(['pull_request_target', 'workflow_run'])('%s of a fork: refused, no request [T-01]', async (event) => {
    const payload =
      event === 'workflow_run'
        ? {
            action: 'completed',
            workflow_run: { head_repository: { id: 999 } },
            repository: { id: 1296269, full_name: 'acme/etl', default_branch: 'main' },
          }
        : undefined;
    const fork = pullRequest('opened', 'feature/x', sha, { headRepositoryId: 999 });
    const result = await world.step({ ...fork, event, ...(payload && { payload }) });
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' }, requests: [] });
  });

  test('pull_request_target of this repository deploys the head, never the default branch that it checks out', async () => {
    const event = { ...pullRequest('opened', 'feature/x', sha), event: 'pull_request_target' };
    world.project.git('checkout', '--quiet', 'main');
    expect(await world.step(event)).toMatchObject({ code: 1, requests: [] });
    world.project.git('checkout', '--quiet', 'feature/x');
    expect(await world.step(event, { 'deploy-type': 'dags-only' })).toMatchObject({
      code: 0,
      outputs: { result: 'created' },
    });
  });

  test.each(['', ' ', '\n'])('Dependabot with the token %j is skipped, anybody else is told [T-02]', async (token) => {
    const event = pullRequest('opened', 'feature/x', sha);
    const bot = await world.step(event, { 'astro-api-token': token }, { env: { GITHUB_ACTOR: 'dependabot[bot]' } });
    expect(bot).toMatchObject({ code: 0, outputs: { result: 'skipped' }, requests: [] });
    const person = await world.step(event, { 'astro-api-token': token });
    expect(person).toMatchObject({
      code: 1,
      requests: [],
      annotations: [expect.stringContaining('There is no Astro API token')],
    });
  });

  test('the token may come from the environment', async () => {
    const result = await world.step(
      deletion('feature/y'),
      { 'astro-api-token': '' },
      { env: { ASTRO_API_TOKEN: 'from-the-environment' } },
    );
    expect(result).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
  });
});

describe('what the inputs and files alone show is refused before any request', () => {
  test.each([
    [
      { action: 'destroy' },
      '`action`: `destroy` is not one of auto, deploy, create-deployment-preview, deploy-deployment-preview, delete-deployment-preview, sweep, promote, migrate, export-template.',
    ],
    [
      { 'deploy-type': 'dags' },
      '`deploy-type`: `dags` is not one of infer, dags-only, image-and-dags, image-only, dbt.',
    ],
    [
      { 'deployment-name': 'etl-prod', 'deployment-id': 'cm1' },
      '`deployment-name` and `deployment-id` are both given: leave one of them out.',
    ],
    [{ 'deployment-name': '', 'deployment-id': 'a/../b' }, '`deployment-id`: `a/../b` is not an Astro id'],
    [{ 'deployment-name': '', 'deployment-id': 'etl-prod' }, 'If it is the name, give it as `deployment-name`.'],
    [{ 'wait-time': 'soon' }, '`wait-time`: `soon` is not a duration like 300s, 5m or 1h.'],
    [{ 'wait-time': '0s' }, '`wait-time`: `0s` is not a duration'],
    [{ wait: 'yes' }, '`wait`: `yes` is not true or false.'],
    [{ 'dry-run': '1' }, '`dry-run`: `1` is not true or false.'],
    [{ 'root-folder': '../other' }, '`root-folder`: `../other` is outside the workspace.'],
    [{ template: '../../etc/passwd' }, '`template`: `../../etc/passwd` is outside the workspace.'],
    [{ 'astro-api-url': 'http://api.astronomer.io/v1' }, 'astro-api-url: only https is allowed'],
    [{ 'image-name': 'x', 'build-args': 'A=b' }, '`build-args` and `image-name` contradict each other'],
    [
      { 'image-name': 'x', 'deploy-type': 'dags-only' },
      '`image-name` and `deploy-type: dags-only` contradict each other',
    ],
    [{ 'cache-to': 'x', 'deploy-type': 'dags-only' }, '`cache-to` and `deploy-type: dags-only` contradict each other'],
    [{ objects: 'connection:a' }, '`objects` only means something with `action: promote` or `action: migrate`.'],
    [{ 'delete-source': 'true' }, '`delete-source` only means something with `action: promote` or `action: migrate`.'],
    [{ action: 'promote', objects: 'conection:a' }, 'did you mean `connection:a`?'],
    [{ action: 'promote', 'deployment-name': '' }, '`action: promote` needs `deployment-name` or `deployment-id`'],
    [{ action: 'migrate', 'deployment-name': '' }, '`action: migrate` needs `deployment-name` or `deployment-id`'],
    [
      { action: 'export-template', 'deployment-name': 'etl-prod', template: '' },
      '`action: export-template` needs `template`',
    ],
    [{ 'copy-pools': 'true', 'deployment-name': '' }, '`copy-pools` need `deployment-name` or `deployment-id`'],
    [{ 'copy-connections': 'perhaps' }, '`copy-connections`: `perhaps` is not true or false.'],
    [{ 'mount-path': '/x' }, '`mount-path` only means something with `deploy-type: dbt`.'],
    [{ ttl: 'a week' }, '`ttl`: `a week` is not a duration like 7d, 12h or 90m.'],
    [{ 'max-previews': '0' }, '`max-previews`: `0` is not a number from 1 to 9999.'],
    [{ 'max-deletions': 'all' }, '`max-deletions`: `all` is not a number from 1 to 9999.'],
    [{ 'verify-dags': 'yes' }, '`verify-dags`: `yes` is not one of off, warn, fail.'],
    [{ 'run-dags': 'a b' }, '`run-dags`: `a b` is not the id of a DAG'],
    [{ 'config-ref': 'a..b' }, '`config-ref`: `a..b` is not the name of a branch, a tag or a commit.'],
    [{ 'config-ref': '--upload-pack=x' }, '`config-ref`: `--upload-pack=x` is not the name of a branch'],
    [{ config: '.astro/none.yaml' }, '`config`: there is no file `.astro/none.yaml`'],
    [{ config: '../x.yaml' }, '`config`: `../x.yaml` is outside the workspace.'],
    [{ adopt: 'my preview' }, '`adopt`: `my preview` is not an Astro id'],
    [{ 'pytest-file': '--cov' }, '`pytest-file`: `--cov` is not a file or folder of the project'],
    [{ 'preview-name': 'x'.repeat(501) }, '`preview-name` is longer than the 500 characters'],
    [{ 'root-folder': 'astro' }, 'There is no folder `astro` in the workspace'],
    [{ template: '', 'deployment-name': '' }, 'neither the input `template` nor `preview.template`'],
    [{ 'deployement-name': 'etl-prod' }, 'There is no input `deployement-name`. Did you mean `deployment-name`?'],
    [{ deployment_name: 'etl-prod' }, 'There is no input `deployment_name`. Did you mean `deployment-name`?'],
    [{ 'dag-folder': 'dags' }, 'There is no input `dag-folder`. Use `dags-folder`.'],
    [{ 'dag-deploy-enabled': 'true' }, 'There is no input `dag-deploy-enabled`. Remove it: whether DAG deploys are on'],
    [
      { 'slack-channel': 'x' },
      'There is no input `slack-channel`. Remove it from `with:`; action.yml lists the inputs.',
    ],
    [{ template: '.astro/other.yaml' }, '`template`: there is no file `.astro/other.yaml` in the checkout.'],
  ])('%j', async (inputs, message) => {
    const result = await world.step(pullRequest('opened', 'feature/x', sha), inputs);
    expect(result).toMatchObject({ code: 1, outputs: { result: 'failed' }, requests: [] });
    expect(result.annotations.join('\n')).toContain(message);
  });

  test('all wrong inputs are told at once', async () => {
    const result = await world.step(pullRequest('opened', 'feature/x', sha), {
      action: 'x',
      'deploy-type': 'y',
      wait: 'z',
    });
    expect(result.annotations).toHaveLength(3);
  });

  test('a variable INPUT_* of the job’s own env that resembles no input is only a warning', async () => {
    const result = await world.step(deletion('feature/y'), {}, { env: { INPUT_MY_DATA_DIR: '/data' } });
    expect(result).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
    expect(result.annotations.join('\n')).toContain('The environment variable `INPUT_MY_DATA_DIR` is ignored');
  });

  test('defect 41: inputs that are explicitly empty count as not given', async () => {
    const empty = Object.fromEntries(
      [
        'action',
        'deploy-type',
        'dags-folder',
        'wait',
        'force',
        'image-name',
        'build-secrets',
        'wait-time',
        'root-folder',
        'dry-run',
        'description',
      ].map((name) => [name, '']),
    );
    expect(await world.step(deletion('feature/y'), empty)).toMatchObject({ code: 0, outputs: { result: 'nothing' } });
  });

  test('switched-off certificate checks are refused [T-20]', async () => {
    const result = await world.step(push('main', sha), {}, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations.join()).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0');
  });

  test('an expired token is told without a request', async () => {
    const token = `x.${Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url')}.x`;
    const result = await world.step(deletion('feature/y'), { 'astro-api-token': token });
    expect(result).toMatchObject({
      code: 1,
      requests: [],
      annotations: [expect.stringContaining('expired on 2023-11-14')],
    });
  });

  test('every wrong value of a template is told at its place [R-24]', async () => {
    const template = sampleTemplate
      .replace('executor: CELERY', 'executor: LOCAL')
      .replace('is_high_availability: false', 'is_high_availability: maybe')
      .replace('scheduler_size', 'schedular_size')
      .replace('key: STAGE', 'key: AIRFLOW_HOME');
    const commit = world.commit('bad template', { '.astro/preview.yaml': template });
    const result = await world.step(pullRequest('synchronize', 'feature/x', commit));
    expect(result).toMatchObject({ code: 1, requests: [] });
    expect(result.annotations).toMatchInlineSnapshot(`
     [
       "error .astro/preview.yaml:12:5: unknown key \`schedular_size\` in configuration, did you mean \`scheduler_size\`?",
       "error .astro/preview.yaml:15:15: \`executor\`: \`LOCAL\` is not one of CELERY, KUBERNETES, ASTRO",
       "error .astro/preview.yaml:13:27: \`is_high_availability\` must be true or false, not \`maybe\`",
       "error .astro/preview.yaml:4:12: \`AIRFLOW_HOME\` belongs to Astro: setting it breaks a Deployment in ways that are hard to see",
     ]
    `);
  });

  test('a template that is a link is not followed [T-21]', async () => {
    symlinkSync('/proc/self/environ', join(world.project.folder, '.astro/link.yaml'));
    const result = await world.step(pullRequest('opened', 'feature/x', sha), { template: '.astro/link.yaml' });
    expect(result).toMatchObject({
      code: 1,
      requests: [],
      annotations: [expect.stringContaining('`.astro/link.yaml` cannot be read: it is a link')],
    });
    expect(result.log).not.toContain('INPUT_');
  });
});

test('names that only Astro can resolve are refused before the first write, at their place', async () => {
  const commit = world.commit('other workspace', {
    '.astro/preview.yaml': sampleTemplate.replace('workspace_name: Data', 'workspace_name: Dada'),
  });
  const result = await world.step(pullRequest('synchronize', 'feature/x', commit));
  expect(result).toMatchObject({
    code: 1,
    annotations: [
      'error .astro/preview.yaml:16:21: there is no Workspace `Dada`, did you mean `Data`? The API token sees: Data',
    ],
  });
  expect(result.requests.filter((request) => !request.includes(' GET '))).toEqual([]);
});

test('several Workspaces and none given: an error that lists them', async () => {
  await world.end();
  world = await startWorld({
    workspaces: [
      { id: 'cm0workspace0000000000000', name: 'Data' },
      { id: 'cm0workspace0000000000001', name: 'Lab' },
    ],
  });
  const result = await world.step(deletion('feature/x'));
  expect(result.annotations).toEqual([
    'error: The API token sees 2 Workspaces: say which one with `workspace`. Data (cm0workspace0000000000000), Lab (cm0workspace0000000000001)',
  ]);
  expect(await world.step(deletion('feature/x'), { workspace: 'cm0workspace0000000000001' })).toMatchObject({
    code: 0,
  });
});
