/**
 * Makes time pass faster in the process that loads it first (`node --import <this file>?speed=20`): timers end earlier
 * and the monotonic clock runs ahead by that factor. Tests of back-off, deadlines and polling run the built bundle with
 * it, so that nobody waits for real pauses and the bundle needs no switch for tests. The wall clock stays as it is:
 * GitHub's and Astro's times come from there.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

const speed = Number(new URL(import.meta.url).searchParams.get('speed') ?? '1');
const shorter = (milliseconds) => (typeof milliseconds === 'number' ? milliseconds / speed : milliseconds);

const { setTimeout: later, setInterval: repeatedly } = globalThis;
const setTimeout = (work, milliseconds, ...rest) => later(work, shorter(milliseconds), ...rest);
const setInterval = (work, milliseconds, ...rest) => repeatedly(work, shorter(milliseconds), ...rest);
Object.assign(globalThis, { setTimeout, setInterval });
Object.assign(timers, { setTimeout, setInterval });

const { setTimeout: pause } = timersPromises;
timersPromises.setTimeout = (milliseconds, ...rest) => pause(shorter(milliseconds), ...rest);

const timeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (milliseconds) => timeout(Math.ceil(shorter(milliseconds)));

const elapsed = performance.now.bind(performance);
performance.now = () => elapsed() * speed;
syncBuiltinESMExports();
