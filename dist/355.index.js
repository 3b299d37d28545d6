export const id = 355;
export const ids = [355];
export const modules = {

/***/ 9355:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createReporter: () => (/* binding */ createReporter)
});

// EXTERNAL MODULE: ./build/core/report/title.js
var report_title = __webpack_require__(6431);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/github/request.js
var github_request = __webpack_require__(1847);
// EXTERNAL MODULE: ./build/core/omit-undefined.js
var omit_undefined = __webpack_require__(3492);
;// CONCATENATED MODULE: ./build/github/deployment-statuses.js


const statuses = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
/** docs.github.com, "Create a deployment status": "The maximum description length is 140 characters". */
const mostCharacters = 140;
/** The newest status of a GitHub Deployment; without a state where it has none. */
async function stateOf(github, id, budget) {
    const past = await (0,github_request/* readPages */.n4)(github, `GET ${statuses}`, { deployment_id: id }, budget);
    if (past.kind !== 'ok')
        return past;
    const rows = past.rows.toSorted((one, other) => other.id - one.id);
    return { kind: 'ok', state: rows[0]?.state };
}
/** Adds a status. */
const setState = (github, id, report, budget) => (0,github_request/* send */.tN)(github, `POST ${statuses}`, {
    deployment_id: id,
    state: report.state,
    ...(0,omit_undefined/* omitUndefined */.O)({ environment_url: report.environmentUrl }),
    ...(0,omit_undefined/* omitUndefined */.O)({ log_url: report.logUrl }),
    ...(report.description !== undefined && { description: deployment_statuses_short(report.description) }),
    ...(0,omit_undefined/* omitUndefined */.O)({ auto_inactive: report.autoInactive }),
}, { repeat: true, budget });
/** At most 140 characters, never half of one. */
function deployment_statuses_short(text) {
    if (text.length <= mostCharacters)
        return text;
    return `${text.slice(0, mostCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

;// CONCATENATED MODULE: ./build/github/deployments.js




const route = '/repos/{owner}/{repo}/deployments';
/** Each one costs up to two requests, of 1,000 that GITHUB_TOKEN has in an hour. */
const mostDeactivated = 30;
/** Creates a GitHub Deployment, without a merge and without waiting for checks (docs.github.com, "Create a deployment"). */
async function beginDeployment(github, { environment, task, ref, transient, production, description, payload }) {
    const budget = (0,github_request/* startRetryBudget */.CF)();
    // Identifies this Deployment among all others, when the answer to its creation is lost.
    const request = (0,external_node_crypto_.randomUUID)();
    const body = {
        ref,
        environment,
        ...(0,omit_undefined/* omitUndefined */.O)({ task }),
        description: deployment_statuses_short(description),
        auto_merge: false,
        required_contexts: [],
        transient_environment: transient,
        production_environment: production,
        payload: { ...payload, request },
    };
    for (let creates = 0;; creates++) {
        const reply = await (0,github_request/* send */.tN)(github, `POST ${route}`, body, { repeat: false, budget });
        const id = reply.kind === 'ok' ? reply.data.id : undefined;
        if (typeof id === 'number')
            return { kind: 'begun', id };
        if (reply.kind === 'refused' || (reply.kind === 'unreachable' && !reply.unclear))
            return failed(reply);
        const made = await find(github, { environment, ...(0,omit_undefined/* omitUndefined */.O)({ task }) }, request, budget);
        if (made.kind !== 'ok')
            return failed(made);
        if (made.id !== undefined)
            return { kind: 'begun', id: made.id };
        if (reply.kind === 'ok')
            return { kind: 'unreachable', why: 'GitHub made no Deployment' };
        if (creates === 1 || performance.now() > budget.until)
            return failed(reply);
    }
}
/** Adds a status to a GitHub Deployment; a second equal one changes nothing, so it is repeated when the answer is lost. */
async function reportDeployment(github, id, report) {
    const reply = await setState(github, id, report, (0,github_request/* startRetryBudget */.CF)());
    return reply.kind === 'ok' ? { kind: 'reported' } : failed(reply);
}
/**
 * Sets the newest 30 GitHub Deployments of an environment to inactive, the newest one last: when that is inactive, all of
 * them are, and one look is enough.
 */
async function deactivateEnvironment(github, key) {
    const budget = (0,github_request/* startRetryBudget */.CF)();
    const list = await newestOf(github, key, budget);
    if (list.kind !== 'ok')
        return failed(list);
    const [newest, ...older] = list.rows;
    if (!newest)
        return { kind: 'deactivated', count: 0 };
    const state = await stateOf(github, newest.id, budget);
    if (state.kind !== 'ok')
        return failed(state);
    if (state.state === 'inactive')
        return { kind: 'deactivated', count: 0 };
    let count = 0;
    for (const { id } of older.toReversed()) {
        const before = await stateOf(github, id, budget);
        if (before.kind !== 'ok')
            return failed(before);
        if (before.state === 'inactive')
            continue;
        const reply = await setState(github, id, { state: 'inactive' }, budget);
        if (reply.kind !== 'ok')
            return failed(reply);
        count++;
    }
    const reply = await setState(github, newest.id, { state: 'inactive' }, budget);
    return reply.kind === 'ok' ? { kind: 'deactivated', count: count + 1 } : failed(reply);
}
/**
 * Makes an environment say that its newest GitHub Deployment is live: older ones that were left open by a run that was
 * broken off become inactive first, so that one look at the newest is enough the next time. `none`: there is no GitHub
 * Deployment yet. In a shared environment the one before becomes inactive as well: GitHub itself ends none that are
 * transient, nor could it tell the branches apart.
 */
async function confirmEnvironment(github, key, report) {
    const budget = (0,github_request/* startRetryBudget */.CF)();
    const list = await newestOf(github, key, budget);
    if (list.kind !== 'ok')
        return failed(list);
    const [newest, ...older] = list.rows;
    if (!newest)
        return { kind: 'none' };
    const state = await stateOf(github, newest.id, budget);
    if (state.kind !== 'ok')
        return failed(state);
    if (state.state === 'success')
        return { kind: 'confirmed' };
    for (const { id } of older) {
        const before = await stateOf(github, id, budget);
        if (before.kind !== 'ok')
            return failed(before);
        if (before.state === 'inactive' || (before.state === 'success' && key.task === undefined))
            break;
        if (before.state === 'failure' || before.state === 'error')
            continue;
        const reply = await setState(github, id, { state: 'inactive' }, budget);
        if (reply.kind !== 'ok')
            return failed(reply);
        if (before.state === 'success')
            break;
    }
    const reply = await setState(github, newest.id, report, budget);
    return reply.kind === 'ok' ? { kind: 'confirmed' } : failed(reply);
}
/** Where GitHub Deployments were made since a moment, each once, the newest first. */
async function environmentsSince(github, since) {
    const list = await (0,github_request/* send */.tN)(github, `GET ${route}`, { per_page: 100 }, { repeat: true, budget: (0,github_request/* startRetryBudget */.CF)() });
    if (list.kind !== 'ok')
        return failed(list);
    const keys = new Map();
    for (const { environment, task, created_at: made } of list.data) {
        if (typeof made === 'string' && Date.parse(made) < since.getTime())
            continue;
        if (typeof environment !== 'string')
            continue;
        const key = { environment, ...(typeof task === 'string' && { task }) };
        keys.set(JSON.stringify(key), key);
    }
    return { kind: 'ok', keys: [...keys.values()] };
}
async function newestOf(github, key, budget) {
    const list = await (0,github_request/* readPages */.n4)(github, `GET ${route}`, { ...key }, budget);
    if (list.kind !== 'ok')
        return list;
    const rows = list.rows
        .filter(({ environment, task }) => environment === key.environment && (key.task ?? task) === task)
        .sort((one, other) => other.id - one.id)
        .slice(0, mostDeactivated);
    return { kind: 'ok', rows };
}
async function find(github, key, request, budget) {
    const list = await (0,github_request/* readPages */.n4)(github, `GET ${route}`, { ...key }, budget);
    if (list.kind !== 'ok')
        return list;
    const rows = list.rows;
    const made = rows.find(({ payload }) => payload?.request === request);
    return { kind: 'ok', ...(made && { id: made.id }) };
}
const failed = (reply) => (0,github_request/* failure */.V2)(reply, 'write Deployments of the repository', 'deployments: write');

;// CONCATENATED MODULE: ./build/core/github-environment.js
const shared = 'previews';
const ofBranch = 'preview/';
const task = 'preview:';
/** Where the GitHub Deployments of a branch's preview are. */
const environmentOfPreview = (rule, branch) => rule === 'shared' ? { environment: shared, task: `${task}${branch}` } : { environment: `${ofBranch}${branch}` };
/** The branch whose preview a GitHub Deployment is about, by either rule; `undefined` for any other deployment. */
function branchOfEnvironment(key) {
    if (key.environment === shared)
        return key.task?.startsWith(task) ? key.task.slice(task.length) : undefined;
    return key.environment.startsWith(ofBranch) ? key.environment.slice(ofBranch.length) : undefined;
}

// EXTERNAL MODULE: ./build/core/time.js
var time = __webpack_require__(3669);
// EXTERNAL MODULE: ./build/core/report/page.js + 2 modules
var page = __webpack_require__(4744);
// EXTERNAL MODULE: ./build/core/report/markup.js
var markup = __webpack_require__(4973);
// EXTERNAL MODULE: ./build/core/report/plan-lines.js
var plan_lines = __webpack_require__(4104);
;// CONCATENATED MODULE: ./build/core/report/comment.js





/** The hidden first line by which the comment of one project is found again. */
const commentMarker = (repositoryId, project) => `<!-- astro-branch-deploy repo=${repositoryId} project=${encodeURIComponent(project.toWellFormed()).replaceAll('-', '%2D')} -->`;
/** The comment on a pull request. */
function comment(outcome, asked) {
    const title = (0,report_title/* heading */.R_)((0,report_title/* commentTitle */.qC)(outcome, asked.state, asked.project));
    return [asked.marker, title, '', ...body(outcome, asked), ...(0,page/* footer */.qr)(asked)].join('\n');
}
function body(outcome, asked) {
    switch (asked.state) {
        case 'in progress':
            return inProgress(outcome, asked);
        case 'live':
            return [...(0,page/* linksLine */.sV)(outcome, asked), ...(0,page/* sections */.V0)(outcome, asked)];
        case 'failed':
            return failedBody({ ...outcome, result: 'failed' }, asked);
        case 'removed':
            return removed(outcome, asked);
        case 'planned':
            return planned(outcome, asked);
        case 'missing':
            return [(0,markup/* prose */.CS)(sentence(outcome.why ?? 'a push to the branch creates it')), ''];
    }
}
const failedBody = (outcome, asked) => [
    ...(0,page/* failure */.V2)(outcome, asked),
    ...(0,page/* linksLine */.sV)(outcome, asked),
    ...(0,page/* sections */.V0)(outcome, asked),
];
/** A checklist of what is to come: nothing but a creation takes long enough to tick anything. */
function inProgress(outcome, asked) {
    const commit = outcome.code?.commit;
    const isNew = outcome.deploymentId === undefined;
    const ships = outcome.plan?.find((step) => step.ships !== undefined)?.ships;
    const withImage = ships === 'image-and-dags' || ships === 'image-only';
    const parts = [
        `${isNew ? '[ ]' : '[x]'} Deployment`,
        ...(withImage ? ['[ ] image'] : []),
        ...(ships === undefined ? ['[ ] configuration'] : ships === 'image-only' ? [] : ['[ ] DAGs live']),
    ];
    const line = [
        ...(commit ? [(0,page/* commitText */.tT)(commit, asked)] : []),
        ...[(0,markup/* link */.nf)('log', asked.runUrl)].filter((one) => one !== undefined),
        ...(isNew ? ['a first start takes some minutes'] : []),
    ];
    return [line.join(' · '), '', `- ${parts.join(' · ')}`, ''];
}
function planned(outcome, asked) {
    const failed = outcome.result === 'failed' ? (0,page/* failure */.V2)(outcome, asked) : [];
    return [...failed, ...(0,plan_lines/* planBlock */.H)(outcome), ...(0,page/* linksLine */.sV)({ ...outcome, result: 'planned' }, asked)];
}
function removed(outcome, asked) {
    const when = (0,time/* utc */.n)(asked.now);
    const why = sentence(outcome.why ?? 'the branch has no preview any more').replace(/\.$/, '');
    return [
        `${(0,markup/* prose */.CS)(why)}${when === undefined ? '' : `, ${when}`}. ${asked.again ?? 'Reopen the pull request for a new preview.'}`,
        '',
    ];
}
/** A clause as a sentence. */
const sentence = (clause) => `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}${/[.!?]$/.test(clause) ? '' : '.'}`;

;// CONCATENATED MODULE: ./build/core/report/lasting.js
/** Whether a comment still says what is true: `fresh` is what a run that changed nothing would write. */
const saysTheSame = (old, fresh, lasting) => essence(old, lasting) === essence(fresh, lasting);
/** What lasts of a comment. Times, the run, DAG changes and import errors are those of the run that deployed. */
function essence(body, lasting) {
    const lines = body.split('\n');
    const title = lines.find((line) => line.startsWith('### ')) ?? '';
    const state = /: (live|[a-z ]+)/.exec(title.replace(/`[^`]*`/g, ''))?.[1] ?? title;
    if (lasting === 'state')
        return state;
    const links = (lines.find((line) => line.startsWith('**[Open Airflow]') || line.startsWith('[Astro]')) ?? '').replace(/ · \[(?:Run|Re-run)\].*$/, '');
    if (lasting === 'links')
        return [state, links].join('\n');
    const rows = lines.filter((line) => /^\| (?:Sleeps|Expires) \|/.test(line));
    const commit = /^\| Runs \| (\S+)/m.exec(body)?.[1] ?? '';
    const objects = lines.find((line) => /^<details><summary>\d+ (?:connection|object)s? /.test(line)) ?? '';
    return [state, links, commit.replace(/,$/, ''), ...rows, objects].join('\n');
}

