export const id = 518;
export const ids = [518];
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
async function listDeploys(client, organization, deployment) {
    const request = {
        path: (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/organizations/${organization}/deployments/${deployment}/deploys`,
        purpose: 'read the deploy history',
        answer: 'Deploy',
    };
    return (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .listAll */ ._w)(client, request, (page) => page['deploys']);
}
/** One deploy. */
async function readDeploy(client, organization, deployment, id) {
    return (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .call */ .T1)(client, {
        verb: 'read',
        path: (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/organizations/${organization}/deployments/${deployment}/deploys/${id}`,
        purpose: 'read the deploy',
        answer: 'Deploy',
    });
}
/**
 * Begins a deploy. Nothing runs before it is finalized, so an unclear answer costs at worst a record that stays
 * INITIALIZED: it is tried once more.
 */
async function createDeploy(client, organization, deployment, body) {
    const request = {
        verb: 'create',
        path: (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/organizations/${organization}/deployments/${deployment}/deploys`,
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
async function finalizeDeploy(client, organization, deployment, id, body) {
    const request = {
        verb: 'create',
        path: (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/organizations/${organization}/deployments/${deployment}/deploys/${id}/finalize`,
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
                const deploy = await readDeploy(client, organization, deployment, id).catch(() => undefined);
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
async function rollBackTo(client, organization, deployment, id, description) {
    const known = new Set((await listDeploys(client, organization, deployment)).map((deploy) => deploy.id));
    try {
        return await (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .call */ .T1)(client, {
            verb: 'create',
            path: (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .path */ .Ae) `/organizations/${organization}/deployments/${deployment}/deploys/${id}/rollback`,
            body: { description },
            purpose: 'roll back',
            answer: 'Deploy',
        });
    }
    catch (error) {
        if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h) || error.applied === 'no')
            throw error;
        const made = (await listDeploys(client, organization, deployment)).find((deploy) => deploy.rollbackFromId === id && !known.has(deploy.id));
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

/***/ 1481:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  q: () => (/* binding */ observeCode)
});

// EXTERNAL MODULE: ./build/astro/deploys.js
var deploys = __webpack_require__(1656);
// EXTERNAL MODULE: ./build/core/repository.js
var core_repository = __webpack_require__(4804);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/code/deploy-notes.js
var deploy_notes = __webpack_require__(2775);
;// CONCATENATED MODULE: ./build/core/code/baselines.js



const ships = {
    image: {
        types: ['IMAGE_AND_DAG', 'IMAGE_ONLY'],
        deploy: 'the newest image deploy',
        none: 'no image was deployed yet',
    },
    dags: {
        types: ['IMAGE_AND_DAG', 'DAG_ONLY'],
        deploy: 'the newest deploy of DAGs',
        none: 'no DAGs were deployed yet',
    },
    dbt: {
        types: [],
        deploy: 'the newest deploy to this mount path',
        none: 'nothing was deployed to this mount path yet',
    },
};
const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/**
 * Where a deploy put a bundle; `undefined` for deploys of image and DAGs. `bundles` is asked as well, and only for the
 * deploy's own entry: Astro's API reference does not say which deploys show `bundleMountPath`, nor whose bundles.
 */
function mountOf({ id, bundleMountPath, bundles }) {
    return (bundleMountPath || bundles?.find(({ deployId, bundleType }) => deployId === id && bundleType === 'dbt')?.mountPath);
}
/**
 * What runs on the Deployment, from its deploy history in any order: of each part the newest deploy that shipped it.
 * Only deploys with status DEPLOYED count. A deploy to a mount path ships neither image nor DAGs, whatever its type reads as;
 * any other deploy of an unknown type may have shipped everything.
 */
function baselines(deploys, here, dagDeploysOn, mountPath) {
    const ran = deploys
        .filter((deploy) => deploy.status === 'DEPLOYED')
        .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1));
    if (ran.length === 0)
        return unknownBaselines('first deploy');
    if (ran[0]?.rollbackFromId)
        return unknownBaselines('the newest deploy is a rollback');
    const of = (part) => baseline(part, ran, here, dagDeploysOn, mountPath);
    return { image: of('image'), dags: of('dags'), dbt: of('dbt') };
}
/** Every baseline unknown for one reason, such as a run without a checkout. */
function unknownBaselines(why) {
    const unknown = { kind: 'unknown', why };
    return { image: unknown, dags: unknown, dbt: unknown };
}
function baseline(part, ran, here, dagDeploysOn, mountPath) {
    const { types, deploy: name, none } = ships[part];
    // A rollback brings back image and DAGs of an earlier deploy, whatever its own type reads as; of bundles nothing is said.
    const newest = ran.find((deploy) => {
        if (deploy.rollbackFromId || isUnknown(deploy))
            return true;
        const mount = mountOf(deploy);
        return part === 'dbt'
            ? mount !== undefined && mount === mountPath
            : mount === undefined && types.some((type) => type === deploy.type);
    });
    if (!newest)
        return { kind: 'unknown', why: none };
    if (isUnknown(newest) && !newest.rollbackFromId) {
        const why = `the newest deploy has the type ${(0,core_text/* oneLine */.TN)(newest.type, 40)}, and it is not known what such a deploy ships`;
        return { kind: 'unknown', why };
    }
    if (part === 'dags' && deletedDags(newest))
        return { kind: 'unknown', why: `${name} deleted all DAGs` };
    const facts = examine(newest, here, dagDeploysOn);
    if ('why' in facts)
        return { kind: 'unknown', why: `${name} ${facts.why}` };
    const { commit } = facts;
    const { head, ...notes } = (0,deploy_notes/* readNotes */.W)(newest.description);
    return {
        kind: 'known',
        commit,
        ...(head !== undefined && head !== commit && { head }),
        ...(Object.keys(notes).length > 0 && { notes }),
        deployId: newest.id,
        at: newest.createdAt,
    };
}
/** A deploy of a type that the contract does not know, and of which no mount path says that it left image and DAGs alone. */
const isUnknown = (deploy) => !['IMAGE_AND_DAG', 'IMAGE_ONLY', 'DAG_ONLY'].includes(deploy.type) && mountOf(deploy) === undefined;
/**
 * Astronomer's CLI finalizes a deploy of image and DAGs with an empty version where the DAG folder is empty, which deletes
 * the DAGs. A version that is left out says nothing: Astro need not show it.
 */
