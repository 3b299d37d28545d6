export const id = 400;
export const ids = [400];
export const modules = {

/***/ 8039:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ wantedObjects)
/* harmony export */ });
/* harmony import */ var _yaml_problems_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9250);
/* harmony import */ var _yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1245);
/* harmony import */ var _yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8917);



/**
 * The environment objects of one target, placeholders filled in. What `share: all` makes for every Deployment, a preview
 * gets by a link of its own: sharing takes effect on the run of a long-lived environment.
 * Throws UserError with the place of everything that cannot be filled in.
 */
function wantedObjects(config, target, values) {
    const found = { problems: [], notices: [] };
    const wanted = config.objects.flatMap((entry) => {
        const own = entry.targets.find(({ name }) => name === target);
        const shared = entry.declared !== undefined && entry.share === 'all';
        if (!own && !shared && target !== 'preview')
            return [];
        const isForPreview = target === 'preview';
        const link = own ? (own.excluded ? 'exclude' : 'link') : !shared ? 'unlink' : isForPreview ? 'link' : 'none';
        const declared = link === 'unlink' || (link === 'exclude' && !shared) ? undefined : entry.declared;
        return [
            {
                kind: entry.kind,
                key: entry.key,
                at: entry.at,
                link,
                overrides: fill(own?.overrides ?? [], values, found),
                ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('share', entry.share),
                ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('declared', declared && declare(declared, values, found)),
                forPreview: isForPreview,
                mayChangeObject: true,
            },
        ];
    });
    found.problems.push(...wanted.flatMap(clearSecrets));
    (0,_yaml_problems_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseProblems */ .n)(config.file, found);
    return wanted;
}
/** Values of `${env.…}` in fields that Astro shows in clear. */
function clearSecrets({ kind, at, overrides, declared }) {
    const shown = [...overrides, ...(declared?.values ?? [])].filter(({ name, fromEnv }) => fromEnv &&
        ((kind === 'metrics-export' && !/^(?:password|basicToken|headers\..*)$/.test(name)) ||
            (declared?.isSecret === false && kind.endsWith('-variable'))));
    return shown.map(({ name }) => ({
        message: `\`${name}\` of this ${kind} is shown in clear in Astro, and \`\${env.…}\` is a secret: ${kind === 'metrics-export' ? 'write the value here' : 'write `secret: true`'}`,
        at,
    }));
}
function declare(declared, values, found) {
    const fields = fill(declared.values, values, found);
    return {
        values: fields,
        // A variable whose value came as a secret is made one unless the file says otherwise; it cannot become one later.
        isSecret: declared.isSecret ?? fields.some(({ fromEnv }) => fromEnv),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('connectionType', declared.connectionType),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('authTypeId', declared.authTypeId),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('description', declared.description),
    };
}
function fill(fields, values, found) {
    return fields.map(({ name, value }) => {
        const before = found.problems.length;
        const filled = render(value, !name.startsWith('extra.'), values, found);
        if (name !== 'port')
            return { name, ...filled };
        const port = filled.value;
        if (found.problems.length === before && !(/^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65_535))
            found.problems.push({ message: '`port` must be a whole number from 1 to 65535', at: value.at });
        return { name, value: Number(port), fromEnv: filled.fromEnv };
    });
}
/** Fields are text as it is written; members of `extra` keep the type that they have in the file. */
function render(node, asText, values, found) {
    if (node.kind === 'scalar') {
        if (typeof node.value !== 'string')
            return { value: asText ? node.text : node.value, fromEnv: false };
        const expanded = (0,_yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_1__/* .expand */ .fT)(node.text, values);
        if (expanded.ok)
            return { value: expanded.text, fromEnv: expanded.fromEnv };
        found.problems.push({ message: expanded.why, at: node.at });
        return { value: '', fromEnv: false };
    }
    if (node.kind === 'sequence') {
        const items = node.items.map((item) => render(item, asText, values, found));
        return { value: items.map(({ value }) => value), fromEnv: items.some(({ fromEnv }) => fromEnv) };
    }
    const members = node.entries.map(({ key, value }) => ({ key, ...render(value, asText, values, found) }));
    return {
        value: Object.fromEntries(members.map(({ key, value }) => [key, value])),
        fromEnv: members.some(({ fromEnv }) => fromEnv),
    };
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

/***/ 8749:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bb: () => (/* binding */ keepsPreview),
/* harmony export */   HJ: () => (/* binding */ nameOfPreview),
/* harmony export */   HV: () => (/* binding */ refuseOtherCheckout)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2807);
/* harmony import */ var _core_identity_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(630);
/* harmony import */ var _core_yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1245);