// EXTERNAL MODULE: ./build/core/report/view.js
var view = __webpack_require__(9636);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./build/github/comment.js


/** GitHub answers 422 to a longer body ("body is too long (maximum is 65536 characters)"). */
const comment_mostCharacters = 65_536;
/** Room for the sentence that says what was cut. */
const noteLength = 120;
const cutNote = (characters) => `_${String(characters)} characters of this comment were cut, because GitHub takes 65,536._`;
/** Keeps one comment of ours on a pull request. */
async function putComment(github, { pullRequest, marker, body }, { createWhenMissing, mayStay = () => false }) {
    const budget = (0,github_request/* startRetryBudget */.CF)();
    const text = cut(firstLine(body) === marker ? body : `${marker}\n${body}`);
    const list = { issue_number: pullRequest };
    const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
    for (let creates = 0;; creates++) {
        const comments = await (0,github_request/* readPages */.n4)(github, `GET ${route}`, list, budget);
        if (comments.kind !== 'ok')
            return comment_failed(comments, 'read');
        const marked = comments.rows.filter((comment) => firstLine(comment.body ?? '') === marker);
        const ours = await oldestOfOurs(github, marked, budget);
        if (ours.kind !== 'ok')
            return comment_failed(ours, 'read');
        if (ours.comment) {
            await removeOthers(github, ours.others, budget);
            if (mayStay(comparable(ours.comment.body ?? '')))
                return { kind: 'unchanged' };
            const outcome = await update(github, ours.comment, text, budget);
            // It is the one whose creation got no answer.
            return outcome.kind === 'unchanged' && creates > 0 ? { kind: 'created' } : outcome;
        }
        if (!createWhenMissing)
            return { kind: 'absent' };
        // Not repeated by itself: after an unclear failure the comment may be there, so the list is read again.
        const created = await (0,github_request/* send */.tN)(github, `POST ${route}`, { ...list, body: text }, { repeat: false, budget });
        if (created.kind === 'ok')
            return { kind: 'created' };
        if (created.kind === 'refused' || !created.unclear || creates === 1 || performance.now() > budget.until)
            return comment_failed(created, 'write');
        await (0,promises_.setTimeout)(1000);
    }
}
async function update(github, { id, body }, text, budget) {
    if (comparable(body ?? '') === comparable(text))
        return { kind: 'unchanged' };
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
    const reply = await (0,github_request/* send */.tN)(github, route, { comment_id: id, body: text }, { repeat: true, budget });
    return reply.kind === 'ok' ? { kind: 'updated' } : comment_failed(reply, 'write');
}
/** The marker proves nothing, anybody may post it: a comment is ours when this token's identity wrote it. */
async function oldestOfOurs(github, marked, budget) {
    if (marked.length === 0)
        return { kind: 'ok', others: [] };
    const me = await identity(github, budget);
    if (me.kind !== 'ok')
        return me;
    const [oldest, ...others] = marked
        .filter((comment) => wroteIt(comment, me.login))
        .sort((one, other) => one.id - other.id);
    return { kind: 'ok', ...(oldest && { comment: oldest }), others };
}
/** Two runs at one moment can leave two comments: one is kept. What cannot be deleted now is tried again by the next run. */
async function removeOthers(github, others, budget) {
    const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
    for (const { id } of others) {
        const reply = await (0,github_request/* send */.tN)(github, route, { comment_id: id }, { repeat: true, budget });
        if (reply.kind !== 'ok' && !(reply.kind === 'refused' && reply.status === 404))
            return;
    }
}
function wroteIt({ user, performed_via_github_app: app }, login) {
    const author = user?.login ?? '';
    if (login !== undefined)
        return author.toLowerCase() === login.toLowerCase();
    return user?.type === 'Bot' && (Boolean(app) || author.endsWith('[bot]'));
}
/**
 * `GET /user` is closed to installation tokens such as GITHUB_TOKEN (docs.github.com, "Get the authenticated user"), while
 * GraphQL's `viewer` names everyone, an app as `github-actions[bot]`: without it any app's comment would pass for ours.
 */
