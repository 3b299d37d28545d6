import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noConfig, type Config } from '../../src/core/config/config.ts';
import { readIntent } from '../../src/core/intent/event-table.ts';
import type { RunRequest } from '../../src/core/intent/types.ts';
import { readEvent } from '../../src/runner/read-event.ts';

type Payload = Record<string, unknown>;
const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
const examples = JSON.parse(readFileSync(file, 'utf8')) as { name: string; examples: Payload[] }[];
const of = (name: string): Payload[] => examples.find((event) => event.name === name)?.examples ?? [];

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'event-'));
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

function read(name: string, payload: unknown, env: Record<string, string> = {}) {
  const path = join(home, 'event.json');
  writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload));
  return readEvent({
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: path,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: 's',
    ...env,
  });
}

const auto: RunRequest = { action: 'auto', config: noConfig };

/** What the auto action makes of a payload: the intent's kind, or the error. */
function outcome(name: string, payload: Payload, config: Config = noConfig): string {
  try {
    const intent = readIntent(read(name, payload), { ...auto, config, target: { by: 'name', name: 'etl-prod' } });
    return intent.kind === 'skip' ? `skip: ${intent.why}` : intent.kind;
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

describe('GitHub’s own example payloads', () => {
  test.each([
    'pull_request',
    'push',
    'create',
    'delete',
    'workflow_dispatch',
    'repository_dispatch',
    'merge_group',
    'workflow_run',
  ])('every %s example is read, and none fails', (name) => {
    const payloads = of(name);
    expect(payloads.length).toBeGreaterThan(0);
    for (const payload of payloads) {
      const event = read(name, payload);
      expect(event.repository.id).toBe((payload['repository'] as { id: number }).id);
      // The workflow_run examples without a head repository of ours are refused on purpose.
      expect(outcome(name, payload)).not.toMatch(/^error: (?!A `workflow_run` run for a fork)/);
    }
  });

  test('what a pull request asks for, action by action', () => {
    const table = of('pull_request').map(
      (payload) => `${String(payload['action'])}: ${outcome('pull_request', payload)}`,
    );
    expect([...new Set(table)].sort()).toMatchInlineSnapshot(`
     [
       "assigned: ensure-preview",
       "closed: remove-preview",
       "converted_to_draft: ensure-preview",
       "labeled: ensure-preview",
       "locked: ensure-preview",
       "opened: ensure-preview",
       "ready_for_review: ensure-preview",
       "reopened: ensure-preview",
       "review_request_removed: ensure-preview",
       "review_requested: ensure-preview",
       "synchronize: ensure-preview",
       "unassigned: ensure-preview",
       "unlabeled: ensure-preview",
       "unlocked: ensure-preview",
     ]
    `);
  });

  const opened = of('pull_request').find((payload) => payload['action'] === 'opened') ?? {};
  const pull = opened['pull_request'] as { head: Payload; base: Payload };
  const patched = (head: Payload | null, more: Payload = {}): Payload => ({
    ...opened,
    ...more,
    pull_request: { ...pull, ...(more['pull_request'] as Payload | undefined), head: { ...pull.head, repo: head } },
  });

  test.each([
    ['of this repository', opened['repository'] as Payload, 'ensure-preview'],
    [
      'of a fork [T-01]',
      { id: 1 },
      'skip: The pull request comes from a fork: its runs get no secrets, so there is no preview for it.',
    ],
    [
      'of a fork that was deleted [T-01]',
      null,
      'skip: The pull request comes from a fork: its runs get no secrets, so there is no preview for it.',
    ],
  ])('a pull request %s', (_, head, expected) => {
    expect(outcome('pull_request', patched(head))).toBe(expected);
  });

  test('a merged one names its own branch, whatever GITHUB_REF says [T-09]', () => {
    const merged = patched(opened['repository'] as Payload, { action: 'closed', pull_request: { merged: true } });
    expect(readIntent(read('pull_request', merged), auto)).toMatchObject({
      kind: 'remove-preview',
      branch: { name: pull.head['ref'] },
    });
    expect(read('pull_request', merged).pullRequest).toMatchObject({ merged: true, labels: [] });
  });

  test('a deleted branch is the one of the payload', () => {
    const [payload = {}] = of('delete');
    const branch = { ...payload, ref: 'feature/é', ref_type: 'branch' };
    expect(readIntent(read('delete', branch), auto)).toMatchObject({
      kind: 'remove-preview',
      branch: { ref: 'refs/heads/feature/é' },
    });
  });

  test('a push from commit to commit, and one that deletes [F-22]', () => {
    const payload = {
      ...of('push')[0],
      ref: 'refs/heads/master',
      before: 'a'.repeat(40),
      after: 'b'.repeat(40),
      deleted: false,
      created: false,
    };
    expect(readIntent(read('push', payload), { ...auto, target: { by: 'id', id: 'x' } })).toMatchObject({
      kind: 'deploy',
      head: 'b'.repeat(40),
    });
    expect(outcome('push', { ...payload, deleted: true })).toContain('skip: This push deleted the branch');
  });
});

describe('labels', () => {
  const config: Config = { ...noConfig, preview: { ...noConfig.preview, label: 'preview' } };
  const [labeled = {}] = of('pull_request').filter((payload) => payload['action'] === 'labeled');
  const own = labeled['repository'];
  const pull = labeled['pull_request'] as { head: Payload };
  const payload = (action: string, label: string, labels: readonly string[]): Payload => ({
    ...labeled,
    action,
    label: { name: label },
    pull_request: { ...pull, head: { ...pull.head, repo: own }, labels: labels.map((name) => ({ name })) },
  });

  test.each([
    ['labeled', 'preview', ['preview'], 'ensure-preview'],
    ['labeled', 'x', ['preview', 'x'], 'ensure-preview'],
    ['unlabeled', 'preview', [], 'remove-preview'],
    ['unlabeled', 'x', ['preview'], 'ensure-preview'],
  ])('%s with %s, so that %j are there: %s', (action, label, labels, expected) => {
    expect(outcome('pull_request', payload(action, label, labels), config)).toBe(expected);
  });
});

describe('a dispatch from outside', () => {
  const [example = {}] = of('repository_dispatch');
  const dispatch = (payload: unknown) => read('repository_dispatch', { ...example, client_payload: payload }).dispatch;

  test.each([
    [
      { deployment: 'etl-prod', 'deploy-type': 'dags-only' },
      { deployment: 'etl-prod', deployType: 'dags-only' },
    ],
    [{ deployment: 'etl-prod', more: { unit: false } }, { deployment: 'etl-prod' }],
    [{ 'deploy-type': 'a\n::error::b' }, { deployType: 'a\n::error::b' }],
    [{}, {}],
    [null, {}],
    ['deployment', {}],
    [[{ deployment: 'etl-prod' }], {}],
  ])('of %j is read as %j', (payload, expected) => {
    expect(dispatch(payload)).toEqual(expected);
  });
  test.each([{ deployment: '' }, { deployment: 4 }, { deployment: 'etl-prod', 'deploy-type': ['infer'] }])(
    'of %j is refused: it would go to another Deployment than the one that is meant',
    (payload) => {
      expect(() => dispatch(payload)).toThrow(/in the `client_payload` of this dispatch must be a text/);
    },
  );
  test('is no other event, whatever it carries', () => {
    expect(read('push', { ...example, client_payload: { deployment: 'x' } })).not.toHaveProperty('dispatch');
  });
  test('deploys to the Deployment that it names, what it asks for', () => {
    const event = read('repository_dispatch', {
      ...example,
      client_payload: { deployment: 'etl-dev', 'deploy-type': 'dags-only' },
    });
    expect(readIntent(event, { ...auto, target: { by: 'name', name: 'etl-prod' } })).toMatchObject({
      kind: 'deploy',
      target: { by: 'name', name: 'etl-dev' },
      deployType: 'dags-only',
      dispatched: true,
    });
  });
});

describe('what may be missing', () => {
  test('the payload’s repository: GITHUB_* has it, too [F-26]', () => {
    const event = read(
      'schedule',
      {},
      {
        GITHUB_REPOSITORY: 'acme/etl',
        GITHUB_REPOSITORY_ID: '7',
        GITHUB_RUN_ID: '9',
        GITHUB_RUN_ATTEMPT: '2',
        GITHUB_ACTOR: 'octocat',
        GITHUB_SERVER_URL: 'https://git.acme.example',
      },
    );
    expect(event).toEqual({
      name: 'schedule',
      repository: { id: 7, owner: 'acme', name: 'etl' },
      ref: 'refs/heads/main',
      sha: 's',
      actor: 'octocat',
      runAttempt: 2,
      runUrl: 'https://git.acme.example/acme/etl/actions/runs/9',
    });
  });

  test('members of the pull request', () => {
    const event = read('pull_request', {
      repository: { id: 7, full_name: 'a/b' },
      number: 3,
      pull_request: { labels: [{ name: 'x' }, 4] },
    });
    expect(event.pullRequest).toEqual({
      number: 3,
      headRef: '',
      headSha: '',
      headRepositoryId: null,
      baseRef: '',
      merged: false,
      labels: ['x'],
    });
    expect(
      read('pull_request', { repository: { id: 7, full_name: 'a/b' }, pull_request: {} }).pullRequest,
    ).toMatchObject({ number: 0, labels: [] });
  });

  test.each([
    ['no repository', 'push', {}, 'does not name the repository'],
    ['no JSON', 'push', '{', 'cannot be read'],
  ])('%s is an error', (_, name, payload, message) => {
    expect(() => read(name, payload)).toThrow(message);
  });

  test('outside of a run it says so', () => {
    expect(() => readEvent({})).toThrow('runs as a step of a GitHub Actions workflow');
    expect(() => readEvent({ GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: '/nowhere' })).toThrow('cannot be read');
  });
});