const deletedDags = (deploy) => deploy.type === 'IMAGE_AND_DAG' && !deploy.rollbackFromId && deploy.dagTarballVersion === '';
/** Commits that deploys from repositories of other names record, newest first: whether the clone has them decides. */
function foreignCommits(deploys, repository) {
    const found = deploys
        .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
        .flatMap(({ git }) => {
        const recordedIn = git && commitId.test(git.commitSha) ? recorded(git) : undefined;
        return git && recordedIn && !(0,core_repository/* sameRepository */.RB)(recordedIn, repository) ? [git.commitSha] : [];
    });
    return [...new Set(found)];
}
/** The commit of a deploy, or why it is worthless as a baseline here. */
function examine(deploy, here, dagDeploysOn) {
    if (deploy.rollbackFromId)
        return { why: 'is a rollback' };
    if (deploy.isDagDeployEnabled !== dagDeploysOn) {
        return { why: `is from before DAG deploys were switched ${dagDeploysOn ? 'on' : 'off'}` };
    }
    const git = deploy.git;
    if (!git || !commitId.test(git.commitSha))
        return { why: 'records no git commit' };
    const repository = recorded(git);
    if (!repository)
        return { why: 'does not say which repository it is from' };
    if (!here.repository)
        return { why: 'cannot be compared: the checkout has no remote `origin`' };
    if (!(0,core_repository/* sameRepository */.RB)(repository, here.repository) && here.ownCommits?.has(git.commitSha) !== true) {
        return { why: `is from another repository (${(0,core_text/* oneLine */.TN)((0,core_repository/* repositoryName */.aR)(repository), 100)})` };
    }
    const path = (git.path ?? '').replace(/^(?:\.?\/)+|^\.$|\/+$/g, '');
    if (path !== here.projectPath) {
        return { why: `is from another folder of the repository (${(0,core_text/* oneLine */.TN)(path, 100) || 'its root'})` };
    }
    return { commit: git.commitSha };
}
function recorded(git) {
    if (git.provider === 'GITHUB') {
        return git.account && git.repo ? { provider: 'GITHUB', account: git.account, repo: git.repo } : undefined;
    }
    return git.remoteUrl ? { provider: 'GENERIC', remoteUrl: git.remoteUrl } : undefined;
}

// EXTERNAL MODULE: ./build/core/addresses.js
var addresses = __webpack_require__(9766);
// EXTERNAL MODULE: ./build/core/code/choose-deploy-type.js + 1 modules
var choose_deploy_type = __webpack_require__(5919);
// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __webpack_require__(4573);
;// CONCATENATED MODULE: ./build/git/names.js

