import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { dockerignoreCases } from '../parts/dockerignore-cases.ts';
import { temporaryFolder } from '../parts/git-repository.ts';

/**
 * What BuildKit really does with the ignore files that the core's table is about. Needs root and a Docker engine of
 * Debian or Ubuntu (`apt-get install docker.io`), which it starts for itself; skipped without.
 */
const client = '/usr/bin/docker';
const engine = '/usr/sbin/dockerd';
const possible = process.getuid?.() === 0 && [client, engine].every(runnable) && existsSync('/usr/bin/containerd');
const withEngine = possible ? describe : describe.skip;

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

withEngine('what docker leaves out (needs root, docker.io and dockerd; skipped without)', () => {
  let base: { folder: string; remove: () => Promise<void> };
  let daemon: ChildProcess;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    base = await temporaryFolder();
    const socket = join(base.folder, 'd.sock');
    environment = {
      PATH: process.env['PATH'],
      HOME: base.folder,
      DOCKER_HOST: `unix://${socket}`,
      DOCKER_CONFIG: base.folder,
      DOCKER_BUILDKIT: '1',
    };
    const at = (name: string): string => join(base.folder, name);
    const offline = [
      '--iptables=false',
      '--ip-masq=false',
      '--ip-forward=false',
      '--userland-proxy=false',
      '--bridge=none',
    ];
    const own = [
      '--host',
      `unix://${socket}`,
      '--data-root',
      at('data'),
      '--exec-root',
      at('exec'),
      '--pidfile',
      at('pid'),
    ];
    daemon = spawn(engine, [...offline, ...own], { stdio: 'ignore' });
    await until(
      () => answers(socket),
      () => daemon.exitCode === null,
    );
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    if (daemon.exitCode === null) {
      daemon.kill('SIGTERM');
      await ended;
    }
    await base.remove();
  });

  test.each(dockerignoreCases)('$name', async ({ name, rules, kept, left }) => {
    const work = join(base.folder, 'work', String(dockerignoreCases.findIndex((one) => one.name === name)));
    for (const path of [...kept, ...left]) {
      await mkdir(dirname(join(work, 'context', path)), { recursive: true });
      await writeFile(join(work, 'context', path), 'x');
    }
    await writeFile(join(work, 'context/.dockerignore'), rules);
    await writeFile(join(work, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
    const output = ['--output', `type=local,dest=${join(work, 'out')}`];
    await promisify(execFile)(
      client,
      ['build', '--quiet', '--file', join(work, 'Dockerfile'), ...output, join(work, 'context')],
      { env: environment },
    );
    const entries = await readdir(join(work, 'out'), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(work, 'out').length + 1));
    expect(files.filter((file) => file !== '.dockerignore').sort()).toEqual([...kept].sort());
  });
});

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    request({ socketPath, path: '/_ping' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', () => {
        resolve(false);
      })
      .end();
  });
}

async function until(ready: () => Promise<boolean>, alive: () => boolean): Promise<void> {
  while (!(await ready())) {
    if (!alive()) throw new Error('dockerd ended before it was ready');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
