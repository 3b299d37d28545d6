export const id = 666;
export const ids = [666];
export const modules = {

/***/ 6666:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  apply: () => (/* binding */ apply)
});

// EXTERNAL MODULE: ./build/astro/deployments.js
var deployments = __webpack_require__(6136);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
// EXTERNAL MODULE: ./build/core/plan/object-steps.js
var object_steps = __webpack_require__(247);
// EXTERNAL MODULE: ./build/core/plan/plan.js
var plan_plan = __webpack_require__(6769);
// EXTERNAL MODULE: ./build/core/objects/verbs.js
var verbs = __webpack_require__(2679);
// EXTERNAL MODULE: ./build/core/report/outputs.js
var outputs = __webpack_require__(995);
// EXTERNAL MODULE: ./build/core/report/planned.js
var planned = __webpack_require__(4103);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/deployment/bodies.js + 1 modules
var bodies = __webpack_require__(3708);
// EXTERNAL MODULE: ./build/core/deployment/diff.js + 2 modules
var diff = __webpack_require__(4665);
;// CONCATENATED MODULE: ./build/apply/deployment/complete-creation.js




/**
 * Sends what a create did not take, such as environment variables and e-mail addresses, in an update: Astro's CLI does the
 * same after every create. Resolves to the Deployment as it is then.
 */
async function completeCreation({ plan, tools }, deployment) {
    if (plan.kind !== 'preview' || plan.deployment)
        return deployment;
    const { desired, owned } = plan.configuration;
    const missing = (0,diff/* compareDeployment */.L)(desired, deployment, owned).changes.map(({ field }) => field);
    if (missing.length === 0)
        return deployment;
    tools.log.debug(`The new Deployment lacks ${missing.join(', ')}: sending them in an update.`);
    return (0,deployments/* updateDeployment */.VJ)(tools.client, plan.organization, deployment.id, (0,bodies/* updateBody */.Et)(desired, deployment, owned));
}
/**
 * Does so at once, while the Deployment is CREATING, because a later update restarts it. A refusal is left to the look
 * after the creation.
 */
async function completeWhileCreating(run, deployment) {
    try {
        return await completeCreation(run, deployment);
    }
    catch (error) {
        if (!(error instanceof errors/* ApiError */.h))
            throw error;
        run.tools.log.debug(`${error.message} It is sent again after the creation.`);
        return deployment;
    }
}

// EXTERNAL MODULE: ./build/core/identity.js
var core_identity = __webpack_require__(630);
// EXTERNAL MODULE: ./build/astro/client.js + 2 modules
var astro_client = __webpack_require__(4562);
;// CONCATENATED MODULE: ./build/apply/deployment/create-once.js




/** A list may show a new Deployment late: how long it is looked for after an unclear create, in milliseconds. */
const pauses = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/**
 * Creates a preview exactly once. Creating is not idempotent at Astro, so after an unclear answer the mark is looked for
 * before a second try; and where two runs created at the same moment, both keep the older one and the run that made the
 * younger one deletes it again. `created` is false for the run that lost.
 */
async function createOnce(client, organization, body, identity) {
    const oldest = async () => {
        const rows = await (0,deployments/* listDeployments */.Jn)(client, organization, body.workspaceId);
        return (0,core_identity/* oldestFirst */.sZ)(rows.filter((row) => (0,core_identity/* isPreviewOf */.ko)(row, identity)))[0];
    };
    const made = await create(client, organization, body, oldest);
    const first = await oldest();
    if (!first || first.id === made.deployment.id)
        return made;
    client.log.notice(`Another run created the preview ${first.name} (${first.id}) at the same time: that one is used, ours is deleted again.`);
    if (made.created)
        await (0,deployments/* deleteDeployment */.rd)(client, organization, made.deployment.id);
    return { deployment: first, created: false };
}
async function create(client, organization, body, oldest) {
    let unclear;
    try {
        return { deployment: await (0,deployments/* createDeployment */.Yy)(client, organization, body), created: true };
    }
    catch (error) {
        if (!(error instanceof errors/* ApiError */.h))
            throw error;
        if (error.applied === 'no') {
            // Refused, perhaps because a run at the same moment was quicker and took the name.
            const found = error.status === 400 || error.status === 409 ? await oldest() : undefined;
            if (!found)
                throw error;
            client.log.notice(`Another run created the preview ${found.name} (${found.id}) a moment ago: that one is used.`);
            return { deployment: found, created: false };
        }
        client.log.warning(`${error.message} It may have been created all the same: looking for it before another try.`);
        unclear = error;
    }
    for (const wait of pauses) {
        if (wait > Math.max(0, client.remaining()))
            break;
        await (client.pause ?? astro_client/* pause */.v7)(wait, client.signal);
        const found = await oldest();
        if (found)
            return { deployment: found, created: true };
    }
    if (client.remaining() <= 0)
        throw unclear.because('`wait-time` is used up, and Astro lists no such Deployment yet: the next run looks for it before it creates one.', { outOfTime: true });
    return { deployment: await (0,deployments/* createDeployment */.Yy)(client, organization, body), created: true };
}

// EXTERNAL MODULE: ./build/core/deployment/refused-fields.js
var refused_fields = __webpack_require__(2320);
;// CONCATENATED MODULE: ./build/apply/deployment/refused-with.js

/** Throws an error again; what Astro refuses of the template with its lines. */
const refusedWith = (plan) => (error) => {
    throw (0,refused_fields/* withPlaces */.r)(error, plan.kind === 'preview' ? plan.configuration.places : undefined);
};

// EXTERNAL MODULE: ./build/airflow/client.js + 1 modules
var airflow_client = __webpack_require__(6936);
// EXTERNAL MODULE: ./build/airflow/objects.js + 2 modules
var objects = __webpack_require__(1555);
// EXTERNAL MODULE: ./build/astro/environment-objects.js
var environment_objects = __webpack_require__(1780);
// EXTERNAL MODULE: ./build/core/objects/environment-objects.js
var objects_environment_objects = __webpack_require__(4509);
// EXTERNAL MODULE: ./build/core/migration/deployment-source.js
var deployment_source = __webpack_require__(3350);
// EXTERNAL MODULE: ./build/core/omit-undefined.js
var omit_undefined = __webpack_require__(3492);
// EXTERNAL MODULE: ./build/core/objects/reconcile-link.js
var reconcile_link = __webpack_require__(3590);
// EXTERNAL MODULE: ./build/http/retry.js
var retry = __webpack_require__(4675);
;// CONCATENATED MODULE: ./build/apply/objects/clock.js

/** The machine's own clock and chance. */
const realClock = (signal) => ({
    pause: (milliseconds) => (0,retry/* pause */.v7)(milliseconds, signal),
    random: Math.random,
});
/** Most tries at one object: with ten runs at one object each try of ours has a fair chance. */
const attempts = 8;
/** Pause before a further try, in milliseconds: doubling, jittered, at most 4 seconds. */
const backOff = (attempt, random) => Math.min(4_000, 250 * 2 ** attempt) * (0.5 + random);
/** How long after a write it is looked at once more, in milliseconds: longer than a concurrent run holds what it has read. */
const settling = (random) => 1_000 + 1_000 * random;

;// CONCATENATED MODULE: ./build/apply/objects/object-location.js


/** An environment object as messages name it: "the connection `snowflake`". */
const titleOf = ({ kind, key }) => `the ${kind.replaceAll('-', ' ')} \`${(0,core_text/* oneLine */.TN)(key, 80)}\``;
/** The same at the beginning of a sentence. */
const titleAtStart = (object) => {
    const title = titleOf(object);
    return title.charAt(0).toUpperCase() + title.slice(1);
};
/** The stored object that an entry of the file is about. */
function objectOf(stored, { kind, key }) {
    return stored.find((one) => one.objectKey === key && one.objectType === objects_environment_objects/* apiNames */.Zc[kind].type);
}

;// CONCATENATED MODULE: ./build/apply/objects/retry-write.js



/** Whether a failed write may be tried again from a new reading; one refused because of deleted Deployments is tried without them. */
async function worthAnotherTry({ client, organization, workspaceId, deploymentId, conflicts }, error, object, dead) {
    const left = client.remaining();
    const waiting = left > 0 && (error.retryAfter ?? 0) <= left;
    if ((0,retry/* failureClass */.fI)(error) !== 'refused')
        return waiting;
    if (error.status === 409)
        return waiting && conflicts !== 'final';
    if (error.status !== 400 && error.status !== 404)
        return false;
    const named = [...(object?.links ?? []), ...(object?.excludeLinks ?? [])]
        .map(({ scopeEntityId }) => scopeEntityId)
        .filter((id) => id !== deploymentId && !dead.has(id));
    const living = new Set((await (0,deployments/* listDeployments */.Jn)(client, organization, workspaceId)).map(({ id }) => id));
    const missing = [];
    for (const id of named.filter((one) => !living.has(one)))
        if ((await (0,deployments/* readDeployment */.iJ)(client, organization, id)) === undefined)
            missing.push(id);
    for (const id of missing)
        dead.add(id);
    if (missing.length > 0)
        return true;
    // An object that was deleted a moment ago is for the next reading to judge.
    return error.status === 404 && object?.id !== undefined && !(await (0,environment_objects/* readObject */.Ag)(client, organization, object.id));
}
/** The object without entries of Deployments that are proven gone, which Astro may refuse to take back. */
function withoutDead(object, dead) {
    if (dead.size === 0)
        return object;
    const alive = ({ scopeEntityId }) => !dead.has(scopeEntityId);
    return {
        ...object,
        ...(object.links && { links: object.links.filter(alive) }),
        ...(object.excludeLinks && { excludeLinks: object.excludeLinks.filter(alive) }),
    };
}

;// CONCATENATED MODULE: ./build/core/objects/lost-entries.js

/**
 * Compares an object before and after an update. Every link and exclusion of other Deployments that was sent must be
 * there with its overrides, and the object must hold every field that it held; anything else is lost, because Astro
 * answers with the object as the update left it. A link that kept some of its overrides was changed by its own run
 * meanwhile: an update that names a link without overrides keeps all of them or none.
 */
function lostEntries(before, after, sent, own) {
    const lost = [];
    for (const { scopeEntityId: id } of sent.links ?? []) {
        const was = (0,objects_environment_objects/* linkOf */.IJ)(before, id);
        if (id === own || !was)
            continue;
        const now = (0,objects_environment_objects/* linkOf */.IJ)(after, id);
        if (now && (was.setFields.length === 0 || now.setFields.length > 0))
            continue;
        const fields = was.setFields.length > 0 ? ` (its overrides of ${was.setFields.join(', ')})` : '';
        lost.push({
            of: 'link',
            deploymentId: id,
            fields: was.setFields,
            what: `the link of the Deployment ${id}${fields}`,
            mayBeRestored: now !== undefined,
        });
    }
    for (const { scopeEntityId: id } of sent.excludeLinks ?? []) {
        if (id === own || (0,objects_environment_objects/* isExcluded */.RF)(after, id))
            continue;
        const what = `the exclusion of the Deployment ${id}`;
        lost.push({ of: 'exclusion', deploymentId: id, fields: [], what, mayBeRestored: false });
    }
    if (sent.autoLinkDeployments === true && after.autoLinkDeployments !== true)
        lost.push({ of: 'auto-link', fields: [], what: 'its link to all Deployments', mayBeRestored: false });
    const { body } = objects_environment_objects/* apiNames */.Zc[(0,objects_environment_objects/* kindOfType */.OF)(before.objectType)];
    // An empty text empties a field on purpose, but in a secret variable it says that the value stays.
    const emptied = (name) => (0,objects_environment_objects/* fieldOf */._F)((sent[body] ?? {}), name) === '' && !(name === 'value' && (0,objects_environment_objects/* mayBeMasked */.Sn)(before, name));
    const fields = before.setFields.filter((name) => !after.setFields.includes(name) && !emptied(name));
    if (fields.length > 0)
        lost.push({ of: 'object', fields, what: `its own ${fields.join(', ')}`, mayBeRestored: false });
    return lost;
}
/** Links that still lack their overrides in a later reading: a link that is gone by then was removed on purpose. */
const stillLost = (lost, later) => lost.filter(({ deploymentId = '' }) => (0,objects_environment_objects/* linkOf */.IJ)(later, deploymentId)?.setFields.length === 0);
/** What is still lost after an attempt to restore it. */
function notRestored(lost, later) {
    return lost.flatMap((one) => {
        const id = one.deploymentId ?? '';
        const link = (0,objects_environment_objects/* linkOf */.IJ)(later, id);
        switch (one.of) {
            case 'exclusion':
                return (0,objects_environment_objects/* isExcluded */.RF)(later, id) ? [] : [one];
            case 'auto-link':
                return later.autoLinkDeployments === true ? [] : [one];
            case 'link': {
                const fields = one.fields.filter((name) => link?.setFields.includes(name) !== true);
                if (link && fields.length === 0)
                    return [];
                return link ? [{ ...one, fields, what: `the overrides of the Deployment ${id}: ${fields.join(', ')}` }] : [one];
            }
            case 'object': {
                const fields = one.fields.filter((name) => !later.setFields.includes(name));
                return fields.length === 0 ? [] : [{ ...one, fields, what: `its own ${fields.join(', ')}` }];
            }
        }
    });
}
/** An update that gives back what was lost, as far as Astro had shown it; everything else stays as it is now. */
function restoring(before, now, sent, lost) {
    const { body, overrides } = objects_environment_objects/* apiNames */.Zc[(0,objects_environment_objects/* kindOfType */.OF)(before.objectType)];
    const of = (kind) => lost.flatMap((one) => (one.of === kind && one.deploymentId !== undefined ? [one.deploymentId] : []));
    const lostLinks = of('link');
    const links = [
        ...(now.links ?? []).filter(({ scopeEntityId }) => !lostLinks.includes(scopeEntityId)),
        ...(before.links ?? []).filter(({ scopeEntityId }) => lostLinks.includes(scopeEntityId)),
    ].map((link) => {
        const id = link.scopeEntityId;
        const shown = (0,objects_environment_objects/* readable */.HD)(before, (lostLinks.includes(id) ? (link[overrides] ?? {}) : {}));
        return { ...(0,objects_environment_objects/* bare */.$B)(id), ...(Object.keys(shown).length > 0 && { overrides: { [body]: shown } }) };
    });
    const exclusions = new Set([...(now.excludeLinks ?? []).map((one) => one.scopeEntityId), ...of('exclusion')]);
    return {
        ...(0,objects_environment_objects/* complete */.My)(now, links, [...exclusions].map((id) => (0,objects_environment_objects/* bare */.$B)(id))),
        ...(lost.some((one) => one.of === 'auto-link') && { autoLinkDeployments: true }),
        ...ownFields(before, sent, lost),
    };
}
/** The typed body with the lost fields in it, for an Astro that clears what a body leaves out. */
function ownFields(before, sent, lost) {
    const { body } = objects_environment_objects/* apiNames */.Zc[(0,objects_environment_objects/* kindOfType */.OF)(before.objectType)];
    const lostFields = new Set(lost.flatMap((one) => (one.of === 'object' ? one.fields : [])));
    if (lostFields.size === 0)
        return {};
    const parents = new Set([...lostFields].map((name) => name.split('.', 1)[0]));
    const shown = Object.entries((0,objects_environment_objects/* readable */.HD)(before, (before[body] ?? {}))).filter(([name]) => parents.has(name));
    return { [body]: { ...Object.fromEntries(shown), ...sent[body] } };
}

;// CONCATENATED MODULE: ./build/apply/objects/rewrite.js





/** How long a concurrent run gets to restore its own link: longer than its second reading and its update take. */
const restoreTime = (random) => 3_000 + 1_000 * random;
const looks = 3;
/**
 * Sends the update and looks at what it did to others. What it took from them is given back as far as it can be read,
 * after their own runs had the time to do it: theirs know the secrets.
 */
async function rewrite(location, { object, before, body }, clock) {
    const { client, organization, deploymentId } = location;
    const name = { id: before.id ?? '', key: object.key };
    let after = await (0,environment_objects/* updateObject */.jq)(client, organization, name, body);
    let lost = await ofLiving(location, lostEntries(before, after, body, deploymentId));
    for (let look = 0; look < looks && lost.length > 0 && lost.every(({ mayBeRestored }) => mayBeRestored); look++) {
        await clock.pause(restoreTime(clock.random()));
        const later = await (0,environment_objects/* readObject */.Ag)(client, organization, name.id);
        if (!later)
            return undefined;
        after = later;
        lost = await ofLiving(location, stillLost(lost, after));
    }
    if (lost.length === 0)
        return after;
    const failure = `Updating ${titleOf(object)} took more away than it should: ${lost.map(({ what }) => what).join('; ')}.`;
    const advice = "Check the object in Astro's Environment Manager before anything else; nothing more was linked in this run.";
    const restored = await (0,environment_objects/* updateObject */.jq)(client, organization, name, restoring(before, after, body, lost)).catch((cause) => {
        if (!(cause instanceof errors/* ApiError */.h))
            throw cause;
        throw new errors/* UserError */.y(`${failure} Putting it back failed: ${cause.message} ${advice}`, { cause });
    });
    const left = notRestored(lost, restored);
    throw new errors/* UserError */.y(`${failure} ${left.length === 0
        ? 'All of it was put back, but overridden secrets cannot be read and may be lost'
        : `Not put back, because it cannot be read: ${left.map(({ what }) => what).join('; ')}`}. ${advice}`);
}
/** Lost entries of Deployments that exist: a Deployment that was deleted a moment ago took its entries with it. */
async function ofLiving({ client, organization }, lost) {
    const living = [];
    for (const one of lost)
        if (one.deploymentId === undefined || (await (0,deployments/* readDeployment */.iJ)(client, organization, one.deploymentId)))
            living.push(one);
    return living;
}

;// CONCATENATED MODULE: ./build/apply/objects/reconcile.js








/**
 * Reconciles one environment object for one Deployment: reads it, writes the whole of it at once, and looks at what
 * became of it. There is no version to write against, so each further try starts from a new reading. Resolves to what
 * was written, `undefined` where it was right already. Throws UserError where other Deployments' entries were lost.
 */
async function reconcileObject(location, { wanted, rewriteSecrets }, clock) {
    const { deploymentId } = location;
    const dead = new Set();
    const decide = (object, again) => (0,reconcile_link/* reconcileLink */.R)(wanted, object, deploymentId, {
        workspaceId: location.workspaceId,
        rewriteSecrets: rewriteSecrets && !again,
    });
    let done;
    /** Sent, and no answer came: if it is found to be there, it is this run's doing. */
    let perhaps;
    let refusal;
    for (let attempt = 0; attempt < attempts; attempt++) {
        if (attempt > 0)
            await clock.pause(refusal?.retryAfter ?? backOff(attempt, clock.random()));
        const found = await find(location, wanted);
        const before = found && withoutDead(found, dead);
        const action = decide(before, done !== undefined);
        if (action.kind === 'nothing')
            return done ?? perhaps;
        if (action.kind === 'refuse')
            throw new errors/* UserError */.y(`${titleAtStart(wanted)}: ${action.why}.`, { at: wanted.at });
        try {
            refusal = undefined;
            const after = await write(location, { wanted, before, action }, clock);
            done = action;
            if (decide(after, true).kind === 'nothing')
                return done;
        }
        catch (error) {
            if (!(error instanceof errors/* ApiError */.h))
                throw error;
            refusal = error;
            if (error.applied === 'maybe')
                perhaps = action;
            if (!(await worthAnotherTry(location, error, before, dead)))
                throw error;
        }
    }
    throw (refusal ??
        new errors/* UserError */.y(`${titleAtStart(wanted)} does not stay as this run writes it: others change it as often, or Astro does not take the change. Run the job again.`));
}
/** Writes, and gives back the object as it is then. */
async function write(location, { wanted, before, action }, clock) {
    const { client, organization } = location;
    switch (action.kind) {
        case 'create':
            return (0,environment_objects/* readObject */.Ag)(client, organization, await (0,environment_objects/* createObject */.ed)(client, organization, action.body));
        case 'exclude': {
            const id = before?.id ?? '';
            await (0,environment_objects/* excludeDeployment */.kA)(location, { id, key: wanted.key });
            return (0,environment_objects/* readObject */.Ag)(client, organization, id);
        }
        case 'update':
            return rewrite(location, { object: wanted, before: before, body: action.body }, clock);
    }
}
async function find(location, wanted) {
    const [found] = await (0,environment_objects/* listObjects */.L)(location.client, location.organization, {
        workspaceId: location.workspaceId,
        objectType: objects_environment_objects/* apiNames */.Zc[wanted.kind].type,
        objectKey: wanted.key,
    });
    return found;
}

;// CONCATENATED MODULE: ./build/apply/objects/exchange.js








/**
 * Replaces a Deployment's own object: a copy that nobody sees is made first, so that the values are never in this run
 * alone; then the own object goes, the link is made, and the copy goes.
 */
async function exchange(location, step, run) {
    const { client, organization } = location;
    const { source, wanted } = step;
    const { key, description } = (0,deployment_source/* backupOf */.GH)(source, location.deploymentId);
    // The own object may have changed since another run copied it.
    if (source.copyId !== undefined)
        await (0,environment_objects/* deleteObject */.XR)(client, organization, source.copyId);
    const copyId = await (0,environment_objects/* createObject */.ed)(client, organization, body(location, step, { scope: 'WORKSPACE', key, description }));
    const copy = await (0,environment_objects/* readObject */.Ag)(client, organization, copyId);
    const lacking = copy ? lackingIn(copy, wanted, []) : ['the copy itself'];
    if (lacking.length > 0) {
        await (0,environment_objects/* deleteObject */.XR)(client, organization, copyId);
        throw new errors/* UserError */.y(`The source of ${titleOf(wanted)} is kept: its copy lacks ${lacking.join(', ')}.`);
    }
    await (0,environment_objects/* deleteObject */.XR)(client, organization, source.id ?? '');
    await finishReplacement(location, { ...step, source: { ...source, copyId } }, run);
}
/** Links what replaces an own object that is gone, and drops its copy. Should linking fail, the own object comes back. */
async function finishReplacement(location, step, run) {
    const { client, organization } = location;
    const { source, wanted } = step;
    const { copyId = '' } = source;
    const { log } = run.tools;
    try {
        await reconcileObject(location, step, realClock(client.signal));
    }
    catch (error) {
        if (client.signal.aborted)
            throw error;
        try {
            await (0,environment_objects/* createObject */.ed)(client, organization, body(location, step, { ...source, scope: 'DEPLOYMENT' }));
            await (0,environment_objects/* deleteObject */.XR)(client, organization, copyId);
            log.warning(`${titleOf(wanted)} could not be linked: the Deployment's own object is back.`);
        }
        catch {
            const { key } = (0,deployment_source/* backupOf */.GH)(source, location.deploymentId);
            log.warning(`${titleOf(wanted)} could not be linked, nor could the Deployment's own object be put back: its values are in the copy ${key} in the Workspace. Run the job again: it goes on from there.`);
        }
        throw error;
    }
    await (0,environment_objects/* deleteObject */.XR)(client, organization, copyId);
}
/** Names of declared fields that an object, together with the fields that a link sets, does not hold. */
function lackingIn(object, { declared }, more) {
    const set = [...object.setFields, ...more];
    return (declared?.values ?? []).flatMap(({ name, value }) => 
    // What is empty does not count as set; how a metrics export signs in is in no answer.
    value === '' || name === 'authType' || set.some((one) => one === name || one.startsWith(`${name}.`)) ? [] : [name]);
}
function body({ workspaceId, deploymentId }, { source, wanted }, { scope, key, description }) {
    const { type, body: member } = objects_environment_objects/* apiNames */.Zc[source.kind];
    return {
        objectKey: key,
        objectType: type,
        scope,
        scopeEntityId: scope === 'WORKSPACE' ? workspaceId : deploymentId,
        ...(0,omit_undefined/* omitUndefined */.O)({ description }),
        [member]: {
            ...(0,omit_undefined/* omitUndefined */.O)({ type: source.connectionType, authTypeId: source.authTypeId, isSecret: source.isSecret }),
            ...(0,objects_environment_objects/* nested */.cY)(wanted.declared?.values ?? []),
        },
    };
}

