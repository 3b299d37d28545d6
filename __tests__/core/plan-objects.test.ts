import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import { nameOf, planObjects } from '../../src/core/plan/object-steps.ts';
import type { ObjectFacts } from '../../src/core/plan/situation.ts';
import type { Field, WantedObject } from '../../src/core/config/wanted-objects.ts';
import type { StoredObject } from '../../src/core/objects/stored-object.ts';

const to = (scopeEntityId: string) => ({ scope: 'DEPLOYMENT' as const, scopeEntityId });
const field = (name: string, value: string, fromEnv = false): Field => ({ name, value, fromEnv });
const wish = (more: Partial<WantedObject> = {}): WantedObject => ({
  kind: 'connection',
  key: 'warehouse',
  at: { file: 'astro.yaml', line: 3, column: 5 },
  link: 'link',
  overrides: [],
  mayChangeObject: false,
  ...more,
});
const stored = (more: Partial<StoredObject> = {}): StoredObject => ({
  id: 'object',
  objectKey: 'warehouse',
  objectType: 'CONNECTION',
  scope: 'WORKSPACE',
  scopeEntityId: 'w',
  connection: { type: 't', host: 'h' },
  setFields: ['type', 'host'],
  ...more,
});
const plan = (
  wanted: readonly WantedObject[],
  objects: readonly StoredObject[] = [stored()],
  deployment: string | undefined = 'd',
  target: 'preview' | 'environment' = 'preview',
  rewriteSecrets = false,
) => planObjects({ wanted, stored: objects, rewriteSecrets } satisfies ObjectFacts, deployment, 'w', target);
const problemsOf = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it is no problem');
};
const declared = { isSecret: false, values: [field('host', 'x')] };

describe('steps', () => {
  test('without a file there is nothing to do', () => {
    expect(planObjects(undefined, 'd', 'w', 'preview')).toEqual({ steps: [], reported: [], warnings: [], notices: [] });
  });

  test.each<[string, Partial<WantedObject>, readonly StoredObject[], string, readonly string[], string]>([
    ['link', { overrides: [field('schema', 's')] }, [stored()], 'link, override', ['schema'], 'the file asks for it'],
    [
      'create',
      { declared },
      [stored({ objectType: 'AIRFLOW_VARIABLE' }), stored({ objectKey: 'other' })],
      'create, link',
      [],
      'the file declares it, and it does not exist yet',
    ],
    [
      'unlink',
      { link: 'unlink' },
      [stored({ links: [{ ...to('d'), setFields: [] }] })],
      'unlink',
      [],
      'the file does not link it any more',
    ],
    ['exclude', { link: 'exclude' }, [stored({ autoLinkDeployments: true })], 'exclude', [], 'the file excludes it'],
  ])('%s', (_, more, objects, what, fields, why) => {
    const wanted = wish(more);
    const verbs = what.split(', ');
    expect(plan([wanted], objects).steps).toEqual([
      { kind: 'link', wanted, rewriteSecrets: false, verbs, fields, why },
    ]);
  });

  test('what is right makes no step, and is told', () => {
    const links = [{ ...to('d'), connectionOverrides: { schema: 's' }, setFields: ['schema', 'password'] }];
    const overrides = [field('schema', 's'), field('password', 'p', true)];
    expect(plan([wish({ overrides })], [stored({ links })])).toEqual({
      steps: [],
      reported: [{ object: 'connection warehouse', state: 'linked', overrides: ['schema', 'password'] }],
      warnings: [],
      notices: [],
    });
    const again = plan([wish({ overrides })], [stored({ links })], 'd', 'preview', true);
    expect(again.steps).toMatchObject([{ rewriteSecrets: true, fields: ['password'] }]);
  });

  test('a Deployment that is not made yet is in no object', () => {
    const links = [{ ...to('d'), setFields: [] }];
    expect(planObjects({ wanted: [wish()], stored: [stored({ links })], rewriteSecrets: false }, undefined, 'w', 'preview').steps).toMatchObject([{ verbs: ['link'] }]); // prettier-ignore
  });

  test('everything that is wanted is told, but what goes', () => {
    const wanted = [
      wish({ link: 'exclude' }),
      wish({ link: 'none' }),
      wish({ link: 'unlink' }),
      wish({ kind: 'airflow-variable', key: 'a\nb' }),
    ];
    const objects = [stored(), stored({ objectType: 'AIRFLOW_VARIABLE', objectKey: 'a\nb' })];
    expect(plan(wanted, objects).reported.map(({ object, state }) => [object, state])).toEqual([
      ['connection warehouse', 'excluded'],
      ['connection warehouse', 'present'],
      [nameOf({ kind: 'airflow-variable', key: 'a\nb' }), 'linked'],
    ]);
    expect(nameOf({ kind: 'airflow-variable', key: 'a\nb' })).not.toContain('\n');
  });

  test('no value gets into what is told [T-15]', () => {
    const texts = fc.constantFrom('canary-1', 'canary-2');
    fc.assert(
      fc.property(texts, fc.boolean(), fc.boolean(), (value, linked, mayChangeObject) => {
        const overrides = [field('password', value, true), field('extra.a', value)];
        const wanted = wish({ overrides, mayChangeObject, declared: { isSecret: false, values: overrides } });
        const links = linked ? [{ ...to('d'), connectionOverrides: { host: value }, setFields: ['host'] }] : [];
        const { steps, ...rest } = plan([wanted], [stored({ links })], 'd', 'preview', true);
        const said = steps.map(({ verbs, fields, why }) => [verbs, fields, why]);
        expect(JSON.stringify([said, rest])).not.toContain('canary');
      }),
    );
  });
});