/** Splits NUL-ended names. A segment that is not UTF-8 shows its bytes as `\xE9`, so that folders around it still match. */
function splitNames(output) {
    const text = (0,external_node_buffer_.isUtf8)(output) ? output.toString('utf8') : output.toString('latin1').replace(/[^/\0]+/g, segment);
    return text.split('\0').slice(0, -1);
}
function segment(latin1) {
    const bytes = Buffer.from(latin1, 'latin1');
    if ((0,external_node_buffer_.isUtf8)(bytes))
        return bytes.toString('utf8');
    return latin1.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

// EXTERNAL MODULE: ./build/git/run.js
var run = __webpack_require__(7810);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/runner/workspace-files.js
var workspace_files = __webpack_require__(7200);
;// CONCATENATED MODULE: ./build/git/work-tree.js





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
    const answer = await (0,run/* git */.$)(location, ['check-attr', '-z', ...asked, '--', ...paths], { signal });
    const set = new Map();
    const fields = splitNames(answer.stdout);
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
    const hashed = await (0,run/* git */.$)(location, hash, { signal });
    const ids = hashed.code === 0 ? hashed.stdout.toString('utf8').split('\n') : [];
    return new Set(own.filter(({ id }, index) => ids[index] === id).map(({ path }) => path));
}
const isFile = (mode) => mode.startsWith('100');
const isSameFile = ({ before, after }) => isFile(before) && before === after;
async function isUnchanged(checkout, entry, signal) {
    if (!isSameFile(entry))
        return false;
    const { path, id } = entry;
    const content = readContent((0,external_node_path_.join)(checkout.root, path), id.length === 64 ? 'sha256' : 'sha1');
    if (!content)
        return false;
    if (content.ids.includes(id))
        return true;
    const pointer = await (0,run/* gitRemote */.R)(checkout.location, ['cat-file', '-s', id], { signal });
    if (pointer.code !== 0 || Number(pointer.stdout.toString()) > largestPointer)
        return false;
    const text = (await (0,run/* gitRemote */.R)(checkout.location, ['cat-file', 'blob', id], { signal })).stdout.toString('utf8');
    return lfsObject(text) === content.sha256;
}
/** The SHA-256 that an LFS pointer names; `undefined` for any other text. */
const lfsObject = (text) => /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*oid sha256:([0-9a-f]{64})\n/.exec(text)?.[1];
/** The ids that git would give a file as it is and with LF line ends, and the SHA-256 of its bytes. */
function readContent(path, algorithm) {
    const sha256 = (0,external_node_crypto_.createHash)('sha256');
    const kept = [];
    let size = 0;
    const ended = (0,workspace_files/* eachChunk */.H1)(path, (chunk) => {
        sha256.update(chunk);
        size += chunk.length;
        if (size <= largestConverted)
            kept.push(Buffer.from(chunk));
    });
    if (!ended)
        return undefined;
    const whole = size <= largestConverted ? Buffer.concat(kept) : undefined;
    const blob = (bytes) => (0,external_node_crypto_.createHash)(algorithm)
        .update(`blob ${String(bytes.length)}\0`)
        .update(bytes)
        .digest('hex');
    const plain = whole && Buffer.from(whole.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    return { ids: [whole, plain].flatMap((bytes) => (bytes ? [blob(bytes)] : [])), sha256: sha256.digest('hex') };
}

;// CONCATENATED MODULE: ./build/git/changed.js



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
        return { kind: 'known', paths: splitNames(first.stdout) };
    const fetched = await fetchCommit(checkout, base, signal);
    if (fetched.code !== 0)
        return { kind: 'unknown', why: `not in the clone, and git fetch says: ${fetched.complaint}` };
    const second = await compare(checkout, base, signal);
    if (second.code === 0)
        return { kind: 'known', paths: splitNames(second.stdout) };
    return { kind: 'unknown', why: second.complaint };
}
function compare({ location, commit }, base, signal) {
    // `^{commit}` refuses an object that is something else.
    const sides = ['--end-of-options', `${base}^{commit}`, commit, '--'];
    return (0,run/* gitRemote */.R)(location, ['diff-tree', '-r', '--name-only', ...options, ...sides], { signal });
}
/**
 * Fetches one commit: alone into a shallow clone, otherwise with what joins it to the history, because `--depth` would
 * make a complete clone shallow. Without `--filter`: that would turn the user's clone into a partial one, and git sends
 * only what the clone lacks anyway.
 */
