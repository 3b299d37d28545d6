export const id = 599;
export const ids = [599];
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

/***/ 5102:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ forgottenObjects),
/* harmony export */   H: () => (/* binding */ objectName)
/* harmony export */ });
/* harmony import */ var _identity_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(630);
/* harmony import */ var _environment_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4509);


/** How the ownership mark knows an environment object. */
const objectName = ({ kind, key }) => `${kind}:${key}`;
/**
 * Objects that an earlier run linked to a preview, and that its configuration file no longer names: they are unlinked.
 * The link's overrides prove it, or the mark. A bare link of an object that no file ever named is somebody else's.
 */
function forgottenObjects(wanted, stored, preview, file) {
    const named = new Set(wanted.map(objectName));
    const ours = (0,_identity_js__WEBPACK_IMPORTED_MODULE_0__/* .readMark */ .Mp)(preview.description)?.objects;
    return stored.flatMap((object) => {
        const one = { kind: (0,_environment_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .kindOfType */ .OF)(object.objectType), key: object.objectKey };
        const link = (0,_environment_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .linkOf */ .IJ)(object, preview.id);
        if (!link || named.has(objectName(one)))
            return [];
        if (link.setFields.length === 0 && !(0,_identity_js__WEBPACK_IMPORTED_MODULE_0__/* .isAmong */ .FB)(ours, objectName(one)))
            return [];
        return [{ ...one, at: { file }, link: 'unlink', overrides: [], forPreview: true, mayChangeObject: false }];
    });
}


/***/ }),

/***/ 8479:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Zw: () => (/* binding */ withoutDeployments),
/* harmony export */   lT: () => (/* binding */ linksPreviews),
/* harmony export */   wX: () => (/* binding */ orphanLinks),
/* harmony export */   xE: () => (/* binding */ missingDeployments)
/* harmony export */ });
/* harmony import */ var _objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4509);
/* harmony import */ var _objects_forgotten_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5102);


/** Most Deployments that one sweep asks for by id; the others wait for the next one. */
const mostAsked = 20;
/** Whether the configuration file links objects to previews, so that a preview may have left links behind. */
const linksPreviews = (entries) => entries.some(isForPreviews);
/** Ids that objects of previews name and that the Workspace's list of Deployments lacks: each must be proven gone. */
function missingDeployments(stored, entries, living) {
    const ids = ofPreviews(stored, entries).flatMap(namedBy);
    return [...new Set(ids.filter((id) => !living.has(id)))].slice(0, mostAsked);
}
/** The objects to take entries out of, each with the Deployments that are proven gone. */
function orphanLinks(stored, entries, gone) {
    return ofPreviews(stored, entries).flatMap((object) => {
        const dead = [...new Set(namedBy(object).filter((id) => gone.has(id)))];
        const named = { id: object.id, kind: (0,_objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .kindOfType */ .OF)(object.objectType), key: object.objectKey };
        return dead.length === 0 ? [] : [{ object: named, gone: dead }];
    });
}
/** Takes several Deployments out of an object; `undefined` where it names none of them. */
function withoutDeployments(object, ids) {
    if (!namedBy(object).some((id) => ids.includes(id)))
        return undefined;
    const alive = ({ scopeEntityId }) => ids.includes(scopeEntityId) ? [] : [(0,_objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .bare */ .$B)(scopeEntityId)];
    return (0,_objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .complete */ .My)(object, (object.links ?? []).flatMap(alive), (object.excludeLinks ?? []).flatMap(alive));
}
const isForPreviews = ({ targets, declared, share }) => targets.some(({ name }) => name === 'preview') || (declared !== undefined && share === 'all');
function ofPreviews(stored, entries) {
    const names = new Set(entries.filter(isForPreviews).map(_objects_forgotten_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .objectName */ .H));
    return stored.filter((one) => names.has((0,_objects_forgotten_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .objectName */ .H)({ kind: (0,_objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .kindOfType */ .OF)(one.objectType), key: one.objectKey })));
}
const namedBy = ({ links = [], excludeLinks = [] }) => [...links, ...excludeLinks].map(({ scopeEntityId }) => scopeEntityId);