;// CONCATENATED MODULE: ./build/apply/objects/verify-links.js








/**
 * Reads once more the objects that were written: a concurrent run that read one before our write and wrote it afterwards
 * has removed our entry. Restores it until a reading finds nothing missing. `settled`: a reading after the last write has
 * found them already, so this one need not wait. Resolves to what was restored.
 */
async function restoreLinks(location, wanted, clock, { settled = false } = {}) {
    const restored = new Set();
    let missing = wanted;
    for (let round = 0; round < attempts; round++) {
        if (round > 0 || !settled)
            await clock.pause(settling(clock.random()));
        const stored = await (0,environment_objects/* listObjects */.L)(location.client, location.organization, { workspaceId: location.workspaceId });
        missing = wanted.filter((one) => (0,reconcile_link/* reconcileLink */.R)(one, objectOf(stored, one), location.deploymentId, {
            workspaceId: location.workspaceId,
            rewriteSecrets: false,
        }).kind !== 'nothing');
        if (missing.length === 0)
            return [...restored];
        for (const one of missing) {
            if (await reconcileObject(location, { wanted: one, rewriteSecrets: false }, clock))
                restored.add(one);
        }
    }
    throw new errors/* UserError */.y(`Others keep changing ${missing.map(titleOf).join(', ')}: the links to this Deployment did not last. Run the job again.`);
}
/**
 * Looks at what the Deployment sees of objects of which it overrides members of a map. Throws UserError where it lost the
 * members that it does not override; costs two requests, and none where no member is overridden.
 */
async function verifyEffective(location, wanted) {
    const concerned = wanted.filter(({ link, overrides }) => link === 'link' && overrides.some(({ name }) => name.includes('.')));
    if (concerned.length === 0)
        return;
    const stored = await (0,environment_objects/* listObjects */.L)(location.client, location.organization, { workspaceId: location.workspaceId });
    const effective = await (0,environment_objects/* listEffectiveObjects */.QM)(location.client, location.organization, location.deploymentId);
    const problems = concerned.flatMap((one) => {
        const lost = lostMembers(one, objectOf(stored, one), objectOf(effective, one));
        if (lost.length === 0)
            return [];
        const message = `The Deployment does not see ${lost.map((name) => (0,core_text/* oneLine */.TN)(name, 60)).join(', ')} of ${titleOf(one)}: the override of some members hides all others. Override every member of the map that the Deployment needs.`;
        return [{ message, at: one.at }];
    });
    if (problems.length > 0)
        throw new errors/* UserError */.y(problems.map(({ message }) => message).join('\n'), { problems });
}
/** Members that an object has, of maps that the link overrides in part, and that the Deployment does not see. */
function lostMembers({ kind, overrides }, parent, seen) {
    if (!parent || !seen)
        return [];
    const { body } = objects_environment_objects/* apiNames */.Zc[kind];
    const shown = (object, name) => (0,objects_environment_objects/* fieldOf */._F)((object[body] ?? {}), name) !== undefined;
    const mapOf = (name) => name.slice(0, name.indexOf('.') + 1);
    const maps = new Set(overrides.map(({ name }) => mapOf(name)).filter((map) => map !== ''));
    return parent.setFields.filter((name) => {
        if (!maps.has(mapOf(name)) || seen.setFields.includes(name) || shown(seen, name))
            return false;
        // Without a list of its fields, a row says nothing of those that are never shown.
        return seen.setFields.length > 0 || shown(parent, name);
    });
}

;// CONCATENATED MODULE: ./build/apply/objects/migrate.js













/** How long Airflow may go on without seeing a new environment object, in milliseconds (Astronomer: about a minute). */
const propagation = 90_000;
/**
 * Carries the moves out: first every object into the Workspace, looked at once more afterwards, and only then, where it
 * is asked for, the sources one by one. Broken off anywhere, the next run finds what is done and goes on.
 */
async function moveObjects(run, steps, deployment) {
    const { tools, plan } = run;
    const location = {
        client: tools.client,
        organization: plan.organization,
        workspaceId: deployment.workspaceId,
        deploymentId: deployment.id,
    };
    const clock = realClock(tools.signal);
    const done = [];
    const tell = (what, step) => {
        done.push(`${what} ${(0,object_steps/* nameOf */.V)(step.wanted)}`);
        run.progress({ linked: [...done] });
    };
    const open = new Set(steps);
    /** Sources that are still there, and are to go. */
    const going = new Set(steps.filter(({ deleteSource }) => deleteSource));
    try {
        for (const step of steps) {
            tools.log.info(`${step.verbs.length === 0 ? 'check' : (0,verbs/* verbText */.t)(step.verbs)} ${(0,object_steps/* nameOf */.V)(step.wanted)}: ${step.why}`);
            if ((await moveOne(location, step, run)) === 'replaced')
                going.delete(step);
            if (step.verbs.length > 0)
                tell((0,verbs/* verbText */.t)(step.verbs), step);
            open.delete(step);
        }
        const written = steps.flatMap(({ isThere, wanted }) => (isThere ? [] : [wanted]));
        // A concurrent run that read an object before our write and wrote it afterwards has removed the link.
        if (written.length > 0)
            await restoreLinks(location, written, clock);
        await proveMoved(run, location, [...going]);
        for (const step of [...going]) {
            await deleteSource(location, step, deployment);
            tell('delete the source of', step);
            going.delete(step);
        }
    }
    catch (error) {
        const names = (rest) => [...rest].map(({ wanted }) => (0,object_steps/* nameOf */.V)(wanted)).join(', ');
        run.progress({
            left: [
                ...(done.length > 0 ? [`Done: ${done.join('; ')}.`] : []),
                ...(open.size > 0 ? [`Not moved yet: ${names(open)}.`] : []),
                ...(going.size > 0 ? [`Not deleted yet: the source of ${names(going)}.`] : []),
                'Nothing was lost: run the job again and it goes on from here.',
            ],
        });
        throw error;
    }
}
/** Moves one object; where Astro does not take it beside its source, the source has to go first. */
async function moveOne(location, step, run) {
    const { source, wanted, from } = step;
    const { client, organization } = location;
    if (from === 'deployment' && source.id === undefined) {
        await finishReplacement(location, step, run);
        return 'replaced';
    }
    if (!step.isThere) {
        const refusal = await reconcileBeside(location, step);
        if (refusal && from === 'deployment') {
            if (!step.deleteSource)
                throw new errors/* UserError */.y(`Astro does not take ${titleOf(wanted)} in the Workspace for this Deployment as long as the Deployment has its own. With \`delete-source: true\` the own one is replaced (a copy is kept until the link stands). ${refusal.message}`, { cause: refusal });
            await exchange(location, step, run);
            return 'replaced';
        }
        if (refusal)
            await reconcileObject(location, step, realClock(client.signal));
    }
    if (source.copyId !== undefined)
        await (0,environment_objects/* deleteObject */.XR)(client, organization, source.copyId);
    return 'beside';
}
/**
 * Aligns an object whose source is there still. Resolves to the conflict that Astro answers: one with the Deployment's own
 * object does not pass by waiting.
 */
async function reconcileBeside(location, step) {
    try {
        await reconcileObject({ ...location, conflicts: 'final' }, step, realClock(location.client.signal));
        return undefined;
    }
    catch (error) {
        if (error instanceof errors/* ApiError */.h && error.status === 409)
            return error;
        throw error;
    }
}
/** Throws where sources are not in the Workspace, complete and linked, as a fresh reading shows. */
async function proveMoved(run, location, steps) {
    if (steps.length === 0)
        return;
    const latest = await verify(run, location, steps);
    if (!steps.some(({ from }) => from === 'airflow'))
        return;
    await untilSeen(run, latest);
    await verify(run, location, steps);
}
async function deleteSource({ client, organization }, { from, source }, deployment) {
    const { kind, key, id = '' } = source;
    if (from === 'deployment')
        await (0,environment_objects/* deleteObject */.XR)(client, organization, id);
    else if (kind === 'connection')
        await (0,objects/* deleteConnection */.aN)((0,airflow_client/* connectAirflow */.tN)(deployment, client), key);
    else
        await (0,objects/* deleteVariable */.S1)((0,airflow_client/* connectAirflow */.tN)(deployment, client), key);
}
/** Waits until Airflow sees objects for certain that were last written at this moment. */
async function untilSeen({ tools }, latest) {
    const rest = Math.min(latest + propagation - tools.now().getTime(), propagation);
    if (rest <= 0)
        return;
    tools.log.info(`Waiting ${String(Math.ceil(rest / 1000))} s until Airflow sees the new objects for certain; then their sources are deleted.`);
    await tools.budget.exempt(() => (0,astro_client/* pause */.v7)(rest, tools.signal));
}
/** Throws where the Workspace does not hold all of a source, or the Deployment does not see it; gives back the latest write. */
async function verify({ tools }, location, steps) {
    const { client, organization, workspaceId, deploymentId } = location;
    const stored = await (0,environment_objects/* listObjects */.L)(client, organization, { workspaceId });
    const effective = await (0,environment_objects/* listEffectiveObjects */.QM)(client, organization, deploymentId);
    const problems = steps.flatMap((step) => {
        const why = gap(step, objectOf(stored, step.wanted), effective, deploymentId);
        return why === undefined
            ? []
            : [{ message: `The source of ${titleOf(step.wanted)} is kept: ${why}. Run the job again.` }];
    });
    if (problems.length > 0)
        throw new errors/* UserError */.y(problems.map(({ message }) => message).join('\n'), { problems });
    // Where Astro does not tell, it may have been now.
    return Math.max(...steps.map(({ wanted }) => Date.parse(objectOf(stored, wanted)?.updatedAt ?? '') || tools.now().getTime()));
}
function gap({ wanted, from }, object, effective, deploymentId) {
    const link = object && (0,objects_environment_objects/* linkOf */.IJ)(object, deploymentId);
    if (!object || !(link ?? object.autoLinkDeployments))
        return 'the Deployment is not linked to the object in the Workspace';
    // The own object stands before the one in the Workspace: what would be seen without it follows from the link.
    const row = from === 'airflow' ? objectOf(effective, wanted) : object;
    if (!row)
        return 'the Deployment does not see the object in the Workspace yet';
    const lacking = lackingIn(row, wanted, from === 'airflow' ? [] : (link?.setFields ?? []));
    return lacking.length === 0 ? undefined : `the object in the Workspace lacks ${lacking.join(', ')}`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/runner/workspace-files.js
var workspace_files = __webpack_require__(7200);
;// CONCATENATED MODULE: ./build/apply/template-file.js




/** Writes a file of the workspace; never through a link, never outside. Throws UserError. */
function writeWorkspaceFile(env, path, text) {
    const workspace = (0,workspace_files/* workspaceFolder */.ih)(env);
    const file = (0,external_node_path_.join)(workspace, path);
    // Folders are made only where their nearest one that exists is inside.
    let parent = (0,external_node_path_.dirname)(file);
    while (!(0,external_node_fs_.existsSync)(parent))
        parent = (0,external_node_path_.dirname)(parent);
    if (!(0,workspace_files/* inside */.nx)((0,external_node_fs_.realpathSync)(parent), workspace))
        throw new errors/* UserError */.y(`\`template\`: \`${path}\` lies behind a link that leaves the workspace.`);
    (0,workspace_files/* refuseLink */.VQ)(env, path);
    (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)(file), { recursive: true });
    const handle = (0,external_node_fs_.openSync)(file, external_node_fs_.constants.O_WRONLY | external_node_fs_.constants.O_CREAT | external_node_fs_.constants.O_TRUNC | external_node_fs_.constants.O_NOFOLLOW, 0o644);
    try {
        (0,external_node_fs_.writeFileSync)(handle, text);
    }
    finally {
        (0,external_node_fs_.closeSync)(handle);
    }
}

;// CONCATENATED MODULE: ./build/core/deployment/runtime-version.js
const oldForm = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/;
const newForm = /^v?(\d+)\.(\d+)-(\d+)(?:[.-]([0-9A-Za-z.-]+))?$/;
/** Reads a version (Astro CLI, airflow_versions/runtime_versions.go); `undefined` for what is none. */
function parseRuntime(text) {
    const fresh = newForm.exec(text);
    const match = fresh ?? oldForm.exec(text);
    if (!match)
        return undefined;
    const [, major, minor, patch, pre = ''] = match;
    return { form: fresh ? 'new' : 'old', numbers: [Number(major), Number(minor), Number(patch)], pre };
}
/** Below 0 where `a` is the older one. A pre-release is older than its release. */
function compareRuntime(a, b) {
    if (a.form !== b.form)
        return a.form === 'old' ? -1 : 1;
    for (const index of [0, 1, 2]) {
        const difference = a.numbers[index] - b.numbers[index];
        if (difference !== 0)
            return difference;
    }
    if (a.pre === b.pre)
        return 0;
    if (a.pre === '' || b.pre === '')
        return a.pre === '' ? 1 : -1;
    return a.pre < b.pre ? -1 : 1;
}
/** Airflow's major version of a runtime. */
function airflowMajor(version) {
    return version.form === 'new' ? version.numbers[0] : 2;
}
/**
 * Why an image must not be deployed to a Deployment, as a sentence; `undefined` when it may. `deployed` may be empty for
 * a Deployment that does not say its version. Rules of the Astro CLI (cloud/deploy/deploy.go): no downgrade, only
 * versions on offer, from Airflow 2 to 3 only from Runtime 12 on.
 */
function refuseRuntime(image, deployed, offered) {
    const wanted = parseRuntime(image);
    if (!wanted)
        return `The image says that its Astro Runtime version is \`${image}\`, which is no such version.`;
    const current = parseRuntime(deployed);
    if (current && compareRuntime(wanted, current) < 0) {
        return `The image has Astro Runtime ${image}, and the Deployment runs ${deployed}: Astro does not go back to an older version. Use ${deployed} or a newer one in the Dockerfile.`;
    }
    const bare = image.replace(/^v/, '');
    if (!offered.includes(bare)) {
        const near = offered.filter((version) => {
            const other = parseRuntime(version);
            return other?.form === wanted.form && other.numbers[0] === wanted.numbers[0];
        });
        return `Astro does not offer Runtime ${bare} (any more). It offers ${(near.length > 0 ? near : offered).slice(0, 10).join(', ')}.`;
    }
    if (current && airflowMajor(current) < airflowMajor(wanted) && current.numbers[0] < 12) {
        return `The Deployment runs Runtime ${deployed}: the step to Airflow 3 needs Runtime 12.0.0 or newer first.`;
    }
    return undefined;
}

// EXTERNAL MODULE: ./build/core/report/test-runs.js
var test_runs = __webpack_require__(5212);
// EXTERNAL MODULE: ./build/docker/build-files.js
var build_files = __webpack_require__(2083);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 11 modules
var core = __webpack_require__(3360);
// EXTERNAL MODULE: ./build/core/repository.js
var core_repository = __webpack_require__(4804);
// EXTERNAL MODULE: ./build/runner/run-program.js + 3 modules
var run_program = __webpack_require__(768);
// EXTERNAL MODULE: ./build/docker/engine.js
var docker_engine = __webpack_require__(2475);
// EXTERNAL MODULE: ./build/docker/repeat.js
var repeat = __webpack_require__(8578);
;// CONCATENATED MODULE: ./build/docker/build.js







/** The command line of a build. */
function buildArguments(engine, request, { dockerfile, ignoreFile, pull }) {
    const each = (flag, values) => values.flatMap((value) => [flag, value]);
    const labels = Object.entries(request.labels).map(([key, value]) => `${key}=${value}`);
    const kind = engine.program === 'podman'
        ? ['build', '--format', 'docker']
        : engine.builder
            ? ['buildx', 'build', '--load']
            : ['build'];
    return [
        ...kind,
        '--platform=linux/amd64',
        ...each('--tag', [request.tag]),
        ...each('--file', [dockerfile]),
        ...(engine.program === 'podman' && ignoreFile !== undefined ? ['--ignorefile', ignoreFile] : []),
        ...(pull ? ['--pull'] : []),
        ...each('--label', labels),
        ...each('--build-arg', request.buildArgs),
        ...each('--secret', request.secrets),
        ...each('--cache-from', request.cacheFrom),
        ...each('--cache-to', request.cacheTo),
        '--',
        request.project,
    ];
}
/**
 * Builds the project's image. DAGs and what else is asked stay out of it by a copy of the Dockerfile with an ignore file of its own
 * (BuildKit reads `<Dockerfile>.dockerignore` beside the file that `--file` names); the user's files are not touched.
 * Throws UserError with the last lines of a failed build.
 */