function fetchCommit({ location, shallow }, commit, signal) {
    const quiet = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
    const depth = shallow ? ['--depth=1'] : [];
    return (0,run/* gitRemote */.R)(location, ['fetch', ...quiet, ...depth, '--end-of-options', 'origin', commit], { signal });
}
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
    const listing = ['ls-files', '-z', '-t', '--cached', '--others', '--exclude-standard', '--', ...at(...dagFolders)];
    const [differing, dags] = await Promise.all([
        (0,run/* git */.$)(location, ['--literal-pathspecs', ...tracked], { signal }),
        dagFolders.length === 0 ? undefined : (0,run/* git */.$)(location, ['--literal-pathspecs', ...listing], { signal }),
    ]);
    const failed = [differing, dags].find((result) => result !== undefined && result.code !== 0);
    if (failed)
        return { kind: 'unknown', why: failed.complaint };
    const listed = dags ? splitNames(dags.stdout) : [];
    const untracked = listed.filter((line) => line.startsWith('? ')).map((line) => line.slice(2).replace(/\/$/, ''));
    const changed = await reallyChanged(checkout, rawEntries(splitNames(differing.stdout)), signal);
    return {
        kind: 'known',
        paths: [...new Set([...changed, ...untracked])],
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
    const listed = await (0,run/* git */.$)(location, ['--literal-pathspecs', 'ls-files', '-z', '--', ...paths], { signal });
    return splitNames(listed.stdout);
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./build/git/repository.js
var repository = __webpack_require__(5799);
;// CONCATENATED MODULE: ./build/git/checkout-gaps.js







/** Submodules inside each other that are looked into. */
const deepest = 10;
/**
 * What the checkout lacks of its commit in some folders of the repository: submodules, files outside a sparse checkout, and
 * content under Git LFS. Attributes are read, no filter is started. What git cannot tell is not a gap.
 */
async function checkoutGaps(location, folders, options = {}) {
    return folders.length === 0 ? none : gapsIn(location, { folders, prefix: '', depth: 0 }, options);
}
const none = { submodules: [], sparse: [], pointers: [] };
async function gapsIn(location, area, options) {
    const { folders, prefix, depth } = area;
    const at = folders.includes('') ? [] : folders;
    const [index, underLfs] = await Promise.all([
        (0,run/* git */.$)(location, ['--literal-pathspecs', 'ls-files', '-z', '-t', '--stage', '--', ...at], options),
        // Of the whole repository: below a folder git 2.39 does not see the attributes of the folders around it.
        (0,run/* git */.$)(location, ['ls-files', '-z', '--', ':(top,attr:filter=lfs)'], options),
    ]);
    if (index.code !== 0)
        return none;
    const { links, skipped } = specialEntries(index.stdout);
    const here = (path) => (0,external_node_path_.join)(location.workTree, path);
    const empty = links.filter((path) => isEmpty(here(path)));
    const declared = (0,external_node_fs_.lstatSync)(here('.gitmodules'), { throwIfNoEntry: false }) !== undefined;
    const kind = !declared ? 'undeclared' : depth > 0 ? 'nested' : 'own';
    const nested = [];
    for (const path of depth < deepest ? links.filter((one) => !empty.includes(one)) : []) {
        const inner = (0,repository/* findRepository */.W)(here(path));
        if (inner?.workTree !== location.workTree && inner)
            nested.push(await gapsIn(inner, { folders: [''], prefix: `${prefix}${path}/`, depth: depth + 1 }, options));
    }
    const within = (path) => at.length === 0 || at.some((folder) => path === folder || path.startsWith(`${folder}/`));
    const pointers = splitNames(underLfs.stdout).filter((path) => within(path) && isPointer(here(path)));
    return {
        submodules: [
            ...empty.map((path) => ({ path: `${prefix}${path}`, kind })),
            ...nested.flatMap(({ submodules }) => submodules),
        ],
        sparse: [
            ...skipped
                .filter((path) => (0,external_node_fs_.lstatSync)(here(path), { throwIfNoEntry: false }) === undefined)
                .map((path) => `${prefix}${path}`),
            ...nested.flatMap(({ sparse }) => sparse),
        ],
        pointers: [...pointers.map((path) => `${prefix}${path}`), ...nested.flatMap((one) => one.pointers)],
    };
}
/** Submodules and skipped files of an index, which can list 100,000 files: `H 100644 <id> 0<tab>path`, each ended by NUL. */
function specialEntries(listing) {
    const links = [];
    const skipped = [];
    for (let start = 0; start < listing.length;) {
        const end = listing.indexOf(0, start);
        const isSkipped = listing[start] === 0x53; // S
        const isLink = listing.toString('latin1', start + 2, start + 8) === '160000';
        if (isSkipped || isLink) {
            const [path = ''] = splitNames(listing.subarray(listing.indexOf(9, start) + 1, end + 1));
            (isLink ? links : skipped).push(path);
        }
        start = end + 1;
    }
    return { links, skipped };
}
function isEmpty(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder).length === 0;
    }
    catch (error) {
        return ['ENOENT', 'ENOTDIR'].includes(error.code ?? '');
    }
}
function isPointer(path) {
    const facts = (0,external_node_fs_.lstatSync)(path, { throwIfNoEntry: false });
    if (!facts?.isFile() || facts.size > largestPointer)
        return false;
    let text = '';
    (0,workspace_files/* eachChunk */.H1)(path, (chunk) => (text += Buffer.from(chunk).toString('latin1')));
    return lfsObject(text) !== undefined;
}

// EXTERNAL MODULE: ./build/git/checkout.js
var git_checkout = __webpack_require__(2223);
// EXTERNAL MODULE: ./build/git/show.js
var show = __webpack_require__(8846);
// EXTERNAL MODULE: ./build/github/branches.js
var branches = __webpack_require__(6436);
// EXTERNAL MODULE: ./build/docker/build-files.js
var build_files = __webpack_require__(2083);
;// CONCATENATED MODULE: ./build/observe/deployignore.js



const deployignore_name = '.astro/deployignore';
/**
 * Reads what stays out of the archive of a project's DAG folder: `.astro/deployignore` of the project, else the one of the
 * workspace; patterns are relative to the folder that holds `.astro`. Throws UserError for what `readWorkspaceFile` refuses.
 */
