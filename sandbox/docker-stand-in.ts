import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeVersion } from './project.ts';

/** One call of the stand-in: its arguments, the names and values of its environment, and whether something came on its input. */
export interface DockerCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/** How pytest ends in a container: its exit code, what it prints, the report that it leaves. */
export interface PlayedTests {
  readonly exitCode: number;
  readonly says?: string;
  readonly report?: string;
}

export interface DockerStandIn {
  /** Folder to put first on PATH. */
  readonly folder: string;
  readonly calls: () => DockerCall[];
}

/**
 * Writes a program called `docker` that builds and pushes nothing but answers as if it did, for machines without an
 * engine: nothing that it says proves anything about images. `fails` names a subcommand that ends with exit code 1,
 * `hangs` one that says so and does not end for ten seconds; `says` is what building prints; `tests` is how pytest ends
 * in a container, by a word of its command line.
 */
export function makeDockerStandIn(
  home: string,
  options: {
    readonly label?: string;
    readonly fails?: string;
    readonly hangs?: string;
    readonly says?: string;
    readonly tests?: Readonly<Record<string, PlayedTests>>;
  } = {},
): DockerStandIn {
  const folder = join(home, 'docker-stand-in');
  mkdirSync(folder, { recursive: true });
  const journal = join(folder, 'calls.jsonl');
  const label = options.label ?? runtimeVersion;
  const inspected = {
    Os: 'linux',
    Architecture: 'amd64',
    Config: { Labels: { 'io.astronomer.docker.runtime.version': label } },
  };
  const program = join(folder, 'docker');
  writeFileSync(
    program,
    `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
let stdin = '';
try { stdin = args[0] === 'login' ? fs.readFileSync(0, 'utf8') : ''; } catch {}
fs.appendFileSync(${JSON.stringify(journal)}, JSON.stringify({ args, env: process.env, stdin }) + '\\n');
if (args[0] === ${JSON.stringify(options.fails ?? '')}) { console.error('stand-in: told to fail'); process.exit(1); }
if (args[0] === ${JSON.stringify(options.hangs ?? '')}) { console.log('stand-in: hangs'); setTimeout(() => {}, 10_000); }
if (args[0] === 'build') process.stdout.write(${JSON.stringify(options.says ?? '')});
const script = ${JSON.stringify(options.tests ?? {})};
const created = () => fs.readFileSync(${JSON.stringify(journal)}, 'utf8').trim().split('\\n').map((line) => JSON.parse(line).args)
  .find((call) => call[0] === 'create' && args.some((word) => word.includes(call[call.indexOf('--name') + 1])));
const of = ['cp', 'start', 'inspect'].includes(args[0]) && created();
const played = of && script[Object.keys(script).find((word) => of.includes(word))];
if (args[0] === '--version') console.log('Docker version 0.0.0, stand-in');
else if (args[0] === 'image') console.log(${JSON.stringify(JSON.stringify(inspected))});
else if (played) {
  const [, from, to] = args;
  if (args[0] === 'start') process.stdout.write(played.says ?? '');
  else if (args[0] === 'inspect') console.log(played.exitCode);
  else if (args[0] === 'cp' && from.includes(':')) {
    if (played.report === undefined) { console.error('stand-in: no such file'); process.exit(1); }
    fs.writeFileSync(to, played.report);
  }
}
else console.log('stand-in: docker ' + args[0] + ' does nothing');
`,
  );
  chmodSync(program, 0o755);
  return {
    folder,
    calls: () =>
      existsSync(journal)
        ? readFileSync(journal, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as DockerCall)
        : [],
  };
}
