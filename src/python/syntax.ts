import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import { runGroup } from '../runner/run-program.ts';

/** A file of Python code; `shown` is its path in the repository, for people. */
export interface PythonFile {
  readonly path: string;
  readonly shown: string;
}

export interface SyntaxProblem {
  /** The path as `shown`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/**
 * Compiles every file and answers one line of JSON. Written for any Python 3. What is newer than the Python that compiles
 * is left out by the line that it stumbles over: a runner is often older than the Runtime that the DAGs are for. Symbolic
 * links are left out: one may lead to anything on this machine.
 */
const program = String.raw`
import json, os, re, stat, sys
limit = 1 << 20
newer = [
    (10, r'\s*(match|case)\b'),
    (11, r'.*(except\s*\*|[\[,(]\s*\*)'),
    (12, r'\s*type\s+\w|\s*(async\s+)?(def|class)\s+\w+\s*\[|.*\b[rR]?[fF][rR]?["\x27]'),
    (14, r'\s*except\b[^:(]*,|.*\b[rR]?[tT][rR]?["\x27]'),
]
def is_newer(error):
    line = error.text or ''
    if sys.version_info < (3, 12) and 'f-string' in str(error.msg):
        return True
    return any(sys.version_info < (3, minor) and re.match(pattern, line) for minor, pattern in newer)
found = []
for index, path in enumerate(json.loads(sys.stdin.buffer.read().decode('utf-8'))):
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            continue
        with open(path, 'rb') as file:
            code = file.read(limit + 1)
        if len(code) <= limit:
            compile(code, 'dag', 'exec', dont_inherit=True)
    except SyntaxError as error:
        if not is_newer(error):
            found.append([index, error.lineno, error.offset, type(error).__name__ + ': ' + str(error.msg)])
    except ValueError as error:
        found.append([index, None, None, 'SyntaxError: ' + str(error)])
    except Exception:
        pass
print(json.dumps(found if sys.version_info >= (3, 9) else None))
`;

/**
 * Checks the syntax of Python files without running, importing or writing anything. 'no python' where there is none of 3.9
 * or newer, or none that answers in 10 seconds: then nothing is known.
 */
export async function syntaxErrors(
  files: readonly PythonFile[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  timeLimit = 10_000,
): Promise<SyntaxProblem[] | 'no python'> {
  if (files.length === 0) return [];
  // Isolated, without site packages and bytecode: what the checkout or the environment holds is not loaded.
  const args = ['-I', '-S', '-B', '-W', 'ignore', '-c', program];
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeLimit)]);
  const stdin = JSON.stringify(files.map(({ path }) => path));
  try {
    const { code, stdout } = await runGroup('python3', args, { env, stdin, signal: limited });
    const answer: unknown = code === 0 ? JSON.parse(stdout) : undefined;
    return Array.isArray(answer) ? answer.map((row) => problem(row as Found, files)) : 'no python';
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError || error instanceof SyntaxError || limited.aborted) return 'no python';
    throw error;
  }
}

/** Index of the file, line, column, message. */
type Found = readonly [number, number | null, number | null, string];

function problem([index, line, column, message]: Found, files: readonly PythonFile[]): SyntaxProblem {
  const known = line !== null && line > 0;
  return {
    file: files[index]?.shown ?? '',
    ...(known && { line }),
    ...(known && column !== null && column > 0 && { column }),
    message: oneLine(message, 300),
  };
}