function readDeployignore(project, workspace) {
    const { checkout, dagsFolder } = project;
    for (const folder of [project.folder, workspace]) {
        const text = (0,workspace_files/* readWorkspaceFile */.sL)(workspace, (0,external_node_path_.join)(folder, deployignore_name), 'deploy ignore file');
        if (text === undefined)
            continue;
        const [file] = checkout.kind === 'checkout' ? (0,git_checkout/* repositoryPaths */.D)(checkout, (0,external_node_path_.join)(folder, deployignore_name)) : [];
        const at = (0,workspace_files/* inside */.nx)(dagsFolder, folder) ? (0,external_node_path_.relative)(folder, dagsFolder).replaceAll(external_node_path_.sep, '/') : 'dags';
        return { text, at, ...(file !== undefined && { file }) };
    }
    return undefined;
}

// EXTERNAL MODULE: ./build/core/code/bundle-files.js + 1 modules
var bundle_files = __webpack_require__(2876);
;// CONCATENATED MODULE: ./build/git/credentials.js



/** Submodules inside each other that are looked into. */
const credentials_deepest = 10;
/** Settings by which actions/checkout and people keep credentials in a repository's configuration. */
const credentials = /extraheader|:\/\/[^\s/@]+@/i;
/** The configuration files in a `.git` folder, those of its submodules too, that hold credentials. */
function credentialsInGit(gitDir) {
    const found = [];
    const visit = (folder, depth) => {
        for (const entry of list(folder)) {
            const path = (0,external_node_path_.join)(folder, entry.name);
            if (entry.isDirectory() && depth < credentials_deepest)
                visit(path, depth + 1);
            else if (entry.name === 'config' && entry.isFile() && credentials.test(textOf(path)))
                found.push(path);
        }
    };
    const config = (0,external_node_path_.join)(gitDir, 'config');
    if (credentials.test(textOf(config)))
        found.push(config);
    visit((0,external_node_path_.join)(gitDir, 'modules'), 0);
    return found;
}
function list(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder, { withFileTypes: true });
    }
    catch {
        return [];
    }
}
function textOf(path) {
    let text = '';
    (0,workspace_files/* eachChunk */.H1)(path, (chunk) => (text += Buffer.from(chunk).toString('latin1')));
    return text;
}

;// CONCATENATED MODULE: ./build/observe/step-credentials.js






/** Variables by which actions and tools name files, or folders, that hold credentials; some name several. */
const variables = [
    'GOOGLE_APPLICATION_CREDENTIALS',
    'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
    'GOOGLE_GHA_CREDS_PATH',
    'CLOUDSDK_CONFIG',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_CONFIG_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'AZURE_FEDERATED_TOKEN_FILE',
    'AZURE_CONFIG_DIR',
    'KUBECONFIG',
    'DOCKER_CONFIG',
    'NETRC',
    'PGPASSFILE',
    'SNOWFLAKE_PRIVATE_KEY_PATH',
    'VAULT_TOKEN_FILE',
];
/**
 * Absolute paths of files and folders in the workspace that other steps of the job put credentials into. What is under git
 * is the project's own and does not count, whatever a variable says.
 */
