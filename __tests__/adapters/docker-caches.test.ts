import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../../src/docker/build.ts';
import { findEngine as findProgram } from '../../src/docker/engine.ts';
import { findEngine, type Engine } from '../parts/docker-engine.ts';
import { hasRegistry, registryToken, startTestRegistry, type TestRegistry } from '../parts/registry.ts';

/** Caches need buildx, and those in folders a builder of their own, which pulls an image. */
const found = findEngine();
const start = 'start' in found && hasRegistry() ? found.start : undefined;
const withEngine = start ? describe : describe.skip;

withEngine(start ? 'build caches, by a real engine' : 'build caches (skipped: no engine or no registry)', () => {
  let engine: Engine;
  let registry: TestRegistry;
  let home: string;
  let missing: string | undefined;
  beforeAll(async () => {
    if (!start) return;
    engine = start();
    registry = await startTestRegistry(await freePort());
    missing = answers('buildx', 'version') ? undefined : 'docker has no buildx';
    if (missing === undefined) engine.docker('login', '--username', 'cli', '--password', registryToken, registry.host);
  });
  afterAll(() => {
    registry.stop();
    engine.stop();
  });
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'cache-test-'));
    mkdirSync(join(home, 'private'));
    writeFileSync(join(home, 'Dockerfile'), 'FROM astro-base:1\nRUN sh -c "echo slow > /slow"\nCOPY Dockerfile /\n');
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const answers = (...args: string[]): boolean => {
    try {
      engine.docker(...args);
      return true;
    } catch {
      return false;
    }
  };
  /** Builds as the Action does, and gives back what docker printed. */
  async function build(cacheFrom: string[], cacheTo: string[], env: Readonly<Record<string, string>> = {}) {
    const lines: string[] = [];
    const signal = new AbortController().signal;
    const program = await findProgram({ ...engine.env, ...env }, signal, true);
    await buildImage(
      program,
      {
        ...{ workspace: home, project: home, tag: 'cached:1', labels: {}, buildArgs: [], secrets: [] },
        ...{ cacheFrom, cacheTo, privateFolder: join(home, 'private') },
      },
      (line) => lines.push(line),
    );
    return lines.join('\n');
  }

  test('type=registry: what another machine built is taken from there', async () => {
    if (missing !== undefined) {
      leaveOut(missing);
      return;
    }
    const ref = `${registry.host}/acme/etl:cache`;
    await build([], ['type=inline']);
    engine.docker('tag', 'cached:1', ref);
    engine.docker('push', ref);
    engine.docker('rmi', 'cached:1', ref);
    engine.docker('builder', 'prune', '--all', '--force');
    const log = await build([`type=registry,ref=${ref}`], []);
    expect(log).toMatch(/importing cache manifest from/);
    expect(log).toMatch(/CACHED/);
  });

  test('type=local: a folder that the job keeps', async () => {
    const builder = { BUILDX_BUILDER: 'astro-cache-test' };
    if (missing !== undefined || !answers('buildx', 'create', '--name', builder.BUILDX_BUILDER, '--bootstrap')) {
      leaveOut(missing ?? 'no builder of its own can be started');
      return;
    }
    try {
      writeFileSync(join(home, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\nLABEL a=b\n');
      const folder = join(home, 'private/cache');
      await build([], [`type=local,dest=${folder},mode=max`], builder);
      expect(existsSync(join(folder, 'index.json'))).toBe(true);
      engine.docker('buildx', 'prune', '--builder', builder.BUILDX_BUILDER, '--all', '--force');
      expect(await build([`type=local,src=${folder}`], [], builder)).toMatch(/CACHED/);
    } finally {
      engine.docker('buildx', 'rm', builder.BUILDX_BUILDER);
    }
  });
});

/** Says what this machine cannot show: distributions do not all have buildx. */
function leaveOut(why: string): void {
  console.log(`not tested here: ${why}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
