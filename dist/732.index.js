export const id = 732;
export const ids = [732];
export const modules = {

/***/ 1656:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cy: () => (/* binding */ finalizeDeploy),
/* harmony export */   Pm: () => (/* binding */ listDeploys),
/* harmony export */   Yt: () => (/* binding */ rollBackTo),
/* harmony export */   oU: () => (/* binding */ createDeploy),
/* harmony export */   qx: () => (/* binding */ readDeploy)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2807);
/* harmony import */ var _client_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4562);


/** The deploy history of a Deployment, in no particular order. */
async function listDeploys(location) {
    const request = {
        path: deploysPath(location),
        purpose: 'read the deploy history',
        answer: 'Deploy',
    };
    return (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .listAll */ ._w)(location.client, request, (page) => page['deploys']);
}
const deploysPath = ({ organization, deploymentId }) => (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/organizations/${organization}/deployments/${deploymentId}/deploys`;
/** One deploy. */
async function readDeploy(location, id) {
    return (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .call */ .T1)(location.client, {
        verb: 'read',
        path: `${deploysPath(location)}${(0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/${id}`}`,
        purpose: 'read the deploy',
        answer: 'Deploy',
    });
}
/**
 * Begins a deploy. Nothing runs before it is finalized, so an unclear answer costs at worst a record that stays
 * INITIALIZED: it is tried once more.
 */
async function createDeploy(location, body) {
    const { client } = location;
    const request = {
        verb: 'create',
        path: deploysPath(location),
        body,
        purpose: 'begin the deploy',
        answer: 'Deploy',
    };
    try {
        return await (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .call */ .T1)(client, request);
    }
    catch (error) {
        if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h) || error.applied === 'no' || client.remaining() <= 0)
            throw error;
        client.log.debug(`${error.message} A deploy that is never finalized changes nothing: trying once more.`);
        return (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .call */ .T1)(client, request);
    }
}
/** Pauses between two tries to finalize, in milliseconds. */
const finalizePauses = [1_000, 2_000, 4_000];
/**
 * Makes a deploy run. After an unclear answer the deploy itself is read before anything is sent again, and a refusal
 * after an unclear try may only mean that the first one arrived: what is no longer INITIALIZED is finalized.
 * "Cannot get digest" is what Astro says while the registry does not show a pushed tag yet: worth a few tries.
 */
async function finalizeDeploy(location, id, body) {
    const { client } = location;
    const request = {
        verb: 'create',
        path: `${deploysPath(location)}${(0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/${id}/finalize`}`,
        body,
        purpose: 'finalize the deploy',
        answer: 'Deploy',
    };
    let unclear = false;
    for (let tries = 0;; tries++) {
        try {
            return await (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .call */ .T1)(client, request);
        }
        catch (error) {
            if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h))
                throw error;
            const early = error.status === 400 && error.message.includes('Cannot get digest');
            unclear ||= error.applied === 'maybe';
            if (!early && !unclear)
                throw error;
            if (unclear) {
                const deploy = await readDeploy(location, id).catch(() => undefined);
                if (deploy && deploy.status !== 'INITIALIZED')
                    return deploy;
            }
            const next = finalizePauses[tries];
            if (next !== undefined && next <= client.remaining())
                await (client.pause ?? _client_js__WEBPACK_IMPORTED_MODULE_1__/* .pause */ .v7)(next, client.signal);
            else if (early)
                throw error;
            else
                throw error.because(`Whether the deploy ${id} was finalized is not known: it may still roll out.`);
        }
    }
}
/**
 * Makes an earlier deploy run again, as a new deploy. After an unclear answer the history is asked for one that came from
 * it, so that nothing is rolled back twice.
 */
async function rollBackTo(location, id, description) {
    const known = new Set((await listDeploys(location)).map((deploy) => deploy.id));
    try {
        return await (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .call */ .T1)(location.client, {
            verb: 'create',
            path: `${deploysPath(location)}${(0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/${id}/rollback`}`,
            body: { description },
            purpose: 'roll back',
            answer: 'Deploy',
        });
    }
    catch (error) {
        if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h) || error.applied === 'no')
            throw error;
        const made = (await listDeploys(location)).find((deploy) => deploy.rollbackFromId === id && !known.has(deploy.id));
        if (!made)
            throw error;
        return made;
    }
}


