import { afterEach, describe, expect, test } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GivenObject, PlainObject } from '../../sandbox/environment-types.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { type Switches, defaultSwitches } from '../../sandbox/switches.ts';
import { reconcileObject } from '../../src/apply/objects/reconcile.ts';
import { deleteObject, listEffectiveObjects, listObjects, readObject } from '../../src/astro/environment-objects.ts';
import { createAgents } from '../../src/http/agents.ts';
import { ApiError, UserError } from '../../src/core/errors.ts';
import type { Field, WantedObject } from '../../src/core/config/wanted-objects.ts';
import type { Log } from '../../src/runner/log.ts';
import { realClock, type Clock } from '../../src/apply/objects/clock.ts';
import { restoreLinks, verifyEffective } from '../../src/apply/objects/verify-links.ts';
import { unlinkObject } from '../../src/apply/objects/unlink.ts';
import type { ObjectLocation } from '../../src/apply/objects/object-location.ts';
import { withoutDeployment } from '../../src/core/objects/entries.ts';

const workspaceId = 'cm0workspace0000000000000';
const log = { debug: () => undefined, redact: (text: string) => text } as unknown as Log;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

interface Scene {
  readonly sandbox: Sandbox;
  readonly location: ObjectLocation;
  readonly clock: Clock;
  /** Pauses that were made, in milliseconds; none takes any time. */
  readonly pauses: number[];
  readonly dev: string;
  readonly prod: string;
  readonly other: string;
  /** The only object there is, in clear. */
  readonly object: () => PlainObject;
  readonly overrides: (deploymentId: string) => unknown;
  /** How many requests of an operation there were. */
  readonly count: (operation: string) => number;
}

async function start(
  switches: Partial<Switches> = {},
  given?: (ids: Pick<Scene, 'dev' | 'prod' | 'other'>) => GivenObject,
  remaining = 60_000,
): Promise<Scene> {
  // The sides of each switch are played by the tests that are about it.
  const sandbox = await startSandbox({ switches: { ...defaultSwitches, ...switches } });
  const agents = createAgents();
  open.push(async () => {
    // T-13: no run ever asks for secrets.
    expect(sandbox.requests.filter(({ query }) => query.includes('showSecrets'))).toEqual([]);
    agents.http.destroy();
    await sandbox.close();
  });
  const [dev, prod, other] = ['dev', 'prod', 'other'].map((name) => sandbox.addDeployment({ name }).id) as [
    string,
    string,
    string,
  ];
  if (given) sandbox.addObject(given({ dev, prod, other }));
  const pauses: number[] = [];
  const object = (): PlainObject => {
    const [first, ...more] = sandbox.objects();
    if (!first || more.length > 0) throw new Error(`there are ${String(sandbox.objects().length)} objects`);
    return first;
  };
  return {
    sandbox,
    location: {
      client: {
        url: new URL(sandbox.url),
        token: 'token',
        agents,
        signal: new AbortController().signal,
        log,
        remaining: () => remaining,
      },
      organization: sandbox.organizationId,
      workspaceId,
      deploymentId: dev,
    },
    clock: {
      random: () => 0.5,
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
    },
    pauses,
    dev,
    prod,
    other,
    object,
    overrides: (id) => object().links.find(({ deploymentId }) => deploymentId === id)?.overrides,
    count: (operation) => sandbox.requests.filter((one) => one.operation === operation).length,
  };
}

const to = (scopeEntityId: string, overrides?: object) => ({
  scope: 'DEPLOYMENT' as const,
  scopeEntityId,
  ...(overrides && { overrides }),
});
const field = (name: string, value: string, fromEnv = false): Field => ({ name, value, fromEnv });
const wish = (more: Partial<WantedObject> = {}): WantedObject => ({
  kind: 'connection',
  key: 'warehouse',
  at: { file: 'astro.yaml', line: 3, column: 5 },
  link: 'link',
  overrides: [field('schema', 'dev'), field('password', 'of dev', true), field('extra.role', 'dev')],
  mayChangeObject: false,
  ...more,
});
const own = { type: 'postgres', host: 'h', password: 'own', extra: { token: 't', role: 'r' } };
const ofProd = { schema: 'prod', password: 'of prod', extra: { token: 'of prod', role: 'p' } };
const ofDev = { schema: 'dev', password: 'of dev', extra: { role: 'dev' } };
/** A connection that production overrides, and another Deployment is kept out of. */
const shared = ({ prod, other }: Pick<Scene, 'prod' | 'other'>) =>
  ({
    objectKey: 'warehouse',
    description: 'd',
    autoLinkDeployments: true,
    connection: own,
    links: [to(prod, { connection: ofProd })],
    excludeLinks: [to(other)],
  }) satisfies GivenObject;