describe('problems', () => {
  test('all of them in one error, each with its place', () => {
    const strange = stored({ objectKey: 'strange', links: [{ scope: 'PROJECT', scopeEntityId: 'p', setFields: [] }] });
    const error = problemsOf(() =>
      plan(
        [
          wish({ key: 'warehose' }),
          wish({ key: 'strange', at: { file: 'astro.yaml', line: 7 } }),
          wish({ kind: 'airflow-variable', key: 'x', at: { file: 'astro.yaml' } }),
        ],
        [stored(), strange],
      ),
    );
    expect(error.message.split('\n')).toEqual([
      "astro.yaml:3:5: there is no connection `warehose` in the Workspace's Environment Manager, did you mean `warehouse`? (with `type` and `values` the file would create it).",
      'astro.yaml:7:1: the connection strange cannot be linked: it is linked to something other than a Deployment (PROJECT), and whether that link would survive an update is not known: change it in the Astro UI.',
      "there is no airflow variable `x` in the Workspace's Environment Manager; there is no airflow variable in it (with `values` the file would create it).",
    ]);
    expect(error.problems).toHaveLength(3);
  });

  test('at most twenty keys are listed', () => {
    const objects = Array.from({ length: 21 }, (_, index) =>
      stored({ objectKey: `key${String(index).padStart(2, '0')}` }),
    );
    const message = (count: number) =>
      problemsOf(() => plan([wish({ key: 'zzzzzzzzz' })], objects.slice(0, count))).message;
    expect(message(2)).toContain('; it has key00, key01 (');
    expect(message(20)).toMatch(/key19 \(/);
    expect(message(21)).toMatch(/key19, … \(/);
  });
});

describe('warnings and notices', () => {
  const inherited = /linked to the connection `prod_db` with its own credentials/;
  const prod = [stored({ objectKey: 'prod_db' })];
  test.each<[string, Partial<WantedObject>, 'preview' | 'environment', boolean]>([
    ['as it is', {}, 'preview', true],
    ['with another schema', { overrides: [field('schema', 's')] }, 'preview', true],
    ['with a password of its own', { overrides: [field('password', 'p')] }, 'preview', false],
    ['with a login of its own', { overrides: [field('login', 'l')] }, 'preview', false],
    ['with a token of its own', { overrides: [field('extra.token', 't')] }, 'preview', false],
    ['for production', {}, 'environment', false],
    ['excluded', { link: 'exclude' }, 'preview', false],
  ])('production credentials in previews: %s [T-13]', (_, more, target, warned) => {
    const { warnings } = plan([wish({ key: 'prod_db', ...more })], prod, 'd', target);
    expect(warnings.map(({ message }) => inherited.test(message))).toEqual(warned ? [true] : []);
  });

  test('other keys and kinds are nobody’s credentials [T-13]', () => {
    expect(plan([wish()]).warnings).toEqual([]);
    const variable = stored({ objectKey: 'prod', objectType: 'AIRFLOW_VARIABLE', setFields: ['value'] });
    expect(plan([wish({ kind: 'airflow-variable', key: 'prod' })], [variable]).warnings).toEqual([]);
  });

  test.each<['airflow-variable' | 'environment-variable', boolean, boolean, number]>([
    ['airflow-variable', false, true, 1],
    ['environment-variable', false, true, 1],
    ['airflow-variable', true, true, 0],
    ['airflow-variable', false, false, 0],
  ])('a secret for a %s (secret: %p, from env: %p)', (kind, isSecret, fromEnv, count) => {
    const body = kind === 'airflow-variable' ? 'airflowVariable' : 'environmentVariable';
    const objectType = kind === 'airflow-variable' ? 'AIRFLOW_VARIABLE' : 'ENVIRONMENT_VARIABLE';
    const object = stored({ objectType, [body]: { isSecret, value: '' } });
    const { warnings } = plan([wish({ kind, overrides: [field('value', 'v', fromEnv)] })], [object]);
    expect(warnings).toHaveLength(count);
    for (const { message } of warnings) expect(message).toContain('is not secret in Astro');
  });

  const used = stored({ links: [{ scope: 'DEPLOYMENT', scopeEntityId: 'other', setFields: [] }] });
  const preview = { forPreview: true, mayChangeObject: true } as const;
  test.each<[string, Partial<WantedObject>, readonly StoredObject[], boolean]>([
    ['another Deployment uses it', { ...preview, declared }, [used], true],
    ['all Deployments use it', { ...preview, declared }, [stored({ autoLinkDeployments: true })], true],
    ['nobody else uses it', { ...preview, declared }, [stored()], false],
    ['it is the same', { ...preview, declared }, [{ ...used, connection: { type: 't', host: 'x' } }], false],
    ['it is not declared', preview, [used], false],
    ['an environment deploys', { declared, mayChangeObject: true }, [used], false],
    ['it is not there', { ...preview, declared }, [], false],
  ])(
    'a preview gets an override where the object itself must not change: %s [T-14]',
    (_, more, objects, isDiverted) => {
      const { notices, steps } = plan([wish(more)], objects);
      expect(notices).toEqual(
        isDiverted
          ? [expect.stringContaining('The connection warehouse differs from the file in host, and other')]
          : [],
      );
      if (isDiverted) expect(steps).toMatchObject([{ verbs: ['link', 'override'], fields: ['host'] }]);
    },
  );
});