/** Refuses a checkout that is not the pull request's head, where the event checks out the default branch by itself. */
function refuseOtherCheckout(intent, checkout, event) {
    if (!intent.checkoutMustBeHead || (checkout.kind !== 'none' && checkout.commit === intent.head))
        return;
    throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`\`${event.name}\` checks out the default branch unless told otherwise, and what is checked out is not the pull request's head ${intent.head.slice(0, 7)}. Use the \`pull_request\` event.`);
}
/** Whether the pull request carries the label that keeps its preview whatever its age. */
const keepsPreview = ({ preview }, { pullRequest }) => 
// GitHub takes names of labels that differ in case for the same, and so does the sweep.
preview.keepLabel !== undefined &&
    pullRequest?.labels.some((label) => label.toLowerCase() === preview.keepLabel?.toLowerCase()) === true;
/** The name of the preview: as the input says, else as the file says with the hash of the identity, else the default. */
function nameOfPreview(identity, { inputs, configuration, event }, values) {
    const { name } = configuration.config.preview;
    const text = inputs.previewName ?? name?.value;
    if (text === undefined)
        return (0,_core_identity_js__WEBPACK_IMPORTED_MODULE_1__/* .previewName */ .gz)(identity, event.repository.name);
    const filled = (0,_core_yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_2__/* .expand */ .fT)(text, values);
    if (!filled.ok)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(inputs.previewName === undefined
            ? `${configuration.config.file}: ${filled.why}.`
            : `\`preview-name\`: ${filled.why}.`, inputs.previewName === undefined && name ? { at: name.at } : {});
    return inputs.previewName === undefined ? (0,_core_identity_js__WEBPACK_IMPORTED_MODULE_1__/* .namedPreview */ .c6)(identity, filled.text) : filled.text;
}


/***/ }),

/***/ 4400:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  observePreview: () => (/* binding */ observePreview)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/astro/deployments.js
var deployments = __webpack_require__(6136);
// EXTERNAL MODULE: ./build/astro/environment-objects.js
var environment_objects = __webpack_require__(1780);
// EXTERNAL MODULE: ./build/astro/location.js
var astro_location = __webpack_require__(2549);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
// EXTERNAL MODULE: ./build/core/identity.js
var core_identity = __webpack_require__(630);
// EXTERNAL MODULE: ./build/core/deployment/mirror.js
var mirror = __webpack_require__(4017);
// EXTERNAL MODULE: ./build/core/yaml/placeholders.js + 1 modules
var placeholders = __webpack_require__(1245);
// EXTERNAL MODULE: ./build/core/deployment/template-powers.js
var template_powers = __webpack_require__(4907);
// EXTERNAL MODULE: ./build/core/omit-undefined.js
var omit_undefined = __webpack_require__(3492);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/yaml/problems.js
var problems = __webpack_require__(9250);
;// CONCATENATED MODULE: ./build/core/deployment/lookups.js
/** Says what to ask. Of an existing preview most is known: the names that it answers to itself are not looked up again. */
function neededLookups(template, existing) {
    const queues = template.queues.map((queue) => ({ queue, stored: storedQueue(existing, queue.name) }));
    const pools = template.type === 'HYBRID' && (queues.length > 0 || template.defaultWorkerType !== undefined);
    const known = existing?.clusterName !== undefined && existing.clusterName === template.clusterName?.value;
    const numbers = queues.some(({ queue, stored }) => !stored && (queue.maxWorkers === undefined || queue.concurrency === undefined));
    const query = {
        deploymentType: template.type,
        ...(template.cloudProvider && { cloudProvider: template.cloudProvider }),
    };
    return {
        workspaces: template.workspaceName !== undefined && existing?.workspaceName !== template.workspaceName.value,
        clusters: template.type !== 'STANDARD' && (pools || !known),
        ...((!existing || numbers) && { options: query }),
    };
}
/** The worker queue of an existing Deployment that has this name. */
const storedQueue = (existing, name) => existing?.workerQueues?.find((queue) => queue.name === name);

;// CONCATENATED MODULE: ./build/core/deployment/pod-sizes.js