const secretVariable = ({ prod }: Pick<Scene, 'prod'>) =>
  ({
    objectKey: 'key',
    airflowVariable: { isSecret: true, value: 'own' },
    links: [to(prod, { airflowVariable: { value: 'of prod' } })],
  }) satisfies GivenObject;
const variableWish = wish({ kind: 'airflow-variable', key: 'key', overrides: [field('value', 'of dev', true)] });
const failure = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    (result) => {
      throw new Error(`it went through: ${JSON.stringify(result)}`);
    },
    (error: unknown) => error as Error,
  );
/** Another client writes just before the next update of ours is processed. */
const rival = ({ sandbox }: Scene, write: () => unknown, operation = 'updateEnvironmentObject', nth = 1): void => {
  let seen = 0;
  sandbox.onRequest = async (request) => {
    if (request.operation !== operation || ++seen !== nth) return;
    sandbox.onRequest = undefined;
    await write();
  };
};
const unlink = (scene: Scene, object = scene.object()): Promise<boolean> =>
  unlinkObject(
    scene.location,
    { kind: 'connection', key: object.objectKey, id: object.id },
    (found) => withoutDeployment(found, scene.dev),
    scene.clock,
  );
const untouched = (scene: Scene): void => {
  expect(scene.object()).toMatchObject({ description: 'd', autoLink: true, excludes: [scene.other], body: own });
  expect(scene.overrides(scene.prod)).toEqual(ofProd);
  expect(scene.sandbox.violations).toEqual([]);
};