async function identity(github, budget) {
    const request = (0,github_request/* transport */.et)('read', budget);
    const viewer = await (0,github_request/* attempt */.CD)(async () => {
        const data = await github.octokit.graphql('query { viewer { login } }', { request });
        return { data, headers: {} };
    });
    const { viewer: named } = ((viewer.kind === 'ok' ? viewer.response.data : undefined) ?? {});
    if (typeof named?.login === 'string')
        return { kind: 'ok', login: named.login };
    const user = await (0,github_request/* attempt */.CD)(() => github.octokit.request('GET /user', { request }));
    if (user.kind === 'ok') {
        const { login } = user.response.data;
        return typeof login === 'string'
            ? { kind: 'ok', login }
            : { kind: 'unreachable', unclear: false, why: 'GitHub does not say whose token this is' };
    }
    const app = user.kind === 'refused' && (user.status === 403 || user.status === 404);
    return app ? { kind: 'ok', login: undefined } : user;
}
/** Whole lines, as many as fit with a last one that says so; a single line that is too long is cut between characters. */
function cut(text) {
    if (text.length <= comment_mostCharacters)
        return text;
    const room = text.slice(0, comment_mostCharacters - noteLength);
    const end = room.lastIndexOf('\n');
    const marker = firstLine(text).length;
    const kept = end > marker ? room.slice(0, end) : room.replace(/[\ud800-\udbff]$/, '');
    return `${kept}\n\n${cutNote(text.length - kept.length)}`;
}
const firstLine = (text) => (/^[^\r\n]*/.exec(text)?.[0] ?? '').trimEnd();
/** GitHub may keep another kind of line break than it was sent. */
const comparable = (text) => text.replaceAll('\r\n', '\n').trimEnd();
const comment_failed = (reply, verb) => (0,github_request/* failure */.V2)(reply, `${verb} comments of the pull request`, 'pull-requests: write');