async function stepCredentials(project, { env, signal }) {
    const { checkout } = project;
    const workspace = (0,workspace_files/* workspaceFolder */.ih)(env);
    const needed = [project.folder, project.dagsFolder, workspace].map((folder) => realpathOf(folder) ?? folder);
    const named = variables
        .flatMap((name) => (env[name] ?? '').split(external_node_path_.delimiter))
        .filter((path) => path !== '')
        .flatMap((path) => placeOf(workspace, path) ?? [])
        .filter((path) => (0,workspace_files/* inside */.nx)(path, workspace) && !needed.some((folder) => (0,workspace_files/* inside */.nx)(folder, path)));
    const tracked = checkout.kind === 'checkout' ? await trackedOf(checkout, named, signal) : () => false;
    const folder = realpathOf(project.folder) ?? project.folder;
    const written = [workspace, folder].flatMap((at) => namesIn(at)
        .filter(bundle_files/* holdsCredentials */.Hn)
        .map((name) => (0,external_node_path_.join)(at, name)));
    const git = credentialsInGit((0,external_node_path_.join)(folder, '.git'));
    return [...new Set([...named.filter((path) => !tracked(path)), ...written, ...git])].sort();
}
async function trackedOf(checkout, paths, signal) {
    const way = (path) => (0,external_node_path_.relative)(checkout.root, path).replaceAll(external_node_path_.sep, '/');
    const own = paths.filter((path) => (0,workspace_files/* inside */.nx)(path, checkout.root)).map(way);
    const tracked = await trackedPaths(checkout, own, { signal });
    return (path) => tracked.some((one) => one === way(path) || one.startsWith(`${way(path)}/`));
}
/** An existing path with the links of its folders resolved; relative ones start from the workspace, as steps do. */
function placeOf(workspace, path) {
    const absolute = (0,external_node_path_.join)(path.startsWith(external_node_path_.sep) ? '' : workspace, path);
    const folder = realpathOf((0,external_node_path_.dirname)(absolute));
    const place = folder === undefined ? undefined : (0,external_node_path_.join)(folder, (0,external_node_path_.basename)(absolute));
    return place !== undefined && (0,external_node_fs_.lstatSync)(place, { throwIfNoEntry: false }) ? place : undefined;
}
function realpathOf(path) {
    try {
        return (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        return undefined;
    }
}
function namesIn(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder);
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./build/observe/source.js






/**
 * Reads what the checkout says about the code of this run. `dags` are the repository-relative paths of the DAG folder, none
 * where it is not under git. Throws UserError for ignore files that cannot be read.
 */
async function readSource(intent, project, dags, inputs, tools) {
    const { checkout } = project;
    const workspace = (0,workspace_files/* workspaceFolder */.ih)(tools.env);
    const deployignore = readDeployignore(project, workspace);
    const credentials = await stepCredentials(project, tools);
    return {
        folder: project.folder,
        dagsFolder: project.dagsFolder,
        ...(project.mountPath !== undefined && { mountPath: project.mountPath }),
        credentials,
        artefact: { dagsBaseDir: inputs.dagsBaseDir },
        project: {
            path: checkout.kind === 'checkout' ? checkout.prefix : '',
            dags,
            dockerfile: 'Dockerfile',
            dockerignore: (0,build_files/* readIgnoreFile */.r)(workspace, project.folder),
            steering: steeringFiles(inputs, project, workspace),
            credentials: checkout.kind === 'checkout' ? credentials.flatMap((path) => (0,git_checkout/* repositoryPaths */.D)(checkout, path)) : [],
            ...(deployignore && { deployignore }),
        },
        ...(checkout.kind === 'checkout' && {
            commit: {
                id: checkout.commit,
                subject: tools.log.redact(checkout.subject),
                author: tools.log.clean(checkout.author),
                committedAt: checkout.committedAt,
            },
        }),
        ...(intent.branch && { branch: intent.branch.name }),
        ...(intent.kind === 'ensure-preview' && intent.pullRequest !== undefined && { head: intent.head }),
    };
}
/** Repository-relative paths of the files that steer the Action itself, wherever the repository is checked out. */
function steeringFiles(inputs, project, workspace) {
    const { checkout } = project;
    if (checkout.kind === 'none')
        return [];
    const names = ['.astro/branch-deploy.yaml', ...(inputs.template === undefined ? [] : [inputs.template])];
    const roots = [workspace, checkout.root, project.folder];
    return roots.flatMap((root) => names.flatMap((name) => (0,git_checkout/* repositoryPaths */.D)(checkout, (0,external_node_path_.join)(root, name))));
}

;// CONCATENATED MODULE: ./build/observe/code.js












/** The repository that this code comes from: the checkout's own remote, or GitHub's word where that is a folder or a cache on this machine. */
function sourceRepository(checkout, event, { env, log: { redact } }) {
    const remote = checkout.kind === 'checkout' ? (0,core_text/* redactAll */.$I)(checkout.remote, redact) : undefined;
    const host = remote && (0,core_repository/* hostOf */.w4)(remote);
    if (remote && host !== undefined && !(0,addresses/* isLoopback */.U9)(host))
        return remote;
    return (0,core_repository/* parseRemote */.M8)(`${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${event.repository.owner}/${event.repository.name}`);
}
/**
 * Reads what the choice of the deploy type depends on: the deploy history, and what git, or GitHub in its place, says of
 * the difference between what runs and what is checked out. Asks for no more differences than are needed.
 */
async function observeCode(intent, project, place, inputs, event, tools) {
    const { checkout } = project;
    const { deployment } = place;
    const dags = checkout.kind === 'checkout' ? (0,git_checkout/* repositoryPaths */.D)(checkout, project.dagsFolder) : [];
    const [history, loose, gaps] = await Promise.all([
        deployment ? (0,deploys/* listDeploys */.Pm)(tools.client, place.organization, deployment.id) : [],
        checkout.kind === 'checkout' ? uncommitted(checkout, dags, { signal: tools.signal }) : undefined,
        checkout.kind === 'checkout' ? gapsOf(checkout, dags, inputs, tools) : undefined,
    ]);
    const repository = sourceRepository(checkout, event, tools);
    const here = {
        repository,
        projectPath: checkout.kind === 'checkout' ? checkout.prefix : '',
        ownCommits: await ownCommits(checkout, foreignCommits(history, repository), tools),
    };
    const known = checkout.kind === 'none'
        ? unknownBaselines(`there is no git checkout to compare with (${checkout.why})`)
        : loose?.kind === 'unknown'
            ? unknownBaselines(`git cannot tell what differs from the commit (${loose.why})`)
            : baselines(history, here, place.dagDeploysOn, project.mountPath);
    // A dbt project is neither the first code that Airflow runs nor anything that a rollback goes back to.
    const ran = history.filter((deploy) => deploy.status === 'DEPLOYED' && mountOf(deploy) === undefined);
    const answers = new Map();
    for (let open = (0,choose_deploy_type/* toCompare */.lT)(inputs.deployType, known, answers); open.length > 0; open = (0,choose_deploy_type/* toCompare */.lT)(inputs.deployType, known, answers)) {
        // One after the other: two fetches into one shallow clone lock each other out.
        for (const commit of open)
            answers.set(commit, await difference(checkout, commit, tools));
    }
    const underGit = loose?.kind === 'known' && (loose.dagsTracked || deletedFrom(dags, answers)) ? dags : [];
    return {
        deployType: inputs.deployType,
        source: {
            ...(await readSource(intent, project, underGit, inputs, tools)),
            repository: here.repository,
            uncommitted: loose?.kind === 'known' ? loose.paths : undefined,
        },
        baselines: known,
        answers,
        dispatched: intent.dispatched,
        isFirst: ran.length === 0,
        ...running(ran),
        ...(gaps && { gaps }),
    };
}
/** Deploys of other repositories are asked for up to this number. */
const mostForeign = 10;
/** Commits that this clone has. */
async function ownCommits(checkout, commits, { signal }) {
    if (checkout.kind === 'none')
        return new Set();
    const asked = commits.slice(0, mostForeign);
    const has = await Promise.all(asked.map((commit) => (0,show/* hasCommit */.QE)(checkout, commit, signal)));
    return new Set(asked.filter((_, index) => has[index]));
}
/** An image that an earlier step built shows nothing of what this checkout lacks. */
const gapsOf = (checkout, dags, { imageName }, { signal }) => checkoutGaps(checkout.location, [...(imageName === undefined ? [checkout.prefix] : []), ...dags], { signal });
/** Whether files of the DAG folder were under git in what runs: then its being empty now is known to git. */
const deletedFrom = (dags, answers) => [...answers.values()].some((answer) => answer.kind === 'known' && answer.paths.some((path) => dags.some((folder) => path.startsWith(`${folder}/`))));
/** The newest of the deploys that ran. */
function running(ran) {
    const [newest] = ran.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
    return newest ? { running: newest.id } : {};
}
/** Git first; what it cannot say, because the commit is not to be had in a shallow clone, GitHub may. */
async function difference(checkout, commit, tools) {
    if (checkout.kind === 'none')
        return { kind: 'unknown', why: checkout.why };
    const local = await changedPaths(checkout, commit, { signal: tools.signal });
    if (local.kind === 'known')
        return local;
    const remote = await (0,branches/* compareCommits */.kC)(await tools.github(), commit, checkout.commit);
    return remote.kind === 'known' ? remote : { kind: 'unknown', why: `${local.why}; ${remote.why}` };
}


/***/ }),

