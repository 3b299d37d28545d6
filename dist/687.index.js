export const id = 687;
export const ids = [687];
export const modules = {

/***/ 3687:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  observeExport: () => (/* binding */ observeExport),
  observeMoves: () => (/* binding */ observeMoves),
  refuseUnreachable: () => (/* binding */ refuseUnreachable)
});

// EXTERNAL MODULE: ./build/airflow/client.js + 1 modules
var client = __webpack_require__(6936);
// EXTERNAL MODULE: ./build/airflow/objects.js + 2 modules
var objects = __webpack_require__(1555);
// EXTERNAL MODULE: ./build/runner/workspace-files.js
var workspace_files = __webpack_require__(7200);
// EXTERNAL MODULE: ./build/astro/deployments.js
var deployments = __webpack_require__(6136);
// EXTERNAL MODULE: ./build/astro/environment-objects.js
var environment_objects = __webpack_require__(1780);
// EXTERNAL MODULE: ./build/astro/location.js
var astro_location = __webpack_require__(2549);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
// EXTERNAL MODULE: ./build/astro/client.js + 2 modules
var astro_client = __webpack_require__(4562);
;// CONCATENATED MODULE: ./build/astro/reveal-objects.js


/**
 * One stored environment object with its secrets in clear, and no other; `undefined` where it is gone. Astro refuses
 * unless the Organization allows it; `refused` then.
 */
async function revealObject(client, organization, { id, scope, scopeEntityId, objectType, objectKey }) {
    const entity = scope === 'WORKSPACE' ? { workspaceId: scopeEntityId } : { deploymentId: scopeEntityId };
    try {
        const rows = await (0,astro_client/* listAll */._w)(client, {
            path: (0,astro_client/* path */.Ae) `/organizations/${organization}/environment-objects`,
            query: { ...entity, objectType, objectKey, resolveLinked: 'false', showSecrets: 'true' },
            purpose: 'read the secrets of an environment object',
        }, (page) => page['environmentObjects']);
        return rows.find((row) => row.id === id);
    }
    catch (error) {
        // The status of the refusal is not documented.
        if (error instanceof errors/* ApiError */.h && error.status >= 400 && error.status < 500 && error.status !== 429)
            return 'refused';
        throw error;
    }
}

// EXTERNAL MODULE: ./build/core/migration/airflow-sources.js
var airflow_sources = __webpack_require__(4998);
// EXTERNAL MODULE: ./build/core/migration/deployment-source.js
var deployment_source = __webpack_require__(3350);
// EXTERNAL MODULE: ./build/core/objects/environment-objects.js
var objects_environment_objects = __webpack_require__(4509);
// EXTERNAL MODULE: ./build/core/objects/patterns.js
var patterns = __webpack_require__(2930);
// EXTERNAL MODULE: ./build/core/migration/secret-names.js
var secret_names = __webpack_require__(152);
// EXTERNAL MODULE: ./build/core/yaml/reader.js
var reader = __webpack_require__(8917);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/token.js
var token = __webpack_require__(663);
// EXTERNAL MODULE: ./build/observe/find-target.js
var find_target = __webpack_require__(7416);
// EXTERNAL MODULE: ./build/core/omit-undefined.js
var omit_undefined = __webpack_require__(3492);
;// CONCATENATED MODULE: ./build/observe/migration.js


