/***/ }),

/***/ 6402:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   id: () => (/* binding */ confirmAbsence),
/* harmony export */   jr: () => (/* binding */ listBranches),
/* harmony export */   oh: () => (/* binding */ listOpenPullRequests)
/* harmony export */ });
/* harmony import */ var _core_text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6067);
/* harmony import */ var _branches_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6436);
/* harmony import */ var _request_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1847);



/** GitHub's largest page (docs.github.com, "Using pagination in the REST API"). */
const largestPage = { per_page: '100' };
/** A token has 1,000 requests an hour (docs.github.com, "Rate limits for the REST API"): a list must not use them up. */
const mostPages = 100;
/** The list cannot be taken for whole; the message is a part of a sentence. */
class Incomplete extends Error {
}
/** The server answers 404 for the list itself. */
class NotThere extends Incomplete {
}
/**
 * All branches of the repository. Not `GET /branches`, which takes a request for every 100 of them: `git/matching-refs`
 * answers with all refs at one time and has had no pages for years (docs.github.com, "List matching references";
 * github.com/github/docs/issues/3863). Should pages come back, or an older server have them, they are followed; a server
 * that lacks this address is asked for the branches after all.
 */
async function listBranches(github) {
    return orUnknown(github, async (client) => {
        const defaultBranch = await ourDefaultBranch(client);
        const list = (path, query) => allPages(client, { path, query, what: 'branches', permission: '`contents: read`' });
        const refs = await list('git/matching-refs/heads', {}).catch((error) => {
            if (error instanceof NotThere)
                return undefined;
            throw error;
        });
        const rows = refs ?? (await list('branches', largestPage));
        const names = new Set();
        let count = 0;
        for (const row of rows) {
            const { ref, name } = (row ?? {});
            const full = refs ? ref : `refs/heads/${typeof name === 'string' ? name : ''}`;
            // It matches by the beginning: somebody may keep refs under `refs/heads-of-old/`.
            if (refs && typeof full === 'string' && /^refs\/heads[^/]/.test(full))
                continue;
            if (typeof full !== 'string' || !/^refs\/heads\/./s.test(full))
                throw new Incomplete('its list of branches holds something else');
            names.add(full.slice('refs/heads/'.length));
            count++;
        }
        if (names.size < count)
            throw new Incomplete('its list of branches names one twice, so it may lack others');
        if (!names.has(defaultBranch))
            throw new Incomplete(`its list of branches lacks the default branch ${(0,_core_text_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(defaultBranch, 100)}`);
        return { kind: 'complete', names, defaultBranch };
    });
}
/** All open pull requests whose head is a branch of the repository itself: a fork's branches may have the same names. */
async function listOpenPullRequests(github) {
    return orUnknown(github, async (client) => {
        // Oldest first: what is opened meanwhile comes last and moves nothing to a page that was read already.
        const query = { state: 'open', sort: 'created', direction: 'asc', ...largestPage };
        const rows = await allPages(client, {
            path: 'pulls',
            query,
            what: 'pull requests',
            permission: '`pull-requests: read`',
        });
        const found = new Map();
        for (const row of rows) {
            const { number, head, labels } = row;
            if (typeof number !== 'number' || typeof head?.ref !== 'string' || !Array.isArray(labels))
                throw new Incomplete('its list of pull requests holds something else');
            // The repository of a head is null where the fork was deleted.
            if (head.repo?.id !== client.repositoryId)
                continue;
            const names = labels.map((label) => label?.name);
            found.set(number, { number, branch: head.ref, labels: names.filter((name) => typeof name === 'string') });
        }
        return { kind: 'complete', rows: [...found.values()] };
    });
}
/**
 * Asks once more, for one branch at a time, whether what the listings lack is really absent. A 404 counts where the
 * repository can be seen afterwards with the same token, which is asked once for all of them.
 */