/***/ 4889:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ placeholderValues)
/* harmony export */ });
/**
 * What placeholders stand for in this run. Of the step's environment only the variables that a file asks for are looked
 * at, and each of them is masked before anything else is done with it.
 */
function placeholderValues(run, { inputs, event, tools: { env, log } }) {
    const masked = new Set();
    const ofJob = [
        'GITHUB_TOKEN',
        'GH_TOKEN',
        'ACTIONS_RUNTIME_TOKEN',
        'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
        'ASTRO_API_TOKEN',
    ];
    const tokens = [inputs.token, inputs.githubToken, ...ofJob.map((name) => env[name] ?? '')];
    return (variables) => ({
        ...(run.branch !== undefined && { branch: run.branch }),
        ...(run.pullRequest !== undefined && { pullRequest: run.pullRequest }),
        sha: run.sha,
        repository: event.repository.name,
        actor: event.actor,
        rules: {
            // Shorter texts are no tokens, and would be found in anything.
            tokens: tokens.filter((token) => token.length >= 8),
            ...(inputs.placeholderEnv.length > 0 && { allowed: inputs.placeholderEnv }),
        },
        env: new Map(variables.flatMap((name) => {
            const value = env[name];
            if (value === undefined || value === '')
                return [];
            if (!masked.has(name))
                log.secret(value, `\${env.${name}}`);
            masked.add(name);
            return [[name, value]];
        })),
    });
}


/***/ }),

/***/ 6782:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ readPreviewTemplate),
/* harmony export */   W: () => (/* binding */ readProject)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2807);
/* harmony import */ var _core_yaml_problems_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9250);
/* harmony import */ var _core_yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1245);
/* harmony import */ var _git_checkout_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2223);
/* harmony import */ var _runner_nearby_files_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3882);
/* harmony import */ var _runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7200);