/** Pod sizes and quotas: the file's, else the stored ones, else what Astro has as defaults. Remote execution has none. */
function podSizes(template, existing, options) {
    const { defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory } = template;
    const given = (0,omit_undefined/* omitUndefined */.O)({ defaultTaskPodCpu, defaultTaskPodMemory, resourceQuotaCpu, resourceQuotaMemory });
    if (template.type === 'HYBRID' || template.remoteExecution)
        return given;
    const quotas = options?.resourceQuotas;
    const fallback = existing
        ? (0,omit_undefined/* omitUndefined */.O)({
            defaultTaskPodCpu: existing.defaultTaskPodCpu,
            defaultTaskPodMemory: existing.defaultTaskPodMemory,
            resourceQuotaCpu: existing.resourceQuotaCpu,
            resourceQuotaMemory: existing.resourceQuotaMemory,
        })
        : (0,omit_undefined/* omitUndefined */.O)({
            defaultTaskPodCpu: quotas?.defaultPodSize.cpu.default,
            defaultTaskPodMemory: quotas?.defaultPodSize.memory.default,
            resourceQuotaCpu: quotas?.resourceQuota.cpu.default,
            resourceQuotaMemory: quotas?.resourceQuota.memory.default,
        });
    return { ...fallback, ...given };
}

;// CONCATENATED MODULE: ./build/core/deployment/resolve-names.js


/** A resolver that gathers problems in `found`. */
function nameResolver(found) {
    const problem = (message, at) => {
        found.problems.push({ message, at });
    };
    return {
        problem,
        named: (what, name, rows, nameOf) => {
            const row = rows.find((one) => nameOf(one) === name.value);
            if (!row)
                problem(unknownName(what, name.value, [...new Set(rows.map(nameOf))]), name.at);
            return row;
        },
    };
}
function unknownName(what, name, names) {
    const meant = (0,problems/* nearest */.p)(name, names);
    const known = names
        .slice(0, 20)
        .map((one) => (0,core_text/* oneLine */.TN)(one, 60))
        .join(', ');
    const advice = meant === undefined ? '.' : `, did you mean \`${(0,core_text/* oneLine */.TN)(meant, 60)}\`?`;
    return `there is no ${what} \`${(0,core_text/* oneLine */.TN)(name, 60)}\`${advice}${known && ` The API token sees: ${known}`}`;
}

;// CONCATENATED MODULE: ./build/core/deployment/resolve-queue.js


/** Fills in what the file leaves out of a worker queue, and reports what Astro does not take. */
function resolveQueue(queue, { type, pool, stored, options, problem }) {
    const hybrid = type === 'HYBRID';
    const machine = hybrid ? (pool ?? '') : queue.workerType.value.toUpperCase();
    const machines = options?.workerMachines ?? [];
    const offered = machines.find(({ name }) => name === machine);
    if (!hybrid && !/^A(?:5|10|20|40|60|120|160)$/.test(machine)) {
        const names = machines.length > 0 ? machines.map(({ name }) => name) : ['A5', 'A10', 'A20', 'A40', 'A60', 'A120', 'A160'];
        problem(`there is no worker type \`${(0,core_text/* oneLine */.TN)(queue.workerType.value, 60)}\`; Astro offers ${names.join(', ')}`, queue.workerType.at);
    }
    const range = hybrid ? options?.workerQueues.workerConcurrency : offered?.concurrency;
    // Astronomer's CLI takes 1 as the least for every machine, whatever the options say (workerqueue.go).
    const concurrencyRange = hybrid ? range : range && { ...range, floor: 1 };
    const max = queue.maxWorkers ?? stored?.maxWorkerCount ?? options?.workerQueues.maxWorkers.default ?? 10;
    const concurrency = queue.concurrency ?? stored?.workerConcurrency ?? concurrencyRange?.default ?? 5;
    const within = (what, value, range) => {
        if (range && (value < range.floor || value > range.ceiling)) {
            problem(`the worker queue \`${queue.name}\` asks for a ${what} of ${value}; Astro takes ${range.floor} to ${range.ceiling}`, queue.at);
        }
    };
    within('max_worker_count', max, options?.workerQueues.maxWorkers);
    within('min_worker_count', queue.minWorkers, options?.workerQueues.minWorkers);
    within('worker_concurrency', concurrency, concurrencyRange);
    return {
        name: queue.name,
        machine,
        min: queue.minWorkers,
        max,
        concurrency,
        ...(0,omit_undefined/* omitUndefined */.O)({ podEphemeralStorage: hybrid ? undefined : queue.podEphemeralStorage }),
    };
}

;// CONCATENATED MODULE: ./build/core/deployment/desired.js