/***/ }),

/***/ 2775:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ writeNotes),
/* harmony export */   W: () => (/* binding */ readNotes)
/* harmony export */ });
/** What a note may hold. */
const valid = {
    head: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/,
    dags: /^root$/,
    image: /^[0-9a-f]{12,64}$/,
    ignored: /^[0-9a-f]{16}$/,
    args: /^[0-9a-f]{8}$/,
};
const noteLine = /(?:^|\n)\[astro-branch-deploy((?: [a-z]+=[^\s\]]+)+)\]\s*$/;
/**
 * The description of a deploy: the text, cut to `limit` characters in all, and the notes as its last line. A line of the
 * text that looks like that one is dropped, so that a commit message cannot forge it.
 */
function writeNotes(text, notes, limit = 500) {
    const given = Object.entries(notes).map(([name, value]) => ` ${name}=${String(value)}`);
    const line = given.length === 0 ? '' : `[astro-branch-deploy${given.join('')}]`;
    const room = limit - line.length - (line === '' ? 0 : 1);
    const own = text
        .split(/\r?\n/)
        .filter((candidate) => !/\[astro-branch-deploy [a-z]+=/.test(candidate))
        .join('\n')
        .trim();
    const cut = own.length <= room ? own : `${own.slice(0, room - 1).toWellFormed()}…`;
    return [cut, line].filter((part) => part !== '').join('\n');
}
/** The notes that `writeNotes` put into a description. */
function readNotes(description) {
    const found = noteLine.exec(description ?? '')?.[1] ?? '';
    const pairs = found.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
    const said = new Map(pairs);
    const names = Object.keys(valid);
    const kept = names.filter((name) => valid[name].test(said.get(name) ?? ''));
    return Object.fromEntries(kept.map((name) => [name, said.get(name)]));
}


/***/ }),

/***/ 2083:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ readBuildFiles),
/* harmony export */   r: () => (/* binding */ readIgnoreFile)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2807);
/* harmony import */ var _runner_nearby_files_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3882);
/* harmony import */ var _runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7200);




/**
 * Reads the files that docker itself will read again: `workspace` and `project` are absolute paths. Throws UserError where
 * there is no Dockerfile, and for what `readWorkspaceFile` refuses.
 */
function readBuildFiles(workspace, project) {
    const dockerfile = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(project, 'Dockerfile');
    const text = (0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_3__/* .readWorkspaceFile */ .sL)(workspace, dockerfile, 'Dockerfile');
    if (text === undefined)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`There is no \`Dockerfile\` in the Astro project, so there is no image to build.${(0,_runner_nearby_files_js__WEBPACK_IMPORTED_MODULE_2__/* .projectHint */ .l5)(workspace) || ' Correct `root-folder`, or use `deploy-type: dags-only`.'}`);
    return { dockerfile, text, ignoreRules: readIgnoreFile(workspace, project) };
}
/** Text of the ignore file of a project; `<Dockerfile>.dockerignore` takes the place of `.dockerignore` (docs.docker.com, "Build context"). */
function readIgnoreFile(workspace, project) {
    for (const name of ['Dockerfile.dockerignore', '.dockerignore']) {
        const text = (0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_3__/* .readWorkspaceFile */ .sL)(workspace, (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(project, name), 'ignore file');
        if (text !== undefined)
            return text;
    }
    return '';
}


/***/ }),

/***/ 2475:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GO: () => (/* binding */ findEngine),
/* harmony export */   L: () => (/* binding */ imageId),
/* harmony export */   gz: () => (/* binding */ failed),
/* harmony export */   mm: () => (/* binding */ inspectImage)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2807);
/* harmony import */ var _runner_run_program_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(768);
/* harmony import */ var _repeat_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8578);