async function buildImage(engine, request, onLine) {
    const { dockerfile, text, ignoreRules } = (0,build_files/* readBuildFiles */.C)(request.workspace, request.project);
    const { withoutDags, without = [] } = request;
    const dags = withoutDags === undefined ? undefined : insideProject(request.project, withoutDags);
    const excluded = [...(dags === undefined ? [] : [dags]), ...without];
    const copy = excluded.length === 0 ? undefined : shadow(request, text, `${ignoreRules}\n`, excluded);
    const args = buildArguments(engine, request, {
        dockerfile: copy?.dockerfile ?? dockerfile,
        ignoreFile: copy?.ignoreFile,
        pull: onlyAstroRuntime(text),
    });
    const result = await (0,run_program/* runGroup */.V8)(engine.program, args, {
        cwd: request.project,
        env: { ...engine.env, ...passedOn(request, engine.all), DOCKER_BUILDKIT: '1', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
        signal: engine.signal,
        onLine,
    });
    if (result.code === 0)
        return;
    if (result.tail.some((line) => /buildx component is missing|BuildKit is enabled but/i.test(line))) {
        throw new errors/* UserError */.y('This docker has no BuildKit, which keeps DAGs out of the image and passes secrets safely: install the buildx plugin (docker-buildx-plugin), as GitHub-hosted runners have it.');
    }
    throw (0,docker_engine/* failed */.gz)(`\`${engine.program} build\``, result, (0,repeat/* isEngineDown */.Bx)(result)
        ? `The ${engine.program} daemon does not answer: look at why it stopped, then run the job again.`
        : 'The image was not built, so no code was deployed. Correct the Dockerfile or what it needs.');
}
function insideProject(project, folder) {
    const way = (0,external_node_path_.relative)(project, folder).replaceAll('\\', '/');
    return way === '' || way === '..' || way.startsWith('../') || (0,external_node_path_.isAbsolute)(way) ? undefined : way;
}
function shadow(request, dockerfile, rules, excluded) {
    const folder = (0,external_node_path_.join)(request.privateFolder, 'build');
    (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
    const copy = (0,external_node_path_.join)(folder, 'Dockerfile');
    (0,external_node_fs_.writeFileSync)(copy, dockerfile);
    // The last rule that matches wins: no rule of the user brings back what stays out.
    const added = excluded.map((path) => `${path.replace(/[\\*?[\]]/g, '\\$&')}\n`);
    (0,external_node_fs_.writeFileSync)(`${copy}.dockerignore`, `${rules}${added.join('')}`);
    return { dockerfile: copy, ignoreFile: `${copy}.dockerignore` };
}
/** Whether every base image is Astro's own, of which the newest build is wanted (as the Astro CLI decides it). */
function onlyAstroRuntime(dockerfile) {
    const bases = dockerfile.split(/\r?\n/).filter((line) => /^FROM /i.test(line));
    return (bases.length > 0 &&
        bases.every((line) => /^FROM (?:quay\.io\/astronomer\/|astrocrpublic\.azurecr\.io\/)/i.test(line)));
}
/** By these the runner gives access to GitHub's cache (docs.docker.com, build/cache/backends/gha). */
const githubCacheVariables = [
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_RESULTS_URL',
    'ACTIONS_CACHE_URL',
    'ACTIONS_CACHE_SERVICE_V2',
];
/** Whether a cache of the type `gha` is named: fields between commas, as buildx reads them. */
const usesGitHubCache = ({ cacheFrom, cacheTo }) => [...cacheFrom, ...cacheTo].some((cache) => cache.split(',').some((field) => /^\s*type\s*=\s*gha\s*$/i.test(field.replaceAll('"', ''))));
/** The variables that secrets, build arguments and caches name: these only, of all that the Action's own environment holds. */
function passedOn(request, all) {
    const secrets = request.secrets.flatMap((spec) => {
        const members = new Map(spec
            .split(',')
            .map((member) => [member.split('=')[0] ?? '', member.slice(member.indexOf('=') + 1)]));
        return [members.get('env') ?? (members.has('src') || members.has('source') ? undefined : members.get('id'))];
    });
    const args = request.buildArgs.filter((arg) => !arg.includes('='));
    const cache = usesGitHubCache(request) ? githubCacheVariables : [];
    const names = [...secrets, ...args, ...cache].filter((name) => name !== undefined);
    return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

;// CONCATENATED MODULE: ./build/core/code/image-needs.js
/**
 * Why a docker client cannot build with BuildKit; `undefined` where it can. Clients up to 22 have BuildKit built in, newer
 * ones need the buildx plugin (docs.docker.com, release notes of Docker Engine 23.0).
 */
function lacksBuildKit(clientVersion, hasBuildx, wantsBuilder) {
    if (hasBuildx)
        return undefined;
    const install = 'Install the plugin (`docker-buildx-plugin`, or the action docker/setup-buildx-action in an earlier step), as GitHub-hosted runners have it.';
    if (wantsBuilder)
        return `docker has no buildx plugin, which \`cache-from\`, \`cache-to\` and \`BUILDX_BUILDER\` need. ${install}`;
    const major = /^\s*v?(\d+)\./.exec(clientVersion)?.[1];
    return Number(major) >= 23
        ? `docker has no BuildKit, which keeps DAGs out of the image and passes secrets safely: its buildx plugin is missing. ${install}`
        : undefined;
}
const mebibyte = 1024 * 1024;
/** An Astro Runtime image takes more than this, in bytes, when none of its layers is there yet. */
const comfortable = 2048 * mebibyte;
/** Nothing can be built with less, in bytes. */
const least = 100 * mebibyte;
/** Whether an image has room on the engine's disk, by its free bytes; `undefined` where these are not known. */
function roomForImage(free) {
    if (free === undefined || free >= comfortable)
        return { kind: 'enough' };
    const left = `Only ${String(Math.floor(free / mebibyte))} MiB are free on the disk where docker keeps images`;
    const advice = 'Remove files or images in an earlier step (`docker image prune`), or use a larger runner.';
    return free < least
        ? { kind: 'refused', why: `${left}: no image can be built. ${advice}` }
        : { kind: 'little', why: `${left}, and an Astro Runtime image can need more than 2 GiB. ${advice}` };
}

;// CONCATENATED MODULE: ./build/docker/check-engine.js






/** Longest time, in milliseconds, that an engine may take to say that it is there. */
const deadline = 60_000;
/**
 * Checks that an engine answers and, for a build, that it has BuildKit and room on the disk. Gives back a warning where
 * the room may be too little. Throws UserError for what cannot work.
 */
async function checkEngine(engine, purpose) {
    const ask = (...args) => (0,run_program/* runGroup */.V8)(engine.program, args, {
        env: engine.env,
        signal: AbortSignal.any([engine.signal, AbortSignal.timeout(deadline)]),
    });
    const podman = engine.program === 'podman';
    const [version, buildx, info] = await Promise.all([
        podman ? ask('info') : ask('version', '--format', '{{.Client.Version}}'),
        podman || purpose === 'push' ? undefined : ask('buildx', 'version'),
        ask('info', '--format', podman ? '{{.Store.GraphRoot}}' : '{{.DockerRootDir}}'),
    ]).catch((error) => {
        if (engine.signal.aborted || !(error instanceof DOMException))
            throw error;
        throw new errors/* UserError */.y(`\`${engine.program}\` did not answer within ${String(deadline / 1000)} s, and this deploy needs an image. ${start}`);
    });
    if (version.code !== 0)
        throw (0,docker_engine/* failed */.gz)(`\`${engine.program} ${podman ? 'info' : 'version'}\``, version, `This deploy needs an image. ${start}`);
    if (purpose === 'push')
        return undefined;
    const refusal = buildx && lacksBuildKit(version.stdout, buildx.code === 0, engine.builder);
    if (refusal !== undefined)
        throw new errors/* UserError */.y(refusal);
    const room = roomForImage(freeBytes(info.stdout.trim()));
    if (room.kind === 'refused')
        throw new errors/* UserError */.y(room.why);
    return room.kind === 'little' ? room.why : undefined;
}
const start = 'Start the docker daemon before this step, or let `DOCKER_HOST` name one that this user may use; with `deploy-type: dags-only` no image is needed.';
/** Bytes that are free where the engine keeps images; `undefined` where that folder is not on this machine. */
function freeBytes(folder) {
    if (!(0,external_node_path_.isAbsolute)(folder))
        return undefined;
    try {
        const facts = (0,external_node_fs_.statfsSync)(folder);
        return facts.blocks === 0 ? undefined : facts.bavail * facts.bsize;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./build/core/addresses.js
var addresses = __webpack_require__(9766);
;// CONCATENATED MODULE: ./build/docker/push.js









/**
 * The registry host of a repository, when the API token may go there: Astronomer's, one beside the API that was
 * configured, or a loopback host where the API is one itself. Throws UserError otherwise.
 */
function registryHost(repository, api) {
    const host = repository.replace(/^https?:\/\//, '').split('/')[0] ?? '';
    const name = host.replace(/:\d+$/, '');
    const local = (0,addresses/* isLoopback */.U9)(name) && (0,addresses/* isLoopback */.U9)(api.hostname);
    const beside = name === api.hostname.replace(/^api\./, 'images.') && api.hostname.startsWith('api.');
    if (local || beside || /^images\.astronomer(?:-(?:dev|stage|perf))?\.cloud$/.test(name))
        return host;
    throw new errors/* UserError */.y(`Astro names the registry \`${host}\` for the image, which is not one of Astronomer's: the API token was not sent there. Check \`astro-api-url\`.`);
}
/**
 * Pushes an image as user `cli` with the API token as password. The token goes to the program's standard input and from
 * there into a private configuration folder; the user's own docker configuration is neither read for it nor written.
 */
async function pushImage(engine, request) {
    const host = registryHost(request.repository, request.api);
    const remote = `${request.repository.replace(/^https?:\/\//, '')}:${request.tag}`;
    const session = engine.program === 'podman' ? podmanSession(request, host) : dockerSession(request, host, engine.all);
    const options = { env: { ...engine.env, ...session.env }, signal: engine.signal };
    const access = { engine, host, image: request.image, flags: session.flags, options };
    try {
        // Astro's CLI sends the second form. Where the registry takes the first, the second is never sent.
        const denied = await pushAs(access, remote, request.token);
        const still = denied && (await pushAs(access, remote, `Bearer ${request.token}`));
        if (still)
            throw denied;
    }
    finally {
        await (0,run_program/* runCommand */.d1)(engine.program, ['rmi', remote], options).catch(() => undefined); // only the second name of the image; a cancelled run leaves it
    }
}
const runAgain = 'Run the job again.';
/** Logs in with a password, tags and pushes. Gives back the error where the registry denies it; throws UserError for any other. */
async function pushAs(access, remote, password) {
    const { engine, host, image, flags, options } = access;
    const login = await (0,repeat/* repeated */.ZD)(engine.signal, () => (0,run_program/* runGroup */.V8)(engine.program, ['login', ...flags, '--username', 'cli', '--password-stdin', host], {
        ...options,
        stdin: password,
    }), repeat/* isDenied */.GZ);
    if (login.code !== 0)
        return deniedOrThrow(access, `Login to the registry \`${host}\``, login);
    const tagged = await (0,repeat/* repeated */.ZD)(engine.signal, () => (0,run_program/* runCommand */.d1)(engine.program, ['tag', image, remote], options), repeat/* lacksImage */.KV);
    if (tagged.code !== 0)
        throw (0,docker_engine/* failed */.gz)(`\`${engine.program} tag\``, tagged, `No code was deployed. ${runAgain}`);
    const pushed = await (0,repeat/* repeated */.ZD)(engine.signal, () => (0,run_program/* runGroup */.V8)(engine.program, ['push', ...flags, remote], options), repeat/* isDenied */.GZ);
    return pushed.code === 0 ? undefined : deniedOrThrow(access, 'Pushing the image', pushed);
}
function deniedOrThrow({ engine }, what, result) {
    if ((0,repeat/* isEngineDown */.Bx)(result))
        throw (0,docker_engine/* failed */.gz)(what, result, `The ${engine.program} daemon does not answer: look at why it stopped, then run the job again.`);
    if (!(0,repeat/* isDenied */.GZ)(result))
        throw (0,docker_engine/* failed */.gz)(what, result, `No code was deployed. The registry or the way to it did not answer well. ${runAgain}`);
    return (0,docker_engine/* failed */.gz)(what, result, 'The registry does not let the API token push: it is expired, or it may not deploy to this Deployment. Make a new token, or give it the role for this Deployment.');
}
/** A docker configuration of our own. An entry for the host keeps docker from choosing a keychain of the machine. */
function dockerSession(request, host, all) {
    const folder = (0,external_node_path_.join)(request.privateFolder, 'docker');
    (0,external_node_fs_.mkdirSync)(folder, { mode: 0o700, recursive: true });
    const users = userFolder(all);
    const config = { auths: { [host]: {} }, ...currentContext(all) };
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
    // The engine that docker talks to may be named in a context of the user's.
    if ((0,external_node_fs_.existsSync)((0,external_node_path_.join)(users, 'contexts')) && !(0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, 'contexts')))
        (0,external_node_fs_.symlinkSync)((0,external_node_path_.join)(users, 'contexts'), (0,external_node_path_.join)(folder, 'contexts'), 'junction');
    return { flags: [], env: { DOCKER_CONFIG: folder } };
}
const userFolder = (all) => all['DOCKER_CONFIG'] ?? (0,external_node_path_.join)(all['HOME'] ?? (0,external_node_os_.homedir)(), '.docker');
/** The engine that the user's docker configuration names. Throws UserError where that file is no plain file of bounded size. */
function currentContext(all) {
    const text = (0,workspace_files/* readRunnerFile */.Lh)((0,external_node_path_.join)(userFolder(all), 'config.json'), 'docker configuration');
    if (text === undefined)
        return {};
    try {
        const { currentContext: name } = JSON.parse(text);
        return typeof name === 'string' ? { currentContext: name } : {};
    }
    catch {
        return {}; // docker itself will complain about it where it matters
    }
}
function podmanSession(request, host) {
    const loopback = (0,addresses/* isLoopback */.U9)(host.replace(/:\d+$/, ''));
    return {
        flags: ['--authfile', (0,external_node_path_.join)(request.privateFolder, 'auth.json'), ...(loopback ? ['--tls-verify=false'] : [])],
        env: {},
    };
}

// EXTERNAL MODULE: ./build/runner/post.js
var post = __webpack_require__(8465);
// EXTERNAL MODULE: ./build/core/code/dockerignore.js
var dockerignore = __webpack_require__(670);
// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __webpack_require__(4573);
// EXTERNAL MODULE: ./build/core/code/bundle-files.js + 1 modules
var bundle_files = __webpack_require__(2876);
;// CONCATENATED MODULE: ./build/astro/bundle.js






const dagFile = /\.(?:py|zip|ya?ml)$/;
const mostEntries = 100_000;
/** Azure takes 5,000 MiB in one piece; the rest is room for headers, and for content that gzip makes larger. */
const mostBytes = 4900 * 1024 * 1024;
/**
 * Lists what is in a DAG folder (or another bundle's) without following a link or opening a file.
 * `leaveOut` says what stays out; sockets, devices and pipes do with a notice.
 * Throws `UserError` for a folder that is missing, has no DAG file, is too large, or holds a name or link that cannot be shipped.
 */
function collectBundle(folder, options) {
    const shown = options.shown ?? folder;
    const gone = options.allowMissing === true && !(0,external_node_fs_.existsSync)(folder);
    const root = gone ? folder : rootOf(folder, shown);
    const entries = [];
    const notices = [];
    const leftOut = [];
    const leaveOut = options.leaveOut ?? (0,bundle_files/* bundleFilter */.L)(undefined);
    const credentials = new Set(options.credentials);
    let bytes = 0;
    const add = (entry) => {
        entries.push(entry);
        if (entries.length > mostEntries)
            throw new errors/* UserError */.y(`\`${shown}\` holds more than ${mostEntries} files: too many for a deploy. Take files out of it.`);
    };
    const visit = (directory, prefix) => {
        for (const raw of legible(prefix || folder, () => (0,external_node_fs_.readdirSync)(directory, { encoding: 'buffer' }))) {
            const base = decoded(raw, `a file name in ${(0,core_text/* oneLine */.TN)(prefix || folder)}`);
            const path = (0,external_node_path_.join)(directory, base);
            const name = `${prefix}${base}`;
            const below = name.slice(start);
            const seen = legible(name, () => (0,external_node_fs_.lstatSync)(path));
            if (credentials.has(path) || leaveOut(below, seen.isDirectory() ? 'folder' : 'file')) {
                leftOut.push(below);
                if (credentials.has(path) || (0,bundle_files/* holdsCredentials */.Hn)(base))
                    notices.push(credentialsNotice(name));
            }
            else if (seen.isDirectory()) {
                visit(path, `${name}/`);
            }
            else if (seen.isSymbolicLink()) {
                const target = decoded(legible(name, () => (0,external_node_fs_.readlinkSync)(path, { encoding: 'buffer' })), `the target of the link ${(0,core_text/* oneLine */.TN)(name)}`);
                if (options.refuseOutsideLinks && leaves(root, directory, target))
                    throw outsideLink(name, target);
                add({ kind: 'link', name, target: target.replaceAll(external_node_path_.sep, '/') });
            }
            else if (seen.isFile()) {
                bytes += seen.size;
                if (bytes > mostBytes)
                    throw new errors/* UserError */.y(`\`${shown}\` holds more than ${mostBytes / 1024 / 1024} MiB: too much for a deploy. Take files out of it.`);
                const { size, mtimeMs, ino, mode } = seen;
                add({ kind: 'file', name, path, seen: { size, mtimeMs, ino, mode } });
            }
            else {
                notices.push(`${(0,core_text/* oneLine */.TN)(name)} was left out: it is neither a file nor a folder nor a link.`);
            }
        }
    };
    const outermost = options.prefix === '' ? '' : `${options.prefix}/`;
    const start = outermost.length;
    if (!gone)
        visit(root, outermost);
    if (!options.allowEmpty && !entries.some(({ name }) => dagFile.test(name))) {
        throw new errors/* UserError */.y(`\`${shown}\` holds no .py, .zip, .yaml or .yml file. An empty DAG folder would delete every DAG that runs. ` +
            `Correct \`dags-folder\` or \`root-folder\`${leftOut.length > 0 ? ', or what `.astro/deployignore` leaves out' : ''}, or set \`force: true\` if this is what you want.`);
    }
    return { root, entries: sorted(entries), bytes, notices: notices.sort(), leftOut };
}
/** By UTF-16 units: the same on every machine, as an order by locale is not. */
const sorted = (entries) => entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
/** The bundle with a text as one more file, unless it holds one of that name. */
function addText(bundle, name, text) {
    if (bundle.entries.some((entry) => entry.name === name))
        return bundle;
    return { ...bundle, entries: sorted([...bundle.entries, { kind: 'text', name, text }]) };
}
const credentialsNotice = (name) => `${(0,core_text/* oneLine */.TN)(name)} was left out: another step of the job put credentials into it.`;
function rootOf(folder, shown) {
    try {
        const root = (0,external_node_fs_.realpathSync)(folder);
        if ((0,external_node_fs_.lstatSync)(root).isDirectory())
            return root;
    }
    catch (cause) {
        throw new errors/* UserError */.y(codeOf(cause) === 'ENOENT'
            ? `There is no folder \`${shown}\`. Correct \`dags-folder\` or \`root-folder\`.`
            : `The folder \`${shown}\` cannot be read (${codeOf(cause)}). Correct \`dags-folder\` or \`root-folder\`.`, {
            cause,
        });
    }
    throw new errors/* UserError */.y(`\`${shown}\` is not a folder. Correct \`dags-folder\` or \`root-folder\`.`);
}
/**
 * Whether a link in the real folder `directory` points out of `root`: path by path, not as text. Only the folders on
 * the way are resolved: a target that is itself a link is an entry of its own or lies outside.
 */
function leaves(root, directory, target) {
    // Not `join`, which would cut `link/..` as text.
    const written = (0,external_node_path_.isAbsolute)(target) ? target : `${directory}${external_node_path_.sep}${target}`;
    const way = (0,external_node_path_.relative)(root, (0,external_node_path_.resolve)(realFolder((0,external_node_path_.dirname)(written)), (0,external_node_path_.basename)(written)));
    return way === '..' || way.startsWith(`..${external_node_path_.sep}`) || (0,external_node_path_.isAbsolute)(way);
}
/**
 * `realpath` of a folder that may be missing: of the part that exists, the rest as written. Only `native` leaves
 * `link/..` to the system.
 */
function realFolder(path) {
    try {
        return external_node_fs_.realpathSync.native(path);
    }
    catch {
        const parent = (0,external_node_path_.dirname)(path);
        return parent === path ? path : (0,external_node_path_.resolve)(realFolder(parent), (0,external_node_path_.basename)(path));
    }
}
/** Runs one file system call; its failure names the file. */
function legible(name, call) {
    try {
        return call();
    }
    catch (cause) {
        throw new errors/* UserError */.y(`${(0,core_text/* oneLine */.TN)(name)} cannot be read (${codeOf(cause)}).`, { cause });
    }
}
/** Tar names are UTF-8 (pax); any other bytes would come out as another name. */
function decoded(bytes, what) {
    if ((0,external_node_buffer_.isUtf8)(bytes))
        return bytes.toString();
    const hex = (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
    throw new errors/* UserError */.y(`${what} is not UTF-8: ${(0,core_text/* oneLine */.TN)(bytes.toString('latin1').replace(/[^ -~]/g, hex))}. Rename it.`);
}
function outsideLink(name, target) {
    return new errors/* UserError */.y(`The link ${(0,core_text/* oneLine */.TN)(name)} points out of the folder, to ${(0,core_text/* oneLine */.TN)(target)}; Airflow 3 Deployments refuse that. Put the file itself there, or link inside the folder.`);
}
function codeOf(error) {
    return error.code ?? String(error);
}

;// CONCATENATED MODULE: ./build/apply/code/shipped-folder.js


/** Lists what of the DAG folder, or of another folder that goes as an archive, is shipped. Throws UserError as `collectBundle` does. */
function collectShipped({ dagsFolder, project, credentials = [] }, options) {
    return collectBundle(dagsFolder, { ...options, leaveOut: (0,bundle_files/* bundleFilter */.L)(project.deployignore), credentials });
}
/** The names of what is shipped, below the folder. */
const shippedNames = (source) => collectShipped(source, { prefix: '', refuseOutsideLinks: false, allowEmpty: true }).entries.map(({ name }) => name);

// EXTERNAL MODULE: ./build/runner/private-folder.js
var private_folder = __webpack_require__(7457);
// EXTERNAL MODULE: ./build/core/limit-problems.js
var limit_problems = __webpack_require__(6874);
;// CONCATENATED MODULE: ./build/apply/code/image.js



















/**
 * Checks what an image deploy needs on this runner before anything is created or changed: an engine that answers, BuildKit,
 * room on the disk, and the image of `image-name`. Throws UserError.
 */
async function refuseUnreadyEngine(plan, inputs, { env, signal, log }) {
    const step = plan.steps.find((one) => one.kind === 'deploy-code');
    if (!step || step.type === 'dags-only' || step.type === 'dbt')
        return;
    const engine = await (0,docker_engine/* findEngine */.GO)(env, signal, wantsBuilder(inputs));
    const warning = await checkEngine(engine, inputs.imageName === undefined ? 'build' : 'push');
    if (warning !== undefined)
        log.warning(warning);
    if (inputs.imageName !== undefined)
        await (0,docker_engine/* inspectImage */.mm)(engine, inputs.imageName, 'given');
}
const wantsBuilder = ({ cacheFrom, cacheTo }) => cacheFrom.length > 0 || cacheTo.length > 0;
/** Builds the image, or takes the one that an earlier step built, and looks at what it is. */
async function prepareImage(step, dagDeploysOn, inputs, tools) {
    const { log, signal, env } = tools;
    const engine = await (0,docker_engine/* findEngine */.GO)(env, signal, wantsBuilder(inputs));
    const privateFolder = (0,private_folder/* makePrivateFolder */.I2)(env);
    const name = inputs.imageName ?? `astro-branch-deploy:${(0,external_node_path_.basename)(privateFolder).slice(-12)}`;
    const discard = async () => {
        (0,private_folder/* removePrivateFolder */.Yv)(privateFolder);
        // The layers stay as a cache for the next build; a cancelled run leaves the name to `docker image prune`.
        if (inputs.imageName === undefined && !signal.aborted)
            await (0,run_program/* runCommand */.d1)(engine.program, ['rmi', name], { env: engine.env, signal });
    };
    try {
        // Before anything secret is in it: should this process be killed, the post step still knows where to look.
        core/* saveState */.LZ(post/* privateFolderState */.X, privateFolder);
        if (inputs.imageName === undefined) {
            const { commit, folder, dagsFolder, repository } = step.source;
            const labels = {
                'org.opencontainers.image.source': repository.provider === 'GITHUB' ? `https://github.com/${(0,core_repository/* repositoryName */.aR)(repository)}` : repository.remoteUrl,
                ...(commit && { 'org.opencontainers.image.revision': commit.id }),
            };
            const { buildArgs, buildSecrets: secrets, cacheFrom, cacheTo } = inputs;
            const request = {
                workspace: (0,workspace_files/* workspaceFolder */.ih)(env),
                project: folder,
                tag: name,
                labels,
                buildArgs,
                secrets,
                cacheFrom,
                cacheTo,
                privateFolder,
                ...(dagDeploysOn && { withoutDags: dagsFolder }),
                without: leftOutOfImage(step.source, dagDeploysOn, log),
            };
            const runtimeToken = env['ACTIONS_RUNTIME_TOKEN'];
            if (usesGitHubCache(request) && runtimeToken)
                log.secret(runtimeToken, 'ACTIONS_RUNTIME_TOKEN');
            await log.group('Build the image', () => buildImage(engine, request, log.info));
        }
        const { runtimeVersion } = await (0,docker_engine/* inspectImage */.mm)(engine, name, inputs.imageName === undefined ? 'built' : 'given');
        return { engine, name, privateFolder, discard, runtimeVersion: log.clean(runtimeVersion) };
    }
    catch (error) {
        await discard();
        throw error;
    }
}
/**
 * What stays out of the image, relative to the project: credentials of other steps, named in a notice, and what an archive
 * of the DAG folder would leave out where DAGs go in the image.
 */
function leftOutOfImage(source, dagsApart, log) {
    const { folder, dagsFolder, project, credentials = [] } = source;
    const below = (root, path) => (0,workspace_files/* inside */.nx)(path, root) ? [(0,external_node_path_.relative)(root, path).replaceAll(external_node_path_.sep, '/')] : [];
    const ignored = (0,dockerignore/* readDockerignore */.$)(project.dockerignore);
    const secret = credentials.flatMap((path) => below((0,external_node_fs_.realpathSync)(folder), path));
    const notices = secret
        .filter((path) => !ignored(path))
        .map((path) => `${(0,core_text/* oneLine */.TN)(path)} stays out of the image: another step of the job put credentials into it.`);
    for (const notice of (0,limit_problems/* limitSentences */.IG)(notices))
        log.notice(notice);
    const options = { prefix: '', refuseOutsideLinks: false, allowEmpty: true, allowMissing: true };
    const unshipped = dagsApart ? [] : collectShipped(source, options).leftOut;
    return [...new Set([...secret, ...unshipped.flatMap((path) => below(folder, (0,external_node_path_.join)(dagsFolder, path)))])];
}
/** Checks the image against the Deployment and what Astro offers; throws UserError before anything is begun. */
async function checkImage(image, deployment, organization, tools) {
    const { runtimeReleases } = await (0,deployments/* readDeploymentOptions */.UR)(tools.client, organization);
    const refusal = refuseRuntime(image.runtimeVersion, deployment.astroRuntimeVersion, runtimeReleases.map(({ version }) => version));
    if (refusal !== undefined)
        throw new errors/* UserError */.y(refusal);
}
/** Pushes the image to where the deploy wants it. */
async function pushPrepared(image, deploy, tools) {
    const { imageRepository: repository, imageTag: tag } = deploy;
    if (!repository || !tag) {
        throw new errors/* UserError */.y(`Astro gave no place in its registry for the image (deploy ${deploy.id}). Run the job again; if it stays so, report it to Astronomer.`);
    }
    await pushImage(image.engine, {
        image: image.name,
        repository,
        tag,
        token: tools.client.token,
        api: tools.client.url,
        privateFolder: image.privateFolder,
    });
    tools.log.info(`Pushed the image as ${repository}:${tag}.`);
    return tag;
}

;// CONCATENATED MODULE: ./build/apply/code/project-tests.js










/** Astro's own test of a project's DAGs. */
const integrityTest = '.astro/test_dag_integrity_default.py';
/** The oldest Astro Runtime whose images can run the tests (Astro CLI, cloud/deploy/deploy.go). */
const oldest = '4.1.0';
/** Most failures that become annotations; GitHub shows ten of a kind for each step. */
const mostAnnotations = 8;
/** What is to be tested before a deploy, in this order; nothing where the deploy has no DAGs or `force` skips it. */
function testsOf({ type }, { parse, pytest, force }) {
    const asked = [...(parse ? ['parse'] : []), ...(pytest ? ['pytest'] : [])];
    return force || (type !== 'image-and-dags' && type !== 'dags-only') ? [] : asked;
}
/** Refuses what the files alone show to be untestable, before anything is written. Throws UserError. */
function refuseUntestable(plan, inputs, { log, env }) {
    const step = plan.steps.find((one) => one.kind === 'deploy-code');
    if (!step || !(inputs.parse || inputs.pytest))
        return;
    const tests = testsOf(step, inputs);
    if (tests.length === 0)
        log.notice(inputs.force
            ? '`force` skips the tests that `parse` and `pytest` ask for.'
            : `This deploy leaves the DAGs as they run (${step.type}), so there is nothing for \`parse\` and \`pytest\` to test.`);
    if (tests.includes('parse') && !(0,external_node_fs_.existsSync)((0,external_node_path_.join)(step.source.folder, integrityTest)))
        throw new errors/* UserError */.y(`\`parse\` runs the DAG integrity test \`${integrityTest}\`, which is not in the Astro project. \`astro dev init\` writes it: run it in the project and check the file in, or use \`pytest\` with tests of your own.`);
    if (tests.length === 0)
        return;
    const { folder } = step.source;
    if (inputs.imageName === undefined)
        (0,build_files/* readBuildFiles */.C)((0,workspace_files/* workspaceFolder */.ih)(env), folder);
    environmentFile(folder, env);
}
/**
 * The image that a deploy needs, tested where that was asked for; `undefined` for a deploy without one, whose image is made
 * for its tests and thrown away. Throws UserError where a test fails: nothing of the deploy has begun then.
 */
async function prepareTestedImage(run, step, dagDeploysOn) {
    const { inputs, tools } = run;
    const withImage = step.type === 'image-and-dags' || step.type === 'image-only';
    const tests = testsOf(step, inputs);
    if (!withImage && tests.length === 0)
        return undefined;
    const { exempt } = tools.budget;
    const image = await run.timed('build', () => exempt(() => prepareImage(step, dagDeploysOn, inputs, tools)));
    try {
        if (tests.length > 0)
            await run.timed('tests', () => exempt(() => testProject(run, step, image)));
    }
    catch (error) {
        await image.discard();
        throw error;
    }
    if (withImage)
        return image;
    await image.discard();
    return undefined;
}
/** Runs the tests that were asked for, one after the other. What fails is shown at file and line. */
async function testProject({ inputs, tools, progress }, step, image) {
    const version = parseRuntime(image.runtimeVersion);
    const least = parseRuntime(oldest);
    if (version && least && compareRuntime(version, least) < 0)
        throw new errors/* UserError */.y(`Tests need Astro Runtime ${oldest} or newer, and the image has ${image.runtimeVersion}: use a newer one in the Dockerfile, or take \`parse\` and \`pytest\` out.`);
    // Loaded only by who asks for tests: reading their report takes a library of its own.
    const { runProjectTests } = await Promise.all(/* import() */[__webpack_require__.e(800), __webpack_require__.e(298)]).then(__webpack_require__.bind(__webpack_require__, 9298));
    const { folder: project, dagsFolder } = step.source;
    const envFile = environmentFile(project, tools.env);
    const runs = [];
    for (const what of testsOf(step, inputs)) {
        const target = what === 'parse' ? integrityTest : inputs.pytestFile;
        const request = {
            image: image.name,
            target,
            project,
            dagsFolder,
            privateFolder: image.privateFolder,
            redact: tools.log.redact,
        };
        const end = await tools.log.group(`Test the project (${what}: ${(0,core_text/* oneLine */.TN)(target)})`, () => runProjectTests(image.engine, { ...request, ...(0,omit_undefined/* omitUndefined */.O)({ envFile }) }, tools.log.info));
        if (end.report || end.exitCode === 0) {
            const run = { what, passed: 0, failed: 0, skipped: 0, ...counts(end.report) };
            runs.push(run);
            progress({ tests: [...runs] });
            tools.log.info(`Tests (${what}): ${(0,test_runs/* countsOf */.m)(run)}`);
        }
        if (end.exitCode !== 0)
            throw failure(what, target, end, step, tools);
    }
}
const counts = (report) => report ? { passed: report.passed, failed: report.failed, skipped: report.skipped } : {};
/** The project's `.env`, which the Astro CLI hands to the container. Throws UserError for what is no plain file of the workspace. */
function environmentFile(project, env) {
    const file = (0,external_node_path_.join)(project, '.env');
    return (0,workspace_files/* readWorkspaceFile */.sL)((0,workspace_files/* workspaceFolder */.ih)(env), file, 'environment file') === undefined ? undefined : file;
}
/** What the exit codes mean that are no failed test (docs.pytest.org, "Exit codes"; 126 and up: docs.docker.com, "docker run"). */
function meaning(code, target) {
    switch (code) {
        case 2:
            return 'pytest was interrupted, most often because a test file cannot be imported';
        case 3:
            return 'pytest had an internal error';
        case 4:
            return `pytest was called wrongly, most often because \`${target}\` is neither in the project nor in the image`;
        case 5:
            return `pytest found no tests in \`${target}\``;
        case 126:
        case 127:
            return 'the image has no pytest that can be run: it must start from an Astro Runtime image';
        case 137:
            return 'pytest was killed, most often because the runner has too little memory';
        default:
            return 'pytest did not run to its end';
    }
}
function failure(what, target, end, step, { log }) {
    const failures = end.report?.failures ?? [];
    const names = failures.slice(0, 3).map(({ name, file }) => (0,core_text/* oneLine */.TN)(file === undefined ? name : `${name} in ${file}`));
    const more = failures.length > names.length ? ` and ${String(failures.length - names.length)} more` : '';
    const which = names.length > 0 ? `: ${names.join(', ')}${more}` : '';
    const last = which === '' ? end.tail.filter((line) => line.trim() !== '').slice(-20) : [];
    const why = end.exitCode === 1
        ? end.report
            ? `${String(end.report.failed)} ${end.report.failed === 1 ? 'test' : 'tests'} failed`
            : 'tests failed'
        : `${meaning(end.exitCode, target)} (exit code ${String(end.exitCode)})`;
    const message = `\`${what}\`: ${why}${which}. No code was deployed.${last.length > 0 ? ` The last lines:\n${last.join('\n')}` : ''}`;
    if (failures.length > mostAnnotations)
        log.info(`There are ${String(failures.length - mostAnnotations)} more failures: see the output of the tests.`);
    if (failures.length === 0)
        return new errors/* UserError */.y(message);
    return new errors/* UserError */.y(message, { problems: failures.slice(0, mostAnnotations).map((one) => shown(one, step)) });
}
/** A failure at its place in the repository. */
function shown({ name, file, line, message }, { source: { project } }) {
    const text = `Test ${name}: ${message}`;
    if (file === undefined)
        return { message: text };
    const [dags] = project.dags;
    const path = dags !== undefined && file.startsWith('dags/')
        ? `${dags}${file.slice('dags'.length)}`
        : [project.path, file].filter((part) => part !== '').join('/');
    return { message: text, at: { file: path, ...(0,omit_undefined/* omitUndefined */.O)({ line }) } };
}

// EXTERNAL MODULE: ./build/core/sweep/orphan-links.js
var orphan_links = __webpack_require__(8479);
// EXTERNAL MODULE: ./build/core/objects/entries.js
var entries = __webpack_require__(6957);
;// CONCATENATED MODULE: ./build/apply/objects/unlink.js







/** Other runs wrote an object as often as this one: a later try may succeed. */
class ContendedError extends errors/* UserError */.y {
}
/**
 * Takes a Deployment that goes away out of an object, from a fresh reading and as often as concurrent runs bring it back; a look
 * after a pause finds those that had read the object before. `false` where the object did not name it.
 */
async function unlinkObject(location, object, without, clock) {
    const dead = new Set();
    let done = false;
    let refusal;
    for (let attempt = 0; attempt < attempts; attempt++) {
        if (attempt > 0) {
            const asked = refusal?.retryAfter ?? backOff(attempt, clock.random());
            await clock.pause(done ? Math.max(refusal?.retryAfter ?? 0, settling(clock.random())) : asked);
        }
        const found = await (0,environment_objects/* readObject */.Ag)(location.client, location.organization, object.id);
        const before = found && withoutDead({ ...found, id: object.id }, dead);
        const body = before && without(before);
        if (!body)
            return done;
        const strange = (0,entries/* strangeScope */.Jg)(before);
        if (strange !== undefined)
            throw new errors/* UserError */.y(`${titleAtStart(object)}: ${strange}.`);
        try {
            refusal = undefined;
            await rewrite(location, { object, before, body }, clock);
            done = true;
        }
        catch (error) {
            if (!(error instanceof errors/* ApiError */.h))
                throw error;
            refusal = error;
            if (error.applied === 'maybe')
                done = true;
            if (!(await worthAnotherTry(location, error, before, dead)))
                throw error;
        }
    }
    throw refusal ?? new ContendedError(`${titleAtStart(object)} is changed by others as often as this run changes it.`);
}

;// CONCATENATED MODULE: ./build/apply/objects/link.js













function locationOf({ plan, tools }, deployment) {
    return {
        client: tools.client,
        organization: plan.organization,
        workspaceId: deployment.workspaceId,
        deploymentId: deployment.id,
    };
}
/** Carries one link step out. After a failure it is said which objects are linked and which are not. */
async function linkObject(run, step, deployment) {
    if (!deployment)
        throw new Error('a plan that links names a Deployment or creates one before');
    const name = (0,object_steps/* nameOf */.V)(step.wanted);
    try {
        const done = await run.timed('link', () => reconcileObject(locationOf(run, deployment), step, realClock(run.tools.signal)));
        if (!done || done.kind === 'nothing')
            return;
        run.written.push(step.wanted);
        run.linked.push(`${(0,verbs/* verbText */.t)(step.verbs)} ${name}`);
        run.progress({ linked: [...run.linked] });
    }
    catch (error) {
        const steps = run.plan.steps.filter((one) => one.kind === 'link');
        const open = steps.slice(steps.indexOf(step)).map((one) => (0,object_steps/* nameOf */.V)(one.wanted));
        run.progress({
            left: [
                ...(run.linked.length > 0 ? [`Done in the Environment Manager: ${run.linked.join('; ')}.`] : []),
                `Not done yet: ${open.join(', ')}. The next run goes on from here.`,
            ],
        });
        throw error instanceof errors/* ApiError */.h && error.status === 400
            ? new errors/* UserError */.y(error.message, { at: step.wanted.at, cause: error })
            : error;
    }
}
/** Has every object of the plan looked at again, also those that this run did not write. */
function verifyLinksOf(run) {
    // A look at what nobody wrote need not wait for concurrent runs.
    if (run.written.length === 0)
        run.settled = true;
    if (run.plan.kind !== 'preview')
        return;
    for (const one of run.plan.wanted)
        if (!run.written.includes(one))
            run.written.push(one);
}
/** Looks once more at what this run wrote, and puts back what a run at the same time threw out. */
async function verifyWrittenLinks(run, deployment) {
    if (run.written.length === 0)
        return;
    const { settled } = run;
    const restored = await run.timed('look at the links again', () => restoreLinks(locationOf(run, deployment), run.written, realClock(run.tools.signal), { settled }));
    for (const one of restored)
        run.tools.log.notice(`The link of the ${(0,object_steps/* nameOf */.V)(one)} was gone, because another run or an update of the Deployment removed it: it is there again.`);
    run.settled = true;
    if (!settled || restored.length > 0)
        await verifyEffective(locationOf(run, deployment), run.written);
}
/**
 * Takes a Deployment that goes away out of every environment object that names it. A missing permission is a warning
 * that names the objects: nothing of ours can ever remove these links, and the Deployment costs money. A passing failure
 * is an error while the Deployment still exists, so that the next run finishes. Resolves to whether anything was taken out.
 */
async function unlinkDeployment(run, deployment, { objects, when } = { when: 'before the deletion' }) {
    const { tools } = run;
    const name = (0,core_text/* oneLine */.TN)(deployment.name);
    const keep = (error) => {
        if (when === 'before the deletion' && isPassing(error))
            throw new errors/* UserError */.y(`The Deployment ${name} (${deployment.id}) is kept: its links in the Environment Manager could not be removed. ${error.message} Run the job again, or leave it to the next sweep.`, { cause: error });
        if (!(error instanceof errors/* ApiError */.h || error instanceof errors/* UserError */.y))
            throw error;
    };
    let named = objects;
    try {
        named ??= await objectsNaming(run, deployment);
    }
    catch (error) {
        keep(error);
        tools.log.warning(`Links to ${name} may be left in the Environment Manager, because environment objects cannot be listed: ${messageOf(error)}`);
        return false;
    }
    let some = false;
    const left = [];
    for (const object of named) {
        const without = (current) => (0,entries/* withoutDeployment */.E5)(current, deployment.id);
        try {
            if (!(await unlinkObject(locationOf(run, deployment), object, without, realClock(tools.signal))))
                continue;
            some = true;
            tools.log.info(`Environment Manager: unlinked the ${(0,object_steps/* nameOf */.V)(object)} from ${name}`);
        }
        catch (error) {
            keep(error);
            left.push({ object: (0,object_steps/* nameOf */.V)(object), why: messageOf(error) });
        }
    }
    if (left[0])
        tools.log.warning(`Links to ${name} are left in the Environment Manager, in ${left.map(({ object }) => object).join(', ')}: ${left[0].why}`);
    return some;
}
/** Takes Deployments that no longer exist out of an object. A failure is a warning: the next sweep tries again. */
async function unlinkGone(run, { object, workspaceId, gone }) {
    const { plan, tools } = run;
    const location = {
        client: tools.client,
        organization: plan.organization,
        workspaceId,
        deploymentId: gone[0] ?? '',
    };
    try {
        await unlinkObject(location, object, (current) => (0,orphan_links/* withoutDeployments */.Zw)(current, gone), realClock(tools.signal));
    }
    catch (error) {
        if (!(error instanceof errors/* ApiError */.h || error instanceof errors/* UserError */.y))
            throw error;
        tools.log.warning(`Links to Deployments that no longer exist are left in the ${(0,object_steps/* nameOf */.V)(object)}: ${error.message} The next sweep tries again.`);
    }
}
async function objectsNaming({ tools, plan }, deployment) {
    const stored = await (0,environment_objects/* listObjects */.L)(tools.client, plan.organization, { workspaceId: deployment.workspaceId });
    return stored.flatMap((object) => (0,entries/* isNamed */.ev)(object, deployment.id)
        ? [{ id: object.id, kind: (0,objects_environment_objects/* kindOfType */.OF)(object.objectType), key: object.objectKey }]
        : []);
}
/** Whether a later try may succeed without anybody changing permissions: no answer, 408, 429, 5xx, or concurrent writers. */
const isPassing = (error) => error instanceof ContendedError ||
    (error instanceof errors/* ApiError */.h && ((0,astro_client/* failureClass */.fI)(error) !== 'refused' || error.status === 409));
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

;// CONCATENATED MODULE: ./build/core/report/waiting.js
/** The line that says what a run waits for, how that stands, how long it has waited and how long it waits at most. */
function waitLine({ what, status, waited, left }) {
    const most = span(waited + Math.max(0, left));
    return `Waiting for ${what}${status === '' ? '' : `: ${status}`} (${span(waited)} so far, at most ${most})`;
}
/** A length of time for people: `45 s`, `2 min 30 s`, `1 h 5 min`. */
function span(milliseconds) {
    const seconds = Math.round(milliseconds / 1000);
    const minutes = Math.floor(seconds / 60);
    const [large, small] = minutes < 60
        ? [minutes > 0 ? `${String(minutes)} min` : '', seconds % 60 > 0 ? `${String(seconds % 60)} s` : '']
        : [`${String(Math.floor(minutes / 60))} h`, minutes % 60 > 0 ? `${String(minutes % 60)} min` : ''];
    return `${large} ${small}`.trim() || '0 s';
}

;// CONCATENATED MODULE: ./build/apply/waiting.js


/** How often a run says what it waits for, in milliseconds. */
const every = 30_000;
/**
 * Does work that waits for something, and says every 30 s in the log what for, its status, how long it has taken and how
 * long it may take, also while a single request hangs. `what` completes "Waiting for".
 */
async function whileWaiting({ log, remaining }, what, work) {
    const begun = performance.now();
    let status = '';
    const timer = setInterval(() => {
        log.info(waitLine({ what, status, waited: performance.now() - begun, left: remaining() }));
    }, every);
    try {
        return await work((seen) => {
            status = (0,core_text/* oneLine */.TN)(seen, 300);
        });
    }
    finally {
        clearInterval(timer);
    }
}

// EXTERNAL MODULE: ./build/core/code/classify-files.js
var classify_files = __webpack_require__(3048);
;// CONCATENATED MODULE: ./build/core/code/dockerfile.js
const from = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i;
/** Where Astronomer publishes Astro Runtime, for Airflow 2 and 3. */
const runtimeImage = /^(?:quay\.io\/astronomer\/astro-runtime|astrocrpublic\.azurecr\.io\/runtime):(\d+\.\d+\.\d+|\d+\.\d+-\d+)(?:-(?:base|python-).*)?$/;
/**
 * The version of Astro Runtime that the last stage of a Dockerfile is built on. `undefined` where that is another image, or
 * where its tag is not written out, such as `${VERSION}` or a digest.
 */
function literalRuntime(dockerfile) {
    const stages = new Map();
    let last;
    for (const [index, text] of dockerfile.split(/\r?\n/).entries()) {
        const [, image, name] = from.exec(text) ?? [];
        if (image === undefined)
            continue;
        const version = runtimeImage.exec(image)?.[1];
        last = version === undefined ? stages.get(image.toLowerCase()) : { version, line: index + 1 };
        if (name !== undefined)
            stages.set(name.toLowerCase(), last);
    }
    return last;
}

;// CONCATENATED MODULE: ./build/python/syntax.js



/**
 * Compiles every file and answers one line of JSON. Written for any Python 3. What is newer than the Python that compiles
 * is left out by the line that it stumbles over: a runner is often older than the Runtime that the DAGs are for. Symbolic
 * links are left out: one may lead to anything on this machine.
 */
const program = String.raw `
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
async function syntaxErrors(files, env, signal, timeLimit = 10_000) {
    if (files.length === 0)
        return [];
    // Isolated, without site packages and bytecode: what the checkout or the environment holds is not loaded.
    const args = ['-I', '-S', '-B', '-W', 'ignore', '-c', program];
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeLimit)]);
    const stdin = JSON.stringify(files.map(({ path }) => path));
    try {
        const { code, stdout } = await (0,run_program/* runGroup */.V8)('python3', args, { env, stdin, signal: limited });
        const answer = code === 0 ? JSON.parse(stdout) : undefined;
        return Array.isArray(answer) ? answer.map((row) => problem(row, files)) : 'no python';
    }
    catch (error) {
        signal.throwIfAborted();
        if (error instanceof errors/* UserError */.y || error instanceof SyntaxError || limited.aborted)
            return 'no python';
        throw error;
    }
}
function problem([index, line, column, message], files) {
    const known = line !== null && line > 0;
    return {
        file: files[index]?.shown ?? '',
        ...(known && { line }),
        ...(known && column !== null && column > 0 && { column }),
        message: (0,core_text/* oneLine */.TN)(message, 300),
    };
}

;// CONCATENATED MODULE: ./build/apply/code/preflight.js















/**
 * Refuses what the files alone show before anything is written or built: a preview that cannot get its code is not made
 * first. Links and the Deployment's own limits are checked again when the code is shipped. Throws UserError.
 */
function refuseBadFiles(plan, inputs, { env, log }) {
    const step = plan.steps.find((one) => one.kind === 'deploy-code');
    if (step && step.type !== 'dbt' && !inputs.dagsBaseDir)
        refuseRootLayout(plan);
    const withoutImage = step?.type === 'dags-only' || step?.type === 'dbt';
    // A deploy without an image that is alone looks at its files before it writes anyway.
    if (!step || (withoutImage && plan.steps[0] === step))
        return;
    if (step.type === 'dbt') {
        collectShipped(step.source, { prefix: '', refuseOutsideLinks: false, allowEmpty: true });
        return;
    }
    if (step.type !== 'dags-only') {
        if (inputs.imageName === undefined) {
            refuseOtherRuntime(plan, (0,build_files/* readBuildFiles */.C)((0,workspace_files/* workspaceFolder */.ih)(env), step.source.folder), (0,workspace_files/* workspaceFolder */.ih)(env));
            const message = lostDags(plan, step);
            if (message !== undefined && !inputs.force)
                throw new errors/* UserError */.y(`${message} Take the rule out, switch DAG deploys on, or set \`force: true\` if this is what you want.`);
            if (message !== undefined)
                log.warning(message);
        }
        currentContext(env);
    }
    const dagDeploysOn = dagDeploysOf(plan) === true;
    if (step.type !== 'image-only' && dagDeploysOn) {
        const shown = shownFolder(step.source, env);
        collectShipped(step.source, {
            prefix: 'dags',
            refuseOutsideLinks: false,
            allowEmpty: inputs.force,
            allowMissing: deletesDags(step, inputs),
            shown,
        });
    }
}
/** The configuration that a preview will have. */
const desiredOf = (plan) => plan.kind === 'preview' ? plan.configuration.desired : undefined;
const dagDeploysOf = (plan) => (desiredOf(plan) ?? (0,plan_plan/* planDeployment */.H)(plan))?.isDagDeployEnabled;
/** Airflow 2 reads DAGs below `dags/` only, and Astronomer's CLI offers the other layout for Airflow 3. Throws UserError. */
function refuseRootLayout(plan) {
    const deployment = (0,plan_plan/* planDeployment */.H)(plan);
    const version = deployment?.airflowVersion ?? desiredOf(plan)?.runtimeVersion ?? '';
    const runtime = parseRuntime(version);
    if (runtime === undefined || (deployment ? runtime.numbers[0] : airflowMajor(runtime)) !== 2)
        return;
    throw new errors/* UserError */.y('`dags-base-dir` is `false`, but the Deployment runs Airflow 2, which needs its DAGs below `dags/`. Leave `dags-base-dir` out.');
}
/** With DAG deploys off the DAGs must be in the image: an ignore rule that leaves them out deletes every DAG that runs. */
function lostDags(plan, { type, source }) {
    const dagDeploysOn = dagDeploysOf(plan);
    const folder = type === 'image-and-dags' && dagDeploysOn === false ? (0,classify_files/* dagsLeftOut */.D)(source.project) : undefined;
    return folder === undefined
        ? undefined
        : `DAG deploys are off, so DAGs must be in the image, but the ignore file leaves \`${folder}\` out of it: the Deployment would have no DAGs.`;
}
/** Refuses a Dockerfile whose literal Astro Runtime cannot go to the Deployment. Throws UserError with file and line. */
function refuseOtherRuntime(plan, { dockerfile, text }, workspace) {
    const runtime = literalRuntime(text);
    const deployment = (0,plan_plan/* planDeployment */.H)(plan);
    const wanted = deployment?.astroRuntimeVersion ?? desiredOf(plan)?.runtimeVersion;
    if (!runtime || wanted === undefined)
        return;
    const refusal = refuseRuntime(runtime.version, wanted, [runtime.version]);
    if (refusal === undefined)
        return;
    const at = { file: (0,external_node_path_.relative)(workspace, dockerfile).replaceAll('\\', '/'), line: runtime.line };
    if (deployment)
        throw new errors/* UserError */.y(refusal, { at });
    throw new errors/* UserError */.y(`The Dockerfile has Astro Runtime ${runtime.version}, and the template makes the preview with \`runtime_version: ${wanted}\`: that image could not be deployed to it. Give both the same version.`, { at });
}
/** Whether the last DAG was deleted, and with `force` that is meant: git leaves no folder behind then. */
const deletesDags = ({ source, changed }, { force }) => force && source.project.dags.some((folder) => changed?.some((path) => path.startsWith(`${folder}/`)) === true);
/** A DAG folder by its path below the workspace, as far as it lies there. */
function shownFolder({ dagsFolder }, env) {
    const workspace = (0,workspace_files/* workspaceFolder */.ih)(env);
    return (0,workspace_files/* inside */.nx)(dagsFolder, workspace) ? (0,external_node_path_.relative)(workspace, dagsFolder).replaceAll('\\', '/') || '.' : dagsFolder;
}
/** Most files that are checked in one run. */
const mostFiles = 2_000;
/**
 * Checks the syntax of the DAG files that this deploy changes, where there is a Python: what is wrong is shown at file
 * and line before anything is built. A warning, because a runner's Python may know less than the Deployment's; with
 * `verify-dags: fail` it fails the step. Throws UserError then.
 */
async function checkSyntax(plan, inputs, tools, progress) {
    const step = plan.steps.find((one) => one.kind === 'deploy-code');
    if (!step || step.type === 'image-only' || step.type === 'dbt' || inputs.verifyDags === 'off')
        return;
    if (!(0,external_node_fs_.existsSync)(step.source.dagsFolder))
        return;
    const { dagsFolder, project } = step.source;
    const root = project.dags[0] ?? 'dags';
    // An absolute `dags-folder` may lie outside the workspace: then nothing outside of it is read.
    const around = (0,external_node_path_.isAbsolute)(inputs.dagsFolder) ? (0,external_node_fs_.realpathSync)(dagsFolder) : (0,workspace_files/* workspaceFolder */.ih)(tools.env);
    const names = step.changed
        ? step.changed.filter((path) => path.startsWith(`${root}/`)).map((path) => path.slice(root.length + 1))
        : shippedNames(step.source);
    const files = names
        .filter((name) => name.endsWith('.py') && (0,workspace_files/* isWorkspaceFile */.Ud)(around, (0,external_node_path_.join)(dagsFolder, name)))
        .slice(0, mostFiles)
        .map((name) => ({ path: (0,external_node_path_.join)(dagsFolder, name), shown: `${root}/${name}` }));
    const problems = await syntaxErrors(files, (0,run_program/* childEnvironment */.Qc)(tools.env), tools.signal);
    if (problems === 'no python' || problems.length === 0)
        return;
    progress({
        syntaxErrors: problems.map(({ file, line, message }) => ({ file, ...(0,omit_undefined/* omitUndefined */.O)({ line }), message })),
    });
    const found = problems.map(({ file, line, column, message }) => ({ message, at: place(file, line, column) }));
    const strict = inputs.verifyDags === 'fail' && !inputs.force;
    if (strict)
        throw new errors/* UserError */.y(`${String(problems.length)} DAG files are not valid Python, and \`verify-dags\` is \`fail\`.`, {
            problems: found,
        });
    for (const { message, at } of (0,limit_problems/* limitProblems */.Kc)(found))
        tools.log.warning(message, at);
}
const place = (file, line, column) => ({
    file,
    ...(0,omit_undefined/* omitUndefined */.O)({ line }),
    ...(0,omit_undefined/* omitUndefined */.O)({ column }),
});

// EXTERNAL MODULE: ./build/astro/deploys.js
var deploys = __webpack_require__(1656);
;// CONCATENATED MODULE: ./build/apply/deployment/wait.js





/** It is not clear how the deploy fares, because time was up or nobody answered: nothing is known to be wrong with it. */
class Undecided extends errors/* UserError */.y {
}
/** Whether an error only says that nothing is known. */
const isUndecided = (error) => error instanceof Undecided;
/** Pauses between two looks, in milliseconds: quick at first, then sparing. The first look comes at once. */
const wait_pauses = [500, 1_000, 2_000, 3_000, 5_000];
/** Reads the Deployment. Throws UserError where it is gone. */
async function look(location) {
    const deployment = await (0,deployments/* readDeployment */.iJ)(location.client, location.organization, location.deploymentId);
    if (!deployment)
        throw new errors/* UserError */.y(`The Deployment ${location.deploymentId} was deleted while this run was working on it: run the job again.`);
    return deployment;
}
/** Pauses between two looks. Throws where no time is left for it; `sick`: something is known to be wrong. */
async function rest(location, looks, tooLate, sick = false) {
    const next = wait_pauses[Math.min(looks, wait_pauses.length - 1)] ?? 0;
    if (location.client.remaining() < next)
        throw sick ? new errors/* UserError */.y(tooLate()) : new Undecided(tooLate());
    await (0,astro_client/* pause */.v7)(next, location.client.signal);
}
/** The status of a Deployment for people, with the reason that Astro gives. */
const statusOf = (deployment) => deployment.status + (deployment.statusReason ? ` (${(0,core_text/* oneLine */.TN)(deployment.statusReason)})` : '');
/** Waits until a Deployment takes a deploy: no longer CREATING, no longer HIBERNATING. Throws UserError when time is up. */
function untilItTakesDeploys(location, known) {
    return whileIn(['CREATING', 'HIBERNATING'], location, known);
}
/** Waits until a Deployment is no longer CREATING. Throws UserError when time is up. */
function untilCreated(location, known) {
    return whileIn(['CREATING'], location, known);
}
async function whileIn(statuses, location, known) {
    if (!statuses.includes(known.status))
        return known;
    const name = (0,core_text/* oneLine */.TN)(known.name);
    return whileWaiting(location.client, `the Deployment ${name} to be ready`, async (note) => {
        let deployment = known;
        for (let looks = 0; statuses.includes(deployment.status); looks++) {
            const status = statusOf(deployment);
            note(status);
            const tooLate = () => `The Deployment ${name} is still ${status} after \`wait-time\`. It exists and is kept: run the job again and it goes on from here, or give a longer \`wait-time\`.`;
            if (looks > 0)
                await rest(location, looks - 1, tooLate);
            deployment = await look(location);
        }
        return deployment;
    });
}

;// CONCATENATED MODULE: ./build/apply/deployment/rollout.js





/** How long a member that the deploy should have changed may lag behind a healthy status, in milliseconds. */
const lag = 60_000;
/** How long HEALTHY must last after an image deploy where no look has shown DEPLOYING, in milliseconds. */
const believed = 10_000;
/**
 * Waits until Astro says that the deploy runs: DEPLOYED, the Deployment healthy, and on it the very versions that were
 * shipped (members that Astro does not fill are not waited for; ones that lag behind a healthy status, for a minute).
 * A hibernating Deployment counts as healthy. `before` is the DAG version that was wanted before this deploy. Throws
 * UserError when the deploy failed or time is up.
 */
function untilItRuns(location, deployId, shipped, before) {
    const what = `the deploy ${deployId} to run`;
    return whileWaiting(location.client, what, (note) => rollsOut(location, deployId, { shipped, before, note }));
}
async function rollsOut(location, deployId, { shipped, before, note }) {
    const health = watchHealth(shipped.image === true);
    let deploy;
    for (let looks = 0;; looks++) {
        const settled = deploy?.status === 'DEPLOYED' && isMounted(deploy, shipped) ? deploy : undefined;
        const [deployment, current] = await Promise.all([look(location), settled ?? (0,deploys/* readDeploy */.qx)(location, deployId)]);
        deploy = current;
        if (deploy.status === 'FAILED') {
            throw new errors/* UserError */.y(`Astro reports that the deploy ${deployId} FAILED; the Deployment ${(0,core_text/* oneLine */.TN)(deployment.name)} is ${statusOf(deployment)}. Its logs in the Astro UI say why. Fix the cause, then push again.`);
        }
        health.note(deployment.status, deploy.status === 'DEPLOYED');
        if (health.lasted() !== undefined) {
            const superseded = supersededBy(deployment, shipped, before ?? undefined);
            if (superseded !== undefined)
                return { deployment, deploy, supersededBy: superseded };
            const shown = shows(deployment, shipped) && isMounted(deploy, shipped);
            if ((shown && health.isOfThisDeploy()) || (health.lasted() ?? 0) >= lag)
                return { deployment, deploy };
        }
        const state = `the deploy is ${deploy.status}, the Deployment ${(0,core_text/* oneLine */.TN)(deployment.name)} ${statusOf(deployment)}`;
        note(state);
        const tooLate = lateRollout(deployId, state, health, location);
        await rest(location, looks, tooLate, deployment.status === 'UNHEALTHY');
    }
}
/**
 * Astro goes on saying HEALTHY for a while after an image deploy was finalized (Astronomer's CLI sleeps 90 s for this
 * reason), so that HEALTHY counts after DEPLOYING was seen, or when it lasts.
 */
function watchHealth(isImage) {
    let sawRollout = !isImage;
    let since;
    const lasted = () => (since === undefined ? undefined : performance.now() - since);
    return {
        note: (status, isDeployed) => {
            sawRollout ||= status === 'DEPLOYING';
            since =
                isDeployed && (status === 'HEALTHY' || status === 'HIBERNATING') ? (since ?? performance.now()) : undefined;
        },
        lasted,
        isOfThisDeploy: () => sawRollout || (lasted() ?? 0) >= believed,
    };
}
/** What to say where time is up before the deploy runs. */
const lateRollout = (deployId, state, health, { client }) => () => {
    const [late, advice] = client.limit === undefined
        ? [' does not run yet after `wait-time`', 'Look at it in the Astro UI, or give a longer `wait-time`.']
        : [` does not run yet after ${client.limit}`, 'Look at it in the Astro UI.'];
    return health.lasted() !== undefined && !health.isOfThisDeploy()
        ? `Whether the deploy ${deployId} runs is not known: ${state}, but Astro has not shown DEPLOYING since the finalize, and no time is left to see HEALTHY last for ${String(believed / 1000)} s. ${advice}`
        : `The deploy ${deployId}${late}: ${state}. ${advice}`;
};
const matches = (shown, sent) => sent === undefined || !shown || shown === sent;
function shows(deployment, shipped) {
    return (matches(deployment.dagTarballVersion, shipped.dagTarballVersion) && matches(deployment.imageTag, shipped.imageTag));
}
/** Whether the version at the mount path is the wanted one; only the deploy shows it, the Deployment does not. */
function isMounted(deploy, { mountPath }) {
    if (mountPath === undefined)
        return true;
    const bundle = deploy.bundles?.find((one) => one.mountPath === mountPath);
    return !bundle?.desiredVersion || bundle.currentVersion === bundle.desiredVersion;
}
/**
 * A wanted DAG version that is neither ours nor the one from before ours: somebody finalized after us. Whose archive is
 * the older one says nothing, because an upload and its finalizing may lie far apart.
 */
function supersededBy(deployment, shipped, before) {
    const desired = deployment.desiredDagTarballVersion;
    return desired &&
        shipped.dagTarballVersion !== undefined &&
        desired !== shipped.dagTarballVersion &&
        desired !== before
        ? desired
        : undefined;
}

;// CONCATENATED MODULE: ./build/apply/code/roll-back.js




/** Longest time that a rollback is waited for, in milliseconds; `wait-time` may be used up when it begins. */
const rollbackTime = 10 * 60_000;
/**
 * Goes back to the deploy that ran before and waits until it runs. Resolves to a sentence that says so; where going back
 * fails too, the sentence says that.
 */
async function rollBack(run, deployment, before, why) {
    const { plan, tools, progress } = run;
    if (before === undefined)
        return 'There is no earlier deploy to roll back to.';
    const end = performance.now() + rollbackTime;
    const client = {
        ...tools.client,
        remaining: () => end - performance.now(),
        limit: `the time for a rollback (${span(rollbackTime)})`,
    };
    const location = { client, organization: plan.organization, deploymentId: deployment.id };
    try {
        const description = tools.log.clean((0,core_text/* oneLine */.TN)(`Rolled back by astro-branch-deploy: ${why}`, 500));
        const again = await (0,deploys/* rollBackTo */.Yt)(location, before, description);
        // From here on it is not our deploy that the outputs may name.
        progress({ commitSha: '', imageTag: '', dagTarballVersion: '' });
        await run.timed('roll back', () => untilItRuns(location, again.id, { image: again.type !== 'DAG_ONLY' }));
        progress(whatRuns(again));
        return `The Deployment was rolled back to the deploy ${before}, which ran before.`;
    }
    catch (error) {
        return `Rolling back to the deploy ${before} failed as well: ${error instanceof Error ? error.message : String(error)}`;
    }
}
/** What runs after a rollback, for the outputs; empty where Astro does not say. */
const whatRuns = ({ git, imageTag, dagTarballVersion }) => ({
    commitSha: git?.commitSha ?? '',
    imageTag,
    dagTarballVersion: dagTarballVersion ?? '',
});

// EXTERNAL MODULE: ./build/airflow/rows.js
var airflow_rows = __webpack_require__(2666);
;// CONCATENATED MODULE: ./build/airflow/dags.js



/** Which file a DAG is from and when that was parsed (Airflow REST API; `relative_fileloc` in Airflow 3 only). */
const listedDag = (row) => ({
    id: (0,airflow_rows/* text */.Qq)(row, 'dag_id') ?? '',
    file: (0,airflow_rows/* text */.Qq)(row, 'relative_fileloc') ?? (0,airflow_rows/* text */.Qq)(row, 'fileloc') ?? '',
    // Where the member itself is missing nobody can wait for it.
    ...(0,airflow_rows/* given */.gI)('parsedAt', 'last_parsed_time' in row ? (0,airflow_rows/* time */.kB)(row, 'last_parsed_time') : Number.POSITIVE_INFINITY),
});
/**
 * A reader of one Airflow. Releases that refuse the order (400 or 422) are asked for the whole list from then on, which
 * takes a request for each 100 DAGs.
 */
function dagReader(airflow) {
    let orders = true;
    const purpose = 'list the DAGs';
    return async (after) => {
        if (orders) {
            try {
                const query = { limit: '100', order_by: '-last_parsed_time' };
                const asked = { method: 'GET', path: '/dags', purpose, answer: ['dags'] };
                const page = await (0,airflow_client/* request */.Em)(airflow, { ...asked, query });
                const rows = Array.isArray(page['dags']) ? page['dags'] : [];
                const total = page['total_entries'];
                const dags = rows.map(listedDag);
                const isWhole = typeof total === 'number' && total <= rows.length;
                const isAllNew = dags.length > 0 && dags.every(({ parsedAt = -Infinity }) => parsedAt > after);
                if (isWhole || !isAllNew)
                    return { dags, complete: isWhole };
                const last = { limit: '1', order_by: 'last_parsed_time' };
                const [oldest] = (await (0,airflow_client/* request */.Em)(airflow, { ...asked, query: last }))['dags'];
                return { dags, complete: oldest !== undefined && (listedDag(oldest).parsedAt ?? -Infinity) > after };
            }
            catch (error) {
                if (!(error instanceof errors/* ApiError */.h && (error.status === 400 || error.status === 422)))
                    throw error;
                orders = false;
            }
        }
        const rows = await (0,airflow_rows/* listRows */.qs)(airflow, { path: '/dags', member: 'dags', key: 'dag_id', purpose });
        return { dags: rows.map(listedDag), complete: true };
    };
}

;// CONCATENATED MODULE: ./build/airflow/dag-runs.js




/** A DAG, or `undefined` where Airflow has none of this id (yet). */
async function readDag(airflow, dagId) {
    const path = (0,airflow_client/* airflowPath */.s3) `/dags/${dagId}`;
    const purpose = `read the DAG ${dagId}`;
    const dag = await (0,airflow_rows/* orMissing */.Mr)((0,airflow_client/* request */.Em)(airflow, { method: 'GET', path, purpose, answer: ['dag_id'] }));
    return dag && { ...listedDag(dag), isPaused: dag['is_paused'] === true };
}
/** Lets the runs of a DAG start. */
async function unpauseDag(airflow, dagId) {
    await (0,airflow_client/* request */.Em)(airflow, {
        method: 'PATCH',
        path: (0,airflow_client/* airflowPath */.s3) `/dags/${dagId}`,
        query: (0,airflow_rows/* masks */.SL)(airflow, ['is_paused']),
        body: { is_paused: false },
        purpose: `unpause the DAG ${dagId}`,
    });
}
/**
 * Starts a run of a DAG and gives back its id (Airflow REST API, trigger DAG run). The id is ours, made of the time, so
 * that a run of which no answer came is found again instead of being started twice.
 */
async function triggerDag(airflow, dagId, now) {
    const runId = `branch_deploy__${now.toISOString()}`;
    const started = (0,airflow_client/* request */.Em)(airflow, {
        method: 'POST',
        path: (0,airflow_client/* airflowPath */.s3) `/dags/${dagId}/dagRuns`,
        // Airflow 3 wants the date named even where there is none.
        body: { dag_run_id: runId, ...(airflow.version === 'v2' && { logical_date: null }) },
        purpose: `start the DAG ${dagId}`,
        answer: ['dag_run_id'],
    });
    try {
        return (0,airflow_rows/* text */.Qq)((await started) ?? {}, 'dag_run_id') ?? runId;
    }
    catch (error) {
        if (!(error instanceof errors/* ApiError */.h) || (error.applied === 'no' && error.status !== 409))
            throw error;
        const found = await readDagRun(airflow, dagId, runId).catch(() => undefined);
        if (found === undefined)
            throw error;
        return runId;
    }
}
/** State of a run (`queued`, `running`, `success`, `failed`); `undefined` where there is none of this id. */
async function readDagRun(airflow, dagId, runId) {
    const path = (0,airflow_client/* airflowPath */.s3) `/dags/${dagId}/dagRuns/${runId}`;
    const purpose = `read the run ${runId} of the DAG ${dagId}`;
    const run = await (0,airflow_rows/* orMissing */.Mr)((0,airflow_client/* request */.Em)(airflow, { method: 'GET', path, purpose, answer: ['state'] }));
    return run && (0,airflow_rows/* text */.Qq)(run, 'state');
}

// EXTERNAL MODULE: ./build/core/yaml/problems.js
var problems = __webpack_require__(9250);
;// CONCATENATED MODULE: ./build/airflow/import-errors.js

/** All import errors that Airflow has now (Airflow REST API, importErrors). */
async function listImportErrors(airflow) {
    const rows = await (0,airflow_rows/* listRows */.qs)(airflow, {
        path: '/importErrors',
        member: 'import_errors',
        key: 'import_error_id',
        purpose: 'list the import errors',
    });
    return rows.map((row) => ({
        file: (0,airflow_rows/* text */.Qq)(row, 'filename') ?? '',
        stackTrace: airflow.client.log.redact((0,airflow_rows/* text */.Qq)(row, 'stack_trace') ?? ''),
        ...(0,airflow_rows/* given */.gI)('at', (0,airflow_rows/* time */.kB)(row, 'timestamp')),
        ...(0,airflow_rows/* given */.gI)('bundle', (0,airflow_rows/* text */.Qq)(row, 'bundle_name')),
    }));
}

;// CONCATENATED MODULE: ./build/core/code/airflow-files.js

/** The path below the DAG folder that an answer of Airflow means: Airflow 2 names an absolute path, Airflow 3 one below its bundle. */
function pathInDags(file) {
    const below = /\/(?:site|dist)-packages\//.test(file) ? undefined : /(?:^|\/)dags\/(.+)$/.exec(file)?.[1];
    return below ?? (file.startsWith('/') ? file.split('/').at(-1) : file);
}
/**
 * Files of the DAG folder that Airflow reads as DAG files: Python whose text contains `dag` and `airflow` in any case
 * (Airflow, `might_contain_dag_via_default_heuristic`) and that no `.airflowignore` leaves out. A line of an
 * `.airflowignore` that is a regular expression beyond plain text, `.`, `.*`, `^` and `$` counts as matching nothing.
 */
function dagFiles(files, ignores, major) {
    const rules = ignores.map(({ path, text }) => {
        const folder = path.split('/').slice(0, -1).join('/');
        return {
            prefix: folder === '' ? '' : `${folder}/`,
            ignored: major === 3 ? readGlobs(text) : readExpressions(text),
        };
    });
    return files
        .filter(({ path, text }) => path.endsWith('.py') && /airflow/i.test(text) && /dag/i.test(text))
        .map(({ path }) => path)
        .filter((path) => !rules.some(({ prefix, ignored }) => path.startsWith(prefix) && ignored(path.slice(prefix.length))));
}
/** Airflow 3 reads the lines as git does: a pattern without a slash matches at every depth. */
function readGlobs(text) {
    const lines = text.split('\n').map((line) => {
        const [, not = '', pattern = ''] = /^(!?)(.*)$/.exec(line.trim());
        if (pattern === '' || pattern.startsWith('#'))
            return '';
        const body = pattern.replace(/\/+$/, '');
        return not + (body.includes('/') ? body.replace(/^\/+/, '') : `**/${body}`);
    });
    return (0,dockerignore/* readDockerignore */.$)(lines.join('\n'));
}
/** Airflow 2 looks for each line as a regular expression anywhere in the path; walked without backtracking. */
function readExpressions(text) {
    const lines = text
        .split('\n')
        .map((line) => line.replace(/\s*#.*/, '').trim())
        .filter((line) => line !== '');
    const patterns = lines.flatMap((line) => expression(line) ?? []);
    return (path) => patterns.some((matches) => matches(path));
}
/** A simple regular expression as pieces that must follow each other; `undefined` for anything else. */
function expression(line) {
    const plain = line.replace(/^\^/, '').replace(/\$$/, '');
    const pieces = plain.split('.*').map((piece) => piece.replace(/\\([^A-Za-z0-9])/g, (_, one) => escaped(one)));
    if (pieces.some((piece) => /[\\[\](){}+*?|^$]/.test(piece)))
        return undefined;
    return (path) => found(path, pieces, line.startsWith('^'), line.endsWith('$'));
}
/** Private-use characters stand for escaped ones, so that an escaped dot is no wildcard. */
const escaped = (one) => String.fromCodePoint(0xe000 + (one.codePointAt(0) % 0x1000));
function found(path, pieces, fromStart, toEnd) {
    let at = 0;
    for (const [index, piece] of pieces.entries()) {
        const isLast = index === pieces.length - 1;
        const anchored = fromStart && index === 0;
        const last = path.length - piece.length;
        let place = isLast && toEnd ? Math.max(at, last) : at;
        if (isLast && toEnd && last < at)
            return false;
        while (place <= last && !fits(path, piece, place))
            place = anchored || (isLast && toEnd) ? last + 1 : place + 1;
        if (place > last || (anchored && place !== 0))
            return false;
        at = place + piece.length;
    }
    return true;
}
const fits = (path, piece, at) => Array.from(piece).every((one, index) => one === '.' || one === path[at + index] || one === escaped(path[at + index]));

;// CONCATENATED MODULE: ./build/core/code/parsed.js

/**
 * How far Airflow's clock is ahead of this machine's, in milliseconds: the smallest difference that explains all samples,
 * so that two machines with the right time are taken at their word although `Date` has no fractions.
 */
function clockOffset(samples) {
    const least = Math.max(...samples.map(({ date, answeredAt }) => date - answeredAt));
    const most = Math.min(...samples.map(({ date, askedAt }) => date + 999 - askedAt));
    if (samples.length === 0)
        return 0;
    return least > 0 || most < 0 ? least : 0;
}
/**
 * The time by Airflow's clock after which something is parsed since the finalize. The newest time that the first look
 * after the finalize showed bounds it, so that a parsing that a later look shows first counts however wrong the clocks are.
 */
function parsedAfter(finalizedAt, samples, newestAtFirstLook) {
    return Math.min(finalizedAt + clockOffset(samples), newestAtFirstLook);
}
/** The newest time that a listing holds; without any, infinite: then it bounds nothing. */
function newestOf(dags, errors) {
    const times = [...dags.map(({ parsedAt }) => parsedAt), ...errors.map(({ at }) => at)].filter((time) => time !== undefined && Number.isFinite(time));
    return times.length === 0 ? Number.POSITIVE_INFINITY : times.reduce((one, other) => Math.max(one, other));
}
/** Files that Airflow has not parsed since `after`; none where every DAG that it lists was parsed since. */
function unparsed(files, look, after) {
    const since = (time) => time !== undefined && time > after;
    if (look.complete && look.dags.length > 0 && look.dags.every(({ parsedAt }) => since(parsedAt)))
        return [];
    const parsed = new Set([
        ...look.dags.filter(({ parsedAt }) => since(parsedAt)).map(({ file }) => pathInDags(file)),
        ...look.errors.filter(({ at }) => since(at)).map(({ file }) => pathInDags(file)),
    ]);
    return files.filter((file) => !parsed.has(file));
}
/** What an error is about, without the frames, which differ from one parsing to the next. */
const gist = (error) => `${pathInDags(error.file)}\n${error.stackTrace.trimEnd().split('\n').at(-1)}`;
/**
 * Parts import errors into those of this deploy and those from before it. An error of a changed file is of this deploy
 * when it is newer than the finalize, or was not there before; an error of another file only when it was not there before,
 * because Airflow gives an old error a new time whenever it parses its file again. Where nobody could read the errors
 * before (`undefined`), the time decides.
 */
function partErrors(errors, before, changed, after) {
    const known = new Set(before?.map(gist));
    const isOurs = (error) => {
        const isNewer = error.at === undefined ? undefined : error.at > after;
        if (changed.has(pathInDags(error.file)))
            return isNewer ?? !known.has(gist(error));
        return before === undefined ? (isNewer ?? true) : !known.has(gist(error));
    };
    return { ours: errors.filter(isOurs), old: errors.filter((error) => !isOurs(error)) };
}

;// CONCATENATED MODULE: ./build/apply/code/changed-dags.js






/** Which DAG files a deploy changes; every file where what ran before is not known. */
function changedDags(run, step, major) {
    const { dagsFolder, project } = step.source;
    if (step.type === 'image-only' || !(0,external_node_fs_.existsSync)(dagsFolder))
        return { paths: new Set(), awaited: [] };
    const root = project.dags[0] ?? 'dags';
    const every = shippedNames(step.source);
    const changed = step.changed
        ?.filter((path) => path.startsWith(`${root}/`))
        .map((path) => path.slice(root.length + 1));
    const paths = new Set(changed ?? every);
    const around = (0,external_node_path_.isAbsolute)(run.inputs.dagsFolder) ? (0,external_node_fs_.realpathSync)(dagsFolder) : (0,workspace_files/* workspaceFolder */.ih)(run.tools.env);
    const read = (names) => names
        .filter((name) => (0,workspace_files/* isWorkspaceFile */.Ud)(around, (0,external_node_path_.join)(dagsFolder, name)))
        .map((name) => ({
        path: name,
        text: textOf(around, (0,external_node_path_.join)(dagsFolder, name)),
    }));
    const candidates = every.filter((name) => name.endsWith('.py') && paths.has(name));
    const ignores = every.filter((name) => /(?:^|\/)\.airflowignore$/.test(name));
    return { paths, awaited: dagFiles(read(candidates), read(ignores), major) };
}
/** A file that cannot be read here is not waited for: Airflow says what it makes of it. */
function textOf(folder, path) {
    try {
        return (0,workspace_files/* readWorkspaceFile */.sL)(folder, path, 'DAG file') ?? '';
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            return '';
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/apply/code/watch-airflow.js






/** Pauses between two looks at Airflow, in milliseconds; the last one is repeated. */
const watch_airflow_pauses = [100, 200, 500, 1_000, 2_000, 3_000, 5_000];
const pauseAt = (looks) => watch_airflow_pauses[Math.min(looks, watch_airflow_pauses.length - 1)] ?? 0;
/** Longest time for the look before the deploy, in milliseconds: it holds nobody up. */
const hurry = 5_000;
/** Reads what Airflow says before a deploy; `undefined` where nobody asks for it afterwards. */
async function watchAirflow(run, deployment, step) {
    const { inputs, plan, tools } = run;
    const verifies = inputs.verifyDags !== 'off' && step.type !== 'dbt';
    if (!inputs.wait || (!verifies && inputs.runDags.length === 0))
        return undefined;
    const samples = [];
    const answered = (sample) => void samples.push(sample);
    const airflow = { ...(0,airflow_client/* connectAirflow */.tN)(deployment, tools.client), answered };
    const changed = changedDags(run, step, airflow.version === 'v1' ? 2 : 3);
    let before = (0,plan_plan/* planDeployment */.H)(plan) ? undefined : [];
    let floor = Number.NEGATIVE_INFINITY;
    if ((0,plan_plan/* planDeployment */.H)(plan)) {
        const quick = { ...airflow, client: hasty(tools.client, hurry) };
        const [errors, listing] = await Promise.all([
            verifies ? listImportErrors(quick).catch(() => undefined) : undefined,
            dagReader(quick)(Number.POSITIVE_INFINITY).catch(() => undefined),
        ]);
        before = errors;
        floor = listing === undefined || step.type === 'dbt' ? floor : newestBefore(listing.dags, errors ?? []);
    }
    tools.client.signal.throwIfAborted();
    return {
        airflow,
        read: dagReader(airflow),
        samples,
        changed,
        before,
        floor,
        finalizedAt: -Infinity,
        dags: [],
        complete: false,
        errors: [],
    };
}
const newestBefore = (dags, errors) => {
    const newest = newestOf(dags, errors);
    return newest === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : newest;
};
/** A client that repeats nothing and gives up after so many milliseconds. */
const hasty = (client, within) => ({
    ...client,
    remaining: () => 0,
    limit: 'a look that holds nobody up',
    signal: AbortSignal.any([client.signal, AbortSignal.timeout(within)]),
});
/** The time by Airflow's clock after which something is parsed since the finalize. */
const threshold = (watch) => Math.max(watch.floor, parsedAfter(watch.finalizedAt, watch.samples, watch.firstNewest ?? Number.POSITIVE_INFINITY));
/** Reads the DAGs after the finalize: one look. */
async function lookAtDags(watch) {
    const { dags, complete } = await watch.read(threshold(watch));
    watch.dags = dags;
    watch.complete = complete;
    watch.firstNewest ??= newestOf(dags, []);
}
/** Changed DAG files that Airflow has not parsed since the finalize, as far as the last looks show. */
const openFiles = (watch) => unparsed(watch.changed.awaited, watch, threshold(watch));

;// CONCATENATED MODULE: ./build/apply/code/run-dags.js







/**
 * Runs the DAGs that `run-dags` names, one after the other started and all waited for, within `wait-time`.
 * A DAG is started
 * only after Airflow has parsed its file since the finalize. Throws UserError where one fails, is missing, or does not end in time.
 */
async function runDags(run, watch) {
    const { inputs, tools, progress } = run;
    if (inputs.runDags.length === 0 || !watch)
        return;
    const { airflow } = watch;
    const started = [];
    const tell = () => {
        progress({ dagRuns: started.map(({ dag, state }) => ({ dag, state })) });
    };
    for (const dag of inputs.runDags) {
        const known = await whileWaiting(tools.client, `Airflow to parse the DAG ${(0,core_text/* oneLine */.TN)(dag, 100)}`, () => untilParsed(watch, dag, tools.client));
        if (known.isPaused)
            await unpauseDag(airflow, dag);
        started.push({ dag, id: await triggerDag(airflow, dag, tools.now()), state: 'queued' });
        tell();
    }
    await whileWaiting(tools.client, 'the DAG runs of `run-dags` to end', async (note) => {
        const running = () => started.filter(({ state }) => state !== 'success' && state !== 'failed');
        for (let looks = 0; running().length > 0; looks++) {
            for (const one of running())
                one.state = (await readDagRun(airflow, one.dag, one.id)) ?? one.state;
            tell();
            const open = running();
            if (open.length === 0)
                break;
            const states = open.map(({ dag, state }) => `${dag} (${state})`).join(', ');
            note(states);
            if (tools.client.remaining() < pauseAt(looks))
                throw new errors/* UserError */.y(`The runs of ${states} have not ended within \`wait-time\`. They go on: look at them in Airflow, or give a longer \`wait-time\`.`);
            await (0,astro_client/* pause */.v7)(pauseAt(looks), tools.client.signal);
        }
    });
    const failed = started.filter(({ state }) => state === 'failed').map(({ dag }) => dag);
    if (failed.length > 0)
        throw new errors/* UserError */.y(`The DAG runs that \`run-dags\` asks for failed: ${failed.join(', ')}. Their logs are in Airflow.`);
    for (const { dag } of started)
        tools.log.info(`The run of the DAG ${dag} succeeded`);
}
/** Waits until Airflow has parsed a DAG since the finalize. A DAG that no file can bring any more is refused at once. */
async function untilParsed(watch, dag, client) {
    for (let looks = 0;; looks++) {
        const [found] = await Promise.all([
            readDag(watch.airflow, dag),
            watch.firstNewest === undefined ? lookAtDags(watch) : undefined,
        ]);
        if (found?.parsedAt !== undefined && found.parsedAt > threshold(watch))
            return found;
        if (!found && openFiles(watch).length > 0)
            await lookAtDags(watch);
        if (!found && openFiles(watch).length === 0) {
            // Its file may have been parsed between the two requests.
            const late = await readDag(watch.airflow, dag);
            if (!late)
                throw unknownDag(watch, dag);
            continue;
        }
        if (client.remaining() < pauseAt(looks))
            throw new errors/* UserError */.y(found
                ? `The DAG \`${dag}\` (\`run-dags\`) was not started: Airflow has not parsed its file since this deploy within \`wait-time\`, so that the code of before would run. Look at its DAG processor, or give a longer \`wait-time\`.`
                : `Airflow knows no DAG \`${dag}\` (\`run-dags\`) within \`wait-time\`: check its id, and whether Airflow can import its file.`);
        await (0,astro_client/* pause */.v7)(pauseAt(looks), client.signal);
    }
}
/** Most DAGs that a message names. */
const mostNamed = 10;
function unknownDag({ dags }, dag) {
    const ids = dags.map(({ id }) => id);
    const meant = (0,problems/* nearest */.p)(dag, ids);
    const named = ids.slice(0, mostNamed).map((id) => `\`${(0,core_text/* oneLine */.TN)(id, 100)}\``);
    const rest = ids.length - named.length;
    const known = named.length === 0 ? 'It has no DAGs' : `It has ${named.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
    return new errors/* UserError */.y(`Airflow knows no DAG \`${dag}\` (\`run-dags\`): ${meant === undefined ? '' : `did you mean \`${(0,core_text/* oneLine */.TN)(meant, 100)}\`? `}${known}. Correct the id, or look for an import error in its file.`);
}

;// CONCATENATED MODULE: ./build/core/report/import-errors.js


/**
 * Places an import error of Airflow in the repository: the deepest place of the traceback that lies in the DAG folder, else
 * the DAG's file. Airflow 2 names the file by its path on the Deployment, Airflow 3 relative to its bundle (Airflow REST
 * API, importErrors).
 */
function locate(error, dagsFolder) {
    const dag = pathInDags(error.file);
    const inRepository = (path) => [...parts(dagsFolder), ...parts(path)].join('/');
    const deepest = import_errors_frames(error.stackTrace)
        .map(({ file, line }) => ({ file: file === error.file ? dag : inDags(file), line }))
        .findLast((frame) => frame.file !== undefined);
    const lastLine = error.stackTrace.split('\n').findLast((line) => /[\p{L}\p{N}]/u.test(line)) ?? '';
    const message = (0,core_text/* oneLine */.TN)(lastLine, 300) || 'Airflow cannot import it and does not say why';
    if (!deepest)
        return { file: inRepository(dag), message };
    // A line number belongs to the file it was counted in, which may be a module that the DAG imports.
    const by = deepest.file === dag ? '' : ` (imported by ${(0,core_text/* oneLine */.TN)(inRepository(dag), 200)})`;
    return { file: inRepository(deepest.file), line: deepest.line, message: `${message}${by}` };
}
/** Places that a traceback names, outermost first: frames, and the one of a SyntaxError, which has no frame. */
function import_errors_frames(stackTrace) {
    return Array.from(stackTrace.matchAll(/^[ \t|+]*File "([^"\n]+)", line ([1-9][0-9]{0,7})/gm), ([, file, line]) => ({
        file: file,
        line: Number(line),
    }));
}
/** The path below the DAG folder, as Astro's images have it; packages may have a folder of that name of their own. */
function inDags(path) {
    return /\/(?:site|dist)-packages\//.test(path) ? undefined : /(?:^|\/)dags\/(.+)$/.exec(path)?.[1];
}
const parts = (path) => path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');

;// CONCATENATED MODULE: ./build/apply/code/verify-dags.js













/** Longest time that changed files are waited for until Airflow has parsed them, in milliseconds. */
const longest = { fail: 90_000, warn: 30_000 };
/** Most import errors that become annotations; GitHub shows ten of a kind for each step. */
const verify_dags_mostAnnotations = 8;
/** Most files that a message names. */
const verify_dags_mostNamed = 5;
/**
 * Waits until Airflow has parsed the DAG files that were changed, then shows what it could not import at file and line.
 * Only errors of this deploy count: with `verify-dags: fail` they throw UserError.
 */
async function verifyDags(run, watch, dagsFolder) {
    const { inputs, tools, progress } = run;
    if (inputs.verifyDags === 'off' || !watch)
        return;
    const mode = inputs.verifyDags;
    try {
        await verify_dags_untilParsed(run, watch, longest[mode]);
    }
    catch (error) {
        tools.client.signal.throwIfAborted();
        const late = error instanceof DOMException;
        if (!(late || error instanceof errors/* ApiError */.h || error instanceof errors/* UserError */.y))
            throw error;
        const message = `Whether Airflow can import the DAGs is not known: ${late ? 'it did not answer in time.' : error.message}`;
        if (mode === 'fail')
            throw new Undecided(message, { cause: error });
        tools.log.notice(message);
        return;
    }
    nameUnparsed(run, openFiles(watch), dagsFolder, longest[mode]);
    const { ours, old } = partErrors(watch.errors, watch.before, watch.changed.paths, threshold(watch));
    for (const { file } of [...ours, ...old])
        run.broken.add(pathInDags(file));
    const places = ours.map((error) => locate(error, dagsFolder));
    const earlier = old
        .map((error) => locate(error, dagsFolder))
        .map((place) => ({ ...place, message: `before this deploy: ${place.message}` }));
    progress({ importErrors: [...places, ...earlier] });
    for (const { file, message } of earlier.slice(0, verify_dags_mostNamed))
        tools.log.info(`Import error from ${message} (${(0,core_text/* oneLine */.TN)(file, 200)})`);
    report(run, places);
}
/** Shows the errors of this deploy; throws UserError with `verify-dags: fail`. */
function report({ inputs, tools }, places) {
    if (places.length === 0)
        return;
    const strict = inputs.verifyDags === 'fail';
    const show = strict ? tools.log.error : tools.log.warning;
    for (const { file, line, message } of places.slice(0, verify_dags_mostAnnotations))
        show(`Airflow cannot import this: ${message}`, { file, ...(0,omit_undefined/* omitUndefined */.O)({ line }) });
    if (places.length > verify_dags_mostAnnotations)
        tools.log.info(`There are ${String(places.length - verify_dags_mostAnnotations)} more import errors.`);
    if (strict)
        throw new errors/* UserError */.y(`Airflow cannot import ${String(places.length)} of the files that were deployed, and \`verify-dags\` is \`fail\`: ${places
            .slice(0, 3)
            .map(({ file }) => (0,core_text/* oneLine */.TN)(file, 100))
            .join(', ')}.`);
}
function nameUnparsed({ tools }, open, dagsFolder, limit) {
    if (open.length === 0)
        return;
    const named = open.slice(0, verify_dags_mostNamed).map((file) => `\`${(0,core_text/* oneLine */.TN)(`${dagsFolder}/${file}`, 200)}\``);
    const rest = open.length > named.length ? ` and ${String(open.length - named.length)} more` : '';
    tools.log.warning(`Airflow has not parsed ${String(open.length)} of the changed DAG files within ${String(limit / 1000)} s and \`wait-time\`, so that their import errors are not known: ${named.join(', ')}${rest}. Look at them in Airflow.`);
}
/** Looks at DAGs and import errors in turn, one request a look, until every changed file is parsed or time is up. */
function verify_dags_untilParsed(run, watch, limit) {
    const { client, log } = run.tools;
    const end = performance.now() + limit;
    const remaining = () => Math.min(client.remaining(), end - performance.now());
    const files = watch.changed.awaited.length;
    const what = files === 0
        ? 'what Airflow says of the DAGs'
        : `Airflow to parse ${String(files)} changed DAG file${files === 1 ? '' : 's'}`;
    return whileWaiting({ log, remaining }, what, (note) => verify_dags_looks(run, watch, { limit, remaining, note }));
}
async function verify_dags_looks(run, watch, { limit, remaining, note }) {
    const { client } = run.tools;
    // Where it only serves a warning, an Airflow that does not answer at once holds nobody up.
    const own = client.remaining() > limit ? { limit: `\`verify-dags\` (${span(limit)})` } : {};
    const bounded = run.inputs.verifyDags === 'fail' ? { ...client, remaining, ...own } : hasty(client, limit);
    const airflow = { ...watch.airflow, client: bounded };
    const hurried = Object.assign(watch, { read: dagReader(airflow) });
    const readErrors = async () => {
        watch.errors = await listImportErrors(airflow);
    };
    for (let made = 0;; made++) {
        const errorsAreFresh = made % 2 === 1;
        if (errorsAreFresh)
            await readErrors();
        else if (!(await canLook(hurried)))
            return readErrors();
        const open = openFiles(watch).length;
        note(`${String(open)} not parsed yet`);
        if (open === 0 || remaining() < pauseAt(made))
            return errorsAreFresh ? undefined : readErrors();
        await (0,astro_client/* pause */.v7)(pauseAt(made), client.signal);
    }
}
/** Reads the DAGs; `false` where this Airflow or this token has no list of them, so that there is nothing to wait for. */
async function canLook(watch) {
    try {
        await lookAtDags(watch);
        return true;
    }
    catch (error) {
        if (error instanceof errors/* ApiError */.h && (error.status === 403 || error.status === 404))
            return false;
        throw error;
    }
}

// EXTERNAL MODULE: ./build/core/migration/airflow-sources.js
var airflow_sources = __webpack_require__(4998);
// EXTERNAL MODULE: ./build/core/migration/secret-names.js
var secret_names = __webpack_require__(152);
// EXTERNAL MODULE: ./build/core/migration/sources.js
var sources = __webpack_require__(8383);
;// CONCATENATED MODULE: ./build/apply/objects/copy-airflow.js








/**
 * Copies what lives in the metadata database of one Deployment to another, before its first code: what is there already
 * is changed, nothing is deleted, and what Airflow does not give out comes from the step's `env:` or is left out and
 * said. Resolves to what was copied, and to one sentence for each thing that is not complete and for each object that
 * Airflow refused. Throws ApiError where Airflow is unavailable.
 */
async function copyObjects(step, target, tools) {
    const copy = {
        source: (0,airflow_client/* connectAirflow */.tN)(step.from, tools.client),
        destination: (0,airflow_client/* connectAirflow */.tN)(target, tools.client),
        tools,
        incomplete: [],
        refused: [],
    };
    const copied = [
        ...(step.connections ? [`${String(await copyConnections(copy))} connections`] : []),
        ...(step.variables ? [`${String(await copyVariables(copy))} variables`] : []),
        ...(step.pools ? [`${String(await copyPools(copy))} pools`] : []),
    ];
    return { copied, incomplete: copy.incomplete, refused: copy.refused };
}
async function copyConnections(copy) {
    const { source, destination, tools } = copy;
    const [rows, there] = await Promise.all([(0,objects/* listConnections */.yb)(source), (0,objects/* listConnections */.yb)(destination)]);
    let count = 0;
    for (const row of rows) {
        for (const value of (0,airflow_sources/* secretsIn */.VY)((0,airflow_sources/* connectionSource */.yg)(row)))
            tools.log.secret(value, 'A secret of a connection');
        const exists = there.some(({ id }) => id === row.id);
        if (await put(copy, `connection ${(0,core_text/* oneLine */.TN)(row.id, 80)}`, () => (0,objects/* putConnection */.GL)(destination, complete(copy, row), exists)))
            count++;
    }
    return count;
}
async function copyVariables(copy) {
    const { source, destination, tools } = copy;
    const [rows, there] = await Promise.all([(0,objects/* listVariables */.ce)(source), (0,objects/* listVariables */.ce)(destination)]);
    let count = 0;
    for (const row of rows) {
        for (const value of (0,airflow_sources/* secretsIn */.VY)((0,airflow_sources/* variableSource */.uM)(row)))
            tools.log.secret(value, 'A secret variable');
        const value = row.masked ? supplied(copy, { kind: 'airflow-variable', key: row.key, field: 'value' }) : row.value;
        if (value === undefined)
            continue;
        const whole = { ...row, value, masked: false, maskedMembers: [] };
        const exists = there.some(({ key }) => key === row.key);
        if (await put(copy, `variable ${(0,core_text/* oneLine */.TN)(row.key, 80)}`, () => (0,objects/* putVariable */.W1)(destination, whole, exists)))
            count++;
    }
    return count;
}
async function copyPools(copy) {
    const { source, destination } = copy;
    const [rows, there] = await Promise.all([(0,objects/* listPools */.YB)(source), (0,objects/* listPools */.YB)(destination)]);
    let count = 0;
    for (const row of rows) {
        const exists = there.some(({ name }) => name === row.name);
        if (await put(copy, `pool ${(0,core_text/* oneLine */.TN)(row.name, 80)}`, () => (0,objects/* putPool */.MH)(destination, row, exists)))
            count++;
    }
    return count;
}
/**
 * Writes one object; `false` where Airflow refuses it, which is recorded and concerns this object alone. An Airflow that
 * does not answer ends the copy: the next object would only wait as long.
 */
async function put({ incomplete, refused }, what, write) {
    try {
        const missing = await write();
        if (missing.length > 0)
            incomplete.push(`${what}: ${missing.join(', ')} did not arrive in Airflow`);
        return true;
    }
    catch (error) {
        const itsOwn = error instanceof errors/* UserError */.y || (error instanceof errors/* ApiError */.h && isAboutTheObject(error));
        if (!itsOwn)
            throw error;
        refused.push(`${what}: ${error.message}`);
        return false;
    }
}
/** Airflow answers 4xx to what it does not take, and 500 where an object breaks it. */
const isAboutTheObject = (error) => (0,astro_client/* failureClass */.fI)(error) === 'refused' || error.status === 500;
/** A secret out of the step's `env:`; without one it is said what would supply it. */
function supplied({ tools, incomplete }, { kind, key, field }, or = '') {
    const name = (0,secret_names/* secretName */.Gf)(kind, key, field);
    const value = tools.env[name] ?? '';
    if (value !== '') {
        tools.log.secret(value, name);
        return value;
    }
    const noun = kind === 'connection' ? 'connection' : 'variable';
    incomplete.push(`${noun} ${(0,core_text/* oneLine */.TN)(key, 80)}: ${field} (\`${name}\` in the step's \`env:\` would supply it${or})`);
    return undefined;
}
/** The connection with what was supplied in place of what Airflow hides; what nobody supplies is left out. */
function complete(copy, row) {
    return { ...row, password: passwordOf(copy, row), extra: extraOf(copy, row) };
}
function passwordOf(copy, { id, password }) {
    if (password.kind === 'value' || password.kind === 'absent')
        return password;
    const doubtful = password.kind === 'unknown';
    const none = (0,secret_names/* withoutPasswordName */.vb)(id);
    if (doubtful && copy.tools.env[none] === 'true')
        return { kind: 'absent' };
    const or = doubtful ? `, and \`${none}: true\` says that there is none` : '';
    const value = supplied(copy, { kind: 'connection', key: id, field: 'password' }, or);
    return value === undefined ? { kind: 'absent' } : { kind: 'value', value };
}
function extraOf(copy, { id, extra }) {
    if (extra.kind === 'absent')
        return extra;
    if (extra.kind !== 'object') {
        copy.incomplete.push(`connection ${(0,core_text/* oneLine */.TN)(id, 80)}: extra (it is hidden, or no JSON object)`);
        return { kind: 'absent' };
    }
    const members = Object.entries(extra.members).flatMap(([name, value]) => {
        if (!extra.masked.includes(name))
            return [[name, value]];
        const text = supplied(copy, { kind: 'connection', key: id, field: `extra.${name}` });
        // A map or a list is given as JSON.
        const whole = text !== undefined && typeof value === 'object' ? ((0,sources/* readStructure */.ws)(text) ?? text) : text;
        return whole === undefined ? [] : [[name, whole]];
    });
    return { kind: 'object', members: Object.fromEntries(members), masked: [] };
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: ./node_modules/tar-stream/index.js
var tar_stream = __webpack_require__(6118);
;// CONCATENATED MODULE: ./build/astro/archive.js







/** Bytes read from a file at one time. */
const readSize = 64 * 1024;
/** Bytes given to gzip at one time: each call costs a thread switch. */
const gzipSize = 256 * 1024;
/**
 * The bundle as tar.gz: the same tree and time give the same bytes (no owners, no umask), and memory does not grow with
 * it. Every entry carries `modifiedAt`, the time of the deployed commit: Python takes cached bytecode for current when size
 * and time of its source are the same (PEP 3147), so that a constant time can run the code of before. The stream fails with `UserError` when a file is no longer what `collectBundle` saw.
 */
function packBundle(bundle, modifiedAt) {
    const archive = (0,tar_stream.pack)();
    const gzip = (0,external_node_zlib_.createGzip)({ level: 6, chunkSize: 64 * 1024 });
    const reading = { spare: [], own: new Set() };
    // A failure ends up as the error of `gzip`, where the reader of this stream meets it; when the reader goes, all ends.
    fill(archive, bundle.entries, { reading, modifiedAt }).catch((error) => {
        archive.destroy(error);
    });
    compress(archive, gzip, reading).catch((error) => {
        gzip.destroy(error);
    });
    gzip.once('close', () => {
        archive.destroy();
    });
    return gzip;
}
async function fill(archive, entries, { reading, modifiedAt }) {
    const common = { uid: 0, gid: 0, mtime: modifiedAt };
    for (const entry of entries) {
        const { name } = entry;
        const header = entry.kind === 'link'
            ? { ...common, name, type: 'symlink', mode: 0o777, linkname: entry.target }
            : {
                ...common,
                name,
                type: 'file',
                mode: entry.kind === 'file' && entry.seen.mode & 0o100 ? 0o755 : 0o644,
                size: entry.kind === 'file' ? entry.seen.size : Buffer.byteLength(entry.text),
            };
        const added = Promise.withResolvers();
        const sink = archive.entry(header, (error) => {
            if (error)
                added.reject(error);
            else
                added.resolve(undefined);
        });
        // Without a listener a stream's error ends the process.
        sink.on('error', added.reject);
        if (entry.kind === 'file') {
            try {
                for (const chunk of contents(entry, reading)) {
                    if (!sink.write(chunk))
                        await Promise.race([(0,external_node_events_.once)(sink, 'drain'), added.promise]);
                }
                sink.end(null);
            }
            catch (error) {
                sink.destroy(error);
            }
        }
        if (entry.kind === 'text')
            sink.end(Buffer.from(entry.text));
        await added.promise;
    }
    archive.finalize();
}
/**
 * Reads exactly what the walk saw, without following a link or waiting for a pipe that took the file's place, into
 * `spare` buffers where there are any.
 */
function* contents({ name, path, seen }, { spare, own }) {
    // Windows lacks the last two; `|` takes an undefined for 0.
    const descriptor = legible(name, () => (0,external_node_fs_.openSync)(path, external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NOFOLLOW | external_node_fs_.constants.O_NONBLOCK));
    const unchanged = () => {
        const now = (0,external_node_fs_.fstatSync)(descriptor);
        if (!now.isFile() || now.ino !== seen.ino || now.size !== seen.size || now.mtimeMs !== seen.mtimeMs)
            throw changed(name);
    };
    try {
        unchanged();
        for (let left = seen.size; left > 0;) {
            const chunk = spare.pop() ?? Buffer.allocUnsafeSlow(readSize);
            own.add(chunk.buffer);
            const read = (0,external_node_fs_.readSync)(descriptor, chunk, 0, Math.min(left, readSize), null);
            if (read === 0)
                throw changed(name);
            left -= read;
            yield chunk.subarray(0, read);
        }
        unchanged();
    }
    finally {
        (0,external_node_fs_.closeSync)(descriptor);
    }
}
/**
 * Hands the archive to gzip in large chunks: one buffer is filled while gzip reads the other. What `contents` read becomes
 * `spare` again: new buffers for each chunk would lie around until the garbage collector comes, 100 MB of them.
 */
async function compress(archive, gzip, { spare, own }) {
    let filling = Buffer.allocUnsafe(gzipSize);
    let other = Buffer.allocUnsafe(gzipSize);
    let filled = 0;
    let otherRead = Promise.resolve();
    const flush = async () => {
        await otherRead;
        const full = filling.subarray(0, filled);
        // Called with an error as well, which closes `gzip` and so is not lost.
        otherRead = new Promise((resolve) => gzip.write(full, () => {
            resolve();
        }));
        [filling, other, filled] = [other, filling, 0];
    };
    for await (const part of archive) {
        for (let from = 0; from < part.length;) {
            if (filled === gzipSize)
                await flush();
            const copied = part.copy(filling, filled, from);
            filled += copied;
            from += copied;
        }
        if (own.has(part.buffer))
            spare.push(Buffer.from(part.buffer));
    }
    await flush();
    gzip.end();
}
function changed(name) {
    return new errors/* UserError */.y(`${(0,core_text/* oneLine */.TN)(name)} was changed while it was being read. Let nothing write to the folder during the deploy.`);
}

;// CONCATENATED MODULE: ./build/core/code/monitoring-dag.js
/** The file in which Astro looks for the monitoring DAG. */
const monitoringFile = 'astronomer_monitoring_dag.py';
/**
 * A DAG by which Astronomer sees whether a HYBRID Deployment schedules and runs tasks. Astronomer's CLI puts one of this
 * name into every upload to such a Deployment (cloud/deploy/deploy.go); the two variables are the ones that its docs name.
 */
function monitoringDag(airflow) {
    const operators = airflow === 3 ? 'airflow.providers.standard.operators.bash' : 'airflow.operators.bash';
    const schedule = airflow === 3 ? 'schedule' : 'schedule_interval';
    return `"""Runs a small task again and again, so that Astronomer sees whether this Deployment runs tasks at all."""

from datetime import datetime, timedelta
from os import environ

from airflow import DAG
from ${operators} import BashOperator

with DAG(
    "astronomer_monitoring_dag",
    start_date=datetime(2024, 1, 1),
    ${schedule}=environ.get("AIRFLOW_MONITORING_DAG_SCHEDULE_INTERVAL", "*/5 * * * *"),
    is_paused_upon_creation=environ.get("PAUSE_ASTRONOMER_MONITORING_DAG", "").lower() == "true",
    dagrun_timeout=timedelta(minutes=30),
    catchup=False,
    doc_md=__doc__,
    tags=["monitoring"],
):
    BashOperator(task_id="hello", bash_command="true", do_xcom_push=False, priority_weight=2147483647)
`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./build/http/request.js + 1 modules
var http_request = __webpack_require__(6605);
// EXTERNAL MODULE: ./build/http/failure.js
var http_failure = __webpack_require__(1923);
// EXTERNAL MODULE: ./build/http/retry-after.js
var retry_after = __webpack_require__(7344);
;// CONCATENATED MODULE: ./build/astro/archive-blocks.js
/**
 * Bytes of one block, each kept in memory until its answer so that it can be sent again. What fits into one goes up as a
 * single request, as nearly every DAG folder does; Azure's 50,000 blocks (Put Block, learn.microsoft.com) are far off.
 */
const blockSize = 4 * 1024 * 1024;
/** Cuts a stream into blocks, in buffers that are spare again where there are any; of an empty stream one empty block. */
async function* blocksOf(stream, hash, spare) {
    let index = 0;
    let block = Buffer.allocUnsafe(blockSize);
    let filled = 0;
    for await (const chunk of stream) {
        hash.update(chunk);
        for (let from = 0; from < chunk.length;) {
            if (filled === blockSize) {
                yield { index: index++, bytes: block, last: false };
                block = spare.pop() ?? Buffer.allocUnsafe(blockSize);
                filled = 0;
            }
            const copied = chunk.copy(block, filled, from);
            filled += copied;
            from += copied;
        }
    }
    yield { index, bytes: block.subarray(0, filled), last: true };
}

;// CONCATENATED MODULE: ./build/astro/upload-address.js


/** Masks the address, then checks it. */
function addressOf(url, options) {
    options.secrets(url, 'The upload address');
    const address = URL.parse(url);
    if (!address)
        throw refused('it is no URL');
    const signature = address.searchParams.get('sig');
    if (signature !== null)
        options.secrets(signature, 'The signature of the upload address');
    if (address.username !== '' || address.password !== '')
        throw refused('it holds a user name');
    const loopback = (0,addresses/* isLoopback */.U9)(address.hostname);
    const secure = address.protocol === 'https:' || (address.protocol === 'http:' && loopback && options.allowLoopbackHttp);
    if (!secure)
        throw refused('it is not https');
    return address;
}
function refused(why) {
    const message = `Astro gave an upload address that is not used: ${why}.`;
    const advice = 'Check `astro-api-url`; if it is right, run the job again, and report it to Astronomer support if it stays so.';
    return new errors/* ApiError */.h({
        system: 'astro',
        message,
        advice,
        method: 'PUT',
        path: 'upload address',
        status: 0,
        applied: 'no',
    });
}

;// CONCATENATED MODULE: ./build/astro/upload.js










const blocksInFlight = 3;
const contentType = 'application/gzip';
/**
 * Streams an archive to the blob address that Astro gave for a deploy and returns the version id that finalizing needs
 * (Azure: Put Blob, Put Block, Put Block List). Every request is repeatable, and repeated on 408, 429, 5xx and where no
 * answer came. Throws `ApiError`, always with `applied` 'no': only finalizing a deploy makes it run.
 * The address is a secret (its signature grants writing) and never part of an error; no Astro token goes there.
 */
async function uploadBundle(stream, url, options) {
    const stop = new AbortController();
    try {
        options.signal.throwIfAborted();
        (0,external_node_stream_.addAbortSignal)(options.signal, stream);
        const address = addressOf(url, options);
        const put = putter(address, { ...options, signal: AbortSignal.any([options.signal, stop.signal]) });
        const hash = (0,external_node_crypto_.createHash)('sha256');
        const spare = [];
        const blocks = blocksOf(stream, hash, spare);
        const first = (await blocks.next()).value;
        const { answer, bytes } = first.last
            ? await putWhole(put, first)
            : await putBlocks(put, first, { rest: blocks, spare, stop });
        const version = answer.headers['x-ms-version-id'];
        if (typeof version !== 'string' || version === '') {
            throw upload_failure(address, answer.status, `the upload has no version id: ${address.host} does not keep versions. No code was deployed.`);
        }
        return { version, bytes, sha256: hash.digest('hex') };
    }
    catch (error) {
        options.signal.throwIfAborted();
        throw error;
    }
    finally {
        stop.abort();
        stream.destroy();
    }
}
async function putWhole(put, { bytes }) {
    const answer = await put('', { 'x-ms-blob-type': 'BlockBlob', 'content-type': contentType }, bytes);
    return { answer, bytes: bytes.length };
}
async function putBlocks(put, first, { rest, spare, stop }) {
    let bytes = 0;
    const ids = [];
    const putBlock = async (block) => {
        bytes += block.bytes.length;
        // Azure wants ids of equal length within one blob.
        const id = Buffer.from(String(block.index).padStart(6, '0')).toString('base64');
        ids[block.index] = id;
        await put(`comp=block&blockid=${encodeURIComponent(id)}`, { 'content-type': contentType }, block.bytes);
        spare.push(block.bytes);
    };
    // Each worker holds one block and takes the next from the same generator: memory is bounded by their number.
    const work = async (block) => {
        try {
            if (block)
                await putBlock(block);
            for await (const next of rest)
                await putBlock(next);
        }
        catch (error) {
            stop.abort(error);
            throw error;
        }
    };
    await Promise.all(Array.from({ length: blocksInFlight }, (_, worker) => work(worker === 0 ? first : undefined)));
    const list = `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
    const answer = await put('comp=blocklist', { 'x-ms-blob-content-type': contentType, 'content-type': 'application/xml' }, list);
    return { answer, bytes };
}
/** One PUT to the blob, repeated as far as that can help and the time for the upload allows. */
function putter(address, options) {
    const { agents, signal, debug, pause } = options;
    const end = performance.now() + (0,retry/* requestTime */.D6)(options.remaining);
    const remaining = () => end - performance.now();
    const once = async (request) => {
        try {
            const answer = await (0,http_request/* send */.tN)(request, agents);
            if (answer.status >= 200 && answer.status < 300)
                return answer;
            throw refusal(address, answer);
        }
        catch (error) {
            if (!(error instanceof http_failure/* HttpFailure */.HR))
                throw error;
            const { message, outOfTime } = error;
            throw upload_failure(address, 0, `The DAGs could not be uploaded: ${message}. ${nothing}`, {
                advice: again(outOfTime),
                cause: error,
                outOfTime,
            });
        }
    };
    return (query, headers, body) => {
        if (remaining() <= 0) {
            const message = `The DAGs could not be uploaded within \`wait-time\`. ${nothing}`;
            throw upload_failure(address, 0, message, { advice: again(true), outOfTime: true });
        }
        const url = new URL(address);
        // Appended as text: URLSearchParams would spell the signed query again in its own way.
        if (query !== '')
            url.search = `${address.search}${address.search === '' ? '?' : '&'}${query}`;
        // Versions of a blob exist from 2019-12-12 on (Azure, "Versioning for the Blob service").
        const request = { method: 'PUT', url, headers: { 'x-ms-version': '2021-08-06', ...headers }, body, signal };
        const rules = { verb: 'upload', tempo: 'upload', signal, remaining, debug, pause };
        return (0,retry/* retry */.L5)((within) => once({ ...request, within }), rules);
    };
}
const nothing = 'No code was deployed.';
const again = (outOfTime) => outOfTime
    ? 'Run the job again, or give a longer `wait-time`.'
    : 'Check that the network of this runner (proxy, firewall) lets it reach that host, then run the job again.';
function refusal(address, answer) {
    const { status, headers } = answer;
    const code = [headers['x-ms-error-code'] ?? /<Code>([^<]*)<\/Code>/.exec(answer.body)?.[1] ?? []].flat().join();
    const advice = status === 403
        ? 'The upload address that Astro gave has expired, or the clock of this machine is wrong: run the job again.'
        : status >= 300 && status < 400
            ? 'It redirects elsewhere, which is not followed: check the proxy of this runner, then run the job again.'
            : 'Run the job again.';
    const message = `The DAGs could not be uploaded: ${address.host} answered ${status}${code && ` (${(0,core_text/* oneLine */.TN)(code, 80)})`}. ${nothing}`;
    return upload_failure(address, status, message, {
        advice,
        requestId: [headers['x-ms-request-id'] ?? []].flat()[0],
        retryAfter: status === 429 || status === 503 ? (0,retry_after/* readRetryAfter */.D)(headers) : undefined,
    });
}
function upload_failure(address, status, message, more = {}) {
    return new errors/* ApiError */.h({ system: 'astro', message, method: 'PUT', path: address.host, status, applied: 'no', ...more });
}

// EXTERNAL MODULE: ./build/core/code/deploy-notes.js
var deploy_notes = __webpack_require__(2775);
;// CONCATENATED MODULE: ./build/core/code/source.js



/**
 * What is recorded of the code in the deploy history, for the next run to compare with. Left out where it would not be
 * the truth: without a commit, or with changes in the checkout that no commit holds (as Astro's CLI does).
 */
function gitFacts(source) {
    const { commit, project, repository, uncommitted } = source;
    const place = (0,classify_files/* placing */.Z)(project);
    const loose = uncommitted?.some((path) => place(path).dags || place(path).image) ?? true;
    if (!commit || loose)
        return undefined;
    return {
        ...(repository.provider === 'GITHUB'
            ? { ...repository, commitUrl: `https://github.com/${repository.account}/${repository.repo}/commit/${commit.id}` }
            : repository),
        commitSha: commit.id,
        ...(0,omit_undefined/* omitUndefined */.O)({ branch: source.branch }),
        ...(project.path !== '' && { path: project.path }),
        ...(commit.author !== '' && { authorName: commit.author }),
    };
}
/**
 * The time that archived files carry: that of the commit, so that the same commit gives the same archive; `now` where the
 * checkout holds what no commit does.
 */
function archiveTime(source, now) {
    const { commit, ignored } = source;
    return commit && !ignored && gitFacts(source) ? new Date(commit.committedAt * 1000) : now;
}
/**
 * The text for the deploy history: the user's, else the commit's subject; then notes for the next run. The text is
 * cleaned first: afterwards it could have become too long, or a line that looks like the notes.
 */
function deployDescription(source, text, { shipsDags, shipsImage }, clean) {
    const { commit, head, artefact, ignored } = source;
    const notes = {
        ...(head !== undefined && head !== commit?.id && { head }),
        ...(shipsDags && !artefact.dagsBaseDir && { dags: 'root' }),
        ...(ignored && { ignored: ignored.fingerprint }),
        ...(shipsImage && imageNotes(artefact)),
    };
    return (0,deploy_notes/* writeNotes */.R)(clean(text ?? commit?.subject ?? ''), notes);
}
const imageNotes = ({ image, args }) => image === undefined ? { ...(0,omit_undefined/* omitUndefined */.O)({ args }) } : 'id' in image ? { image: image.id } : {};

;// CONCATENATED MODULE: ./build/apply/code/ship.js














const types = {
    'dags-only': 'DAG_ONLY',
    'image-and-dags': 'IMAGE_AND_DAG',
    'image-only': 'IMAGE_ONLY',
    dbt: 'BUNDLE',
};
/**
 * Ships code: checks, begins the deploy, uploads, finalizes. Whatever can be refused is refused before the deploy begins,
 * and nothing runs before it is finalized.
 */
async function shipCode(location, deployment, step, image, inputs, tools) {
    const { log } = tools;
    const dbt = step.type === 'dbt';
    const prefix = dbt || !inputs.dagsBaseDir ? '' : 'dags';
    const folder = dbt || (step.type !== 'image-only' && deployment.isDagDeployEnabled)
        ? collectShipped(step.source, {
            prefix,
            refuseOutsideLinks: /^3/.test(deployment.airflowVersion),
            allowEmpty: dbt || inputs.force,
            allowMissing: deletesDags(step, inputs),
            shown: shownFolder(step.source, tools.env),
        })
        : undefined;
    const bundle = folder && !dbt && deployment.type === 'HYBRID' ? withMonitoring(folder, prefix, deployment) : folder;
    for (const notice of (0,limit_problems/* limitSentences */.IG)(bundle?.notices ?? []))
        log.notice(notice);
    if (image)
        await checkImage(image, deployment, location.organization, tools);
    const { mountPath } = step.source;
    const modifiedAt = archiveTime(step.source, tools.now());
    const git = gitFacts(step.source);
    // With Remote Execution Astronomer's CLI sends IMAGE_AND_DAG without DAGs; IMAGE_ONLY may ask for DAGs of an earlier deploy.
    const remote = deployment.remoteExecution?.enabled === true && inputs.deployType !== 'image-only';
    const deploy = await (0,deploys/* createDeploy */.oU)(location, {
        type: remote && step.type === 'image-only' ? 'IMAGE_AND_DAG' : types[step.type],
        ...(mountPath !== undefined && { bundleType: 'dbt', bundleMountPath: mountPath }),
        description: deployDescription(step.source, inputs.description, { shipsDags: bundle !== undefined && !dbt, shipsImage: image !== undefined }, log.clean),
        ...(git && { git }),
    });
    const imageTag = image && (await tools.budget.exempt(() => pushPrepared(image, deploy, tools)));
    const version = bundle && (await uploadFolder({ bundle, modifiedAt }, deploy, dbt ? 'the dbt project' : 'the DAG folder', tools));
    const dagTarballVersion = dbt ? undefined : version;
    const body = {
        ...(0,omit_undefined/* omitUndefined */.O)({ dagTarballVersion }),
        ...(dbt && version !== undefined && { bundleTarballVersion: version }),
    };
    const finalizedAt = tools.now().getTime();
    await (0,deploys/* finalizeDeploy */.Cy)(location, deploy.id, body);
    return {
        deployId: deploy.id,
        finalizedAt,
        ...(imageTag !== undefined && { image: true, imageTag }),
        ...(0,omit_undefined/* omitUndefined */.O)({ dagTarballVersion }),
        ...(0,omit_undefined/* omitUndefined */.O)({ mountPath }),
    };
}
/** HYBRID Deployments want a monitoring DAG, as Astronomer's CLI adds it; hosted ones have one of their own. */
function withMonitoring(bundle, prefix, { airflowVersion }) {
    const name = prefix === '' ? monitoringFile : `${prefix}/${monitoringFile}`;
    return addText(bundle, name, monitoringDag(airflowVersion.startsWith('2.') ? 2 : 3));
}
async function uploadFolder({ bundle, modifiedAt }, deploy, what, { client, log, signal }) {
    const address = what === 'the dbt project' ? deploy.bundleUploadUrl : deploy.dagsUploadUrl;
    if (!address) {
        throw new errors/* UserError */.y(`Astro gave no address to upload ${what} to (deploy ${deploy.id}), although DAG deploys are on. Run the job again; if it stays so, report it to Astronomer.`);
    }
    const upload = await uploadBundle(packBundle(bundle, modifiedAt), address, {
        agents: client.agents,
        signal,
        secrets: log.secret,
        allowLoopbackHttp: (0,addresses/* isLoopback */.U9)(client.url.hostname),
        remaining: client.remaining,
        debug: log.debug,
        pause: client.pause,
    });
    const size = `${bundle.entries.length} files of ${what}, ${Math.ceil(upload.bytes / 1024)} KiB`;
    log.info(`Uploaded ${size}: version ${(0,core_text/* oneLine */.TN)(upload.version, 100)}.`);
    return upload.version;
}

;// CONCATENATED MODULE: ./build/apply/code/deploy.js
















/** Copies into a preview that is up, because Airflow itself takes the objects. */
async function copy(run, step, known) {
    const { plan, tools } = run;
    if (!known)
        throw new Error('a plan that copies names a Deployment or creates one before');
    const location = {
        client: tools.client,
        organization: plan.organization,
        deploymentId: known.id,
    };
    const ready = await run.timed('wait until Airflow is up', () => untilItTakesDeploys(location, known));
    let result;
    try {
        result = await run.timed('copy', () => copyObjects(step, ready, tools));
    }
    catch (error) {
        if (step.optional !== true || !(error instanceof errors/* ApiError */.h || error instanceof errors/* UserError */.y))
            throw error;
        tools.log.warning(`Copying out of the metadata database of ${(0,core_text/* oneLine */.TN)(step.from.name)} broke off, and is not tried again once the preview has its code: ${error.message} Set \`copy-connections\`, \`copy-airflow-variables\` and \`copy-pools\` to false where that is meant.`);
        return ready;
    }
    const { copied: done, incomplete, refused } = result;
    tools.log.info(`Copied ${done.join(', ')}`);
    for (const line of incomplete)
        tools.log.warning(`Not copied whole: ${line}.`);
    const problems = refused.map((line) => ({ message: `Not copied, because Airflow refuses it: ${line}` }));
    if (problems.length > 0 && step.optional !== true)
        throw new errors/* UserError */.y(problems.map(({ message }) => message).join('\n'), { problems });
    for (const { message } of problems)
        tools.log.warning(message);
    return ready;
}
/** Ships code, waits until it runs, and looks at what Airflow makes of it. */
async function deployCode(run, step, known) {
    const { plan, inputs, tools, progress } = run;
    if (!known)
        throw new Error('a plan that deploys names a Deployment or creates one before');
    const location = {
        client: tools.client,
        organization: plan.organization,
        deploymentId: known.id,
    };
    const [ready, image] = await together(tools.signal, (signal) => [
        run.timed('wait until it takes a deploy', async () => {
            const up = await untilItTakesDeploys(location, known);
            const ready = await completeCreation(run, up).catch(refusedWith(run.plan));
            await verifyWrittenLinks(run, ready);
            return ready;
        }),
        prepareTestedImage({ ...run, tools: { ...tools, signal } }, step, keepsDagsOut(known)),
    ]);
    const watch = await watchAirflow(run, ready, step);
    const { group } = tools.log;
    const shipped = await run
        .timed('ship', () => group('Upload the code', () => whileWaiting(tools.client, `the upload to the Deployment ${(0,core_text/* oneLine */.TN)(ready.name)}`, () => shipCode(location, ready, step, image, inputs, tools))))
        .finally(() => image?.discard());
    progress({
        deployType: step.type,
        deployId: shipped.deployId,
        ...(0,omit_undefined/* omitUndefined */.O)({ imageTag: shipped.imageTag }),
        ...(0,omit_undefined/* omitUndefined */.O)({ dagTarballVersion: shipped.dagTarballVersion }),
    });
    if (watch && step.type !== 'dbt')
        watch.finalizedAt = shipped.finalizedAt;
    if (!inputs.wait)
        return ready;
    progress({ left: [`The deploy ${shipped.deployId} is finalized and may still roll out.`] });
    const dagsFolder = step.source.project.dags[0] ?? 'dags';
    let rolledOut = ready;
    try {
        const rollout = await run.timed('rollout', () => group('Wait for the rollout', () => untilItRuns(location, shipped.deployId, shipped, ready.desiredDagTarballVersion ?? ready.dagTarballVersion)));
        rolledOut = rollout.deployment;
        progress({ left: [] });
        if (rollout.supersededBy !== undefined) {
            // What runs is not ours to judge, and least of all to roll back: its own run looks at it.
            tools.log.notice('A newer deploy of another run has taken the place of this one already.');
            return rolledOut;
        }
        if (step.type !== 'dbt' && watch && inputs.verifyDags !== 'off')
            await run.timed('verify DAGs', () => group('Verify the DAGs', () => verifyDags(run, watch, dagsFolder)));
    }
    catch (error) {
        // Going back would change image and DAGs, which a dbt deploy leaves alone.
        const goesBack = step.type !== 'dbt' && plan.kind === 'deploy' && inputs.rollbackOnFailure;
        if (!(error instanceof errors/* UserError */.y) || !goesBack || isUndecided(error))
            throw error;
        const said = await rollBack(run, rolledOut, step.before, error.message);
        progress({ left: [said] });
        throw new errors/* UserError */.y(`${error.message} ${said}`, { cause: error });
    }
    await run.timed('run DAGs', () => runDags(run, watch));
    return rolledOut;
}
/** Whether DAGs stay out of the image: they go by archive or, with Remote Execution, reach the agents without Astro. */
const keepsDagsOut = ({ isDagDeployEnabled, remoteExecution }) => isDagDeployEnabled || remoteExecution?.enabled === true;
/** Runs two parts side by side; when one fails the other is stopped, and both have ended before this does. */
async function together(signal, begin) {
    const stop = new AbortController();
    const parts = begin(AbortSignal.any([signal, stop.signal]));
    try {
        return await Promise.all(parts);
    }
    catch (error) {
        stop.abort(error);
        const [, image] = await Promise.allSettled(parts);
        if (image.status === 'fulfilled')
            await image.value?.discard();
        throw error;
    }
}

// EXTERNAL MODULE: ./build/github/branches.js
var branches = __webpack_require__(6436);
// EXTERNAL MODULE: ./build/github/listing.js
var github_listing = __webpack_require__(6402);
;// CONCATENATED MODULE: ./build/apply/deployment/remove.js








/** A branch that vanished while this run was working takes its preview with it: its `delete` run came too early to see it. */
async function removeIfBranchGone(run, { branch, identity }, deployment, deleted) {
    const github = await run.tools.github();
    const state = await (0,branches/* branchState */.al)(github, branch.name);
    if (state.kind !== 'absent')
        return;
    // One answer is no proof: the complete list of branches must lack it too, and so must a second answer after that.
    const listing = await (0,github_listing/* listBranches */.jr)(github);
    if (listing.kind !== 'complete' || listing.names.has(branch.name))
        return;
    const again = await (0,branches/* branchState */.al)(github, branch.name);
    if (again.kind !== 'absent')
        return;
    run.tools.log.notice(`The branch ${(0,core_text/* oneLine */.TN)(branch.name, 100)} vanished during this run: its preview goes with it.`);
    await run.timed('delete', () => remove(run, { deployment, identity }, deleted));
}
/** Removes the preview of a pull request that was closed while this run was working: its own run came too early to see it. */
async function removeIfClosed(run, { branch, identity, pullRequest: number }, deployment, deleted) {
    if (number === undefined)
        return;
    const state = await (0,branches/* pullRequestState */.uS)(await run.tools.github(), number, branch.name);
    if (state !== 'closed')
        return;
    run.tools.log.notice(`Pull request ${number} was closed during this run: its preview is removed.`);
    await run.timed('delete', () => remove(run, { deployment, identity }, deleted));
}
/** One of several removals that fails must not keep the others from happening; all failures are reported at the end. */
async function removeAndContinue(run, step, deleted, failures) {
    if (run.plan.kind !== 'sweep')
        return remove(run, step, deleted);
    try {
        await remove(run, step, deleted);
    }
    catch (error) {
        run.tools.signal.throwIfAborted();
        if (!(error instanceof errors/* UserError */.y || error instanceof errors/* ApiError */.h))
            throw error;
        failures.push(`${(0,core_text/* oneLine */.TN)(step.deployment.name)} (${step.deployment.id}) was not removed: ${error.message}`);
    }
}
async function remove(run, { deployment, unlink, identity }, deleted) {
    const { plan, tools, progress } = run;
    const { client } = tools;
    const current = await (0,deployments/* readDeployment */.iJ)(client, plan.organization, deployment.id);
    if (current && !(0,core_identity/* isPreviewOf */.ko)(current, identity)) {
        throw new errors/* UserError */.y(`The Deployment ${(0,core_text/* oneLine */.TN)(current.name)} (${current.id}) lost this branch's mark a moment ago${(0,core_identity/* readMark */.Mp)(current.description) ? ' to another one' : ''}: it was not deleted.`);
    }
    const unlinked = await unlinkDeployment(run, deployment, {
        ...(unlink && { objects: unlink }),
        when: 'before the deletion',
    });
    const gone = current === undefined || !(await deleteOnceCreated(run, current));
    // A concurrent run that had read an object before it was unlinked brings the entry back with its own write.
    if (unlinked)
        await unlinkDeployment(run, deployment, { when: 'after the deletion' });
    if (gone)
        tools.log.info(`The Deployment ${(0,core_text/* oneLine */.TN)(deployment.name)} was gone already.`);
    deleted.push(deployment.id);
    progress({ deleted: [...deleted] });
}
/** Deletes a Deployment; one that is still being created may have to be waited for first. `false`: it was gone. */
async function deleteOnceCreated({ plan, tools }, deployment) {
    const { client } = tools;
    try {
        return await (0,deployments/* deleteDeployment */.rd)(client, plan.organization, deployment.id);
    }
    catch (error) {
        const early = error instanceof errors/* ApiError */.h && (error.status === 400 || error.status === 409);
        if (!early || deployment.status !== 'CREATING')
            throw error;
        await untilCreated({ client, organization: plan.organization, deploymentId: deployment.id }, deployment);
        return (0,deployments/* deleteDeployment */.rd)(client, plan.organization, deployment.id);
    }
}

// EXTERNAL MODULE: ./build/core/code/schedules.js
var schedules = __webpack_require__(5628);
;// CONCATENATED MODULE: ./build/airflow/dag-listing.js





/** Rows of one page, and most pages of one list. */
const pageSize = 100;
const mostPages = 10;
/** The DAGs of an Airflow, or `undefined` where there are more than 1,000: a request for each 100. */
async function listDagsToCompare(airflow) {
    const found = new Map();
    for (let page = 0; page < mostPages; page++) {
        const query = { limit: String(pageSize), offset: String(page * pageSize), order_by: 'dag_id' };
        const answer = await (0,airflow_client/* request */.Em)(airflow, { method: 'GET', path: '/dags', query, purpose: 'list the DAGs' });
        const rows = Array.isArray(answer['dags']) ? answer['dags'] : [];
        for (const row of rows)
            found.set((0,airflow_rows/* text */.Qq)(row, 'dag_id') ?? '', listing(row));
        const total = answer['total_entries'];
        if (typeof total === 'number' ? (page + 1) * pageSize >= total : rows.length < pageSize)
            return [...found.values()];
    }
    return undefined;
}
/** The ids of a DAG's tasks. */
async function listTasks(airflow, dagId) {
    const path = (0,airflow_client/* airflowPath */.s3) `/dags/${dagId}/tasks`;
    const answer = await (0,airflow_client/* request */.Em)(airflow, { method: 'GET', path, purpose: `list the tasks of the DAG ${dagId}` });
    const rows = Array.isArray(answer['tasks']) ? answer['tasks'] : [];
    return rows.flatMap((row) => (0,airflow_rows/* text */.Qq)(row, 'task_id') ?? []);
}
/** A row of the list of DAGs (Airflow REST API, DAG in version 2, DAGResponse in version 3). */
function listing(row) {
    const schedule = scheduleOf(row);
    return {
        id: (0,airflow_rows/* text */.Qq)(row, 'dag_id') ?? '',
        ...(0,omit_undefined/* omitUndefined */.O)({ schedule }),
        tags: texts(row['tags'], (tag) => tag?.name),
        owners: texts(row['owners'], (owner) => owner),
        file: pathInDags((0,airflow_rows/* text */.Qq)(row, 'relative_fileloc') ?? (0,airflow_rows/* text */.Qq)(row, 'fileloc') ?? ''),
    };
}
const texts = (list, member) => (Array.isArray(list) ? list : [])
    .map(member)
    .filter((one) => typeof one === 'string')
    .sort();
/** `timetable_summary` in Airflow 3, where a DAG without a schedule says "None"; an object of some kind in Airflow 2. */
function scheduleOf(row) {
    const summary = (0,airflow_rows/* text */.Qq)(row, 'timetable_summary');
    if (summary !== undefined)
        return summary === 'None' ? undefined : summary;
    const interval = row['schedule_interval'];
    if (typeof interval === 'string')
        return interval;
    if (typeof interval !== 'object' || interval === null)
        return undefined;
    const { value, days, seconds, ...others } = interval;
    if (typeof value === 'string')
        return value;
    if (typeof days === 'number' && typeof seconds === 'number')
        return (0,schedules/* pythonTimeSpan */.c)(days * 86_400 + seconds);
    return (0,airflow_rows/* text */.Qq)(row, 'timetable_description') ?? JSON.stringify(others);
}

// EXTERNAL MODULE: ./build/core/code/dag-changes.js
var dag_changes = __webpack_require__(2274);
// EXTERNAL MODULE: ./build/git/changed.js
var git_changed = __webpack_require__(9399);
// EXTERNAL MODULE: ./build/git/checkout.js
var git_checkout = __webpack_require__(2223);
;// CONCATENATED MODULE: ./build/apply/code/compare-dags.js











/** Longest time that the comparison may take, in milliseconds: it only informs. */
const compare_dags_longest = 20_000;
/** How long DAGs that a file makes while it runs may appear later than others, in milliseconds. */
const late = 3_000;
/** Lists of tasks that are asked for side by side. */
const atOnce = 5;
/** Compares the preview's DAGs with the target's and notes the result; what cannot be read is one sentence of it. */
async function compareDags(run, comparison, preview) {
    const { inputs, progress, tools } = run;
    const { target } = comparison;
    if (!inputs.wait || preview.id === target.id)
        return;
    const report = (dags, unread) => {
        progress({ dagChanges: { target: target.name, dags, ...(0,omit_undefined/* omitUndefined */.O)({ unread }) } });
    };
    try {
        await run.timed('compare DAGs', async () => {
            report(await changesOf(run, comparison, preview));
        });
    }
    catch (error) {
        tools.signal.throwIfAborted();
        if (error instanceof DOMException)
            report([], 'Airflow did not answer in time');
        else if (error instanceof errors/* ApiError */.h || error instanceof errors/* UserError */.y)
            report([], error.message);
        else
            throw error;
    }
}
async function changesOf(run, { target, baseCommit, source }, preview) {
    const client = hasty(run.tools.client, compare_dags_longest);
    const [ours, theirs] = [awake(preview, 'the preview'), awake(target, target.name)].map((one) => (0,airflow_client/* connectAirflow */.tN)(one, client));
    const [touched, before, after] = await Promise.all([
        touchedFiles(run, source.folder, source.project.dags[0] ?? 'dags', baseCommit),
        listed(theirs, target.name),
        listed(ours, 'the preview'),
    ]);
    const isThere = (file) => (0,external_node_fs_.existsSync)((0,external_node_path_.join)(source.dagsFolder, file));
    const shipped = run.plan.steps.some((step) => step.kind === 'deploy-code' && (step.type === 'dags-only' || step.type === 'image-and-dags'));
    // Airflow keeps listing the DAGs of a deleted file for minutes.
    const current = (dags) => shipped ? dags.filter(({ file }) => isThere(file) || !/\.py$/.test(file)) : dags;
    let changes = (0,dag_changes/* compareListings */.n$)(before, current(after), touched);
    const isLate = ({ change, file }) => change === 'removed' && isThere(file) && !run.broken.has(file);
    if (shipped && run.inputs.verifyDags !== 'off' && changes.some(isLate) && run.tools.client.remaining() > late) {
        await (0,astro_client/* pause */.v7)(late, client.signal);
        changes = (0,dag_changes/* compareListings */.n$)(before, current(await listed(ours, 'the preview')), touched);
    }
    const known = changes.filter(({ change, file }) => change !== 'removed' || !run.broken.has(file));
    return (0,dag_changes/* withTasks */.v1)(known, await readTasks(known, ours, theirs));
}
function awake(deployment, name) {
    if (deployment.status !== 'HIBERNATING' && deployment.status !== 'CREATING')
        return deployment;
    throw new errors/* UserError */.y(`${name} ${deployment.status === 'HIBERNATING' ? 'hibernates' : 'is still being created'}`);
}
async function listed(airflow, name) {
    const dags = await listDagsToCompare(airflow);
    if (dags)
        return dags;
    throw new errors/* UserError */.y(`${name} has more than 1,000 DAGs`);
}
/** Files below the DAG folder that the pull request changes; none where git cannot tell. */
async function touchedFiles({ tools }, folder, dags, baseCommit) {
    const checkout = baseCommit === undefined ? undefined : await (0,git_checkout/* readCheckout */.b$)(folder);
    if (baseCommit === undefined || checkout?.kind !== 'checkout')
        return new Set();
    const difference = await (0,git_changed/* changedPaths */.vl)(checkout, baseCommit, { signal: tools.signal });
    const paths = difference.kind === 'known' ? difference.paths : [];
    return new Set(paths.filter((path) => path.startsWith(`${dags}/`)).map((path) => path.slice(dags.length + 1)));
}
/** The tasks of the first DAGs, a few at a time. A DAG whose tasks cannot be read is compared without them. */
async function readTasks(changes, ours, theirs) {
    const read = new Map();
    const open = [...(0,dag_changes/* toCompareByTask */.z4)(changes)];
    const one = async (airflow, id) => listTasks(airflow, id).catch((error) => {
        if (error instanceof errors/* ApiError */.h || error instanceof errors/* UserError */.y)
            return undefined;
        throw error;
    });
    while (open.length > 0) {
        const batch = open.splice(0, atOnce);
        await Promise.all(batch.map(async ({ id, change }) => {
            const [after, before] = await Promise.all([one(ours, id), change === 'changed' ? one(theirs, id) : undefined]);
            read.set(id, { ...(after && { after }), ...(before && { before }) });
        }));
    }
    return read;
}

;// CONCATENATED MODULE: ./build/apply/apply.js





















/** Should nobody take a wake-up back, because the runner died: Astro does it after this time, in milliseconds. */
const longestWake = 2 * 60 * 60 * 1000;
/**
 * Carries a plan out, step by step. Every step is safe to repeat: after a failure the next run observes what is there
 * and goes on from it. What a wake-up changed is put back also when the deploy fails.
 */
async function apply(plan, { inputs, tools }, progress) {
    const run = {
        plan,
        inputs,
        tools,
        progress,
        timed: timer(progress),
        written: [],
        linked: [],
        broken: new Set(),
        settled: false,
    };
    let deployment = (0,plan_plan/* planDeployment */.H)(plan);
    let asleep;
    const deleted = [];
    const failures = [];
    refuseBadFiles(plan, inputs, tools);
    refuseUntestable(plan, inputs, tools);
    await refuseUnreadyEngine(plan, inputs, tools);
    await checkSyntax(plan, inputs, tools, progress);
    try {
        for (const step of plan.steps) {
            if (step.kind !== 'move')
                tools.log.info(`${label(step)}: ${step.why}`);
            switch (step.kind) {
                case 'create':
                    deployment = await run.timed('create', () => apply_create(run, step));
                    break;
                case 'update':
                    deployment = await run.timed('configure', () => update(run, step.deployment, step.body));
                    // Astro was seen to drop links in updates of a Deployment that other tools sent.
                    verifyLinksOf(run);
                    progress({ updated: step.changes });
                    break;
                case 'link':
                    await linkObject(run, step, deployment);
                    break;
                case 'wake':
                    asleep = step.deployment;
                    await run.timed('wake', () => wake(run, step.deployment));
                    break;
                case 'deploy-code':
                    deployment = await deployCode(run, step, deployment);
                    break;
                case 'copy':
                    deployment = await copy(run, step, deployment);
                    break;
                case 'move':
                    break; // all of them together, below: sources go last
                case 'unlink-gone':
                    await run.timed('unlink', () => unlinkGone(run, step));
                    break;
                case 'write-template':
                    writeWorkspaceFile(tools.env, step.path, step.text);
                    progress({ wrote: step.path });
                    break;
                case 'delete':
                    await run.timed('delete', () => removeAndContinue(run, step, deleted, failures));
                    break;
            }
            if (deployment && step.kind !== 'delete')
                progress((0,outputs/* deploymentFacts */.PX)(deployment, tools.client.url));
        }
        const moves = plan.steps.filter((step) => step.kind === 'move');
        const home = deployment;
        if (home && moves.length > 0)
            await run.timed('move', () => moveObjects(run, moves, home));
        if (deployment)
            await verifyWrittenLinks(run, deployment);
        if (deployment && (plan.kind === 'preview' || plan.kind === 'join') && plan.steps.length > 0) {
            await removeIfBranchGone(run, plan, deployment, deleted);
            if (deleted.length === 0)
                await removeIfClosed(run, plan, deployment, deleted);
        }
        if (deployment && plan.kind === 'preview' && plan.compare && !deleted.includes(deployment.id))
            await compareDags(run, plan.compare, deployment);
        const failed = [...failures, ...(plan.failure === undefined ? [] : [plan.failure])];
        if (failed.length > 0)
            throw new errors/* UserError */.y(failed.join('\n'), { problems: failed.map((message) => ({ message })) });
    }
    finally {
        if (asleep)
            await restoreSchedule(run, asleep);
    }
}
function timer(progress) {
    const parts = [];
    return async (name, work) => {
        const begun = performance.now();
        try {
            return await work();
        }
        finally {
            parts.push({ name, milliseconds: performance.now() - begun });
            progress({ parts: [...parts] });
        }
    };
}
function label(step) {
    switch (step.kind) {
        case 'create':
            return `Create the Deployment ${(0,core_text/* oneLine */.TN)(step.name)}`;
        case 'update':
            return `Change ${step.changes.join(', ')} of the Deployment ${(0,core_text/* oneLine */.TN)(step.deployment.name)}`;
        case 'wake':
            return `Wake the Deployment ${(0,core_text/* oneLine */.TN)(step.deployment.name)}`;
        case 'deploy-code':
            return `Deploy (${step.type})`;
        case 'link':
            return `Environment Manager: ${(0,verbs/* verbText */.t)(step.verbs)} ${(0,object_steps/* nameOf */.V)(step.wanted)}${step.fields.length > 0 ? ` (${step.fields.join(', ')})` : ''}`;
        case 'copy':
            return `Copy ${(0,planned/* copied */.p)(step).join(', ')} from the Deployment ${(0,core_text/* oneLine */.TN)(step.from.name)}`;
        case 'unlink-gone':
            return `Environment Manager: unlink ${(0,object_steps/* nameOf */.V)(step.object)}`;
        case 'write-template':
            return `Write ${step.path}`;
        case 'delete':
            return `Delete the Deployment ${(0,core_text/* oneLine */.TN)(step.deployment.name)} (${step.deployment.id})`;
    }
}
async function apply_create(run, step) {
    const { plan, tools, progress } = run;
    const { body, identity } = step;
    const what = `Astro to create the Deployment ${(0,core_text/* oneLine */.TN)(step.name)}`;
    const { deployment, created } = await whileWaiting(tools.client, what, () => createOnce(tools.client, plan.organization, body, identity).catch(refusedWith(plan)));
    progress({
        created,
        left: [
            `The Deployment ${deployment.name} (${deployment.id}) exists and carries this branch's mark: the next run goes on with it.`,
        ],
    });
    return created ? completeWhileCreating(run, deployment) : deployment;
}
async function update({ plan, tools }, deployment, body) {
    return (0,deployments/* updateDeployment */.VJ)(tools.client, plan.organization, deployment.id, body).catch(refusedWith(plan));
}
async function wake({ plan, tools }, deployment) {
    const until = new Date(tools.now().getTime() + longestWake).toISOString();
    await (0,deployments/* wakeDeployment */.c4)(tools.client, plan.organization, deployment.id, until);
}
async function restoreSchedule({ plan, tools }, deployment) {
    const before = deployment.scalingSpec?.hibernationSpec?.override;
    try {
        // A cancelled run still has a moment: its own signal would stop this request before it is sent.
        const client = { ...tools.client, signal: AbortSignal.timeout(10_000) };
        await (0,deployments/* restoreOverride */.HJ)(client, plan.organization, deployment.id, before);
    }
    catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        tools.log.warning(`The Deployment ${(0,core_text/* oneLine */.TN)(deployment.name)} was woken and could not be given its schedule back: ${why} Astro does so by itself within two hours.`);
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


/***/ })

};