/** Reads the project out of the checkout. Throws UserError with file, line and column for what is wrong in it. */
async function readProject(inputs, env) {
    const workspace = (0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .workspaceFolder */ .ih)(env);
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(workspace, inputs.rootFolder);
    const kind = inputs.deployType === 'dbt' ? 'dbt' : 'Astro';
    if (!isFolder(folder)) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`There is no folder \`${inputs.rootFolder}\` in the workspace, where \`root-folder\` looks for the ${kind} project. Add actions/checkout before this step, or correct \`root-folder\`.`);
    }
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder).length === 0 && !(0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(inputs.dagsFolder)) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`The folder \`${inputs.rootFolder}\` of the workspace is empty, so there is no ${kind} project to deploy. Add actions/checkout before this step, or correct \`root-folder\`.`);
    }
    if (!(0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .inside */ .nx)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(folder), workspace))
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`root-folder\`: \`${inputs.rootFolder}\` is a link that leads out of the workspace.`);
    if (inputs.deployType === 'dbt') {
        const mountPath = await dbtMountPath(inputs, workspace);
        return { folder, dagsFolder: folder, mountPath, checkout: await (0,_git_checkout_js__WEBPACK_IMPORTED_MODULE_5__/* .readCheckout */ .b)(folder) };
    }
    const dagsFolder = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(inputs.dagsFolder) ? inputs.dagsFolder : (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(folder, inputs.dagsFolder);
    refuseEmptyPlace(inputs, workspace, folder, dagsFolder);
    // A branch author can make the DAG folder a link; where it leads must have been checked out too.
    if (!(0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(inputs.dagsFolder) && isFolder(dagsFolder) && !(0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .inside */ .nx)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(dagsFolder), workspace)) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`dags-folder\`: \`${inputs.dagsFolder}\` leads out of the workspace. An absolute path says that this is meant.`);
    }
    return { folder, dagsFolder, checkout: await (0,_git_checkout_js__WEBPACK_IMPORTED_MODULE_5__/* .readCheckout */ .b)(folder) };
}
/** A checkout with `path:` leaves nothing of the project where it is looked for. Throws UserError that names where it is. */
function refuseEmptyPlace(inputs, workspace, folder, dagsFolder) {
    if (inputs.imageName !== undefined || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(dagsFolder) || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'Dockerfile')))
        return;
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'dbt_project.yml')))
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`${inputs.rootFolder}\` is a dbt project, and no Astro project: use \`deploy-type: dbt\` in this step, or correct \`root-folder\`.`);
    const hint = (0,_runner_nearby_files_js__WEBPACK_IMPORTED_MODULE_6__/* .projectHint */ .l5)(workspace);
    if (hint !== '')
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`${inputs.rootFolder}\` is no Astro project: it has neither a \`Dockerfile\` nor a folder \`${inputs.dagsFolder}\`.${hint}`);
}
async function dbtMountPath(inputs, workspace) {
    const file = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(inputs.rootFolder, 'dbt_project.yml');
    const text = (0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .readWorkspaceFile */ .sL)(workspace, file, 'dbt project');
    if (text === undefined)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`There is no \`${file}\` in the workspace, and \`deploy-type: dbt\` deploys a dbt project: correct \`root-folder\`.`, { at: { file } });
    return inputs.mountPath ?? (await Promise.all(/* import() */[__webpack_require__.e(243), __webpack_require__.e(388)]).then(__webpack_require__.bind(__webpack_require__, 7388))).defaultMountPath(text, file);
}
/**
 * Reads the Deployment template that previews are made from, placeholders filled in. `read` gives files of the
 * repository from where they may be trusted. Throws UserError with file, line and column for what is wrong in it.
 */
async function readPreviewTemplate(path, read, values, near = []) {
    if (path === undefined) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('A preview is made from a Deployment template, and neither the input `template` nor `preview.template` in `.astro/branch-deploy.yaml` names one: check one in (`action: export-template` or `astro deployment inspect --template` writes it) and give its path, such as `template: .astro/preview.yaml`.');
    }
    const text = await read(path);
    if (text === undefined)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`template\`: there is no file \`${path}\` in the checkout.${nearTemplates(path, near)}`, {
            at: { file: path },
        });
    return (await Promise.all(/* import() */[__webpack_require__.e(243), __webpack_require__.e(178)]).then(__webpack_require__.bind(__webpack_require__, 1178))).readTemplate(text, path, values((0,_core_yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_4__/* .variablesIn */ .DF)(text)));
}
function nearTemplates(path, files) {
    const meant = (0,_core_yaml_problems_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .p)(path, files) ?? files.find((file) => (0,_core_yaml_problems_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .p)(node_path__WEBPACK_IMPORTED_MODULE_1__.posix.basename(path), [node_path__WEBPACK_IMPORTED_MODULE_1__.posix.basename(file)]) !== undefined);
    if (meant !== undefined)
        return ` Did you mean \`${meant}\`?`;
    const names = files.slice(0, 5).map((file) => `\`${file}\``);
    return names.length > 0 ? ` There are ${names.join(', ')}.` : ' Check one in, or correct the path.';
}
const isFolder = (path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path, { throwIfNoEntry: false })?.isDirectory() === true;


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