/** Finds docker, or podman in its place. Throws UserError where there is neither. */
async function findEngine(all, signal, wantsBuilder) {
    const env = (0,_runner_run_program_js__WEBPACK_IMPORTED_MODULE_1__/* .childEnvironment */ .Qc)(all, all['DOCKER_CONFIG'] === undefined ? {} : { DOCKER_CONFIG: all['DOCKER_CONFIG'] });
    for (const program of ['docker', 'podman']) {
        const version = await (0,_runner_run_program_js__WEBPACK_IMPORTED_MODULE_1__/* .runCommand */ .d1)(program, ['--version'], { env, signal }).catch((error) => {
            if (error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y)
                return undefined;
            throw error;
        });
        if (version?.code !== 0)
            continue;
        const real = /podman/i.test(version.stdout) ? 'podman' : program;
        return {
            program: real,
            builder: real === 'docker' && (wantsBuilder || all['BUILDX_BUILDER'] !== undefined),
            env,
            all,
            signal,
        };
    }
    throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('This deploy needs an image, and neither docker nor podman is installed on this runner. Use a runner that has docker (ubuntu-latest), or `deploy-type: dags-only` where DAG deploys are on.');
}
/** The error for a program that ended badly: its last lines, then what to do. */
function failed(what, result, advice) {
    const lines = result.tail.filter((line) => line.trim() !== '').slice(-50);
    const sentence = `${what} failed${result.code === null ? '' : ` (exit code ${result.code})`}. ${advice}`;
    return lines.length === 0
        ? new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(sentence)
        : new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${sentence} Its last lines:\n${lines.join('\n')}`, { output: { sentence, lines } });
}
function inspectionError(engine, image, origin, result) {
    if (origin === 'given' && (0,_repeat_js__WEBPACK_IMPORTED_MODULE_2__/* .lacksImage */ .KV)(result))
        return new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`The image \`${image}\` (\`image-name\`) is not on this machine. Build or pull it in an earlier step of the job.`);
    const what = origin === 'given' ? `the image \`${image}\` (\`image-name\`)` : 'the image that this step has built';
    return failed(`\`${engine.program} image inspect\` of ${what}`, result, (0,_repeat_js__WEBPACK_IMPORTED_MODULE_2__/* .isEngineDown */ .Bx)(result)
        ? `The ${engine.program} daemon no longer answers: look at why it stopped, then run the job again.`
        : (0,_repeat_js__WEBPACK_IMPORTED_MODULE_2__/* .lacksImage */ .KV)(result)
            ? 'The builder did not hand the image to docker: check the driver of the builder, and whether another step removes images.'
            : 'No code was deployed; run the job again.');
}
function readInspected({ program }, answer) {
    try {
        return JSON.parse(answer);
    }
    catch (error) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`\`${program} image inspect\` answered something that is no JSON: the engine does not work as it should. Check the ${program} of this runner.`, { cause: error });
    }
}
/**
 * Reads an image of this machine that was given by `image-name` or that this run has `built`. Throws UserError for one that
 * is missing, not Astro's, or made for other machines.
 */
async function inspectImage(engine, image, origin) {
    const result = await (0,_repeat_js__WEBPACK_IMPORTED_MODULE_2__/* .repeated */ .ZD)(engine.signal, () => (0,_runner_run_program_js__WEBPACK_IMPORTED_MODULE_1__/* .runCommand */ .d1)(engine.program, ['image', 'inspect', '--format', '{{json .}}', image], {
        env: engine.env,
        signal: engine.signal,
    }), _repeat_js__WEBPACK_IMPORTED_MODULE_2__/* .lacksImage */ .KV);
    if (result.code !== 0)
        throw inspectionError(engine, image, origin, result);
    const { Os, Architecture, Config } = readInspected(engine, result.stdout);
    const runtimeVersion = Config?.Labels?.['io.astronomer.docker.runtime.version'];
    if (!runtimeVersion) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('The image is not an Astro Runtime image: it lacks the label `io.astronomer.docker.runtime.version`. Its Dockerfile must start from an Astro Runtime image, such as `FROM astrocrpublic.azurecr.io/runtime:3.1-14`.');
    }
    if (Os !== 'linux' || Architecture !== 'amd64') {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`The image is made for ${Os ?? 'an unknown system'}/${Architecture ?? 'unknown'}, and Astro runs linux/amd64: build it with \`--platform linux/amd64\`.`);
    }
    return { runtimeVersion };
}
/**
 * The id of an image of this machine, without its prefix, or why it cannot be read: the decision needs no image where
 * only DAGs changed, so that nothing is refused here.
 */
