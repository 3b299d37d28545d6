import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GivenObject, PlainObject } from '../../sandbox/environment-types.ts';
import { defaultSwitches } from '../../sandbox/switches.ts';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { reconcileObject } from '../../src/apply/objects/reconcile.ts';
import { createAgents } from '../../src/http/agents.ts';
import type { Field, WantedObject } from '../../src/core/config/wanted-objects.ts';
import type { Log } from '../../src/runner/log.ts';
import type { AstroClient } from '../../src/astro/types.ts';
import { restoreLinks } from '../../src/apply/objects/verify-links.ts';
import { unlinkObject } from '../../src/apply/objects/unlink.ts';
import type { ObjectLocation } from '../../src/apply/objects/object-location.ts';
import type { Clock } from '../../src/apply/objects/clock.ts';
import { withoutDeployment } from '../../src/core/objects/entries.ts';

/*
 * Every order in which the requests of several runs can reach Astro, over real HTTP: each request is held, and one at a
 * time is let through. A request is carried out as a whole, as one call of the API is.
 *
 * Time is not played by a clock, but by what a pause outlasts. Assumed is that a run holds what it has read for less
 * than a second before it writes (nothing but the deciding lies between), so that
 * - a pause of a second or more ends only after every other run that had read before the pause began has written, or
 *   has decided not to;
 * - a pause of three seconds or more ends, beyond that, only after every other run that was within a shorter pause, or
 *   busy, has come to its next pause or to its end: a second look comes after two seconds at most.
 * Shorter pauses end whenever the order says so.
 *
 * When a pause ends is all the same to everybody, once it may, and so is a question about a Deployment: what counts is
 * the order of the requests for the object. Orders that lead to one and the same situation (the stored object, where
 * each run is, and what it has read since its last pause) go on alike from there: only the first of them is followed
 * to its end, and the others are counted.
 */

type Task = (location: ObjectLocation, clock: Clock) => Promise<unknown>;
interface Held {
  readonly release: () => void;
  /** Milliseconds; 0 for a request. */
  readonly pause: number;
  /** Whether it is all the same to everybody when it goes on. */
  readonly aside: boolean;
}

class Runner {
  /** What it waits for to go on; nothing while it is busy. */
  held: Held | undefined;
  ended = false;
  failure: unknown;
  /** When it last read what it may still write, in steps. */
  readAt: number | undefined;
  /** When it last came to a pause or to its end. */
  pausedAt = 0;
  /** What it did so far, and what Astro held at each of its requests since it last had nothing in its hands. */
  path = '';
  known: PlainObject[] = [];
}

const log = { debug: () => undefined, redact: (text: string) => text } as unknown as Log;
let sandbox: Sandbox;
let client: AstroClient;
beforeAll(async () => {
  // What each order must end in is counted for these rules.
  sandbox = await startSandbox({ switches: defaultSwitches });
  client = {
    url: new URL(sandbox.url),
    token: 'token',
    agents: createAgents(),
    signal: new AbortController().signal,
    log,
    remaining: () => 60_000,
  };
});
afterAll(async () => {
  client.agents.http.destroy();
  await sandbox.close();
});

const workspaceId = 'cm0workspace0000000000000';

const permutations = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));

/** Orders that follow from a situation, by the situation. */
type Followed = Map<string, number>;
interface Played {
  /** How many runs could have gone on at each step. */
  readonly widths: readonly number[];
  /** The situation before each step. */
  readonly situations: readonly string[];
  /** Orders that end like this one: those that follow from a situation that was met before, or this one only. */
  readonly orders: number;
}