;// CONCATENATED MODULE: ./build/publish/comment.js





/** Makes the writer of one run. */
const commentWriter = (event, { log, now }, complaints) => async (github, outcome, { pullRequest, project, state, createWhenMissing, lasting, again }) => {
    if (complaints.isRefused('comment'))
        return;
    const marker = commentMarker(event.repository.id, project);
    const facts = { ...(0,view/* viewOf */.d)(event, project, now()), marker, state, ...(0,omit_undefined/* omitUndefined */.O)({ again }) };
    const body = log.clean(comment(outcome, facts));
    const result = await putComment(github, { pullRequest, marker, body }, { createWhenMissing, ...(lasting && { mayStay: (old) => saysTheSame(old, body, lasting) }) });
    if ('why' in result)
        complaints.note('comment', result);
};
/** What must agree for the comment to stay as it is after a run that changed nothing: it knows less than the run that deployed. */
function lastingOf(intent, outcome, state) {
    if (outcome.result !== 'nothing')
        return undefined;
    // Why it went was said by the run that removed it.
    if (state === 'removed')
        return 'state';
    if (state !== 'live')
        return undefined;
    return intent.kind === 'report-preview' ? 'links' : 'all';
}
/** What gives a pull request a preview again, by what removed it. */
function againAfter(intent) {
    if (intent.kind !== 'remove-preview')
        return 'Push to the branch for a new preview.';
    return {
        'branch-deleted': 'Restore the branch and reopen the pull request for a new preview.',
        'pull-request-closed': 'Reopen the pull request for a new preview.',
        'label-removed': 'Add the label again for a new preview.',
        requested: 'Run the workflow again for a new preview.',
    }[intent.because];
}

