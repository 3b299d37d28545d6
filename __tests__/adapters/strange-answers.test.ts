import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readDag, readDagRun, triggerDag } from '../../src/airflow/dag-runs.ts';
import { dagReader } from '../../src/airflow/dags.ts';
import { listImportErrors } from '../../src/airflow/import-errors.ts';
import { ApiError } from '../../src/core/errors.ts';
import { compareCommits, newestOpenPullRequest, openPullRequests } from '../../src/github/branches.ts';
import { connectGitHub } from '../../src/github/client.ts';
import { putComment } from '../../src/github/comment.ts';
import { reportDeployment, deactivateEnvironment } from '../../src/github/deployments.ts';
import { createLog } from '../../src/runner/log.ts';
import type { GitHubClient } from '../../src/github/types.ts';
import { createAgents } from '../../src/http/agents.ts';

/** What every request is answered. */
const answer = { body: '' };
let server: Server;
let address: string;
const agents = createAgents();
beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  agents.http.destroy();
  server.close();
  server.closeAllConnections();
});

const airflow = () => ({
  root: new URL(address),
  version: 'v2' as const,
  client: {
    url: new URL(address),
    token: 't',
    agents,
    signal: new AbortController().signal,
    log: createLog(),
    remaining: () => Infinity,
    pause: () => Promise.resolve(),
  },
});

describe('an answer of Airflow of another shape is an error that says what it lacks [I10]', () => {
  const reads = {
    'the DAGs': () => dagReader(airflow())(0),
    'one DAG': () => readDag(airflow(), 'a'),
    'a DAG run': () => readDagRun(airflow(), 'a', 'r'),
    'a started run': () => triggerDag(airflow(), 'a', new Date(0)),
    'import errors': () => listImportErrors(airflow()),
  };
  test.each<[keyof typeof reads, string, string]>([
    ['the DAGs', '{}', 'lacks `dags`'],
    ['the DAGs', '[]', 'lacks `dags`'],
    ['one DAG', '{}', 'lacks `dag_id`'],
    ['one DAG', '', 'lacks `dag_id`'],
    ['one DAG', 'null', 'lacks `dag_id`'],
    ['a DAG run', '{}', 'lacks `state`'],
    ['a started run', '{}', 'lacks `dag_run_id`'],
    ['import errors', '{"import_errors":[{}]}', 'lacks `import_error_id`'],
    ['import errors', '{"import_errors":[null]}', 'lacks `import_error_id`'],
    ['import errors', '{"import_errors":{}}', 'holds no list of import_errors'],
  ])('%s: %s', async (what, body, words) => {
    answer.body = body;
    const error = await reads[what]().then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).message).toContain(`Airflow's answer ${words}`);
    expect((error as ApiError).advice).toContain('un the job again.');
  });
});

describe('an answer of GitHub of another shape is none, and says what it lacks [I10]', () => {
  const github = async (): Promise<GitHubClient | undefined> =>
    connectGitHub('t', address, { id: 7, owner: 'acme', name: 'etl' });
  const reads = {
    'pull requests': async () => openPullRequests(await github(), 'x'),
    'the newest pull request': async () => newestOpenPullRequest(await github(), 'x'),
    'a comparison': async () => compareCommits(await github(), 'a', 'b'),
    comments: async () =>
      putComment(
        (await github()) as GitHubClient,
        { pullRequest: 1, marker: '<!-- m -->', body: 'b' },
        { createWhenMissing: true },
      ),
    'GitHub Deployments': async () => deactivateEnvironment((await github()) as GitHubClient, { environment: 'e' }),
  };
  test.each<[keyof typeof reads, string, string]>([
    ['pull requests', '[{}]', 'lacks `number`, `head`'],
    ['pull requests', '[null]', 'lacks `number`, `head`'],
    ['the newest pull request', '[{"number":1}]', 'lacks `head`'],
    ['a comparison', '{"merge_base_commit":{"sha":"a"},"files":[{}]}', 'lacks `filename`'],
    ['comments', '[{}]', 'lacks `id`'],
    ['GitHub Deployments', '[7]', 'lacks `id`'],
  ])('%s: %s', async (what, body, words) => {
    answer.body = body;
    expect(await reads[what]()).toMatchObject({ why: expect.stringContaining(`GitHub's answer ${words}`) });
  });

  test('what a write is answered matters as far as it is used', async () => {
    answer.body = '[]';
    expect(await reportDeployment((await github()) as GitHubClient, 1, { state: 'success' })).toEqual({
      kind: 'reported',
    });
  });
});