async function imageId(env, image, signal) {
    try {
        const engine = await findEngine(env, signal, false);
        const arguments_ = ['image', 'inspect', '--format', '{{json .}}', image];
        const result = await (0,_runner_run_program_js__WEBPACK_IMPORTED_MODULE_1__/* .runCommand */ .d1)(engine.program, arguments_, { env: engine.env, signal });
        if (result.code !== 0)
            return { unknown: 'it cannot be inspected' };
        const id = /^(?:sha256:)?([0-9a-f]{12,64})$/.exec(readInspected(engine, result.stdout).Id ?? '')?.[1];
        return id === undefined ? { unknown: 'the engine names no id for it' } : { id };
    }
    catch (error) {
        if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y))
            throw error;
        return { unknown: 'neither docker nor podman answers' };
    }
}


/***/ }),

/***/ 8578:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bx: () => (/* binding */ isEngineDown),
/* harmony export */   GZ: () => (/* binding */ isDenied),
/* harmony export */   KV: () => (/* binding */ lacksImage),
/* harmony export */   ZD: () => (/* binding */ repeated)
/* harmony export */ });
/* harmony import */ var p_retry__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4995);

/** Further tries after the first, and the first pause in milliseconds, which doubles. */
const tempo = { retries: 2, minTimeout: 1_000 };
class PassingFailure extends Error {
    result;
    constructor(result) {
        super('the program failed');
        this.result = result;
    }
}
/**
 * Runs a call that may safely be made twice, up to three times, until it succeeds or `isFinal` recognises a failure that
 * another try cannot change. Gives back how the last one ended; throws the signal's reason.
 */
async function repeated(signal, call, isFinal) {
    try {
        return await (0,p_retry__WEBPACK_IMPORTED_MODULE_0__/* ["default"] */ .Ay)(async () => {
            const result = await call();
            if (result.code === 0 || isFinal(result))
                return result;
            throw new PassingFailure(result);
        }, { ...tempo, signal, shouldRetry: ({ error }) => error instanceof PassingFailure });
    }
    catch (error) {
        if (error instanceof PassingFailure)
            return error.result;
        throw error;
    }
}
const says = (result, pattern) => result.tail.some((line) => pattern.test(line));
/** Whether the image of a call is not on this machine. */
const lacksImage = (result) => says(result, /no such image|image not known|not found: /i);
/** Whether a registry refused the user or the password. */
const isDenied = (result) => says(result, /\b40[13]\b|forbidden|denied|unauthori[sz]ed|authentication required|no basic auth|incorrect username/i) && !says(result, /permission denied.*(?:daemon|docker\.sock)/i);
/** Whether the engine's daemon did not answer (the texts of docker's client). */
const isEngineDown = (result) => says(result, /cannot connect to the docker daemon|is the docker daemon running|permission denied.*(?:daemon|docker\.sock)|error during connect/i);


/***/ }),

/***/ 9399:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   SU: () => (/* binding */ uncommitted),
/* harmony export */   f4: () => (/* binding */ trackedPaths),
/* harmony export */   vl: () => (/* binding */ changedPaths)
/* harmony export */ });
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7192);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7810);
/* harmony import */ var _work_tree_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5395);



/** Longest time, in milliseconds, that git may take for a question, with the fetch that it may need. */
const deadline = 30_000;
// Plumbing by id, which reads neither attributes nor diff drivers. Both sides of a rename are wanted, every submodule counts.
const options = ['-z', '--no-renames', '--ignore-submodules=none', '--no-ext-diff', '--no-textconv'];
/**
 * The repository-relative paths that differ between a commit and the one that is checked out, a rename as both its
 * sides. A commit that the clone lacks is fetched from `origin`. `unknown` when it is not to be had in time.
 * Ask one question after the other: two fetches into a shallow clone at the same time lock each other out.
 */