;// CONCATENATED MODULE: ./build/publish/complaints.js
/** Makes the complaints of one run. */
function createComplaints(log) {
    const reported = new Set();
    const refused = new Set();
    return {
        isRefused: (what) => refused.has(what),
        note: (what, { everywhere, why }) => {
            // A permission that is missing is missing for all of them; what is wrong with one says nothing about the others.
            if (everywhere === true)
                refused.add(what);
            if (reported.has(what))
                return;
            reported.add(what);
            if (what === 'comment')
                log.warning(`The pull request's comment could not be written: ${why}. \`comment: false\` does without it.`);
            else
                log.notice(`The GitHub Deployment could not be kept up to date: ${why}. \`github-deployments: false\` does without it.`);
        },
        guarded: async (work) => {
            try {
                await work();
            }
            catch (error) {
                log.warning(`GitHub could not be told about the run: ${error instanceof Error ? error.message : String(error)}`);
            }
        },
    };
}

// EXTERNAL MODULE: ./build/core/config/config.js
var config_config = __webpack_require__(7515);
// EXTERNAL MODULE: ./build/core/plan/plan.js
var plan_plan = __webpack_require__(6769);
;// CONCATENATED MODULE: ./build/publish/environment.js



/** The GitHub Deployment that a run keeps; `undefined` where it keeps none. */
function environmentFor({ intent, inputs, config, event }, plan) {
    if (intent.kind === 'ensure-preview')
        return {
            ...environmentOfPreview(config.preview.githubEnvironments, intent.branch.name),
            payload: { branch: intent.branch.name },
            ref: intent.head,
            transient: true,
            production: false,
        };
    if (intent.kind !== 'deploy')
        return undefined;
    return {
        environment: intent.environment?.name ?? (0,plan_plan/* planDeployment */.H)(plan)?.name ?? intent.target.by,
        ref: intent.head,
        transient: false,
        production: isProduction(intent, config, inputs, event),
    };
}
/** Whether a deploy goes where the default branch goes; a dispatch from outside is of no branch. */
function isProduction({ branch, environment, target }, config, inputs, { name, defaultBranch }) {
    if (defaultBranch === undefined)
        return false;
    if (branch)
        return branch.name === defaultBranch;
    if (name !== 'repository_dispatch')
        return false;
    const claimed = (0,config_config/* environmentOf */.p7)(config, defaultBranch);
    return claimed ? claimed === environment : target === inputs.target;
}