describe('every open question, both ways', () => {
  const questions: { readonly [K in keyof Switches]?: readonly Switches[K][] } = {
    omittedArrays: ['cleared', 'kept'],
    mapOverrides: ['merged', 'replaced'],
    mapsResolve: ['merged', 'replaced'],
    linksOfDeletedDeployments: ['kept', 'removed'],
    deadLinks: ['refused', 'accepted'],
    sameKeyOnDeployment: ['refused', 'allowed'],
    excludeConflicts: ['refused', 'allowed'],
    maskedExtra: ['absent', 'empty', 'mask'],
    emptySecretVariable: ['kept'],
    partialBodies: ['kept'],
    showSecrets: ['refused', 'allowed'],
    keysUniqueAcrossTypes: [false, true],
  };
  const sides = Object.entries(questions).flatMap(([name, values]) =>
    values.map((value): [string, string | boolean | number] => [name, value]),
  );

  test.each(sides)('%s: %s', async (name, value) => {
    const scene = await start({ [name]: value }, shared);
    const { location, clock, dev } = scene;
    const wanted = wish();
    expect(await reconcileObject(location, { wanted, rewriteSecrets: false }, clock)).toMatchObject({
      kind: 'update',
      verbs: ['link', 'override'],
    });
    expect(await restoreLinks(location, [wanted], clock)).toEqual([]);
    expect(scene.overrides(dev)).toEqual(ofDev);
    untouched(scene);
    // Again: nothing to write.
    expect(await reconcileObject(location, { wanted, rewriteSecrets: false }, clock)).toBeUndefined();
    expect(scene.count('updateEnvironmentObject')).toBe(1);
    // Secrets again, and other overrides.
    await reconcileObject(
      location,
      { wanted: wish({ overrides: [field('password', 'new', true)] }), rewriteSecrets: true },
      clock,
    );
    expect(scene.overrides(dev)).toEqual({ password: 'new' });
    // Out, and kept out.
    await reconcileObject(location, { wanted: wish({ link: 'exclude', overrides: [] }), rewriteSecrets: false }, clock);
    expect(scene.object().excludes).toEqual([scene.other, dev]);
    // In again, and away.
    await reconcileObject(location, { wanted, rewriteSecrets: false }, clock);
    expect(scene.object()).toMatchObject({ excludes: [scene.other] });
    expect(await unlink(scene)).toBe(true);
    expect(await unlink(scene)).toBe(false);
    untouched(scene);
    expect(scene.object().links).toHaveLength(1);
  });

  test.each(sides)('created with its link, then changed: %s: %s', async (name, value) => {
    const scene = await start({ [name]: value });
    const { location, clock, dev, object } = scene;
    const declared = {
      isSecret: false,
      connectionType: 'postgres',
      description: 'd',
      values: [field('host', 'h'), field('extra.role', 'r'), field('extra.token', 't', true)],
    };
    const wanted = wish({ declared, mayChangeObject: true, share: 'all' });
    expect(await reconcileObject(location, { wanted, rewriteSecrets: false }, clock)).toMatchObject({
      kind: 'create',
      verbs: ['create', 'link'],
    });
    const body = { type: 'postgres', host: 'h', extra: { role: 'r', token: 't' } };
    expect(object()).toMatchObject({ description: 'd', autoLink: true, body });
    expect(scene.overrides(dev)).toEqual(ofDev);
    const changed = { ...declared, values: [field('extra.role', 'x'), field('extra.token', 't', true)] };
    await reconcileObject(
      location,
      { wanted: { ...wanted, share: 'restricted', declared: changed }, rewriteSecrets: false },
      clock,
    );
    expect(object()).toMatchObject({ autoLink: false, body: { ...body, extra: { role: 'x', token: 't' } } });
    expect(scene.overrides(dev)).toEqual(ofDev);
    expect(scene.sandbox.violations).toEqual([]);
  });

  test.each(['kept', 'cleared'] as const)('a secret variable; its empty value: %s', async (emptySecretVariable) => {
    const scene = await start({ emptySecretVariable }, secretVariable);
    const work = reconcileObject(scene.location, { wanted: variableWish, rewriteSecrets: false }, scene.clock);
    if (emptySecretVariable === 'kept') {
      await work;
      expect(scene.object().body).toEqual({ isSecret: true, value: 'own' });
    } else {
      const error = await failure(work);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(/took more away than it should: its own value\. Not put back.*: its own value\./);
      expect(scene.count('updateEnvironmentObject')).toBe(2);
    }
    expect(scene.overrides(scene.dev)).toEqual({ value: 'of dev' });
    expect(scene.overrides(scene.prod)).toEqual({ value: 'of prod' });
  });

  test('partialBodies: cleared: what can be read is put back, and the rest is named', async () => {
    const scene = await start({ partialBodies: 'cleared' }, shared);
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      "Updating the connection `warehouse` took more away than it should: its own host, password, extra.token, extra.role. Not put back, because it cannot be read: its own password, extra.token. Check the object in Astro's Environment Manager before anything else; nothing more was linked in this run.",
    );
    expect(scene.object().body).toEqual({ type: 'postgres', host: 'h', extra: { role: 'r' } });
    expect(scene.overrides(scene.prod)).toEqual(ofProd);
  });

  test('partialBodies: cleared: without secrets all of it is put back, and it is told all the same', async () => {
    const open = { type: 'postgres', host: 'h', extra: { role: 'r' } };
    const scene = await start({ partialBodies: 'cleared' }, (ids) => ({ ...shared(ids), connection: open }));
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error.message).toMatch(/its own host, extra\.role\. All of it was put back/);
    expect(scene.object().body).toEqual(open);
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
  });

  test.each(['merged', 'replaced'] as const)('what the Deployment sees of a map: %s', async (mapsResolve) => {
    const scene = await start({ mapsResolve }, shared);
    const { location } = scene;
    await reconcileObject(location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    const work = verifyEffective(location, [wish(), wish({ link: 'none' })]);
    if (mapsResolve === 'merged') {
      await work;
    } else {
      const error = await failure(work);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toHaveProperty('problems', [
        {
          message:
            'The Deployment does not see extra.token of the connection `warehouse`: the override of some members hides all others. Override every member of the map that the Deployment needs.',
          at: wish().at,
        },
      ]);
      // As advised.
      const whole = wish({ overrides: [...wish().overrides, field('extra.token', 'of dev', true)] });
      await reconcileObject(location, { wanted: whole, rewriteSecrets: false }, scene.clock);
      await verifyEffective(location, [whole]);
    }
    const before = scene.sandbox.requests.length;
    await verifyEffective(location, [wish({ overrides: [field('schema', 's')] }), wish({ link: 'unlink' })]);
    expect(scene.sandbox.requests).toHaveLength(before);
    await verifyEffective(location, [wish({ key: 'none' })]);
  });
});