/** Turns names into ids and fills in what the file leaves out. Throws one UserError with all that does not resolve. */
function resolveTemplate(template, lookups, existing) {
    const { type, executor } = template;
    const { options } = lookups;
    const found = { problems: [], notices: [] };
    const resolver = nameResolver(found);
    const { problem, named } = resolver;
    checkWorkspace(template, lookups, resolver);
    const cluster = template.clusterName && lookups.clusters
        ? named('cluster', template.clusterName, lookups.clusters, ({ name }) => name)
        : undefined;
    if (!existing)
        checkRuntimeVersion(template, lookups, resolver);
    checkSecrets(template, existing, resolver);
    const poolOf = (worker) => cluster && named('worker type', worker, cluster.nodePools ?? [], ({ nodeInstanceType }) => nodeInstanceType)?.id;
    const queues = template.queues.map((queue) => {
        const pool = type === 'HYBRID' ? poolOf(queue.workerType) : undefined;
        return resolveQueue(queue, { type, pool, stored: storedQueue(existing, queue.name), options, problem });
    });
    const firstPool = type === 'HYBRID' ? cluster?.nodePools?.[0]?.id : undefined;
    const pool = template.defaultWorkerType ? poolOf(template.defaultWorkerType) : firstPool;
    (0,problems/* refuseProblems */.n)(template.file, found);
    return {
        ...settings(template, existing),
        queues,
        ...podSizes(template, existing, options),
        ...(0,omit_undefined/* omitUndefined */.O)({
            clusterId: cluster?.id ?? (type === 'STANDARD' ? undefined : existing?.clusterId),
            taskPodNodePoolId: executor === 'KUBERNETES' ? pool : undefined,
        }),
    };
}
/** The parts of the template that hold no name. */
function settings(template, existing) {
    const { type, executor, description, runtimeVersion, schedulerSize, schedulerAu, schedulerCount } = template;
    const { cloudProvider, region, workloadIdentity, remoteExecution } = template;
    return {
        type,
        executor,
        isDagDeployEnabled: template.dagDeployEnabled ?? existing?.isDagDeployEnabled ?? type !== 'HYBRID',
        isCicdEnforced: template.cicdEnforcement,
        isHighAvailability: template.highAvailability,
        isDevelopmentMode: template.developmentMode,
        variables: template.variables,
        schedules: template.schedules,
        contactEmails: template.contactEmails,
        ...(0,omit_undefined/* omitUndefined */.O)({
            description,
            runtimeVersion: runtimeVersion && withoutPrefix(runtimeVersion.value),
            schedulerSize,
            cloudProvider,
            region,
            workloadIdentity,
            remoteExecution,
        }),
        ...(schedulerAu !== undefined &&
            schedulerCount !== undefined && { scheduler: { au: schedulerAu, replicas: schedulerCount } }),
    };
}
const withoutPrefix = (version) => version.replace(/^v/, '');
function checkWorkspace({ workspaceName }, lookups, { problem, named }) {
    if (!workspaceName || !lookups.workspaces)
        return;
    const workspace = named('Workspace', workspaceName, lookups.workspaces, ({ name }) => name);
    if (!workspace || workspace.id === lookups.workspaceId)
        return;
    problem(`the template names the Workspace \`${(0,core_text/* oneLine */.TN)(workspace.name, 60)}\`, but previews go to ${lookups.workspaceId}: correct \`workspace_name\`, or the input \`workspace\``, workspaceName.at);
}
function checkRuntimeVersion({ runtimeVersion }, { options }, { problem }) {
    if (!options || !runtimeVersion)
        return;
    const version = withoutPrefix(runtimeVersion.value);
    const releases = options.runtimeReleases.map((release) => release.version);
    if (releases.includes(version))
        return;
    problem(`Astro does not offer the runtime version ${(0,core_text/* oneLine */.TN)(version, 30)} (any more). It offers ${releases.slice(0, 10).join(', ')}`, runtimeVersion.at);
}
function checkSecrets({ variables }, existing, { problem }) {
    for (const variable of variables) {
        const held = existing?.environmentVariables?.some(({ key, isSecret }) => key === variable.key && isSecret);
        if (variable.value !== undefined || held === true)
            continue;
        problem(`the secret environment variable \`${variable.key}\` has no value, and the preview does not hold one yet: write \`value: \${env.${variable.key}}\`, and set ${variable.key} in the step's \`env:\``, variable.at);
    }
}
/** Values of secret environment variables: to be masked before anything is said. */
function secretValues(template) {
    return template.variables.flatMap(({ isSecret, value }) => isSecret && value !== undefined && value !== '' ? [value] : []);
}