/** Plays one order of all requests: at each step the choice says who goes on. */
async function play(
  tasks: readonly Task[],
  ids: readonly string[],
  choices: readonly number[],
  followed: Followed,
  alike: boolean,
): Promise<Played> {
  const runners = tasks.map(() => new Runner());
  const widths: number[] = [];
  const situations: string[] = [];
  let orders: number | undefined;
  let step = 0;
  let busy: Runner | undefined;
  let quiet: () => void = () => undefined;
  const hold = (runner: Runner, pause: number, aside: boolean): Promise<void> =>
    new Promise((release) => {
      runner.held = { release, pause, aside };
      quiet();
    });
  /** Lets one of them go on until it waits again or is done. */
  const advance = async (runner: Runner, go: () => void): Promise<void> => {
    busy = runner;
    await new Promise<void>((resolve) => {
      quiet = resolve;
      go();
    });
  };

  // Only one of them is ever on its way: whatever arrives comes from that one.
  sandbox.onRequest = async ({ method, path }) => {
    const runner = busy;
    if (!runner) throw new Error('a request of nobody');
    const aside = !path.includes('/environment-objects');
    await hold(runner, 0, aside);
    runner.path += aside ? 'd' : method === 'GET' ? 'r' : 'w';
    if (aside) return;
    runner.known.push(stored());
    runner.readAt = method === 'GET' ? step : undefined;
  };
  const start = (task: Task, index: number, runner: Runner): void => {
    const location = { client, organization: sandbox.organizationId, workspaceId, deploymentId: ids[index] ?? '' };
    const clock: Clock = {
      random: () => 0,
      pause: (milliseconds) => {
        runner.readAt = undefined;
        runner.pausedAt = step;
        runner.path += String(milliseconds);
        // Who waits for a rival to mend a link remembers what was lost; everybody else reads again.
        if (milliseconds < 3_000) runner.known = [];
        return hold(runner, milliseconds, true);
      },
    };
    task(location, clock)
      .catch((error: unknown) => {
        runner.failure = error;
      })
      .finally(() => {
        runner.ended = true;
        runner.pausedAt = Infinity;
        runner.held = undefined;
        runner.readAt = undefined;
        quiet();
      });
  };
  for (const [index, task] of tasks.entries()) {
    const runner = runners[index] as Runner;
    await advance(runner, () => {
      start(task, index, runner);
    });
  }

  /** Those that a pause has to outlast. */
  const awaited = (runner: Runner): Runner[] => {
    const pause = runner.held?.pause ?? 0;
    return runners.filter(
      (one) =>
        one !== runner &&
        !one.ended &&
        ((pause >= 1_000 && (one.readAt ?? Infinity) < runner.pausedAt) ||
          (pause >= 3_000 && one.pausedAt <= runner.pausedAt)),
    );
  };
  /** The situation, with each run called by its place in `order`. */
  const written = (order: readonly number[]): string => {
    const content = (object: PlainObject): string => {
      const links = object.links.map(({ deploymentId, overrides }) => {
        const index = ids.indexOf(deploymentId);
        // The order of links means nothing.
        return `${index < 0 ? deploymentId : String(order.indexOf(index))} ${JSON.stringify(overrides)}`;
      });
      return JSON.stringify({ ...object, links: links.sort() }).replace(
        /"([sp])(\d)\\"/g,
        (_, field: string, index: string) => `"${field}${String(order.indexOf(Number(index)))}\\"`,
      );
    };
    return JSON.stringify([
      content(stored()),
      order.flatMap((index) => {
        const one = runners[index];
        const waits = one && awaited(one).map((other) => order.indexOf(runners.indexOf(other)));
        return [one?.path, one?.known.map(content), one?.ended, one?.held?.pause, waits?.sort()];
      }),
    ]);
  };
  const orderings = alike ? permutations(tasks.map((_, index) => index)) : [tasks.map((_, index) => index)];
  const situation = (): string => orderings.map(written).sort()[0] as string;
  const goOn = async (runner: Runner): Promise<void> => {
    step++;
    const { release } = runner.held as Held;
    runner.held = undefined;
    await advance(runner, release);
  };
  for (;;) {
    const able = runners.filter((runner) => runner.held && awaited(runner).length === 0);
    const aside = able.find(({ held }) => held?.aside);
    if (aside) {
      await goOn(aside);
      continue;
    }
    if (runners.every(({ ended }) => ended)) break;
    const next = able[orders === undefined ? (choices[widths.length] ?? 0) : 0];
    if (!next) throw new Error('nobody can go on');
    if (orders === undefined) {
      const now = situation();
      orders = widths.length < choices.length ? undefined : followed.get(now);
      if (orders === undefined) {
        situations.push(now);
        widths.push(able.length);
      }
    }
    await goOn(next);
  }
  sandbox.onRequest = undefined;
  const failed = runners.find(({ failure }) => failure !== undefined);
  if (failed) throw failed.failure as Error;
  return { widths, situations, orders: orders ?? 1 };
}

/** Plays every order there is; `check` sees what is left each time. Gives back how many orders there are. */
async function everyOrder(
  tasks: readonly Task[],
  ids: readonly string[],
  reset: () => void,
  check: () => void,
  /** Whether the runs differ by their names only, so that situations may too. */
  alike = false,
): Promise<number> {
  const followed: Followed = new Map();
  for (let choices: number[] | undefined = []; choices;) {
    reset();
    const played: Played = await play(tasks, ids, choices, followed, alike).catch((cause: unknown) => {
      throw new Error(`order ${String(choices?.join(''))}`, { cause });
    });
    check();
    for (const situation of played.situations) followed.set(situation, (followed.get(situation) ?? 0) + played.orders);
    const taken = played.widths.map((_, index) => choices?.[index] ?? 0);
    const last = played.widths.findLastIndex((width, index) => (taken[index] ?? 0) + 1 < width);
    choices = last < 0 ? undefined : [...taken.slice(0, last), (taken[last] ?? 0) + 1];
  }
  // All orders follow from the first situation.
  return Math.max(...followed.values());
}