// EXTERNAL MODULE: ./build/core/identity.js
var core_identity = __webpack_require__(630);
// EXTERNAL MODULE: ./build/github/branches.js
var branches = __webpack_require__(6436);
;// CONCATENATED MODULE: ./build/publish/pull-request.js



/** Whether a run is about the preview of one branch. */
const isAboutPreview = (intent) => intent.kind === 'ensure-preview' || intent.kind === 'remove-preview' || intent.kind === 'report-preview';
/**
 * The pull request to comment on: the event's; else the branch's newest open one; for a preview that goes the one in its
 * mark, or the branch's newest, which GitHub closed together with the branch.
 */
async function pullRequestOf(intent, plan, github) {
    const known = (number) => ({
        kind: 'known',
        numbers: number === undefined ? [] : [number],
    });
    if (intent.pullRequest !== undefined)
        return known(intent.pullRequest);
    if (intent.kind !== 'remove-preview')
        return (0,branches/* openPullRequests */.Sm)(github, intent.branch.name);
    const marked = (0,core_identity/* readMark */.Mp)(plan && (0,plan_plan/* planDeployment */.H)(plan)?.description)?.pullRequest;
    return marked === undefined ? (0,branches/* allPullRequests */.nZ)(github, intent.branch.name) : known(marked);
}

;// CONCATENATED MODULE: ./build/publish/swept.js