// EXTERNAL MODULE: ./build/core/limit-problems.js
var limit_problems = __webpack_require__(6874);
// EXTERNAL MODULE: ./build/core/token.js
var token = __webpack_require__(663);
// EXTERNAL MODULE: ./build/core/config/wanted-objects.js
var wanted_objects = __webpack_require__(8039);
// EXTERNAL MODULE: ./build/core/objects/forgotten-objects.js
var forgotten_objects = __webpack_require__(5102);
// EXTERNAL MODULE: ./build/github/branches.js
var branches = __webpack_require__(6436);
// EXTERNAL MODULE: ./build/observe/find-target.js
var find_target = __webpack_require__(7416);
// EXTERNAL MODULE: ./build/core/config/config.js
var config_config = __webpack_require__(7515);
;// CONCATENATED MODULE: ./build/core/config/base-target.js

/**
 * The long-lived Deployment that a branch is a preview of: the one of `environments` for the branch that its pull request
 * goes to, else the one that the inputs name.
 */
function baseTarget(config, base, target) {
    return (base === undefined ? undefined : (0,config_config/* environmentOf */.p7)(config, base)?.target) ?? target;
}

// EXTERNAL MODULE: ./build/core/intent/deploy.js
var deploy = __webpack_require__(1946);
;// CONCATENATED MODULE: ./build/observe/base-target.js




/** The long-lived Deployment that this branch is a preview of, by the branch that its pull request goes to, or the default branch. */
async function findBaseTarget(context) {
    const base = baseBranch(context);
    return baseTarget(await trustedConfig(base, context), base, context.inputs.target);
}
/**
 * The long-lived Deployment that the base branch deploys to: its DAGs are what the preview's DAGs are compared with. A
 * default branch's file that cannot be used leaves the comparison out: the branch may be the one that repairs it.
 */
async function findComparedTarget(context) {
    const { inputs, event } = context;
    const base = baseBranch(context);
    if (base === undefined || !inputs.dagChanges)
        return undefined;
    try {
        const config = await trustedConfig(base, context);
        return (0,deploy/* claim */.B7)({ ...inputs, config }, base, event.defaultBranch)?.target;
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            return undefined;
        throw error;
    }
}
const baseBranch = ({ event }) => event.pullRequest?.baseRef ?? event.defaultBranch;
/**
 * A branch must not choose a Deployment by its own file: `environments` are those of the default branch's file. It is asked
 * for only where the branch's own file claims the base branch at all.
 */
async function trustedConfig(base, { configuration }) {
    const { config, readDefault } = configuration;
    if (!readDefault || base === undefined || (0,config_config/* environmentOf */.p7)(config, base) === undefined)
        return config;
    const text = await readDefault(config.file);
    return text === undefined ? config_config/* noConfig */.ac : (await Promise.all(/* import() */[__webpack_require__.e(207), __webpack_require__.e(853)]).then(__webpack_require__.bind(__webpack_require__, 853))).readConfig(text, config.file);
}

// EXTERNAL MODULE: ./build/observe/code.js + 7 modules
var observe_code = __webpack_require__(6885);
// EXTERNAL MODULE: ./build/observe/placeholder-values.js
var placeholder_values = __webpack_require__(4889);
// EXTERNAL MODULE: ./build/observe/preview-facts.js
var preview_facts = __webpack_require__(8749);
// EXTERNAL MODULE: ./build/observe/project.js
var observe_project = __webpack_require__(6782);
// EXTERNAL MODULE: ./build/runner/nearby-files.js
var nearby_files = __webpack_require__(3882);
// EXTERNAL MODULE: ./build/runner/workspace-files.js
var workspace_files = __webpack_require__(7200);
;// CONCATENATED MODULE: ./build/observe/preview.js


























