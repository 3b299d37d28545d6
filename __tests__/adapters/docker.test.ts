import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  buildArguments,
  buildImage,
  onlyAstroRuntime,
  usesGitHubCache,
  type BuildRequest,
} from '../../src/docker/build.ts';
import { findEngine as findProgram, inspectImage, type Engine as Program } from '../../src/docker/engine.ts';
import { pushImage, registryHost } from '../../src/docker/push.ts';
import { findEngine, type Engine } from '../parts/docker-engine.ts';
import { hasRegistry, registryToken, startTestRegistry, type TestRegistry } from '../parts/registry.ts';

const found = findEngine();
const withEngine = 'start' in found ? describe : describe.skip;
const title = (name: string): string => ('start' in found ? name : `${name} (skipped: ${found.skipped})`);

let home: string;
let project: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'docker-test-'));
  project = join(home, 'project');
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
}
const request = (more: Partial<BuildRequest> = {}): BuildRequest => ({
  workspace: home,
  project,
  tag: 'test:1',
  labels: {},
  buildArgs: [],
  secrets: [],
  cacheFrom: [],
  cacheTo: [],
  privateFolder: join(home, 'private'),
  ...more,
});
const signal = new AbortController().signal;

describe('the command line of a build', () => {
  const engine = (program: 'docker' | 'podman', builder = false): Program => ({
    program,
    builder,
    env: {},
    all: {},
    signal,
  });
  const full = {
    labels: { a: 'b' },
    buildArgs: ['A=1'],
    secrets: ['id=t,env=T'],
    cacheFrom: ['type=gha'],
    cacheTo: ['type=gha,mode=max'],
    project: '/p',
    privateFolder: '/x',
  };
  const rest = [
    '--platform=linux/amd64',
    '--tag',
    'test:1',
    '--file',
    '/d',
    '--pull',
    '--label',
    'a=b',
    '--build-arg',
    'A=1',
    '--secret',
    'id=t,env=T',
    '--cache-from',
    'type=gha',
    '--cache-to',
    'type=gha,mode=max',
    '--',
    '/p',
  ];
  test.each([
    ['docker', engine('docker'), ['build', ...rest]],
    ['a builder that was chosen', engine('docker', true), ['buildx', 'build', '--load', ...rest]],
    [
      'podman',
      engine('podman'),
      ['build', '--format', 'docker', ...rest.slice(0, 5), '--ignorefile', '/i', ...rest.slice(5)],
    ],
  ])('%s', (_, program, expected) => {
    expect(buildArguments(program, request(full), { dockerfile: '/d', ignoreFile: '/i', pull: true })).toEqual(
      expected,
    );
  });

  test.each([
    ['FROM quay.io/astronomer/astro-runtime:12.1.0\nRUN x', true],
    ['from astrocrpublic.azurecr.io/runtime:3.1-14', true],
    ['FROM quay.io/astronomer/astro-runtime:12.1.0\nFROM python:3', false],
    ['FROM --platform=linux/amd64 quay.io/astronomer/astro-runtime:12', false],
    ['RUN x', false],
  ])('the newest base is pulled where all are Astro’s: %j', (dockerfile, expected) => {
    expect(onlyAstroRuntime(dockerfile)).toBe(expected);
  });
});

test.each([
  ['type=gha', true],
  ['scope=main,type=gha,mode=max', true],
  ['mode=max, Type=gha', true],
  ['"type=gha",scope=x', true],
  ['type=registry,ref=ghcr.io/acme/etl:cache', false],
  ['type=local,dest=type=gha', false],
  ['type=ghax', false],
  ['gha', false],
])('a cache of GitHub: %s: %s', (cache, expected) => {
  expect(usesGitHubCache({ cacheFrom: [cache], cacheTo: [] })).toBe(expected);
  expect(usesGitHubCache({ cacheFrom: [], cacheTo: ['type=inline', cache] })).toBe(expected);
});

describe('where an image, and with it the token, may be pushed to [T-19]', () => {
  const astro = new URL('https://api.astronomer.io/v1');
  const local = new URL('http://127.0.0.1:8888/v1');
  test.each([
    ['images.astronomer.cloud/o/d', astro, 'images.astronomer.cloud'],
    ['https://images.astronomer-stage.cloud/o/d', astro, 'images.astronomer-stage.cloud'],
    ['images.acme.example/o/d', new URL('https://api.acme.example/v1'), 'images.acme.example'],
    ['127.0.0.1:5000/o/d', local, '127.0.0.1:5000'],
    ['localhost:5555/o/d', local, 'localhost:5555'],
    ['127.0.0.1:5000/o/d', astro, undefined],
    ['evil.example/o/d', astro, undefined],
    ['images.astronomer.cloud.evil.example/o/d', astro, undefined],
    ['evil.example@images.astronomer.cloud/o', astro, undefined],
    ['evil.example/o/d', local, undefined],
    ['', astro, undefined],
  ])('%s', (repository, api, host) => {
    if (host === undefined) expect(() => registryHost(repository, api)).toThrow('the API token was not sent there');
    else expect(registryHost(repository, api)).toBe(host);
  });
});