async function changedPaths(checkout, base, more = {}) {
    if (base === checkout.commit)
        return { kind: 'known', paths: [] };
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(base))
        return { kind: 'unknown', why: 'it is not a commit id' };
    const signal = AbortSignal.any([AbortSignal.timeout(deadline), ...(more.signal ? [more.signal] : [])]);
    const first = await compare(checkout, base, signal);
    if (first.code === 0)
        return { kind: 'known', paths: (0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .splitNames */ .b)(first.stdout) };
    const fetched = await fetchCommit(checkout, base, signal);
    if (fetched.code !== 0)
        return { kind: 'unknown', why: `not in the clone, and git fetch says: ${fetched.complaint}` };
    const second = await compare(checkout, base, signal);
    if (second.code === 0)
        return { kind: 'known', paths: (0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .splitNames */ .b)(second.stdout) };
    return { kind: 'unknown', why: second.complaint };
}
function compare({ location, commit }, base, signal) {
    // `^{commit}` refuses an object that is something else.
    const sides = ['--end-of-options', `${base}^{commit}`, commit, '--'];
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_1__/* .gitRemote */ .R)(location, ['diff-tree', '-r', '--name-only', ...options, ...sides], { signal });
}
/**
 * Fetches one commit: alone into a shallow clone, otherwise with what joins it to the history, because `--depth` would
 * make a complete clone shallow. Without `--filter`: that would turn the user's clone into a partial one, and git sends
 * only what the clone lacks anyway.
 */
function fetchCommit({ location, shallow }, commit, signal) {
    const quiet = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
    const depth = shallow ? ['--depth=1'] : [];
    return (0,_run_js__WEBPACK_IMPORTED_MODULE_1__/* .gitRemote */ .R)(location, ['fetch', ...quiet, ...depth, '--end-of-options', 'origin', commit], { signal });
}
const literal = ['--literal-pathspecs'];
/**
 * Repository-relative paths that differ from the commit that is checked out: tracked files of the project and the DAG
 * folders, and files of the DAG folders that are neither tracked nor ignored.
 */
async function uncommitted(checkout, dagFolders, { signal } = {}) {
    const { location } = checkout;
    const at = (...folders) => (folders.includes('') ? [] : folders);
    const tracked = [
        'diff-index',
        '--raw',
        '--no-abbrev',
        ...options,
        'HEAD',
        '--',
        ...at(checkout.prefix, ...dagFolders),
    ];
    const list = (...kinds) => dagFolders.length === 0
        ? Promise.resolve(undefined)
        : (0,_run_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$)(location, [...literal, 'ls-files', '-z', '-t', ...kinds, '--exclude-standard', '--', ...at(...dagFolders)], {
            signal,
        });
    const [differing, dags, ignored] = await Promise.all([
        (0,_run_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$)(location, [...literal, ...tracked], { signal }),
        list('--cached', '--others'),
        list('--others', '--ignored'),
    ]);
    const failed = [differing, dags, ignored].find((result) => result !== undefined && result.code !== 0);
    if (failed)
        return { kind: 'unknown', why: failed.complaint };
    const listed = dags ? (0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .splitNames */ .b)(dags.stdout) : [];
    const untracked = listed.filter((line) => line.startsWith('? ')).map((line) => line.slice(2).replace(/\/$/, ''));
    const changed = await (0,_work_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .reallyChanged */ .IA)(checkout, rawEntries((0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .splitNames */ .b)(differing.stdout)), signal);
    return {
        kind: 'known',
        paths: [...new Set([...changed, ...untracked])],
        ignored: ignored ? (0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .splitNames */ .b)(ignored.stdout).map((line) => line.slice(2).replace(/\/$/, '')) : [],
        dagsTracked: listed.some((line) => !line.startsWith('? ')),
    };
}
/** Reads `:100644 100644 <id> <id> M`, `path`, … (git-scm.com, "Raw output format"). */
function rawEntries(fields) {
    const entries = [];
    for (let index = 0; index + 1 < fields.length; index += 2) {
        const [before = '', after = '', id = ''] = (fields[index] ?? '').replace(/^:/, '').split(' ');
        entries.push({ path: fields[index + 1] ?? '', before, after, id });
    }
    return entries;
}
/** Those of some repository-relative paths that git knows, or what it knows below them; none where git cannot tell. */
async function trackedPaths({ location }, paths, { signal } = {}) {
    if (paths.length === 0)
        return [];
    const listed = await (0,_run_js__WEBPACK_IMPORTED_MODULE_1__/* .git */ .$)(location, ['--literal-pathspecs', 'ls-files', '-z', '--', ...paths], { signal });
    return (0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .splitNames */ .b)(listed.stdout);
}