/** Reads what a preview is decided on: the checkout and its files, the Workspace's Deployments, the branch, the code. */
async function observePreview(intent, context) {
    const { inputs, configuration, event, tools } = context;
    const { config } = configuration;
    const { client } = tools;
    const project = await (0,observe_project/* readProject */.W)(inputs, tools.env);
    const { checkout } = project;
    (0,preview_facts/* refuseOtherCheckout */.HV)(intent, checkout, event);
    const fillIns = (0,placeholder_values/* placeholderValues */.m)({ branch: intent.branch.name, pullRequest: intent.pullRequest, sha: (0,find_target/* commitOf */.D3)(checkout, intent.head) }, { inputs, event, tools });
    // Without a template of its own a preview mirrors the long-lived Deployment, as users of deploy-action know it.
    const base = inputs.template === undefined ? await findBaseTarget(context) : inputs.target;
    const mirrored = inputs.template === undefined && base !== undefined;
    const checkedIn = mirrored
        ? undefined
        : withHibernation(await (0,observe_project/* readPreviewTemplate */.D)(inputs.template, templateReader(inputs, configuration, project, tools), fillIns, inputs.template === undefined ? [] : (0,nearby_files/* templatesNear */.AE)((0,workspace_files/* workspaceFolder */.ih)(tools.env), inputs.template)), config);
    if (checkedIn)
        await refuseForeignPowers(checkedIn, context, fillIns);
    const wanted = (0,wanted_objects/* wantedObjects */.W)(config, 'preview', fillIns(config.variables));
    const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.project };
    const name = (0,preview_facts/* nameOfPreview */.HJ)(identity, context, fillIns([]));
    const claims = (0,token/* readClaims */.I)(inputs.token);
    const organization = await (0,astro_location/* findOrganization */.t2)(client, inputs.organizationId, claims);
    const workspace = await (0,astro_location/* findWorkspace */.pl)(client, organization, inputs.workspace, claims);
    const [rows, state, stored, compared] = await Promise.all([
        (0,deployments/* listDeployments */.Jn)(client, organization, workspace),
        tools.github().then((github) => (0,branches/* branchState */.al)(github, intent.branch.name)),
        wanted.length > 0 ? (0,environment_objects/* listObjects */.L)(client, organization, { workspaceId: workspace }) : [],
        findComparedTarget(context),
    ]);
    const marked = (0,core_identity/* oldestFirst */.sZ)(rows.filter((row) => (0,core_identity/* isPreviewOf */.ko)(row, identity)));
    const adopted = inputs.adopt === undefined ? undefined : adoptable(inputs.adopt, rows, marked, context);
    // The row of a list need not hold variables, queues, e-mail addresses and schedules: it is compared from its own record.
    const mine = await withOwnRecord(adopted ? [adopted] : marked, organization, client);
    const existing = mine[0];
    if (existing)
        tools.found(existing);
    const linkedBefore = (0,core_identity/* readMark */.Mp)(existing?.description)?.objects !== undefined;
    const known = wanted.length === 0 && linkedBefore ? await (0,environment_objects/* listObjects */.L)(client, organization, { workspaceId: workspace }) : stored;
    const all = [...wanted, ...(existing ? (0,forgotten_objects/* forgottenObjects */.B)(wanted, known, existing, config.file) : [])];
    // Before a create only: at the end of a run that changed something it is asked in any case.
    const closed = intent.pullRequest !== undefined &&
        !existing &&
        (await (0,branches/* pullRequestState */.uS)(await tools.github(), intent.pullRequest, intent.branch.name)) === 'closed';
    const nameConflict = rows.find((row) => row.name === name && !mine.some(({ id }) => id === row.id));
    const copies = copyWishes(inputs, mirrored);
    const source = base && (mirrored || copies.length > 0) ? await (0,find_target/* findTarget */.FB)(base, inputs, organization, client) : undefined;
    const template = checkedIn ??
        withHibernation(await mirrorOf(await (0,find_target/* wholeRecord */.HZ)(source, organization, client), existing, organization, fillIns, tools), config);
    const desired = await resolve(template, existing, organization, workspace, client);
    const place = { organization, deployment: existing, dagDeploysOn: desired.isDagDeployEnabled };
    const code = await (0,observe_code/* observeCode */.q)(intent, project, place, inputs, event, tools);
    for (const value of secretValues(desired))
        tools.log.secret(value, `A secret environment variable of ${inputs.template ?? 'the template'}`);
    // A run whose event names no pull request takes the number that the preview notes, unless branches alone drive previews.
    const before = config.preview.on === 'branch' ? undefined : (0,core_identity/* readMark */.Mp)(existing?.description)?.pullRequest;
    const pullRequest = intent.pullRequest ?? before;
    const secrets = (0,core_identity/* secretsFingerprint */.QK)(secretValues(desired), inputs.token);
    const description = (0,core_identity/* describePreview */.QV)(desired.description ?? '', identity, name, {
        variables: (0,core_identity/* keysFingerprint */.ns)(desired.variables.map(({ key }) => key)),
        objects: (0,core_identity/* keysFingerprint */.ns)(wanted.map(forgotten_objects/* objectName */.H)),
        ...(0,omit_undefined/* omitUndefined */.O)({ pullRequest }),
        ...(0,omit_undefined/* omitUndefined */.O)({ secrets }),
    });
    const seen = { organization, rows, mine, sha: (0,find_target/* commitOf */.D3)(checkout, intent.head), ...(wanted.length > 0 && { stored }) };
    const later = await (await __webpack_require__.e(/* import() */ 895).then(__webpack_require__.bind(__webpack_require__, 4895))).lookAfterMerge(seen, context);
    return {
        kind: 'ensure-preview',
        organization,
        workspace,
        identity,
        now: tools.now(),
        freshness: { branch: intent.branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 },
        ...(intent.pullRequest !== undefined && { pullRequest: { number: intent.pullRequest, closed } }),
        mine,
        ...(nameConflict && { nameConflict }),
        desired,
        ...(checkedIn?.places && { places: checkedIn.places }),
        owned: { name, description, environmentVariables: branchVariables(intent.branch.name, pullRequest) },
        code,
        ...(all.length > 0 && { objects: { wanted: all, stored: known, rewriteSecrets: (0,find_target/* isByHand */.Hv)(event) } }),
        ...(inputs.maxPreviews !== undefined && {
            limit: {
                max: inputs.maxPreviews,
                living: rows.filter((row) => {
                    const mark = (0,core_identity/* readMark */.Mp)(row.description);
                    return mark?.repositoryId === event.repository.id && (0,core_identity/* isPreviewOf */.ko)(row, mark);
                }),
            },
        }),
        ...comparedWith(context, compared, rows),
        ttl: (0,preview_facts/* keepsPreview */.Bb)(configuration.config, event) ? undefined : inputs.ttl,
        ...(source && copies.length > 0 && code.isFirst && { copy: copyStep(copies, source, mirrored) }),
        warnings: [...notYetTrusted(configuration), ...later],
        notices: template.notices.map(({ message }) => message),
    };
}
/** The Deployment of the pull request's base branch, out of the Workspace's list, so that finding it costs no request. */
function comparedWith({ inputs, event }, target, rows) {
    const deployment = target && rows.find((row) => (target.by === 'id' ? row.id === target.id : row.name === target.name));
    if (!deployment)
        return {};
    const baseCommit = event.pullRequest?.baseSha;
    return { compare: { deployment, dags: inputs.dagChanges, ...(0,omit_undefined/* omitUndefined */.O)({ baseCommit }) } };
}
/**
 * Refuses what a branch's template must not decide by itself. The default branch's template is asked for only where there
 * is such a thing.
 */
