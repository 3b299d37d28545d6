import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Docker engine that builds with BuildKit, and how to reach it. */
export interface Engine {
  /** PATH, DOCKER_HOST and a HOME without a docker configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs docker and gives back its output; throws with it when docker fails. */
  readonly docker: (...args: string[]) => string;
  readonly stop: () => void;
}

/** Where a real engine can be had: `skipped` says why not. With CI set a missing engine is an error instead. */
export function findEngine(): { readonly start: () => Engine } | { readonly skipped: string } {
  const daemon = ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].find((path) => existsSync(path));
  const root = process.getuid?.() === 0;
  if (daemon !== undefined && root) return { start: () => startEngine(daemon) };
  // An engine that is there already, such as on GitHub-hosted runners.
  const path = process.env['PATH'] ?? '';
  const host = process.env['DOCKER_HOST'];
  const env = { PATH: path, HOME: process.env['HOME'] ?? tmpdir(), ...(host !== undefined && { DOCKER_HOST: host }) };
  if (builds(env)) return { start: () => borrowEngine(env) };
  const why =
    'no Docker engine: none answers, and one of our own needs root and dockerd (scripts/install-test-parts.sh)';
  if (process.env['CI']) throw new Error(why);
  return { skipped: why };
}

function builds(env: Readonly<Record<string, string>>): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'docker-probe-'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nLABEL probe=yes\n');
  const { status } = spawnSync('docker', ['build', '--quiet', folder], {
    env: { ...env, DOCKER_BUILDKIT: '1' },
    stdio: 'ignore',
  });
  rmSync(folder, { recursive: true });
  return status === 0;
}

const dockerOf =
  (env: Readonly<Record<string, string>>): Engine['docker'] =>
  (...args) => {
    const { status, stdout, stderr } = spawnSync('docker', args, {
      env: { ...env, DOCKER_BUILDKIT: '1' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };

/** An engine that was there before: it gets the base image and is left as it is. */
function borrowEngine(env: Readonly<Record<string, string>>): Engine {
  const docker = dockerOf(env);
  const home = mkdtempSync(join(tmpdir(), 'docker-base-'));
  importBase(docker, home);
  rmSync(home, { recursive: true });
  return { env, docker, stop: () => undefined };
}

/** An engine of our own in a folder of its own; no rules of the machine's network are touched. */
function startEngine(daemon: string): Engine {
  const home = mkdtempSync(join(tmpdir(), 'dockerd-'));
  // Debian 12 has no buildx: where the plugin of a newer Debian was unpacked, this variable names it.
  const buildx = process.env['TEST_BUILDX'];
  if (buildx !== undefined) {
    mkdirSync(join(home, '.docker/cli-plugins'), { recursive: true });
    symlinkSync(buildx, join(home, '.docker/cli-plugins/docker-buildx'));
  }
  const socket = join(home, 'd.sock');
  const flags = [
    '--iptables=false',
    '--ip-masq=false',
    '--ip-forward=false',
    '--userland-proxy=false',
    '--host',
    `unix://${socket}`,
    '--data-root',
    join(home, 'data'),
    '--exec-root',
    join(home, 'exec'),
    '--pidfile',
    join(home, 'pid'),
  ];
  const engine = spawn(daemon, flags, { stdio: 'ignore', detached: true });
  // The client beside the daemon first: another one on PATH may have no BuildKit.
  const env = { PATH: `/usr/bin:${process.env['PATH'] ?? ''}`, DOCKER_HOST: `unix://${socket}`, HOME: home };
  const docker = dockerOf(env);
  const ready = spawnSync(
    'sh',
    ['-c', 'for _ in $(seq 300); do docker version >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1'],
    { env },
  );
  if (ready.status !== 0) throw new Error('the Docker engine did not start within 30 s');
  importBase(docker, home);
  return {
    env,
    docker,
    stop: () => {
      if (engine.pid !== undefined) process.kill(engine.pid, 'SIGTERM');
      spawnSync('sh', [
        '-c',
        `for _ in $(seq 100); do kill -0 ${String(engine.pid)} 2>/dev/null || exit 0; sleep 0.1; done; kill -9 ${String(engine.pid)}`,
      ]);
      spawnSync('sh', ['-c', `umount -l "${home}"/data/*/* 2>/dev/null; rm -rf "${home}"`]);
    },
  };
}

/** An image with a shell, made of busybox: nothing can or need be pulled. */
function importBase(docker: Engine['docker'], home: string): void {
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  if (busybox === undefined) throw new Error('busybox is missing (scripts/install-test-parts.sh)');
  const root = join(home, 'rootfs');
  mkdirSync(join(root, 'bin'), { recursive: true });
  spawnSync('sh', [
    '-c',
    `cp "${busybox}" "${root}/bin/busybox" && for tool in sh ls cat sleep echo find env; do ln -s busybox "${root}/bin/$tool"; done && tar -c -C "${root}" . -f "${home}/base.tar"`,
  ]);
  docker(
    'import',
    '--change',
    'LABEL io.astronomer.docker.runtime.version=3.1-14',
    join(home, 'base.tar'),
    'astro-base:1',
  );
}