describe('rivals', () => {
  test('one that drops a foreign entry between our reading and our writing', async () => {
    const scene = await start({}, shared);
    rival(scene, () => {
      scene.sandbox.updateObject(scene.object().id, {
        connection: { type: 'postgres' },
        autoLinkDeployments: true,
        links: [],
        excludeLinks: [to(scene.other)],
      });
    });
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(
      `the link of the Deployment ${scene.prod} (its overrides of schema, password, extra.token, extra.role)`,
    );
    expect(error.message).toContain(
      `cannot be read: the overrides of the Deployment ${scene.prod}: password, extra.token`,
    );
    expect(scene.overrides(scene.prod)).toEqual({ schema: 'prod', extra: { role: 'p' } });
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    // Its own run got the time to do it first.
    expect(scene.pauses.filter((pause) => pause >= 3_000)).toHaveLength(3);
  });

  test.each<[string, (scene: Scene) => object[]]>([
    ['its own run heals it', ({ prod }) => [to(prod, { connection: { schema: 'restored' } })]],
    ['its own run took it out', () => []],
  ])('a dropped entry is not lost when %s', async (_, links) => {
    const scene = await start({}, shared);
    const write = (entries: object[]) => {
      scene.sandbox.updateObject(scene.object().id, {
        connection: { type: 'postgres' },
        autoLinkDeployments: true,
        links: [
          ...scene.object().links.flatMap((link) => (link.deploymentId === scene.dev ? [to(scene.dev)] : [])),
          ...entries,
        ] as never,
        excludeLinks: [to(scene.other)],
      });
    };
    rival(scene, () => {
      write([]);
      rival(
        scene,
        () => {
          write(links(scene));
        },
        'getEnvironmentObject',
      );
    });
    expect(await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock)).toMatchObject(
      { kind: 'update' },
    );
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
  });

  test('a Deployment that is deleted meanwhile took its entry with it', async () => {
    const scene = await start({ deadLinks: 'accepted' }, shared);
    rival(scene, () => {
      scene.sandbox.updateObject(scene.object().id, { connection: { type: 'postgres' } });
      scene.sandbox.remove(scene.prod);
    });
    await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
  });

  test('an object that is deleted while its entries heal', async () => {
    const scene = await start({}, shared);
    const { id } = scene.object();
    rival(scene, () => {
      scene.sandbox.updateObject(id, { connection: { type: 'postgres' } });
      rival(scene, () => deleteBehind(scene, id), 'getDeployment');
    });
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error.message).toBe('The connection `warehouse`: it does not exist.');
  });

  test('what was lost cannot be put back', async () => {
    const scene = await start({ partialBodies: 'cleared' }, shared);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', nth: 2, mode: { status: 500 } });
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/took more away .* Putting it back failed: Could not update .* 500/);
  });

  test('two that write all the time', async () => {
    const scene = await start({}, shared);
    const drop = () => {
      scene.sandbox.updateObject(scene.object().id, {
        connection: { type: 'postgres' },
        autoLinkDeployments: true,
        links: [to(scene.prod)],
        excludeLinks: [to(scene.other)],
      });
    };
    scene.sandbox.onRequest = ({ operation }) => {
      if (operation === 'listEnvironmentObjects' && scene.object().links.length > 1) drop();
    };
    await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    const error = await failure(restoreLinks(scene.location, [wish()], scene.clock));
    expect(error.message).toBe(
      'Others keep changing the connection `warehouse`: the links to this Deployment did not last. Run the job again.',
    );
    // One that brings back what is taken out.
    scene.sandbox.onRequest = ({ operation }) => {
      if (operation !== 'getEnvironmentObject') return;
      scene.sandbox.updateObject(scene.object().id, {
        connection: { type: 'postgres' },
        autoLinkDeployments: true,
        links: [to(scene.prod), to(scene.dev)],
        excludeLinks: [to(scene.other)],
      });
    };
    expect((await failure(unlink(scene))).message).toBe(
      'The connection `warehouse` is changed by others as often as this run changes it.',
    );
    scene.sandbox.onRequest = undefined;
    untouched(scene);
  });

  test('a second look puts back what was thrown out', async () => {
    const scene = await start({}, shared);
    await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    scene.sandbox.updateObject(scene.object().id, {
      connection: { type: 'postgres' },
      autoLinkDeployments: true,
      links: [to(scene.prod)],
      excludeLinks: [to(scene.other)],
    });
    const wanted = wish();
    expect(await restoreLinks(scene.location, [wanted], scene.clock)).toEqual([wanted]);
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    untouched(scene);
  });
});