async function refuseForeignPowers(template, { inputs, configuration }, fillIns) {
    const { readDefault } = configuration;
    if (!readDefault || (0,template_powers/* powersOf */.eJ)(template, inputs.allowTemplate).length === 0)
        return;
    const text = await readDefault(template.file);
    const trusted = text === undefined ? undefined : leniently(text, template.file, fillIns);
    (0,template_powers/* refusePowers */.lB)(template, await trusted, inputs.allowTemplate);
}
/** A template on the default branch that cannot be read allows nothing. */
async function leniently(text, file, fillIns) {
    const { readTemplate } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 3548));
    try {
        return readTemplate(text, file, fillIns((0,placeholders/* variablesIn */.DF)(text)));
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            return undefined;
        throw error;
    }
}
/** The preview as its own record shows it, in the place of its row; its second makings stay rows. Gone meanwhile: left out. */
async function withOwnRecord([row, ...others], organization, client) {
    if (!row)
        return [];
    const whole = await (0,deployments/* readDeployment */.iJ)(client, organization, row.id);
    return whole ? [whole, ...others] : others;
}
/** What is to be copied: what the inputs say, and all of it where they say nothing and the preview mirrors a Deployment. */
function copyWishes(inputs, mirrored) {
    const wishes = [
        ['connections', inputs.copyConnections],
        ['variables', inputs.copyAirflowVariables],
        ['pools', inputs.copyPools],
    ];
    return wishes.flatMap(([what, wish]) => ((wish ?? mirrored) ? [what] : []));
}
const copyStep = (what, from, mirrored) => ({
    kind: 'copy',
    from,
    connections: what.includes('connections'),
    variables: what.includes('variables'),
    pools: what.includes('pools'),
    ...(mirrored && { optional: true }),
    why: 'the preview has run no code yet',
});
async function mirrorOf(source, existing, organization, fillIns, { client, log }) {
    const clusters = source.type === 'STANDARD' ? [] : await (0,deployments/* listClusters */.Ug)(client, organization);
    const { template, notices } = (0,mirror/* mirror */.e7)(source, clusters, fillIns((0,mirror/* secretVariables */.c8)(source)), existing);
    for (const notice of (0,limit_problems/* limitSentences */.IG)(notices))
        log.notice(notice);
    return template;
}
/**
 * The Deployment that `adopt` names, which is to become this branch's preview although it carries no mark. Only ever one
 * that nobody claims: no preview of another branch, no long-lived Deployment. Throws UserError.
 */