/***/ }),

/***/ 7192:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ splitNames)
/* harmony export */ });
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4573);

/** Splits NUL-ended names. A segment that is not UTF-8 shows its bytes as `\xE9`, so that folders around it still match. */
function splitNames(output) {
    const text = (0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(output) ? output.toString('utf8') : output.toString('latin1').replace(/[^/\0]+/g, segment);
    return text.split('\0').slice(0, -1);
}
function segment(latin1) {
    const bytes = Buffer.from(latin1, 'latin1');
    if ((0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(bytes))
        return bytes.toString('utf8');
    return latin1.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}


/***/ }),

/***/ 5395:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   IA: () => (/* binding */ reallyChanged),
/* harmony export */   ew: () => (/* binding */ largestPointer),
/* harmony export */   lj: () => (/* binding */ lfsObject)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7200);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7192);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7810);





/** Files larger than this are only compared as they are and as LFS content, in bytes. */
const largestConverted = 64 * 1024 * 1024;
/** An LFS pointer is smaller than this, in bytes (git-lfs, docs/spec.md). */
const largestPointer = 1024;
/**
 * The paths whose content really differs from the commit. git compares times and sizes first, and then what its filters
 * make of a file; here a file is unchanged when its own bytes, its text with LF, its LFS object or what git's own
 * conversions make of it is the committed one. No filter of the checkout is started for that.
 */