async function deleteBehind({ location }: Scene, id: string): Promise<void> {
  await deleteObject(location.client, location.organization, id);
}

describe('dead links [R-26]', () => {
  test.each(['refused', 'accepted'] as const)('%s', async (deadLinks) => {
    const scene = await start({ deadLinks }, shared);
    scene.sandbox.remove(scene.prod);
    scene.sandbox.remove(scene.other);
    await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    const left = deadLinks === 'refused' ? [scene.dev] : [scene.prod, scene.dev];
    expect(scene.object().links.map(({ deploymentId }) => deploymentId)).toEqual(left);
    expect(scene.object().excludes).toEqual(deadLinks === 'refused' ? [] : [scene.other]);
    expect(await unlink(scene)).toBe(true);
    expect(scene.object().links.map(({ deploymentId }) => deploymentId)).toEqual(left.slice(0, -1));
  });

  test('entries that die while ours is taken out', async () => {
    const scene = await start({}, (ids) => ({ ...shared(ids), links: [to(ids.prod), to(ids.dev)] }));
    scene.sandbox.remove(scene.prod);
    expect(await unlink(scene)).toBe(true);
    expect(scene.object().links).toEqual([]);
  });

  test('a refusal for another reason drops nobody', async () => {
    const scene = await start({}, shared);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: { status: 400, body: '{"message":"no"}' } });
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error).toBeInstanceOf(ApiError);
    untouched(scene);
    // Living in another Workspace is not dead.
    const elsewhere = scene.sandbox.addDeployment({ workspaceId: 'cm0workspace0000000000001' }).id;
    scene.sandbox.addObject({ ...shared(scene), objectKey: 'strange', links: [to(elsewhere)] });
    expect(
      await failure(
        reconcileObject(scene.location, { wanted: wish({ key: 'strange' }), rewriteSecrets: false }, scene.clock),
      ),
    ).toMatchObject({
      status: 400,
    });
  });

  test('an object that is deleted between our reading and our writing', async () => {
    const scene = await start({}, shared);
    const { id } = scene.object();
    rival(scene, () => deleteBehind(scene, id));
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error.message).toBe('The connection `warehouse`: it does not exist.');
    expect(error).toMatchObject({ problems: [{ at: wish().at }] });
    expect(await unlink(scene, { id, objectKey: 'warehouse' } as PlainObject)).toBe(false);
  });
});