async function confirmAbsence(github, asks) {
    const answers = new Map();
    const missing = [];
    for (const { branch, about } of asks) {
        const presence = about === 'branch' ? await branchPresence(github, branch) : await openPresence(github, branch);
        if (about === 'branch' && presence === 'absent')
            missing.push(branch);
        else
            answers.set(branch, presence);
    }
    if (missing.length === 0)
        return answers;
    const seen = await orUnknown(github, async (client) => ({ kind: 'complete', name: await ourDefaultBranch(client) }));
    for (const branch of missing)
        answers.set(branch, seen.kind === 'complete' ? 'absent' : 'unknown');
    return answers;
}
async function branchPresence(github, branch) {
    if (!github)
        return 'unknown';
    try {
        const answer = await (0,_request_js__WEBPACK_IMPORTED_MODULE_1__/* .ask */ .kA)(github, `${base(github)}/git/ref/heads/${(0,_request_js__WEBPACK_IMPORTED_MODULE_1__/* .encodePath */ .O0)(branch)}`);
        if (answer.status === 404)
            return 'absent';
        return answer.data?.ref === `refs/heads/${branch}` ? 'exists' : 'unknown';
    }
    catch {
        return 'unknown';
    }
}
async function openPresence(github, branch) {
    const open = await (0,_branches_js__WEBPACK_IMPORTED_MODULE_0__/* .openPullRequests */ .Sm)(github, branch);
    if (open.kind === 'unknown')
        return 'unknown';
    return open.numbers.length > 0 ? 'exists' : 'absent';
}
const base = ({ owner, repo }) => `/repos/${owner}/${repo}`;
/** The default branch, once the repository of this name is seen to be ours: a name may go to another repository. */
async function ourDefaultBranch(github) {
    const answer = await (0,_request_js__WEBPACK_IMPORTED_MODULE_1__/* .ask */ .kA)(github, base(github));
    const { id, default_branch: name } = (answer.data ?? {});
    if (answer.status !== 200 || id !== github.repositoryId || typeof name !== 'string' || name === '')
        throw new Incomplete('it does not show this repository to this token (`contents: read` is needed)');
    return name;
}
/**
 * The rows of all pages. Every page but the last must be as long as the first, and each must be the one after the page
 * before.
 */
async function allPages(github, { path, query, what, permission }) {
    const rows = [];
    let size;
    for (let page = 1; page <= mostPages; page++) {
        const paged = new URLSearchParams({ ...query, ...(page > 1 && { page: String(page) }) }).toString();
        const answer = await (0,_request_js__WEBPACK_IMPORTED_MODULE_1__/* .ask */ .kA)(github, `${base(github)}/${path}${paged === '' ? '' : `?${paged}`}`);
        if (answer.status !== 200 || !Array.isArray(answer.data)) {
            const why = `it does not show ${what} to this token (${permission} is needed)`;
            throw answer.status === 404 && page === 1 ? new NotThere(why) : new Incomplete(why);
        }
        const received = answer.data;
        if (received.length === 0 && page > 1)
            throw new Incomplete(`a page of its ${what} came empty`);
        rows.push(...received);
        size ??= received.length;
        const { link } = answer.headers ?? {};
        const next = nextPage(link);
        if (next === undefined)
            return rows;
        if (next !== page + 1)
            throw new Incomplete(`its pages of ${what} do not follow each other`);
        if (received.length < size)
            throw new Incomplete(`a page of its ${what} came short`);
    }
    throw new Incomplete(`it has more than ${mostPages} pages of ${what}`);
}
/** The number of the next page. The address itself is the server's and could lead the token elsewhere. */
function nextPage(link) {
    const next = (link ?? '').split(/,\s*(?=<)/).find((part) => /;\s*rel="?next"?/.test(part));
    return next === undefined ? undefined : Number(/[?&]page=([0-9]+)/.exec(next)?.[1]);
}
async function orUnknown(github, read) {
    if (!github)
        return { kind: 'unknown', why: 'there is no `github-token`' };
    try {
        return await read(github);
    }
    catch (error) {
        return { kind: 'unknown', why: error instanceof Incomplete ? error.message : (0,_request_js__WEBPACK_IMPORTED_MODULE_1__/* .reason */ .l)(error) };
    }
}


/***/ }),

