export const id = 298;
export const ids = [298];
export const modules = {

/***/ 9298:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runProjectTests: () => (/* binding */ runProjectTests)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
// EXTERNAL MODULE: ./node_modules/saxes/saxes.js
var saxes = __webpack_require__(9800);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/omit-undefined.js
var omit_undefined = __webpack_require__(3492);
;// CONCATENATED MODULE: ./build/core/report/junit.js



/** Largest report that is read, in characters. */
const largestReport = 10 * 1024 * 1024;
/** Most of one failure's text that is looked at; its end says most. */
const longestText = 64 * 1024;
/**
 * Reads a JUnit report of pytest in the form `xunit1` (docs.pytest.org, `junit_family`); `undefined` for anything else,
 * such as the half of a report that a killed process leaves.
 */
function readJunit(xml) {
    if (xml.length > largestReport)
        return undefined;
    let testcases;
    try {
        testcases = readTestcases(xml);
    }
    catch {
        return undefined;
    }
    const failures = testcases.flatMap(({ attributes, failure }) => failure ? [describeFailure(attributes, failure)] : []);
    const skipped = testcases.filter(({ failure, isSkipped }) => isSkipped && !failure).length;
    return {
        passed: testcases.length - failures.length - skipped,
        failed: failures.length,
        skipped,
        failures,
    };
}
/** Throws for a document that is not well-formed, uses entities of its own or is no JUnit report. */
function readTestcases(xml) {
    const found = [];
    const path = [];
    const parser = new saxes/* SaxesParser */.wT();
    let testcase;
    const append = (text) => {
        const failure = testcase?.failure;
        const element = path.at(-1);
        if (failure && (element === 'failure' || element === 'error'))
            failure.text = (failure.text + text).slice(-longestText);
    };
    parser.on('error', (error) => {
        throw error;
    });
    parser.on('opentag', ({ name, attributes }) => {
        const parent = path.at(-1);
        if (parent === undefined && name !== 'testsuites' && name !== 'testsuite')
            throw new Error('not a JUnit report');
        if (name === 'testcase' && parent === 'testsuite')
            found.push((testcase = { attributes, isSkipped: false }));
        if (testcase && parent === 'testcase' && (name === 'failure' || name === 'error'))
            testcase.failure ??= { message: attributes['message'] ?? '', text: '' };
        if (testcase && parent === 'testcase' && name === 'skipped')
            testcase.isSkipped = true;
        path.push(name);
    });
    parser.on('closetag', () => {
        path.pop();
    });
    parser.on('text', append);
    parser.on('cdata', append);
    parser.write(xml).close();
    return found;
}
/** Astro's integrity test names the DAG that it is about in its own words (Astro CLI, dagintegritytestdefault.py). */
const importFailure = /^(?:\w+: )?(\S[^\n]*?) failed to import with message/;
function describeFailure(attributes, { message: given, text }) {
    const dag = importFailure.exec(given)?.[1];
    const vague = dag !== undefined || given === 'collection failure';
    const reason = vague ? (lastOf(text, /^E[ \t]+(\S.*)$/gm) ?? given) : given;
    return {
        name: (0,core_text/* oneLine */.TN)(attributes['name'] ?? '') || 'a test',
        message: (0,core_text/* oneLine */.TN)(reason, 300) || (0,core_text/* oneLine */.TN)(lastOf(text, /^(.*\S.*)$/gm) ?? '', 300) || 'it does not say why it failed',
        ...locate(attributes, text, dag),
    };
}
const lastOf = (text, pattern) => Array.from(text.matchAll(pattern)).at(-1)?.[1];
/**
 * Where to show it: the deepest place in the project that the exception's own traceback names (a DAG that cannot be
 * imported, a syntax error), else that of pytest's traceback, else the test itself, whose line `xunit1` counts from 0.
 */
function locate(attributes, text, dag) {
    const own = junit_frames(text, /^E[ \t]+File "([^"\n]+)", line ([1-9]\d{0,6})/gm);
    const deepest = own ?? (dag === undefined ? junit_frames(text, /^(\S[^:\n]*):([1-9]\d{0,6}):(?: |$)/gm) : undefined);
    if (deepest)
        return deepest;
    if (dag !== undefined)
        return optional(inProject(dag));
    const line = Number(attributes['line']);
    return optional(inProject(attributes['file'] ?? ''), Number.isSafeInteger(line) ? line + 1 : undefined);
}
const optional = (file, line) => file === undefined ? {} : { file, ...(0,omit_undefined/* omitUndefined */.O)({ line }) };
function junit_frames(text, pattern) {
    return Array.from(text.matchAll(pattern))
        .map(([, file, line]) => ({ file: inProject(file), line: Number(line) }))
        .findLast((frame) => frame.file !== undefined);
}
/** A path below the project's folder in Astro's images; `undefined` for anything else, packages among it. */
function inProject(path) {
    const inside = path.replace(/^\/usr\/local\/airflow\//, '').replace(/^(?:\.\/)+/, '');
    const segments = inside.split('/');
    const foreign = inside === '' || /^[/<]/.test(inside) || segments.some((one) => /^(?:\.\.|(?:site|dist)-packages)$/.test(one));
    return foreign ? undefined : inside;
}

// EXTERNAL MODULE: ./build/runner/run-program.js + 3 modules
var run_program = __webpack_require__(768);
// EXTERNAL MODULE: ./build/runner/workspace-files.js
var workspace_files = __webpack_require__(7200);
// EXTERNAL MODULE: ./build/docker/engine.js
var docker_engine = __webpack_require__(2475);
// EXTERNAL MODULE: ./build/docker/repeat.js
var repeat = __webpack_require__(8578);
;// CONCATENATED MODULE: ./build/docker/project-tests.js









/** Where Astro's images have the project. */
const home = '/usr/local/airflow';
/** A file that Astro's integrity test reads without looking whether it is there. */
const exceptions = '.astro/dag_integrity_exceptions.txt';
/**
 * Runs pytest in a container of the image with the project's folders copied into it, as the Astro CLI does
 * (airflow/docker_image.go, Pytest); the container is removed whatever happens. Throws UserError where the engine fails.
 */
async function runProjectTests(engine, request, onLine) {
    const id = (0,external_node_crypto_.randomBytes)(8).toString('hex');
    const container = `astro-branch-deploy-${id}`;
    const remove = remover(engine, container);
    // What runs in it need not heed the signal: the container is taken away under it, in the moment that is left.
    const abort = () => void remove();
    let made = false;
    try {
        const reported = `/tmp/astro-branch-deploy-${id}.xml`;
        const flags = [`--junitxml=${reported}`, '-o', 'junit_family=xunit1'];
        const environment = request.envFile === undefined ? [] : ['--env-file', request.envFile];
        await must(engine, [
            ...['create', '--interactive', '--name', container, ...environment],
            ...[request.image, 'pytest', request.target, ...flags],
        ]);
        made = true;
        for (const [from, to] of copies(request, id))
            await must(engine, ['cp', from, `${container}:${to}`]);
        engine.signal.addEventListener('abort', abort, { once: true });
        const started = await call(engine, ['start', '--attach', container], { onLine });
        const exitCode = await exitCodeOf(engine, container, started);
        const file = (0,external_node_path_.join)(request.privateFolder, `${id}.xml`);
        await call(engine, ['cp', `${container}:${reported}`, file]);
        return { exitCode, report: readReport(request, `${id}.xml`), tail: started.tail };
    }
    finally {
        engine.signal.removeEventListener('abort', abort);
        // Also where making it failed or was broken off: it may be there all the same.
        if (!(await remove()) && made && !engine.signal.aborted)
            onLine(`The container ${container} could not be removed.`);
    }
}
const didNotRun = 'The tests did not run, so no code was deployed.';
const call = ({ program, env, signal }, args, more = {}) => (0,run_program/* runGroup */.V8)(program, args, { env, signal, ...more });
/** Runs a command of the engine; throws UserError where it fails. */
async function must(engine, args) {
    const [command = ''] = args;
    const run = () => call(engine, args);
    const result = await (command === 'inspect' ? (0,repeat/* repeated */.ZD)(engine.signal, run, repeat/* lacksImage */.KV) : run());
    if (result.code === 0)
        return result;
    throw (0,docker_engine/* failed */.gz)(`${engine.program} ${command}`, result, didNotRun);
}
/** Removes the container once, however often it is asked to; resolves to whether it is gone. */
function remover({ program, env }, container) {
    let removal;
    return () => {
        // The run's own signal may have been given already, and then nothing would be removed.
        const signal = AbortSignal.timeout(10_000);
        removal ??= (0,run_program/* runGroup */.V8)(program, ['rm', '--force', '--volumes', container], { env, signal }).then(({ code }) => code === 0, () => false);
        return removal;
    };
}
async function exitCodeOf(engine, container, started) {
    const inspected = await must(engine, ['inspect', '--format={{.State.ExitCode}}', container]);
    const exitCode = Number(inspected.stdout.trim() || 'none');
    // A container that never started has the exit code 0 as well.
    if (!Number.isInteger(exitCode) || (exitCode === 0 && started.code !== 0))
        throw (0,docker_engine/* failed */.gz)(`${engine.program} start`, started, didNotRun);
    return exitCode;
}
/** What is copied into the container, in this order: links are copied as links, so nothing outside the project is. */
function copies({ project, dagsFolder, privateFolder }, id) {
    const found = ['tests', 'plugins', 'include', '.astro']
        .map((name) => (0,external_node_path_.join)(project, name))
        .filter((folder) => (0,external_node_fs_.lstatSync)(folder, { throwIfNoEntry: false })?.isDirectory())
        .map((folder) => [folder, `${home}/`]);
    // By its content, because it may have another name; the end of the path makes docker copy that.
    if (isThere(dagsFolder))
        found.unshift([`${dagsFolder}/.`, `${home}/dags`]);
    if (found.some(([folder]) => folder === (0,external_node_path_.join)(project, '.astro')) && !isThere((0,external_node_path_.join)(project, exceptions))) {
        const empty = (0,external_node_path_.join)(privateFolder, `${id}.txt`);
        (0,external_node_fs_.writeFileSync)(empty, '');
        found.push([empty, `${home}/${exceptions}`]);
    }
    return found;
}
const isThere = (path) => (0,external_node_fs_.lstatSync)(path, { throwIfNoEntry: false }) !== undefined;
/** The container made the report: what is no plain file of bounded size, such as a link to a file of this machine, counts as none. */
function readReport({ privateFolder, redact }, file) {
    try {
        const text = (0,workspace_files/* readWorkspaceFile */.sL)((0,external_node_fs_.realpathSync)(privateFolder), file, 'test report');
        return text === undefined ? undefined : readJunit(redact(text));
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            return undefined;
        throw error;
    }
}


/***/ })

};
