import { expect, test } from '@jest/globals';
import { noConfig, type Config } from '../../src/core/config/config.ts';
import { readConfig } from '../../src/core/config/read.ts';
import { trustEnvironments } from '../../src/core/config/trusted-environments.ts';
import { powersOf, refusePowers } from '../../src/core/deployment/template-powers.ts';
import type { Template } from '../../src/core/deployment/template-types.ts';

const template = (more: Partial<Template> = {}): Template =>
  ({ file: 't.yaml', workloadIdentity: 'role/preview', ...more }) as Template;

test.each<[string, Template | undefined, readonly ('workload-identity' | 'cluster')[], boolean]>([
  ['the same as on the default branch', template(), [], false],
  ['another one', template({ workloadIdentity: 'role/production' }), [], true],
  ['none on the default branch', undefined, [], true],
  ['listed in `allow-template`', undefined, ['workload-identity'], false],
  ['another power listed', undefined, ['cluster'], true],
])('a workload identity of a branch: %s [T-12]', (_, trusted, allowed, isRefused) => {
  const refuse = (): void => {
    refusePowers(template(), trusted, allowed);
  };
  if (isRefused) expect(refuse).toThrow('list `workload-identity` in the input `allow-template`');
  else expect(refuse).not.toThrow();
});

test('a template without powers needs nobody’s word', () => {
  const { workloadIdentity, ...plain } = template();
  expect(workloadIdentity).toBeDefined();
  expect(powersOf(plain as Template, [])).toEqual([]);
});

const config = (text: string): Config => readConfig(`environments: { ${text} }\n`, 'c.yaml');
test.each<[string, Config, Config, string | undefined, boolean]>([
  ['its own claim alone', config("'dev': { deployment: prod }"), noConfig, undefined, true],
  ['both, differently', config('dev: { deployment: prod }'), config('dev: { deployment: etl-dev }'), 'etl-dev', false],
  ['the default branch alone', noConfig, config('dev: { deployment: etl-dev }'), 'etl-dev', false],
  ['nobody', noConfig, noConfig, undefined, false],
])('who gives a branch its environment: %s [T-12]', (_, own, trusted, deployment, warns) => {
  const result = trustEnvironments(own, trusted, 'dev');
  expect(result.config.environments.map(({ target }) => target)).toEqual(
    deployment === undefined ? [] : [{ by: 'name', name: deployment }],
  );
  expect(result.warning !== undefined).toBe(warns);
});

test('Remote Execution and the cluster are powers, too', () => {
  const remoteExecution = { allowedIpAddressRanges: ['10.0.0.0/8'] };
  const clusterName = { value: 'prod', at: { file: 't.yaml', line: 3 } };
  const asked = template({ remoteExecution, clusterName });
  expect(powersOf(asked, ['workload-identity'])).toEqual(['remote-execution', 'cluster']);
  expect(() => {
    refusePowers(asked, template(), []);
  }).toThrow(/remote_execution[^]*cluster_name/);
});
