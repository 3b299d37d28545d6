import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** A subcommand (with its first words, such as `image inspect`) that ends with exit code 1 and says something. */
export interface PlayedFailure {
  readonly command: string;
  readonly says: string;
  /** How many calls fail; all where it is left out. */
  readonly times?: number;
  /** Start of a standard input that is let through. */
  readonly unlessInput?: string;
}

export interface DockerStandIn {
  /** Folder to put first on PATH. */
  readonly folder: string;
  readonly calls: () => DockerCall[];
  /** Whether the child of a subcommand that hangs still runs. */
  readonly hasLeftChild: () => boolean;
  /** The private ignore file of the last build; empty where it had none. */
  readonly ignored: () => string;
  /** Gives every image another id: 64 times this hexadecimal digit. */
  readonly setImage: (digit: string) => void;
}

/**
 * Writes a program called `docker` that builds and pushes nothing but answers as if it did, for machines without an
 * engine: nothing that it says proves anything about images. `fails` names a subcommand that ends with exit code 1,
 * `hangs` one that says so and waits ten seconds for a child of its own, `failure` one with its own words; `says` is what building prints; `tests` is how pytest ends
 * in a container, by a word of its command line.
 */
export function makeDockerStandIn(
  home: string,
  options: {
    readonly label?: string;
    readonly fails?: string;
    readonly hangs?: string;
    readonly failure?: PlayedFailure;
    readonly says?: string;
    readonly tests?: Readonly<Record<string, PlayedTests>>;
  } = {},
): DockerStandIn {
  const folder = join(home, 'docker-stand-in');
  mkdirSync(folder, { recursive: true });
  const label = options.label ?? runtimeVersion;
  const inspected = (digit: string) => ({
    Id: `sha256:${digit.repeat(64)}`,
    Os: 'linux',
    Architecture: 'amd64',
    Config: { Labels: { 'io.astronomer.docker.runtime.version': label } },
  });
  const setImage = (digit: string): void => {
    writeFileSync(join(folder, 'inspected'), `${JSON.stringify(inspected(digit))}\n`);
  };
  const played = Object.entries(options.tests ?? {});
  played.forEach(([, { says, report }], index) => {
    if (says !== undefined) writeFileSync(join(folder, `says-${String(index)}`), says);
    if (report !== undefined) writeFileSync(join(folder, `report-${String(index)}`), report);
  });
  setImage('1');
  writeFileSync(join(folder, 'says-build'), options.says ?? '');
  const program = join(folder, 'docker');
  writeFileSync(program, script(folder, options, played));
  chmodSync(program, 0o755);
  const ignored = join(folder, 'ignored');
  return {
    folder,
    calls: () => readCalls(folder),
    hasLeftChild: () => isRunning(join(folder, 'child')),
    ignored: () => (existsSync(ignored) ? readFileSync(ignored, 'utf8') : ''),
    setImage,
  };
}

/** Quotes a word for the shell that runs the stand-in. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * The stand-in as a shell script: it starts in a fraction of the time that Node takes. A call becomes a folder with its
 * arguments, environment and standard input; the containers that were created are found there again by their names.
 */
function script(
  folder: string,
  {
    fails = '',
    hangs = '',
    failure,
  }: { readonly fails?: string; readonly hangs?: string; readonly failure?: PlayedFailure },
  played: readonly (readonly [string, PlayedTests])[],
): string {
  const cases = played.map(
    ([word, { exitCode, says, report }], index) => `
    *${quoted(word)}*)
      case "$1" in
        start) ${says === undefined ? ':' : `cat ${quoted(join(folder, `says-${String(index)}`))}`} ;;
        inspect) echo ${String(exitCode)} ;;
        cp) case "$2" in *:*) ${report === undefined ? `echo 'stand-in: no such file' >&2; exit 1` : `cp ${quoted(join(folder, `report-${String(index)}`))} "$3"`} ;; esac ;;
      esac
      exit 0 ;;`,
  );
  return `#!/bin/sh
# A story may leave nothing but its own programs on the PATH.
PATH=$PATH:/usr/bin:/bin
folder=${quoted(folder)}
number=$(ls "$folder" | grep -c "^call-")
call=$(mktemp -d "$folder/call-$(printf %06d "$number")-XXXXXX")
printf '%s\\0' "$@" > "$call/args"
env -0 > "$call/env"
: > "$call/stdin"
[ "$1" = login ] && cat > "$call/stdin"
[ "$1" = create ] && { previous=; for word in "$@"; do [ "$previous" = --name ] && printf '%s ' "$@" > "$folder/container-$word"; previous=$word; done; }
: > "$call/whole"
${fails === '' ? '' : `[ "$1" = ${quoted(fails)} ] && { echo 'stand-in: told to fail' >&2; exit 1; }`}
${failure === undefined ? '' : failing(failure)}
${hangs === '' ? '' : `[ "$1" = ${quoted(hangs)} ] && { echo 'stand-in: hangs'; sleep 10 & echo $! > "$folder/child"; wait; exit 0; }`}
case "$1" in
  build)
    previous=; for word in "$@"; do [ "$previous" = --file ] && cat "$word.dockerignore" > "$folder/ignored" 2> /dev/null; previous=$word; done
    cat "$folder/says-build" ;;
  --version) echo 'Docker version 0.0.0, stand-in'; exit 0 ;;
  image) cat "$folder/inspected"; exit 0 ;;
esac
created=
case "$1" in cp|start|inspect)
  for word in "$@"; do name=\${word%%:*}; [ -f "$folder/container-$name" ] && created=$(cat "$folder/container-$name"); done ;;
esac
case "$created" in
  '') ;;${cases.join('')}
esac
echo "stand-in: docker $1 does nothing"
`;
}

/** A file per failure counts how often it was played. */
const failing = ({ command, says, times, unlessInput }: PlayedFailure): string => `
case "$* " in ${quoted(`${command} `)}*)
  if ${unlessInput === undefined ? 'true' : `! grep -q ${quoted(`^${unlessInput}`)} "$call/stdin"`}; then
    echo x >> "$folder/failed"
    ${times === undefined ? '' : `if [ "$(wc -l < "$folder/failed")" -le ${String(times)} ]; then`}
    echo ${quoted(says)} >&2
    exit 1
    ${times === undefined ? '' : 'fi'}
  fi ;;
esac`;

/** The calls so far, in order; one that is being written is left out. */
function readCalls(folder: string): DockerCall[] {
  const read = (call: string, name: string): string[] =>
    readFileSync(join(folder, call, name), 'utf8')
      .split('\0')
      .slice(0, -1);
  return readdirSync(folder)
    .filter((name) => name.startsWith('call-') && existsSync(join(folder, name, 'whole')))
    .sort()
    .map((call) => ({
      args: read(call, 'args'),
      env: Object.fromEntries(
        read(call, 'env').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
      stdin: readFileSync(join(folder, call, 'stdin'), 'utf8'),
    }));
}

/** Whether the process runs whose number a file holds; one that has ended and that nobody has asked about does not. */
function isRunning(file: string): boolean {
  if (!existsSync(file)) return false;
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', readFileSync(file, 'utf8').trim()], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