/** How far back the sweep looks for what still looks live, in milliseconds, and how many environments it repairs. */
const swept_window = 30 * 24 * 60 * 60 * 1000;
const mostRepaired = 20;
const again = 'Reopen the pull request, or push to it, for a new preview.';
/** Reports what a sweep removed where the preview's own runs would have reported it. */
async function reportSwept(plan, outcome, asked, now) {
    const { github, inputs, complaints, write } = asked;
    for (const step of plan?.steps ?? []) {
        if (step.kind !== 'delete' || !outcome.deleted.includes(step.deployment.id))
            continue;
        const { project, ref } = step.identity;
        const pullRequest = (0,core_identity/* readMark */.Mp)(step.deployment.description)?.pullRequest;
        const state = { state: 'removed', createWhenMissing: false, again };
        if (inputs.comment && pullRequest !== undefined)
            await complaints.guarded(() => write(github, { ...outcome, why: step.why }, { pullRequest, project, ...state }));
        if (inputs.githubDeployments)
            await complaints.guarded(() => deactivate(asked, environmentOfPreview(asked.config.preview.githubEnvironments, branchOf(ref))));
    }
    await complaints.guarded(() => repairForgotten(outcome, asked, now));
}
/** Sets the GitHub Deployments of a branch's preview to inactive. */
async function deactivate({ github, complaints }, key) {
    if (complaints.isRefused('deployment'))
        return;
    const result = await deactivateEnvironment(github, key);
    if ('why' in result)
        complaints.note('deployment', result);
}
/**
 * What still looks live although its preview is gone, because GitHub did not answer at the time: environments with
 * GitHub Deployments of the last 30 days, at most 20 of them in one sweep.
 */