async function reallyChanged(checkout, entries, signal) {
    const changed = [];
    for (const entry of entries)
        if (!(await isUnchanged(checkout, entry, signal)))
            changed.push(entry);
    const converted = await unchangedByGit(checkout, changed.filter(isSameFile).slice(0, mostAsked), signal);
    return changed.map(({ path }) => path).filter((path) => !converted.has(path));
}
/** So many files are asked about in one command. */
const mostAsked = 500;
/** Paths that only git's own conversions make different: another encoding in the work tree, `$Id$` lines. */
async function unchangedByGit({ location }, entries, signal) {
    if (entries.length === 0)
        return new Set();
    const paths = entries.map(({ path }) => path);
    const asked = ['filter', 'ident', 'working-tree-encoding'];
    const answer = await (0,_run_js__WEBPACK_IMPORTED_MODULE_4__/* .git */ .$)(location, ['check-attr', '-z', ...asked, '--', ...paths], { signal });
    const set = new Map();
    const fields = (0,_names_js__WEBPACK_IMPORTED_MODULE_3__/* .splitNames */ .b)(answer.stdout);
    for (let index = 0; index + 2 < fields.length; index += 3) {
        const [path = '', attribute = '', value = ''] = fields.slice(index, index + 3);
        if (!/^un(?:specified|set)$/.test(value))
            set.set(path, (set.get(path) ?? new Set()).add(attribute));
    }
    // Where a filter is named its program would be run.
    const own = entries.filter(({ path }) => set.has(path) && set.get(path)?.has('filter') !== true);
    if (own.length === 0)
        return new Set();
    // Alone of all these commands it reads paths, and attributes, from where it is started.
    const hash = ['-C', location.workTree, 'hash-object', '--', ...own.map(({ path }) => path)];
    const hashed = await (0,_run_js__WEBPACK_IMPORTED_MODULE_4__/* .git */ .$)(location, hash, { signal });
    const ids = hashed.code === 0 ? hashed.stdout.toString('utf8').split('\n') : [];
    return new Set(own.filter(({ id }, index) => ids[index] === id).map(({ path }) => path));
}
const isFile = (mode) => mode.startsWith('100');
const isSameFile = ({ before, after }) => isFile(before) && before === after;
async function isUnchanged(checkout, entry, signal) {
    if (!isSameFile(entry))
        return false;
    const { path, id } = entry;
    const content = readContent((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(checkout.root, path), id.length === 64 ? 'sha256' : 'sha1');
    if (!content)
        return false;
    if (content.ids.includes(id))
        return true;
    const pointer = await (0,_run_js__WEBPACK_IMPORTED_MODULE_4__/* .gitRemote */ .R)(checkout.location, ['cat-file', '-s', id], { signal });
    if (pointer.code !== 0 || Number(pointer.stdout.toString()) > largestPointer)
        return false;
    const text = (await (0,_run_js__WEBPACK_IMPORTED_MODULE_4__/* .gitRemote */ .R)(checkout.location, ['cat-file', 'blob', id], { signal })).stdout.toString('utf8');
    return lfsObject(text) === content.sha256;
}
/** The SHA-256 that an LFS pointer names; `undefined` for any other text. */
const lfsObject = (text) => /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*oid sha256:([0-9a-f]{64})\n/.exec(text)?.[1];
/** The ids that git would give a file as it is and with LF line ends, and the SHA-256 of its bytes. */
function readContent(path, algorithm) {
    const sha256 = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    const kept = [];
    let size = 0;
    const ended = (0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_2__/* .eachChunk */ .H1)(path, (chunk) => {
        sha256.update(chunk);
        size += chunk.length;
        if (size <= largestConverted)
            kept.push(Buffer.from(chunk));
    });
    if (!ended)
        return undefined;
    const whole = size <= largestConverted ? Buffer.concat(kept) : undefined;
    const blob = (bytes) => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(algorithm)
        .update(`blob ${String(bytes.length)}\0`)
        .update(bytes)
        .digest('hex');
    const plain = whole && Buffer.from(whole.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    return { ids: [whole, plain].flatMap((bytes) => (bytes ? [blob(bytes)] : [])), sha256: sha256.digest('hex') };
}


/***/ }),

/***/ 3882:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AE: () => (/* binding */ templatesNear),
/* harmony export */   l5: () => (/* binding */ projectHint)
/* harmony export */ });
/* unused harmony export foldersWithDockerfile */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);


/** So deep a checkout with `path:` or a monorepo has its projects. */
const deepest = 3;
/** Folders below the workspace that hold a Dockerfile, relative to it; links are not followed. */
function foldersWithDockerfile(workspace) {
    const found = [];
    const visit = (folder, depth) => {
        const entries = list((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(workspace, folder));
        if (folder !== '' && entries.some((entry) => entry.name === 'Dockerfile' && entry.isFile()))
            found.push(folder);
        if (depth === deepest)
            return;
        for (const entry of entries)
            if (entry.isDirectory() && !/^(?:\.git|node_modules|\.venv|dags)$/.test(entry.name))
                visit(node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(folder, entry.name), depth + 1);
    };
    visit('', 0);
    return found;
}
/** A sentence that names where the project may be; empty where nothing is found. */
function projectHint(workspace) {
    const [first, ...others] = foldersWithDockerfile(workspace);
    if (first === undefined)
        return '';
    const more = others.length > 0
        ? ` (also ${others
            .slice(0, 4)
            .map((one) => `\`${one}\``)
            .join(', ')})`
        : '';
    return ` There is a \`Dockerfile\` in \`${first}\`${more}: set \`root-folder: ${first}\`, or leave \`path\` out of actions/checkout.`;
}
/** YAML and JSON files in the folder of a path and in `.astro`, relative to the workspace. */
function templatesNear(workspace, path) {
    const folders = new Set([node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(path), '.astro']);
    return [...folders].flatMap((folder) => list((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(workspace, folder))
        .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name) && entry.name !== 'branch-deploy.yaml')
        .map(({ name }) => node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(folder, name)));
}
function list(folder) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder, { withFileTypes: true });
    }
    catch {
        return []; // a hint that cannot be given is none
    }
}


/***/ })

};