const to = (scopeEntityId: string, overrides?: object) => ({
  scope: 'DEPLOYMENT' as const,
  scopeEntityId,
  ...(overrides && { overrides }),
});
const field = (name: string, value: string): Field => ({ name, value, fromEnv: name === 'password' });
const wish = (overrides: readonly Field[], link: WantedObject['link'] = 'link'): WantedObject => ({
  kind: 'connection',
  key: 'warehouse',
  at: { file: 'astro.yaml', line: 1, column: 1 },
  link,
  overrides,
  mayChangeObject: false,
});
const overridesOf = (index: number): Field[] => [
  field('schema', `s${String(index)}`),
  field('password', `p${String(index)}`),
];
/** What a deploy run does to one object. */
const linker =
  (wanted: WantedObject): Task =>
  async (location, clock) => {
    await reconcileObject(location, { wanted, rewriteSecrets: false }, clock);
    await restoreLinks(location, [wanted], clock);
  };
/** What a run does that removes a preview. */
const unlinker: Task = (location, clock) =>
  unlinkObject(
    location,
    { kind: 'connection', key: 'warehouse', id: stored().id },
    (object) => withoutDeployment(object, location.deploymentId),
    clock,
  );
const stored = (): PlainObject => {
  const [object] = sandbox.objects();
  if (!object) throw new Error('the object is gone');
  return object;
};

describe('every order of the requests', () => {
  let ids: string[];
  let foreign: string;
  let excluded: string;
  beforeAll(() => {
    ids = [0, 1, 2].map((index) => sandbox.addDeployment({ name: `d${String(index)}` }).id);
    foreign = sandbox.addDeployment({ name: 'prod' }).id;
    excluded = sandbox.addDeployment({ name: 'excluded' }).id;
  });

  const secret = { connection: { password: 'of prod', extra: { token: 'of prod', role: 'r' } } };
  /** The object as every order begins. */
  const reset = (given: Pick<GivenObject, 'autoLinkDeployments' | 'links'>) => () => {
    const connection = { type: 'postgres', host: 'h', password: 'own', extra: { token: 't' } };
    const first = { connection, description: 'd', excludeLinks: [to(excluded)], ...given };
    if (sandbox.objects().length === 0) sandbox.addObject({ objectKey: 'warehouse', ...first });
    const { id } = stored();
    // Without their links first, as links that stay keep their overrides.
    sandbox.updateObject(id, { ...first, links: [] });
    sandbox.updateObject(id, { ...first, links: [to(foreign, secret), ...(given.links ?? [])] });
  };
  const check = (autoLink: boolean, expected: Readonly<Record<string, object>>) => () => {
    const object = stored();
    expect(Object.fromEntries(object.links.map(({ deploymentId, overrides }) => [deploymentId, overrides]))).toEqual({
      [foreign]: secret.connection,
      ...expected,
    });
    expect(object).toMatchObject({ autoLink, excludes: [excluded], description: 'd' });
    expect(object.body).toEqual({ type: 'postgres', host: 'h', password: 'own', extra: { token: 't' } });
    expect(sandbox.violations).toEqual([]);
  };
  const linked = (...indexes: number[]): Record<string, object> =>
    Object.fromEntries(
      indexes.map((index) => [ids[index] ?? '', { schema: `s${String(index)}`, password: `p${String(index)}` }]),
    );
  const begun = (index: number) =>
    to(ids[index] ?? '', { connection: { schema: `s${String(index)}`, password: `p${String(index)}` } });

  test.each([false, true])('two runs link their Deployments (auto-linked: %p)', async (autoLinkDeployments) => {
    const tasks = [0, 1].map((index) => linker(wish(overridesOf(index))));
    const count = await everyOrder(
      tasks,
      ids,
      reset({ autoLinkDeployments }),
      check(autoLinkDeployments, linked(0, 1)),
    );
    expect(count).toBeGreaterThan(10);
  });

  test('three runs link their Deployments', async () => {
    const tasks = [0, 1, 2].map((index) => linker(wish(overridesOf(index))));
    const count = await everyOrder(tasks, ids, reset({}), check(false, linked(0, 1, 2)), true);
    expect(count).toBeGreaterThan(10_000);
  });

  test('one run links, another takes its Deployment out', async () => {
    const tasks = [linker(wish(overridesOf(0))), unlinker];
    await everyOrder(tasks, ids, reset({ links: [begun(1)] }), check(false, linked(0)));
  });

  test('one run links, another takes its Deployment out that is linked without overrides', async () => {
    const tasks = [linker(wish(overridesOf(0))), unlinker];
    await everyOrder(tasks, ids, reset({ links: [to(ids[1] ?? '')] }), check(false, linked(0)));
  });

  test('two runs take their Deployments out', async () => {
    await everyOrder([unlinker, unlinker], ids, reset({ links: [begun(0), begun(1)] }), check(false, {}));
  });

  test('one run links, another overrides another field than before', async () => {
    const other = [field('host', 'other')];
    const tasks = [linker(wish(overridesOf(0))), linker(wish(other))];
    const expected = { ...linked(0), [ids[1] ?? '']: { host: 'other' } };
    await everyOrder(tasks, ids, reset({ links: [begun(1)] }), check(false, expected));
  });
});