withEngine(title('a real engine'), () => {
  let engine: Engine;
  let program: Program;
  beforeAll(async () => {
    if ('skipped' in found) return;
    engine = found.start();
    program = await findProgram(
      { ...engine.env, TOKEN: 'build-secret-canary', OTHER: 'not-for-the-build' },
      signal,
      false,
    );
  });
  afterAll(() => {
    engine.stop();
  });

  async function build(more: Partial<BuildRequest> = {}): Promise<string[]> {
    mkdirSync(join(home, 'private'), { recursive: true });
    const lines: string[] = [];
    await buildImage(program, request(more), (line) => lines.push(line));
    return lines;
  }
  const files = (): string[] =>
    engine
      .docker('run', '--rm', '--network=none', 'test:1', 'find', '/app', '-type', 'f')
      .split('\n')
      .map((name) => name.slice('/app/'.length))
      .sort();
  const snapshot = (): string =>
    readdirSync(project, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((name) => `${name} ${String(statSync(name).mtimeMs)} ${readFileSync(name, 'utf8')}`)
      .join('\n');
  const basic = {
    Dockerfile: 'FROM astro-base:1\nCOPY . /app\n',
    'dags/a.py': '1',
    'dags/sub/b.py': '1',
    'include/c.sql': '1',
    'README.md': '1',
  };

  test('DAGs stay out of the image, whatever the user’s own rules say, and the user’s files stay as they are', async () => {
    write({ ...basic, '.dockerignore': '*.md\n!dags/a.py' });
    const before = snapshot();
    await build({ withoutDags: join(project, 'dags') });
    expect(files()).toEqual(['.dockerignore', 'Dockerfile', 'include/c.sql']);
    expect(snapshot()).toBe(before);
  });

  test('with DAG deploys off they are in it', async () => {
    write({ ...basic, '.dockerignore': '*.md' });
    await build();
    expect(files()).toEqual(['.dockerignore', 'Dockerfile', 'dags/a.py', 'dags/sub/b.py', 'include/c.sql']);
  });

  test('Dockerfile.dockerignore goes before .dockerignore; folders with odd names are meant literally', async () => {
    write({ ...basic, '.dockerignore': 'include', 'Dockerfile.dockerignore': 'README.md', 'd[a]gs*/a.py': '1' });
    await build({ withoutDags: join(project, 'd[a]gs*') });
    expect(files()).toEqual([
      '.dockerignore',
      'Dockerfile',
      'Dockerfile.dockerignore',
      'dags/a.py',
      'dags/sub/b.py',
      'include/c.sql',
    ]);
  });

  test('a DAG folder outside of the project needs no rule', async () => {
    write(basic);
    await build({ withoutDags: join(home, 'dags') });
    expect(files()).toContain('dags/a.py');
  });

  test('labels, build arguments and secrets arrive; nothing else of our environment does', async () => {
    write({
      Dockerfile:
        'FROM astro-base:1\nARG A\nARG OTHER\nRUN --mount=type=secret,id=tok sh -c \'echo "arg=$A other=$OTHER secret=$(cat /run/secrets/tok | sh -c "read x; echo \\${#x}")" > /result; env > /env\'\n',
    });
    await build({
      labels: { 'org.opencontainers.image.revision': 'abc' },
      buildArgs: ['A=one two'],
      secrets: ['id=tok,env=TOKEN'],
    });
    expect(engine.docker('run', '--rm', '--network=none', 'test:1', 'cat', '/result')).toBe(
      'arg=one two other= secret=19',
    );
    expect(engine.docker('run', '--rm', '--network=none', 'test:1', 'cat', '/env')).not.toMatch(
      /canary|not-for-the-build/,
    );
    expect(
      engine.docker(
        'image',
        'inspect',
        '--format',
        '{{index .Config.Labels "org.opencontainers.image.revision"}}',
        'test:1',
      ),
    ).toBe('abc');
  });

  test('a build that fails shows its last lines and what to do [R-28]', async () => {
    write({ Dockerfile: 'FROM astro-base:1\nRUN sh -c "echo the reason; exit 7"\n' });
    await expect(build()).rejects.toThrow(
      /`docker build` failed \(exit code 1\)\. The image was not built, so no code was deployed[^]*the reason/,
    );
    await expect(build({ project: join(home, 'nowhere') })).rejects.toThrow('There is no `Dockerfile`');
  });

  test('cancelling ends the build [R-16]', async () => {
    write({ Dockerfile: 'FROM astro-base:1\nRUN sh -c "echo begun; sleep 600"\n' });
    const stop = new AbortController();
    mkdirSync(join(home, 'private'));
    const work = buildImage({ ...program, signal: stop.signal }, request(), (line) => {
      if (line.includes('begun')) stop.abort(new Error('cancelled'));
    });
    await expect(work).rejects.toThrow('cancelled');
  });

  test('what an image says of itself', async () => {
    write(basic);
    await build();
    expect(await inspectImage(program, 'test:1', 'built')).toEqual({ runtimeVersion: '3.1-14' });
    await expect(inspectImage(program, 'nowhere:1', 'given')).rejects.toThrow('is not on this machine');
    write({ Dockerfile: 'FROM scratch\nCOPY README.md /\n' });
    await build();
    await expect(inspectImage(program, 'test:1', 'built')).rejects.toThrow('is not an Astro Runtime image');
  });

  const withRegistry = hasRegistry() ? describe : describe.skip;
  withRegistry(
    hasRegistry() ? 'a real registry' : 'a real registry (skipped: docker-registry is not installed)',
    () => {
      let registry: TestRegistry;
      const api = new URL('http://127.0.0.1:1/v1');
      beforeAll(async () => {
        registry = await startTestRegistry(await freePort());
      });
      afterAll(() => {
        registry.stop();
      });
      /** A docker in front of the real one that writes down how it is called. */
      function recording(): Program {
        const folder = join(home, 'bin');
        mkdirSync(folder);
        const journal = join(home, 'calls');
        writeFileSync(
          join(folder, 'docker'),
          `#!/bin/sh\n{ tr '\\0' '\\n' < /proc/$$/cmdline; env; } >> "${journal}"\nexec /usr/bin/env PATH="${String(program.env['PATH'])}" docker "$@"\n`,
        );
        chmodSync(join(folder, 'docker'), 0o755);
        return { ...program, env: { ...program.env, PATH: `${folder}:${String(program.env['PATH'])}` } };
      }
      const push = (more: { token?: string; repository?: string } = {}, by = program) =>
        pushImage(by, {
          image: 'test:1',
          repository: `${registry.host}/org/deployment`,
          tag: 'deploy-1',
          token: registryToken,
          api,
          privateFolder: join(home, 'private'),
          ...more,
        });

      test('login, push; the token in no argument and no environment, the user’s configuration untouched [T-17, T-18]', async () => {
        write(basic);
        await build();
        const own = join(String(engine.env['HOME']), '.docker');
        mkdirSync(own, { recursive: true });
        writeFileSync(
          join(own, 'config.json'),
          '{"auths":{"other.example":{"auth":"eDp5"}},"currentContext":"default"}',
        );
        const by = recording();
        await push({ repository: `https://${registry.host}/org/deployment` }, { ...by, all: engine.env });
        expect(await registry.manifest('org/deployment', 'deploy-1')).toBe(200);
        expect(readFileSync(join(home, 'calls'), 'utf8')).not.toContain(registryToken);
        expect(readFileSync(join(own, 'config.json'), 'utf8')).toBe(
          '{"auths":{"other.example":{"auth":"eDp5"}},"currentContext":"default"}',
        );
        const config = join(home, 'private/docker/config.json');
        expect(statSync(config).mode & 0o777).toBe(0o600);
        expect(statSync(dirname(config)).mode & 0o777).toBe(0o700);
        expect(() => engine.docker('image', 'inspect', `${registry.host}/org/deployment:deploy-1`)).toThrow();
        rmSync(own, { recursive: true });
      });

      test('a token that the registry refuses: what to do, and not the token', async () => {
        write(basic);
        await build();
        await expect(push({ token: 'wrong-token-canary' })).rejects.toThrow(
          /Login to the registry .* failed .*expired/,
        );
        await expect(push({ token: 'wrong-token-canary' })).rejects.not.toThrow('wrong-token-canary');
      });

      test('an image that is not there is not pushed', async () => {
        mkdirSync(join(home, 'private'));
        await expect(
          pushImage(program, {
            image: 'nowhere:1',
            repository: `${registry.host}/o/d`,
            tag: 't',
            token: registryToken,
            api,
            privateFolder: join(home, 'private'),
          }),
        ).rejects.toThrow('`docker tag` failed');
        expect(await registry.manifest('o/d', 't')).toBe(404);
      });
    },
  );
});

test('without docker and podman an image deploy is refused, and says what to do', async () => {
  mkdirSync(join(home, 'empty'));
  await expect(findProgram({ PATH: join(home, 'empty') }, signal, false)).rejects.toThrow(
    'neither docker nor podman is installed',
  );
});

test('a docker that is podman is podman', async () => {
  const folder = join(home, 'bin');
  mkdirSync(folder);
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho podman version 4.3.1\n');
  chmodSync(join(folder, 'docker'), 0o755);
  expect(await findProgram({ PATH: `${folder}:/bin`, BUILDX_BUILDER: 'x' }, signal, true)).toMatchObject({
    program: 'podman',
    builder: false,
  });
  expect(existsSync(folder)).toBe(true);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
