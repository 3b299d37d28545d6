/** `npm run sandbox -- --port 8888`: serves the embedded Astro for looking around, with curl or with Astronomer's own CLI. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCertificate } from './certificate.ts';
import { startSandbox } from './server.ts';
import { readSwitches, switchTable } from './switches.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8888' },
    'registry-port': { type: 'string', default: '5555' },
    'delay-create': { type: 'string', default: '3000' },
    'delay-deploy': { type: 'string', default: '3000' },
    'delay-wake': { type: 'string', default: '3000' },
    switch: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(
    `npm run sandbox -- [--port 8888] [--registry-port 5555] [--delay-create ms] [--delay-deploy ms] [--delay-wake ms] [--switch name=value …]\n\nSwitches, each with its values, the default first:\n${Object.entries(
      switchTable,
    )
      .map(([name, { values, means }]) => `  ${name}=${values.join('|')}\n    ${means}`)
      .join('\n')}\n`,
  );
} else {
  const certificate = makeCertificate(Date.now());
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, certificate.cert);
  const sandbox = await startSandbox({
    certificate,
    host: 'localhost',
    port: Number(values.port),
    registry: 'embedded',
    registryPort: Number(values['registry-port']),
    delays: {
      create: Number(values['delay-create']),
      deploy: Number(values['delay-deploy']),
      wake: Number(values['delay-wake']),
    },
    switches: readSwitches(values.switch.join(',')),
  });
  sandbox.addDeployment({ name: 'etl-prod' });
  sandbox.addDeployment({ name: 'etl-airflow2', astroRuntimeVersion: '12.5.0' });
  const claims = {
    permissions: [`organizationId:${sandbox.organizationId}`, 'workspaceId:cm0workspace0000000000000'],
    apiTokenId: 'sandbox',
    exp: Math.floor(Date.now() / 1000) + 365 * 24 * 3600,
  };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  process.stdout.write(
    [
      `Astro is played at ${sandbox.url}; images go to ${sandbox.registry?.host ?? ''}. It holds the Deployments etl-prod (Airflow 3) and etl-airflow2. Ctrl-C ends it.`,
      '',
      'A token that it takes (any other does too):',
      `  export ASTRO_API_TOKEN=${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.none`,
      "For Astronomer's CLI, which calls http://localhost:8888/v1 and pushes to localhost:5555 when it is told so (keep both ports then):",
      '  export ASTRO_DOMAIN=localhost',
      'It reaches Airflow (`astro deployment connection|airflow-variable|pool …`) by HTTPS only, so it has to trust the certificate of this run; macOS takes that from the keychain alone. It asks for the API of Airflow 2, which etl-airflow2 has:',
      `  export SSL_CERT_FILE=${authority}`,
      '',
    ].join('\n'),
  );
  process.once('SIGINT', () => {
    rmSync(folder, { recursive: true });
    void sandbox.close();
  });
}