async function repairForgotten(outcome, asked, now) {
    const { github, inputs, complaints, write } = asked;
    if (!inputs.githubDeployments || complaints.isRefused('deployment'))
        return;
    const found = await environmentsSince(github, new Date(now.getTime() - swept_window));
    if ('why' in found) {
        complaints.note('deployment', found);
        return;
    }
    const living = new Set((outcome.sweep ?? []).filter(({ verdict }) => verdict === 'keep').map(({ ref }) => branchOf(ref)));
    const forgotten = found.keys.flatMap((key) => {
        const branch = branchOfEnvironment(key);
        return branch === undefined || living.has(branch) ? [] : [{ key, branch }];
    });
    for (const { key, branch } of forgotten.slice(0, mostRepaired)) {
        await deactivate(asked, key);
        if (!inputs.comment)
            continue;
        const pulls = await (0,branches/* allPullRequests */.nZ)(github, branch);
        const pullRequest = pulls.kind === 'known' ? pulls.numbers[0] : undefined;
        if (pullRequest === undefined)
            continue;
        const why = 'the sweep found no preview of this branch any more';
        const message = { state: 'removed', createWhenMissing: false, lasting: 'state', again };
        await write(github, { ...outcome, why }, { pullRequest, project: inputs.rootFolder, ...message });
    }
}
const branchOf = (ref) => ref.replace(/^refs\/heads\//, '');

;// CONCATENATED MODULE: ./build/publish/github.js










/**
 * Makes the reporter of one run. What GitHub refuses or does not answer is reported once and costs nothing else: the work
 * itself is done on Astro.
 */
function createReporter(intent, { inputs, configuration: { config }, event, tools }) {
    const { log } = tools;
    const complaints = createComplaints(log);
    const { note, guarded, isRefused } = complaints;
    const write = commentWriter(event, tools, complaints);
    let deployment;
    let plan;
    let pull;
    const say = async (outcome, state, createWhenMissing) => {
        if (!inputs.comment || !isAboutPreview(intent))
            return;
        const github = await tools.github();
        if (!github) {
            note('comment', { why: 'there is no `github-token`' });
            return;
        }
        pull ??= pullRequestOf(intent, plan, github).then((found) => {
            if (found.kind === 'known')
                return found.numbers[0];
            note('comment', { why: found.why });
            return undefined;
        });
        const pullRequest = await pull;
        if (pullRequest === undefined)
            return;
        const lasting = lastingOf(intent, outcome, state);
        await write(github, outcome, {
            pullRequest,
            project: inputs.rootFolder,
            state,
            createWhenMissing,
            again: againAfter(intent),
            ...(lasting && { lasting }),
        });
    };
    /** The first line of the comment or the summary, as the description of the GitHub Deployment. */
    const described = (outcome, state) => log.clean((0,report_title/* plainTitle */.D4)(isAboutPreview(intent) || state === 'in progress'
        ? (0,report_title/* commentTitle */.qC)(outcome, state, inputs.rootFolder)
        : (0,report_title/* summaryTitle */.hZ)(outcome, inputs.rootFolder)));
    const begin = async (outcome) => {
        const target = plan && environmentFor({ intent, inputs, config, event }, plan);
        const deploys = plan?.steps.some(({ kind }) => kind === 'deploy-code' || kind === 'create') ?? false;
        if (!inputs.githubDeployments || !plan || !target || !deploys)
            return;
        const github = await tools.github();
        if (!github)
            return;
        const description = described(outcome, 'in progress');
        const begun = await beginDeployment(github, { ...target, description });
        if ('why' in begun) {
            note('deployment', begun);
            return;
        }
        deployment = begun.id;
        const result = await reportDeployment(github, begun.id, {
            state: 'in_progress',
            logUrl: event.runUrl,
            description,
        });
        if ('why' in result)
            note('deployment', result);
    };
    const report = async (outcome, gone) => {
        if (!inputs.githubDeployments)
            return;
        const github = await tools.github();
        if (!github)
            return;
        if (deployment !== undefined && outcome.result === 'failed') {
            const description = described(outcome, 'failed');
            const result = await reportDeployment(github, deployment, {
                state: 'failure',
                logUrl: event.runUrl,
                description,
            });
            if ('why' in result)
                note('deployment', result);
            return;
        }
        if (isAboutPreview(intent) && (gone || isRemoved(intent, outcome)))
            return deactivate({ github, complaints }, environmentOfPreview(config.preview.githubEnvironments, intent.branch.name));
        if (outcome.result !== 'failed')
            await confirm(github, outcome);
    };
    /** What is live is shown as live, also where an earlier run was broken off or refused before it could say so. */
    const confirm = async (github, outcome) => {
        const target = plan && environmentFor({ intent, inputs, config, event }, plan);
        const isLive = outcome.deploymentId !== undefined && ['created', 'updated', 'deployed', 'nothing'].includes(outcome.result);
        if (!target || !isLive || isRefused('deployment'))
            return;
        const description = described(outcome, 'live');
        const live = {
            state: 'success',
            logUrl: event.runUrl,
            autoInactive: true,
            description,
            ...(0,omit_undefined/* omitUndefined */.O)({ environmentUrl: outcome.airflowUrl }),
        };
        const confirmed = await confirmEnvironment(github, keyOf(target), live);
        if ('why' in confirmed)
            note('deployment', confirmed);
        else if (confirmed.kind === 'none') {
            const begun = await beginDeployment(github, { ...target, description });
            const result = 'why' in begun ? begun : await reportDeployment(github, begun.id, live);
            if ('why' in result)
                note('deployment', result);
        }
    };
    return {
        begin: async (given, outcome) => {
            plan = given;
            if (given.steps.length === 0)
                return;
            const about = intent.kind !== 'remove-preview';
            await Promise.all([about && guarded(() => say(outcome, 'in progress', true)), guarded(() => begin(outcome))]);
        },
        end: async (outcome) => {
            if (intent.kind === 'sweep')
                return guarded(async () => {
                    const github = await tools.github();
                    if (github)
                        await reportSwept(plan, outcome, { github, inputs, config, complaints, write }, tools.now());
                });
            const gone = outcome.deploymentId !== undefined && outcome.deleted.includes(outcome.deploymentId);
            const vanished = gone && intent.kind === 'ensure-preview' && outcome.result !== 'failed';
            const why = vanished && { why: `the branch ${(0,core_text/* oneLine */.TN)(intent.branch.name, 100)} vanished during a run` };
            const createWhenMissing = !gone && intent.kind !== 'remove-preview';
            await guarded(() => say({ ...outcome, ...why }, github_stateOf(outcome, gone, intent), createWhenMissing));
            await guarded(() => report(outcome, gone));
        },
        showPlan: (outcome) => guarded(() => say(outcome, 'planned', true)),
    };
}
function github_stateOf(outcome, gone, intent) {
    if (outcome.result === 'failed')
        return 'failed';
    if (gone || intent.kind === 'remove-preview')
        return 'removed';
    return intent.kind === 'report-preview' && outcome.deploymentId === undefined ? 'missing' : 'live';
}
/** Whether a run for a removal ended with no preview, removed by it or gone before. */
const isRemoved = (intent, outcome) => intent.kind === 'remove-preview' && (outcome.deleted.length > 0 || outcome.result === 'nothing');
const keyOf = ({ environment, task }) => ({
    environment,
    ...(0,omit_undefined/* omitUndefined */.O)({ task }),
});


/***/ })

};
