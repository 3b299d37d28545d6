import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The token that the registry of the tests takes, for user `cli`. */
export const registryToken = 'registry-token-canary-5d1e';
/** `htpasswd -Bbn cli registry-token-canary-5d1e` */
const passwords = 'cli:$2y$05$bPtbLesTvWYiy6k8cy2yk.TXMySa9cFLc0Lv.LnM4H02onDj2JAaG\n';

/** Debian's docker-registry on loopback, behind a login. */
export interface TestRegistry {
  readonly host: string;
  readonly manifest: (repository: string, tag: string) => Promise<number>;
  readonly stop: () => void;
}

export function hasRegistry(): boolean {
  const there = spawnSync('docker-registry', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!there && process.env['CI']) throw new Error('docker-registry is missing (scripts/install-test-parts.sh)');
  return there;
}

export async function startTestRegistry(port: number): Promise<TestRegistry> {
  const home = mkdtempSync(join(tmpdir(), 'registry-'));
  writeFileSync(join(home, 'htpasswd'), passwords);
  writeFileSync(
    join(home, 'config.yml'),
    `version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: "127.0.0.1:${String(port)}"}\nauth: {htpasswd: {realm: test, path: ${join(home, 'htpasswd')}}}\n`,
  );
  const server = spawn('docker-registry', ['serve', join(home, 'config.yml')], { stdio: 'ignore' });
  const host = `127.0.0.1:${String(port)}`;
  const login = `Basic ${Buffer.from(`cli:${registryToken}`).toString('base64')}`;
  const get = (path: string): Promise<Response> =>
    fetch(`http://${host}${path}`, {
      headers: { authorization: login, accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
  for (let tries = 0; ; tries++) {
    const up = await get('/v2/').then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) break;
    if (tries === 300) throw new Error('docker-registry did not start within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    host,
    manifest: async (repository, tag) => (await get(`/v2/${repository}/manifests/${tag}`)).status,
    stop: () => {
      server.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