describe('answers that are none', () => {
  const conflict = { status: 409, body: '{"message":"Conflict"}' };

  test('409: read again, and again', async () => {
    const scene = await start({}, shared);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', times: 3, mode: conflict });
    await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    expect(scene.pauses).toEqual([500, 1_000, 2_000]);
    expect(scene.count('listEnvironmentObjects')).toBe(4);
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', times: 2, mode: conflict });
    expect(await unlink(scene)).toBe(true);
    untouched(scene);
  });

  test('409 for ever is told as it is', async () => {
    const scene = await start({}, shared);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', times: 100, mode: conflict });
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error.message).toContain('Could not update the environment object warehouse: Astro answered 409');
    expect(scene.count('updateEnvironmentObject')).toBe(8);
    untouched(scene);
  });

  test('429: waits as long as Astro says, and not longer than there is time', async () => {
    const scene = await start({}, shared);
    const busy = { status: 429, headers: { 'retry-after': '7' } };
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: busy });
    await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    expect(scene.pauses).toEqual([7_000]);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: busy });
    expect(await unlink(scene)).toBe(true);
    const short = await start({}, shared, 5_000);
    short.sandbox.fault({ operation: 'updateEnvironmentObject', mode: busy });
    expect(
      await failure(reconcileObject(short.location, { wanted: wish(), rewriteSecrets: false }, short.clock)),
    ).toMatchObject({ status: 429 });
    expect(short.pauses).toEqual([]);
  });

  test('an update whose answer is lost counts as written, and is sent once [R-04]', async () => {
    const scene = await start({}, shared);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: 'processed-then-reset' });
    expect(await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock)).toMatchObject(
      { verbs: ['link', 'override'] },
    );
    expect(scene.count('updateEnvironmentObject')).toBe(1);
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: 'processed-then-reset' });
    expect(await unlink(scene)).toBe(true);
    // A rival may have brought it back meanwhile: the look that says it is gone comes after a whole pause.
    expect(scene.pauses.at(-1)).toBeGreaterThanOrEqual(1_000);
    expect(scene.count('updateEnvironmentObject')).toBe(2);
    untouched(scene);
  });

  test('secrets that are written again, and the answer is lost [R-04]', async () => {
    const scene = await start({}, secretVariable);
    await reconcileObject(scene.location, { wanted: variableWish, rewriteSecrets: false }, scene.clock);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: 'reset-before' });
    const changed = { ...variableWish, overrides: [field('value', 'new', true)] };
    expect(await reconcileObject(scene.location, { wanted: changed, rewriteSecrets: true }, scene.clock)).toMatchObject(
      { fields: ['value'] },
    );
    expect(scene.overrides(scene.dev)).toEqual({ value: 'new' });
  });

  test('a create whose answer is lost makes one object [R-04]', async () => {
    const scene = await start();
    scene.sandbox.fault({ operation: 'createEnvironmentObject', mode: 'processed-then-reset' });
    const declared = { isSecret: false, connectionType: 'postgres', values: [field('host', 'h')] };
    expect(
      await reconcileObject(scene.location, { wanted: wish({ declared }), rewriteSecrets: false }, scene.clock),
    ).toMatchObject({
      kind: 'create',
    });
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    expect(scene.count('createEnvironmentObject')).toBe(1);
  });

  test('a create that another run was faster with becomes a link', async () => {
    const scene = await start();
    rival(
      scene,
      () => {
        scene.sandbox.addObject(shared(scene));
      },
      'createEnvironmentObject',
    );
    const declared = { isSecret: false, connectionType: 'postgres', values: [field('host', 'h')] };
    expect(
      await reconcileObject(scene.location, { wanted: wish({ declared }), rewriteSecrets: false }, scene.clock),
    ).toMatchObject({
      kind: 'update',
    });
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    untouched(scene);
  });

  test('an exclusion that another run was faster with, and one whose answer is lost', async () => {
    const scene = await start({}, shared);
    const out = wish({ link: 'exclude', overrides: [] });
    rival(
      scene,
      () => {
        scene.sandbox.updateObject(scene.object().id, {
          connection: { type: 'postgres' },
          autoLinkDeployments: true,
          links: [to(scene.prod)],
          excludeLinks: [to(scene.other), to(scene.dev)],
        });
      },
      'excludeLinkingEnvironmentObject',
    );
    expect(await reconcileObject(scene.location, { wanted: out, rewriteSecrets: false }, scene.clock)).toBeUndefined();
    await reconcileObject(scene.location, { wanted: wish({ overrides: [] }), rewriteSecrets: false }, scene.clock);
    scene.sandbox.fault({ operation: 'excludeLinkingEnvironmentObject', mode: 'processed-then-reset' });
    expect(await reconcileObject(scene.location, { wanted: out, rewriteSecrets: false }, scene.clock)).toMatchObject({
      kind: 'exclude',
    });
    expect(scene.object().excludes).toEqual([scene.other, scene.dev]);
    expect(scene.overrides(scene.prod)).toEqual(ofProd);
  });

  test('403 and 500: told with what to do, or tried again', async () => {
    const scene = await start({}, shared);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', times: 2, mode: { status: 403 } });
    for (const work of [
      () => reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
      () => reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: true }, scene.clock),
    ]) {
      const error = await failure(work());
      expect(error.message).toContain('a Workspace token with the role Workspace Operator');
      expect(error.message).not.toContain('of dev');
    }
    expect(scene.pauses).toEqual([]);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: { status: 503, body: '<html>' } });
    await reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock);
    scene.sandbox.fault({ operation: 'updateEnvironmentObject', mode: { status: 403 } });
    expect(await failure(unlink(scene))).toMatchObject({ status: 403 });
    expect(scene.overrides(scene.dev)).toEqual(ofDev);
    untouched(scene);
  });

  test('an update that Astro does not take, and does not refuse', async () => {
    const scene = await start({}, shared);
    scene.sandbox.onRequest = ({ body, operation }) => {
      const links = (body as { links?: unknown[] } | undefined)?.links;
      if (operation === 'updateEnvironmentObject') links?.pop();
    };
    const error = await failure(
      reconcileObject(scene.location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
    );
    expect(error.message).toBe(
      'The connection `warehouse` does not stay as this run writes it: others change it as often, or Astro does not take the change. Run the job again.',
    );
    expect(scene.count('updateEnvironmentObject')).toBe(8);
    scene.sandbox.onRequest = undefined;
    untouched(scene);
  });

  test('what is no failure of Astro is not tried again', async () => {
    const scene = await start({}, shared);
    const stopped = new AbortController();
    stopped.abort(new Error('stopped'));
    const location = { ...scene.location, client: { ...scene.location.client, signal: stopped.signal } };
    await expect(reconcileObject(location, { wanted: wish(), rewriteSecrets: false }, scene.clock)).rejects.toThrow(
      'stopped',
    );
    await expect(realClock(stopped.signal).pause(60_000)).rejects.toThrow('stopped');
    const { random } = realClock(stopped.signal);
    expect(random()).toBeLessThan(1);
    const bug = () => {
      throw new TypeError('bug');
    };
    const { id } = scene.object();
    const target = { kind: 'connection', key: 'warehouse', id } as const;
    await expect(unlinkObject(scene.location, target, bug, scene.clock)).rejects.toThrow('bug');
  });
});