function adoptable(id, rows, marked, { inputs, configuration }) {
    if (marked.some((row) => row.id === id))
        return undefined; // done by an earlier run
    const refuse = (why) => new errors/* UserError */.y(`\`adopt\`: ${why}. Nothing was touched.`);
    const [first] = marked;
    if (first)
        throw refuse(`this branch has a preview already, ${(0,core_text/* oneLine */.TN)(first.name)} (${first.id})`);
    const found = rows.find((row) => row.id === id);
    if (!found)
        throw refuse(`there is no Deployment with the id ${id} in the Workspace`);
    if ((found.description ?? '').includes('[astro-branch-deploy v'))
        throw refuse(`the Deployment ${(0,core_text/* oneLine */.TN)(found.name)} is the preview of another branch or repository`);
    const targets = [inputs.target, ...configuration.config.environments.map(({ target }) => target)];
    const claimed = targets.some((one) => one && (one.by === 'id' ? one.id === id : one.name === found.name));
    if (claimed)
        throw refuse(`the Deployment ${(0,core_text/* oneLine */.TN)(found.name)} is a long-lived one of this workflow`);
    return found;
}
/** The template comes from where the configuration does; a checkout below the workspace is looked into as well. */
function templateReader(inputs, configuration, project, tools) {
    return async (path) => {
        const text = await configuration.read(path);
        if (text !== undefined || inputs.configRef !== undefined || project.checkout.kind === 'none')
            return text;
        const { root } = project.checkout;
        const workspace = (0,workspace_files/* workspaceFolder */.ih)(tools.env);
        return root === workspace || !(0,workspace_files/* inside */.nx)(root, workspace)
            ? text
            : (0,workspace_files/* readWorkspaceFile */.sL)(workspace, (0,external_node_path_.join)((0,external_node_path_.relative)(workspace, root), path), 'Deployment template');
    };
}
/** Says which links of the branch's own file wait for a merge, where another ref's file is in force. */
function notYetTrusted({ config, ofBranch }) {
    const links = (one) => one.objects.filter(({ targets }) => targets.some(({ name, excluded }) => name === 'preview' && !excluded));
    const trusted = links(config);
    return (ofBranch ? links(ofBranch) : [])
        .filter((entry) => !trusted.some(({ kind, key }) => kind === entry.kind && key === entry.key))
        .map(({ kind, key, at }) => ({
        message: `The ${kind.replaceAll('-', ' ')} \`${(0,core_text/* oneLine */.TN)(key, 60)}\` is not linked: \`config-ref\` says that another ref's file counts, and that one does not link it to previews.`,
        at,
    }));
}
/** `preview.hibernate` gives previews development mode and one schedule in place of the template's. */
function withHibernation(template, { preview }) {
    const { hibernate } = preview;
    if (hibernate === undefined)
        return template;
    if (template.type === 'HYBRID' || template.highAvailability)
        throw new errors/* UserError */.y(`\`preview.hibernate\` needs development mode, which ${template.type === 'HYBRID' ? 'HYBRID Deployments' : 'Deployments with high availability'} cannot have: take it out, or change the template.`, { at: hibernate.at });
    return {
        ...template,
        developmentMode: true,
        schedules: (0,mirror/* sleepsAt */.YB)(hibernate.value),
    };
}
/** Variables that let DAG code know which branch it runs for. */
function branchVariables(branch, pullRequest) {
    return [
        { key: 'ASTRO_BRANCH', value: branch },
        { key: 'ASTRO_BRANCH_SLUG', value: (0,core_identity/* slug */.yR)(branch) },
        ...(pullRequest === undefined ? [] : [{ key: 'ASTRO_PULL_REQUEST', value: String(pullRequest) }]),
    ];
}
async function resolve(template, existing, organization, workspace, client) {
    const needed = neededLookups(template, existing);
    const [workspaces, clusters, options] = await Promise.all([
        needed.workspaces ? (0,deployments/* listWorkspaces */.FF)(client, organization) : undefined,
        needed.clusters ? (0,deployments/* listClusters */.Ug)(client, organization) : undefined,
        needed.options ? (0,deployments/* readDeploymentOptions */.UR)(client, organization, needed.options) : undefined,
    ]);
    const lookups = {
        workspaceId: workspace,
        ...(workspaces && { workspaces }),
        ...(clusters && { clusters }),
        ...(options && { options }),
    };
    return resolveTemplate(template, lookups, existing);
}


/***/ })

};