/** Reads what `promote` and `migrate` could move, and what the Workspace has already. */
async function observeMoves(intent, context) {
    const { inputs, tools } = context;
    const { client } = tools;
    const organization = await (0,astro_location/* findOrganization */.t2)(client, inputs.organizationId, (0,token/* readClaims */.I)(inputs.token));
    const target = await (0,find_target/* findTarget */.FB)(intent.target, inputs, organization, client);
    tools.found(target);
    const stored = await (0,environment_objects/* listObjects */.L)(client, organization, { workspaceId: target.workspaceId });
    const { found, skipped } = intent.kind === 'promote'
        ? await ownObjects(organization, target, stored, context)
        : await metadataObjects(target, context);
    for (const value of found.flatMap(airflow_sources/* secretsIn */.VY))
        tools.log.secret(value, 'A secret of an object that is moved');
    return {
        kind: intent.kind,
        organization,
        now: tools.now(),
        target,
        sources: found,
        skipped,
        stored,
        secrets: suppliedSecrets(found, context),
        deleteSource: inputs.deleteSource,
    };
}
/** The variables of `env:` that could supply secrets of these sources; each is masked at once. */
function suppliedSecrets(sources, { tools }) {
    const values = new Map();
    for (const name of new Set(sources.flatMap(secret_names/* secretNames */.XG))) {
        const value = tools.env[name];
        if (value === undefined || value === '')
            continue;
        if (!name.endsWith('_NO_PASSWORD'))
            tools.log.secret(value, name);
        values.set(name, value);
    }
    return values;
}
async function ownObjects(organization, target, stored, { inputs, tools }) {
    const rows = await (0,environment_objects/* listObjects */.L)(tools.client, organization, { deploymentId: target.id });
    const copies = stored.flatMap((row) => {
        const backup = (0,deployment_source/* readBackup */.fe)(row, target.id);
        return backup ? [{ row, seenAs: { ...row, objectKey: backup.key, description: backup.description } }] : [];
    });
    const selected = [];
    const skipped = [];
    for (const row of rows) {
        const kind = (0,objects_environment_objects/* kindOfType */.OF)(row.objectType);
        const name = (0,core_text/* oneLine */.TN)(row.objectKey, 80);
        if ((0,patterns/* isSelected */.s)(inputs.objects, kind, row.objectKey)) {
            const copy = copies.find(({ seenAs }) => isNameConflict(row, seenAs));
            const marks = { id: row.id, ...(0,reader/* given */.gI)('updatedAt', row.updatedAt), ...(0,reader/* given */.gI)('copyId', copy?.row.id) };
            selected.push({ row, seenAs: row, marks });
        }
        else if (kind === 'environment-variable' && inputs.objects.length === 0)
            skipped.push(`the environment variable ${name}, because \`objects\` must name such variables (\`environment-variable:${name}\`)`);
    }
    // Where a run was broken off after it had deleted the own object, the copy is what is left of it.
    for (const copy of copies)
        if (!rows.some((row) => isNameConflict(row, copy.seenAs)))
            selected.push({ ...copy, marks: { copyId: copy.row.id } });
    return { found: await withSecrets(selected, organization, tools), skipped };
}
const isNameConflict = (one, other) => one.objectKey === other.objectKey && one.objectType === other.objectType;
/** Only here, and only for what the workflow does not supply, is Astro asked for secrets in clear. */
async function withSecrets(all, organization, tools) {
    const found = [];
    let refused = false;
    for (const { row, seenAs, marks } of all) {
        const kind = (0,objects_environment_objects/* kindOfType */.OF)(row.objectType);
        const isSupplied = (field) => (tools.env[(0,secret_names/* secretName */.Gf)(kind, seenAs.objectKey, field)] ?? '') !== '';
        const masked = (0,deployment_source/* sourceOf */.vz)(seenAs, kind, undefined);
        const lacks = !refused && masked.hidden.some((field) => !isSupplied(field));
        const clear = lacks
            ? await revealObject(tools.client, organization, row)
            : undefined;
        if (clear === 'refused')
            refused = true;
        found.push({
            ...(clear === undefined || clear === 'refused' ? masked : (0,deployment_source/* sourceOf */.vz)(seenAs, kind, clear, isSupplied)),
            ...marks,
        });
    }
    return found;
}
async function metadataObjects(target, { inputs, tools }) {
    refuseUnreachable(target);
    const airflow = (0,client/* connectAirflow */.tN)(target, tools.client);
    const [connections, variables] = await Promise.all([(0,objects/* listConnections */.yb)(airflow), (0,objects/* listVariables */.ce)(airflow)]);
    const all = [...connections.map(airflow_sources/* connectionSource */.yg), ...variables.map(airflow_sources/* variableSource */.uM)];
    return { found: all.filter(({ kind, key }) => (0,patterns/* isSelected */.s)(inputs.objects, kind, key)), skipped: [] };
}
/** Throws UserError where a Deployment's Airflow cannot be asked. */
function refuseUnreachable(deployment) {
    const name = (0,core_text/* oneLine */.TN)(deployment.name);
    if (deployment.remoteExecution?.enabled === true)
        throw new errors/* UserError */.y(`The Deployment ${name} has remote execution: what its metadata database holds cannot be migrated (Astro does not offer it either).`);
    if (deployment.status === 'HIBERNATING' || deployment.status === 'CREATING')
        throw new errors/* UserError */.y(`The Deployment ${name} is ${deployment.status}, so its Airflow does not answer: ${deployment.status === 'HIBERNATING' ? 'wake it in Astro' : 'wait until it is healthy'}, then run the job again.`);
}
/** Reads the Deployment that a template is to be written of, and the file that is there now. */
async function observeExport(intent, context) {
    const { inputs, tools } = context;
    const { client } = tools;
    const path = inputs.template;
    if (path === undefined)
        throw new errors/* UserError */.y('`action: export-template` needs `template`: the path of the file that it writes.');
    (0,workspace_files/* refuseLink */.VQ)(tools.env, path);
    const before = (0,workspace_files/* readWorkspaceFile */.sL)((0,workspace_files/* workspaceFolder */.ih)(tools.env), path, 'Deployment template');
    const organization = await (0,astro_location/* findOrganization */.t2)(client, inputs.organizationId, (0,token/* readClaims */.I)(inputs.token));
    const row = await (0,find_target/* findTarget */.FB)(intent.target, inputs, organization, client);
    const target = await (0,find_target/* wholeRecord */.HZ)(row, organization, client);
    tools.found(target);
    return {
        kind: 'export-template',
        organization,
        now: tools.now(),
        target,
        clusters: target.type === 'STANDARD' ? [] : await (0,deployments/* listClusters */.Ug)(client, organization),
        path,
        ...(0,omit_undefined/* omitUndefined */.O)({ before }),
    };
}


/***/ })

};
