import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url));
const timeLapse = new URL('time-lapse.mjs', import.meta.url);

/** Where Node keeps what it compiled of the bundle, so that the next child need not compile it again. */
const compileCache = join(tmpdir(), 'astro-branch-deploy-compile-cache');

/** What a GitHub runner would hand to the step. */
export interface StepRun {
  readonly event: string;
  readonly payload: unknown;
  readonly inputs: Readonly<Record<string, string>>;
  /** GITHUB_* and other variables, over the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** GITHUB_WORKSPACE; an empty folder (no checkout) when left out. */
  readonly workspace?: string;
  readonly signalAfter?: { readonly pattern: RegExp; readonly signal: NodeJS.Signals };
  /** Handed what sends a signal to the main step; it resolves when that has ended. */
  readonly onStart?: (send: (signal: NodeJS.Signals) => Promise<void>) => void;
  /** How much faster time passes for the step than for the test: pauses, deadlines and polling (see time-lapse.mjs). */
  readonly speed?: number;
}

export interface StepResult {
  readonly code: number | null;
  /** Wall time of the main step, in milliseconds. */
  readonly milliseconds: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What went into GITHUB_ENV and GITHUB_PATH. */
  readonly written: { readonly env: string; readonly path: string };
  /** Annotations as the runner would show them: `error: text`, with `file:line:column` where there is one. */
  readonly annotations: readonly string[];
  /** What is left in RUNNER_TEMP after the post step. */
  readonly left: readonly string[];
}

/** Runs dist/index.js as GitHub's runner does: a child process, INPUT_*, GITHUB_*, the payload in a file. */
export async function runStep(run: StepRun): Promise<StepResult> {
  const home = mkdtempSync(join(tmpdir(), 'runner-'));
  const env = environmentOf(run, home);
  try {
    const begun = performance.now();
    const main = await child(env, run);
    const milliseconds = performance.now() - begun;
    const state = parseFile(readFileSync(join(home, 'state'), 'utf8'));
    // The runner calls the post step with what main saved. Where that is only that main has run, post does nothing.
    const saved = Object.entries(state);
    const post =
      saved.length === 1 && state['main-has-run'] === 'true'
        ? { log: '' }
        : await child({ ...env, ...Object.fromEntries(saved.map(([name, value]) => [`STATE_${name}`, value])) });
    return {
      code: main.code,
      milliseconds,
      log: main.log + post.log,
      outputs: parseFile(readFileSync(join(home, 'output'), 'utf8')),
      summary: readFileSync(join(home, 'summary.md'), 'utf8'),
      written: { env: readFileSync(join(home, 'env'), 'utf8'), path: readFileSync(join(home, 'path'), 'utf8') },
      annotations: annotations(main.log),
      left: readdirSync(env['RUNNER_TEMP'] ?? home),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** What GitHub's runner gives to a step, its files below a folder. */
function environmentOf(run: StepRun, home: string): Record<string, string> {
  const file = (name: string, content = ''): string => {
    const path = join(home, name);
    writeFileSync(path, content);
    return path;
  };
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_COMPILE_CACHE: compileCache,
    HOME: home,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: run.event,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(run.payload)),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
    GITHUB_WORKSPACE: run.workspace ?? mkdtempSync(join(home, 'workspace-')),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTOR: 'octocat',
    RUNNER_TEMP: mkdtempSync(join(home, 'temp-')),
    ...Object.fromEntries(
      Object.entries(run.inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
    ),
    ...run.env,
  };
}

function child(
  env: Record<string, string>,
  { signalAfter, onStart, speed }: Pick<StepRun, 'signalAfter' | 'onStart' | 'speed'> = {},
): Promise<{ code: number | null; log: string }> {
  return new Promise((resolve, reject) => {
    const options = speed === undefined ? [] : ['--import', `${timeLapse.href}?speed=${String(speed)}`];
    const step = spawn(process.execPath, [...options, entry], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    onStart?.(
      (signal) =>
        new Promise((ended) => {
          step.once('exit', () => {
            ended();
          });
          step.kill(signal);
        }),
    );
    let log = '';
    let sent = false;
    const take = (data: Buffer): void => {
      log += data.toString('utf8');
      if (signalAfter && !sent && signalAfter.pattern.test(log)) {
        sent = true;
        step.kill(signalAfter.signal);
      }
    };
    step.stdout.on('data', take);
    step.stderr.on('data', take);
    step.once('error', reject);
    step.once('close', (code) => {
      resolve({ code, log });
    });
  });
}

/** Reads a file command file as the runner does (actions/runner, FileCommandManager.cs). */
export function parseFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const here = line.indexOf('<<');
    if (here !== -1 && (equals === -1 || here < equals)) {
      const delimiter = line.slice(here + 2);
      const end = lines.indexOf(delimiter, index + 1);
      if (end === -1) throw new Error(`no end of ${line}`);
      found[line.slice(0, here)] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (equals !== -1) found[line.slice(0, equals)] = line.slice(equals + 1);
    else throw new Error(`the runner cannot read this line: ${line}`);
  }
  return found;
}

function annotations(log: string): string[] {
  return Array.from(
    log.matchAll(/^::(error|warning|notice)(?: ([^\n]*?))?::(.*)$/gm),
    ([, kind = '', properties = '', message = '']) => {
      const unescaped = message.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
      const get = (name: string): string | undefined => new RegExp(`(?:^|,)${name}=([^,]*)`).exec(properties)?.[1];
      const place = [get('file'), get('line'), get('col')].filter(Boolean).join(':');
      return `${kind}${place && ` ${place}`}: ${unescaped}`;
    },
  );
}