/***/ 1599:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   observeSweep: () => (/* binding */ observeSweep)
/* harmony export */ });
/* harmony import */ var _astro_deploys_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1656);
/* harmony import */ var _astro_deployments_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6136);
/* harmony import */ var _astro_location_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2549);
/* harmony import */ var _core_identity_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(630);
/* harmony import */ var _core_sweep_decide_sweep_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5424);
/* harmony import */ var _core_sweep_orphan_links_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8479);
/* harmony import */ var _core_token_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(663);
/* harmony import */ var _github_branches_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6436);
/* harmony import */ var _github_listing_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6402);
/* harmony import */ var _find_target_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7416);
/* harmony import */ var _core_omit_undefined_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(3492);











/**
 * Reads what the sweep decides on: every Deployment of the Workspace, every branch and every open pull request once; then
 * what the listings lack is asked for one by one.
 */
async function observeSweep(intent, context) {
    const { inputs, configuration, event, tools } = context;
    const { client } = tools;
    const claims = (0,_core_token_js__WEBPACK_IMPORTED_MODULE_9__/* .readClaims */ .I)(inputs.token);
    const organization = await (0,_astro_location_js__WEBPACK_IMPORTED_MODULE_2__/* .findOrganization */ .t2)(client, inputs.organizationId, claims);
    const workspace = await (0,_astro_location_js__WEBPACK_IMPORTED_MODULE_2__/* .findWorkspace */ .pl)(client, organization, inputs.workspace, claims);
    if (intent.branch)
        return observeBranch(intent.branch, { organization, workspace }, context);
    const github = await tools.github();
    const { on, keepLabel } = configuration.config.preview;
    const [deployments, branches, pullRequests] = await Promise.all([
        (0,_astro_deployments_js__WEBPACK_IMPORTED_MODULE_1__/* .listDeployments */ .Jn)(client, organization, workspace),
        (0,_github_listing_js__WEBPACK_IMPORTED_MODULE_7__/* .listBranches */ .jr)(github),
        on === 'pull_request' || keepLabel !== undefined ? (0,_github_listing_js__WEBPACK_IMPORTED_MODULE_7__/* .listOpenPullRequests */ .oh)(github) : notNeeded,
    ]);
    const now = tools.now();
    const ours = deployments.filter((deployment) => {
        const mark = (0,_core_identity_js__WEBPACK_IMPORTED_MODULE_3__/* .readMark */ .Mp)(deployment.description);
        return mark?.repositoryId === event.repository.id && (0,_core_identity_js__WEBPACK_IMPORTED_MODULE_3__/* .isPreviewOf */ .ko)(deployment, mark);
    });
    const listed = {
        deployments,
        repositoryId: event.repository.id,
        defaultBranch: branches.kind === 'complete' ? branches.defaultBranch : (event.defaultBranch ?? ''),
        now,
        rules: {
            on,
            ttl: inputs.ttl,
            maxDeletions: inputs.maxDeletions,
            ...(0,_core_omit_undefined_js__WEBPACK_IMPORTED_MODULE_10__/* .omitUndefined */ .O)({ keepLabel }),
            warns: inputs.sweepWarns,
        },
        branches,
        pullRequests,
        lastDeploys: new Map(),
    };
    const facts = { ...listed, ...(await lastDeploys(ours, listed, organization, tools)) };
    const { asks } = (0,_core_sweep_decide_sweep_js__WEBPACK_IMPORTED_MODULE_4__/* .decideSweep */ .Ff)(facts);
    const entries = configuration.config.objects;
    const objects = ours.length > 0 || (0,_core_sweep_orphan_links_js__WEBPACK_IMPORTED_MODULE_5__/* .linksPreviews */ .lT)(entries) ? await (0,_find_target_js__WEBPACK_IMPORTED_MODULE_8__/* .objectsIfReadable */ .kp)(tools, organization, workspace) : [];
    const stored = 'unknown' in objects ? [] : objects;
    const missing = (0,_core_sweep_orphan_links_js__WEBPACK_IMPORTED_MODULE_5__/* .missingDeployments */ .xE)(stored, entries, new Set(deployments.map(({ id }) => id)));
    return {
        kind: 'sweep',
        organization,
        workspace,
        now,
        facts,
        confirmations: await (0,_github_listing_js__WEBPACK_IMPORTED_MODULE_7__/* .confirmAbsence */ .id)(github, asks),
        objects,
        orphans: (0,_core_sweep_orphan_links_js__WEBPACK_IMPORTED_MODULE_5__/* .orphanLinks */ .wX)(stored, entries, await provenGone(tools, organization, missing)),
    };
}
/** Reads what the sweep of one branch is decided on: no proof that it is gone, because somebody asked for it. */
async function observeBranch(branch, { organization, workspace }, { event, tools }) {
    const github = await tools.github();
    const [deployments, objects, state, pulls] = await Promise.all([
        (0,_astro_deployments_js__WEBPACK_IMPORTED_MODULE_1__/* .listDeployments */ .Jn)(tools.client, organization, workspace),
        (0,_find_target_js__WEBPACK_IMPORTED_MODULE_8__/* .objectsIfReadable */ .kp)(tools, organization, workspace),
        (0,_github_branches_js__WEBPACK_IMPORTED_MODULE_6__/* .branchState */ .al)(github, branch.name),
        (0,_github_branches_js__WEBPACK_IMPORTED_MODULE_6__/* .openPullRequests */ .Sm)(github, branch.name),
    ]);
    const pullRequest = pulls.kind === 'known' ? pulls.numbers[0] : undefined;
    const lives = state.kind === 'at' || pullRequest !== undefined;
    return {
        kind: 'sweep-branch',
        organization,
        workspace,
        now: tools.now(),
        repositoryId: event.repository.id,
        branch,
        deployments,
        ...(lives && { lives: { ...(0,_core_omit_undefined_js__WEBPACK_IMPORTED_MODULE_10__/* .omitUndefined */ .O)({ pullRequest }) } }),
        objects,
    };
}
/** Those of some Deployments that Astro, asked for each by its id, does not know. */
async function provenGone({ client }, organization, ids) {
    const gone = new Set();
    for (const id of ids)
        if ((await (0,_astro_deployments_js__WEBPACK_IMPORTED_MODULE_1__/* .readDeployment */ .iJ)(client, organization, id)) === undefined)
            gone.add(id);
    return gone;
}
/** Where branches alone say what lives, nobody asks for pull requests. */
const notNeeded = { kind: 'complete', rows: [] };
/** So few previews that all their histories may be read, for the table's sake. */
const few = 20;
/** Most histories that one sweep reads; the others have to wait for a sweep that has fewer of them. */
const mostHistories = 100;
/**
 * When each preview got its last deploy, as its history says: what else changes a Deployment, such as new configuration
 * or going to sleep, does not keep it. A history costs a request, so of many previews only those are asked whose last
 * deploy decides, the longest unchanged first, and no more than `max-deletions` can use.
 */
async function lastDeploys(ours, facts, organization, { client }) {
    const { rules, now } = facts;
    const { ids, certain } = (0,_core_sweep_decide_sweep_js__WEBPACK_IMPORTED_MODULE_4__/* .wantsLastDeploys */ .sJ)(facts);
    const wanted = ours
        .filter(({ id }) => ours.length <= few || ids.has(id))
        .sort((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt));
    const found = new Map();
    const unasked = new Set();
    let due = certain;
    let asked = 0;
    for (const { id } of wanted) {
        if (ours.length > few && (due >= rules.maxDeletions || asked >= mostHistories)) {
            unasked.add(id);
            continue;
        }
        asked++;
        const times = (await (0,_astro_deploys_js__WEBPACK_IMPORTED_MODULE_0__/* .listDeploys */ .Pm)({ client, organization, deploymentId: id })).map(({ createdAt }) => Date.parse(createdAt));
        const last = times.length > 0 ? new Date(Math.max(...times)) : undefined;
        if (last)
            found.set(id, last);
        if (!last || now.getTime() - last.getTime() >= (rules.ttl ?? Infinity))
            due++;
    }
    return { lastDeploys: found, unasked };
}


/***/ })

};