/** An API that has one object, which it shows as given, and takes no update. */
async function showing(
  scene: Scene,
  row: object,
  resolved = row,
): Promise<{ location: ObjectLocation; writes: string[] }> {
  const writes: string[] = [];
  const server = http.createServer((request, response) => {
    if (request.method !== 'GET') writes.push(request.url ?? '');
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const shown = searchParams.get('resolveLinked') === 'true' ? resolved : row;
    response.end(JSON.stringify(searchParams.size > 0 ? { environmentObjects: [shown], totalCount: 1 } : shown));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`);
  return { location: { ...scene.location, client: { ...scene.location.client, url } }, writes };
}

describe('objects of a strange kind', () => {
  const row = {
    id: 'o',
    objectKey: 'warehouse',
    objectType: 'CONNECTION',
    scope: 'WORKSPACE',
    scopeEntityId: workspaceId,
  };

  test('one that is linked to something other than a Deployment is left alone', async () => {
    const scene = await start();
    const links = [
      { ...to(scene.dev), setFields: [] },
      { scope: 'PROJECT', scopeEntityId: 'p', setFields: [] },
    ];
    const { location, writes } = await showing(scene, { ...row, links, connection: own, setFields: [] });
    for (const work of [
      reconcileObject(location, { wanted: wish(), rewriteSecrets: false }, scene.clock),
      unlinkObject(
        location,
        { kind: 'connection', key: 'warehouse', id: 'o' },
        (found) => withoutDeployment(found, scene.dev),
        scene.clock,
      ),
    ]) {
      const error = await failure(work);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toContain('it is linked to something other than a Deployment (PROJECT)');
    }
    expect(writes).toEqual([]);
  });

  test('lists of fields that a server does not have are empty', async () => {
    const scene = await start();
    const { location } = await showing(scene, { ...row, connection: own, links: [to(scene.dev)] });
    const { client, organization } = location;
    const whole = { ...row, connection: own, setFields: [], links: [{ ...to(scene.dev), setFields: [] }] };
    expect(await readObject(client, organization, 'o')).toEqual(whole);
    expect(await listObjects(client, organization, { workspaceId })).toEqual([whole]);
    expect(await listObjects(client, organization, { deploymentId: scene.dev })).toEqual([]);
    expect(await listEffectiveObjects(client, organization, scene.dev)).toMatchObject([{ setFields: [] }]);
    // What is not shown may be there: a row without a list of its fields is no proof.
    await verifyEffective(location, [wish()]);
  });

  test('what a Deployment lost is seen without a list of its fields too', async () => {
    const scene = await start();
    const extra = { role: 'r', database: 'd' };
    const parent = {
      ...row,
      connection: { type: 't', extra },
      setFields: ['extra.role', 'extra.database', 'extra.token'],
    };
    const { location } = await showing(scene, parent);
    await verifyEffective(location, [wish()]);
    const seen = { ...parent, connection: { type: 't', extra: { role: 'dev' } }, setFields: [] };
    const error = await failure(verifyEffective((await showing(scene, parent, seen)).location, [wish()]));
    expect(error.message).toContain('does not see extra.database of');
  });
});
