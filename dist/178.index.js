export const id = 178;
export const ids = [178];
export const modules = {

/***/ 1178:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readTemplate: () => (/* binding */ readTemplate)
});

// EXTERNAL MODULE: ./build/core/yaml/document.js
var yaml_document = __webpack_require__(2783);
// EXTERNAL MODULE: ./build/core/yaml/problems.js
var problems = __webpack_require__(9250);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
// EXTERNAL MODULE: ./build/core/yaml/placeholders.js + 1 modules
var placeholders = __webpack_require__(1245);
// EXTERNAL MODULE: ./build/core/deployment/owned-variables.js
var owned_variables = __webpack_require__(6333);
// EXTERNAL MODULE: ./build/core/yaml/reader.js
var yaml_reader = __webpack_require__(8917);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
;// CONCATENATED MODULE: ./build/core/deployment/template-parts.js



const queueKeys = [
    'name',
    'worker_type',
    'min_worker_count',
    'max_worker_count',
    'worker_concurrency',
    'pod_ephemeral_storage',
    'pod_cpu',
    'pod_ram',
    'id',
];
const cron = /^(?:\S+\s+){4}\S+$/;
const cronField = /^[0-9A-Za-z*,/?#LW-]+$/;
/** Worker queues; none under KUBERNETES. */
function readQueues({ items, mapping, required, place, member, text, located, whole, amount, problem, notice }, deployment, executor) {
    const nodes = items(deployment, 'worker_queues');
    const queues = nodes.flatMap((node) => {
        const queue = mapping(node, queueKeys, 'a worker queue');
        required(queue, 'name');
        required(queue, 'worker_type');
        const name = text(queue, 'name');
        const workerType = located(queue, 'worker_type');
        if (name !== undefined && !/^[a-z0-9-]{1,63}$/.test(name))
            problem(`a worker queue's name has lower-case letters and hyphens, at most 63: \`${(0,core_text/* oneLine */.TN)(name, 60)}\` does not`, place(queue, 'name'));
        const minWorkers = whole(queue, 'min_worker_count', 0, 1000) ?? 0;
        // 0 stands for "the default" in what the CLI writes.
        const maxWorkers = whole(queue, 'max_worker_count', 0, 1000) || undefined;
        const concurrency = whole(queue, 'worker_concurrency', 0, 1000) || undefined;
        if (maxWorkers !== undefined && minWorkers > maxWorkers)
            problem('`min_worker_count` is above `max_worker_count`', node.at);
        for (const key of ['name', 'worker_type']) {
            const value = member(queue, key);
            if (value?.kind === 'scalar' && value.text === '')
                problem(`\`${key}\` is empty`, value.at);
        }
        if (name === undefined || !workerType)
            return [];
        return [
            {
                name,
                at: node.at,
                workerType,
                minWorkers,
                ...(0,yaml_reader/* given */.g)('maxWorkers', maxWorkers),
                ...(0,yaml_reader/* given */.g)('concurrency', concurrency),
                ...(0,yaml_reader/* given */.g)('podEphemeralStorage', amount(queue, 'pod_ephemeral_storage')),
            },
        ];
    });
    queues.forEach((queue, index) => {
        if (queues.findIndex(({ name }) => name === queue.name) !== index)
            problem(`there are two worker queues called \`${queue.name}\``, queue.at);
    });
    const [first] = queues;
    if (!first)
        return [];
    if (executor === 'KUBERNETES') {
        if (queues.every(({ name }) => name === 'default'))
            notice('worker queues are ignored: the executor KUBERNETES has none', first.at);
        else
            problem('the executor KUBERNETES has no worker queues: use default_task_pod_cpu and default_task_pod_memory (HYBRID: default_worker_type)', first.at);
        return [];
    }
    if (!queues.some(({ name }) => name === 'default'))
        problem('one of the worker queues must be called `default`', first.at);
    return queues;
}
/** Environment variables of the Deployment itself. */
function readVariables({ items, mapping, required, place, text, flag, member, problem }, deployment) {
    const seen = new Set();
    return items(deployment, 'environment_variables').flatMap((node) => {
        const variable = mapping(node, ['key', 'value', 'is_secret', 'updated_at'], 'an environment variable');
        required(variable, 'key');
        const key = text(variable, 'key');
        const isSecret = flag(variable, 'is_secret') ?? false;
        const value = member(variable, 'value');
        if (value && value.kind !== 'scalar')
            problem('`value` must be a single value', value.at);
        if (key === undefined)
            return [];
        const at = place(variable, 'key');
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
            problem(`\`${(0,core_text/* oneLine */.TN)(key, 60)}\` cannot be the name of an environment variable`, at);
        if (seen.has(key))
            problem(`the environment variable \`${key}\` is here twice`, at);
        seen.add(key);
        if (owned_variables/* ownedByAstro */.u.has(key))
            problem(`\`${key}\` belongs to Astro: setting it breaks a Deployment in ways that are hard to see`, at);
        if (owned_variables/* ownedByAction */.P.has(key))
            problem(`\`${key}\` is set by the Action on every preview`, at);
        if (!value && !isSecret)
            problem(`the environment variable \`${(0,core_text/* oneLine */.TN)(key, 60)}\` has no value (\`value: ""\` makes an empty one)`, at);
        // What came as a secret is kept as one, whatever the file says: Astro would show it otherwise.
        const fromEnv = value?.kind === 'scalar' && value.fromEnv === true;
        if (fromEnv && flag(variable, 'is_secret') === false)
            problem('`${env.…}` is a secret, and `is_secret: false` would show it in Astro: write `is_secret: true`', value.at);
        const secret = isSecret || fromEnv;
        // `astro deployment inspect` writes an empty value, or asterisks, for a secret that it does not show.
        const isGiven = value?.kind === 'scalar' && !(secret && /^\**$/.test(value.text));
        return [{ key, at, isSecret: secret, ...(isGiven && { value: value.text }) }];
    });
}
/** Hibernation schedules, from the place where the CLI reads them and from the one that the documentation shows. */
function readSchedules({ items, mapping, required, place, text, flag, member, problem, notice }, deployment, configuration) {
    const misplaced = member(configuration, 'hibernation_schedules');
    if (misplaced)
        notice("`hibernation_schedules` is read here too, but Astro's CLI reads it under `deployment` only", misplaced.at);
    const nodes = [...items(deployment, 'hibernation_schedules'), ...items(configuration, 'hibernation_schedules')];
    if (nodes.length > 10 && nodes[10])
        problem('a Deployment has at most 10 hibernation schedules', nodes[10].at);
    return nodes.map((node) => {
        const schedule = mapping(node, ['hibernate_at', 'wake_at', 'description', 'enabled'], 'a hibernation schedule');
        const expression = (key) => {
            required(schedule, key);
            const value = text(schedule, key) ?? '';
            if (value !== '' && !(cron.test(value) && value.split(/\s+/).every((field) => cronField.test(field)))) {
                problem(`\`${key}\`: \`${(0,core_text/* oneLine */.TN)(value, 60)}\` is not a cron expression of five fields, such as \`0 20 * * *\``, place(schedule, key));
            }
            return value;
        };
        return {
            hibernateAtCron: expression('hibernate_at'),
            wakeAtCron: expression('wake_at'),
            description: text(schedule, 'description') ?? '',
            isEnabled: flag(schedule, 'enabled') ?? false,
        };
    });
}
/** Addresses that alerts go to. */
function readEmails({ items, problem }, deployment) {
    return items(deployment, 'alert_emails').flatMap((node) => {
        if (node.kind === 'scalar' && /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(node.text))
            return [node.text];
        problem(`${node.kind === 'scalar' ? `\`${(0,core_text/* oneLine */.TN)(node.text, 60)}\`` : 'this'} is not an e-mail address`, node.at);
        return [];
    });
}
/** Remote execution, where it is switched on. */
function readRemoteExecution({ mapping, member, flag, text, texts, problem }, configuration, type, executor) {
    const node = member(configuration, 'remote_execution');
    if (!node)
        return undefined;
    const remote = mapping(node, ['enabled', 'allowed_ip_address_ranges', 'task_log_bucket', 'task_log_url_pattern'], 'remote_execution');
    if (flag(remote, 'enabled') !== true)
        return undefined;
    if (type !== 'DEDICATED' || executor !== 'ASTRO')
        problem('remote execution needs a DEDICATED Deployment with the executor ASTRO', node.at);
    return {
        allowedIpAddressRanges: texts(remote, 'allowed_ip_address_ranges'),
        ...(0,yaml_reader/* given */.g)('taskLogBucket', text(remote, 'task_log_bucket')),
        ...(0,yaml_reader/* given */.g)('taskLogUrlPattern', text(remote, 'task_log_url_pattern')),
    };
}

;// CONCATENATED MODULE: ./build/core/deployment/template.js







const topKeys = [
    'configuration',
    'worker_queues',
    'environment_variables',
    'hibernation_schedules',
    'alert_emails',
    'metadata',
];
const configurationKeys = [
    'name', 'description', 'runtime_version', 'dag_deploy_enabled', 'ci_cd_enforcement', 'scheduler_size', 'is_high_availability',
    'is_development_mode', 'executor', 'scheduler_au', 'scheduler_count', 'cluster_name', 'workspace_name', 'deployment_type',
    'cloud_provider', 'region', 'default_task_pod_cpu', 'default_task_pod_memory', 'resource_quota_cpu', 'resource_quota_memory',
    'default_worker_type', 'workload_identity', 'remote_execution', 'hibernation_schedules',
]; // prettier-ignore
const types = {
    STANDARD: 'STANDARD', HOSTED_SHARED: 'STANDARD', HOSTED_STANDARD: 'STANDARD', DEDICATED: 'DEDICATED', HOSTED_DEDICATED: 'DEDICATED', HYBRID: 'HYBRID',
}; // prettier-ignore
const executors = {
    CELERY: 'CELERY', CELERYEXECUTOR: 'CELERY', KUBERNETES: 'KUBERNETES', KUBERNETESEXECUTOR: 'KUBERNETES', ASTRO: 'ASTRO', ASTROEXECUTOR: 'ASTRO',
}; // prettier-ignore
const sizes = {
    SMALL: 'SMALL',
    MEDIUM: 'MEDIUM',
    LARGE: 'LARGE',
    EXTRA_LARGE: 'EXTRA_LARGE',
};
const clouds = { AWS: 'AWS', GCP: 'GCP', AZURE: 'AZURE' };
/**
 * Reads a Deployment template: what `astro deployment inspect --template` writes, YAML or JSON. Strict where the CLI is
 * silent: an unknown key, a wrong type or value is refused, all of them in one UserError with their places.
 * Placeholders in its values are filled in first.
 */
function readTemplate(text, file, values) {
    const found = { problems: [], notices: [] };
    const root = fill((0,yaml_document/* parseDocument */.T)(text, file), values, found);
    // What else is wrong with a value that could not be filled in follows from that.
    const unfilled = new Set(found.problems.map(({ at }) => at));
    const follows = (problem, index) => index >= unfilled.size && unfilled.has(problem.at);
    refuseWithoutRoot(root, file);
    found.problems.push(...clearSecrets(root));
    const reader = (0,yaml_reader/* makeReader */.Y)(found, file);
    const top = reader.mapping(root, ['deployment'], 'the file');
    const deployment = reader.mapping(reader.required(top, 'deployment'), topKeys, 'deployment');
    const configuration = reader.mapping(reader.required(deployment, 'configuration'), configurationKeys, 'configuration');
    const { problem, notice, member, text: textOf, flag, choice, whole, located, amount } = reader;
    if (textOf(configuration, 'name') !== undefined)
        notice('`name` is ignored: the Action names previews itself', reader.place(configuration, 'name'));
    if (member(deployment, 'metadata'))
        notice('`metadata` is what Astro says of an existing Deployment: it is ignored', reader.place(deployment, 'metadata'));
    const executor = choice(configuration, 'executor', executors, true) ?? 'CELERY';
    const type = choice(configuration, 'deployment_type', types, true) ?? 'STANDARD';
    const hybrid = type === 'HYBRID';
    const runtimeVersion = located(configuration, 'runtime_version');
    const developmentMode = flag(configuration, 'is_development_mode') ?? false;
    const highAvailability = flag(configuration, 'is_high_availability') ?? false;
    const schedulerSize = choice(configuration, 'scheduler_size', sizes, false);
    const place = (key) => reader.place(configuration, key);
    const need = (key) => {
        if (textOf(configuration, key) === undefined)
            problem(`\`${key}\` is required for a Deployment of type ${type}`, place(key));
    };
    if (type === 'STANDARD')
        ['cloud_provider', 'region'].forEach(need);
    else
        need('cluster_name');
    if (hybrid)
        ['scheduler_au', 'scheduler_count'].forEach(need);
    if (hybrid && executor === 'ASTRO')
        problem('the executor ASTRO is not available for HYBRID Deployments: use CELERY or KUBERNETES', place('executor'));
    if (executor === 'ASTRO' && runtimeVersion && /^v?[0-9]+\.[0-9]+\.[0-9]+/.test(runtimeVersion.value)) {
        problem(`the executor ASTRO needs Airflow 3, and runtime ${(0,core_text/* oneLine */.TN)(runtimeVersion.value, 30)} has Airflow 2`, place('executor'));
    }
    if (developmentMode && highAvailability)
        problem('a Deployment in development mode cannot have high availability', place('is_high_availability'));
    if (developmentMode && schedulerSize !== undefined && schedulerSize !== 'SMALL')
        problem('a Deployment in development mode has a SMALL scheduler', place('scheduler_size'));
    if (hybrid && developmentMode)
        problem('`is_development_mode` is not available for HYBRID Deployments', place('is_development_mode'));
    if (hybrid && highAvailability)
        problem('`is_high_availability` is not available for HYBRID Deployments', place('is_high_availability'));
    const schedules = readSchedules(reader, deployment, configuration);
    if (schedules.length > 0 && !developmentMode) {
        problem('hibernation schedules need `is_development_mode: true`', reader.place(member(deployment, 'hibernation_schedules') ? deployment : configuration, 'hibernation_schedules'));
    }
    const cloudProvider = type === 'STANDARD' ? choice(configuration, 'cloud_provider', clouds, false) : undefined;
    const template = {
        file,
        type,
        executor,
        cicdEnforcement: flag(configuration, 'ci_cd_enforcement') ?? false,
        highAvailability,
        developmentMode,
        queues: readQueues(reader, deployment, executor),
        variables: readVariables(reader, deployment),
        schedules,
        contactEmails: readEmails(reader, deployment),
        notices: found.notices,
        ...(0,yaml_reader/* given */.g)('description', textOf(configuration, 'description')),
        ...(0,yaml_reader/* given */.g)('runtimeVersion', runtimeVersion),
        ...(0,yaml_reader/* given */.g)('dagDeployEnabled', flag(configuration, 'dag_deploy_enabled')),
        ...(0,yaml_reader/* given */.g)('schedulerSize', hybrid ? undefined : schedulerSize),
        ...(0,yaml_reader/* given */.g)('schedulerAu', hybrid ? whole(configuration, 'scheduler_au', 5, 30) : undefined),
        ...(0,yaml_reader/* given */.g)('schedulerCount', hybrid ? whole(configuration, 'scheduler_count', 1, 4) : undefined),
        ...(0,yaml_reader/* given */.g)('workspaceName', located(configuration, 'workspace_name')),
        // For STANDARD, older files repeat the region here.
        ...(0,yaml_reader/* given */.g)('clusterName', type === 'STANDARD' ? undefined : located(configuration, 'cluster_name')),
        ...(0,yaml_reader/* given */.g)('cloudProvider', cloudProvider),
        ...(0,yaml_reader/* given */.g)('region', type === 'STANDARD' ? textOf(configuration, 'region') : undefined),
        ...(0,yaml_reader/* given */.g)('defaultTaskPodCpu', hybrid ? undefined : amount(configuration, 'default_task_pod_cpu')),
        ...(0,yaml_reader/* given */.g)('defaultTaskPodMemory', hybrid ? undefined : amount(configuration, 'default_task_pod_memory')),
        ...(0,yaml_reader/* given */.g)('resourceQuotaCpu', hybrid ? undefined : amount(configuration, 'resource_quota_cpu')),
        ...(0,yaml_reader/* given */.g)('resourceQuotaMemory', hybrid ? undefined : amount(configuration, 'resource_quota_memory')),
        ...(0,yaml_reader/* given */.g)('defaultWorkerType', hybrid && executor === 'KUBERNETES' ? located(configuration, 'default_worker_type') : undefined),
        ...(0,yaml_reader/* given */.g)('workloadIdentity', textOf(configuration, 'workload_identity')),
        ...(0,yaml_reader/* given */.g)('remoteExecution', readRemoteExecution(reader, configuration, type, executor)),
    };
    (0,problems/* refuseProblems */.n)(file, { ...found, problems: found.problems.filter((one, index) => !follows(one, index)) });
    return template;
}
/** Values of `${env.…}` in places that Astro shows in clear: everywhere but in the value of an environment variable. */
function clearSecrets(node, path = []) {
    if (node.kind === 'sequence')
        return node.items.flatMap((item) => clearSecrets(item, [...path, '*']));
    if (node.kind === 'mapping')
        return node.entries.flatMap(({ key, value }) => clearSecrets(value, [...path, key]));
    if (node.fromEnv !== true || path.join('/') === 'deployment/environment_variables/*/value')
        return [];
    return [
        {
            message: '`${env.…}` is a secret, and Astro shows this value in clear. Use it only in the `value` of an environment variable with `is_secret: true`',
            at: node.at,
        },
    ];
}
/** What else is wrong with such a file follows from that. */
function refuseWithoutRoot(root, file) {
    if (root.kind !== 'mapping')
        return;
    const keys = root.entries.map(({ key }) => key);
    if (keys.includes('deployment'))
        return;
    const meant = keys.find((key) => (0,problems/* nearest */.p)(key, ['deployment']) !== undefined);
    const advice = meant !== undefined
        ? `Write \`deployment:\` for \`${(0,core_text/* oneLine */.TN)(meant, 60)}:\`.`
        : [...topKeys, ...configurationKeys].some((key) => keys.includes(key))
            ? 'Put its content below `deployment:`, as `astro deployment inspect --template` writes it.'
            : 'A Deployment template begins with `deployment:`: let `action: export-template` or `astro deployment inspect --template` write one.';
    throw new errors/* UserError */.y(`${file} has no \`deployment:\` at its root, so it is no Deployment template. ${advice}`, {
        at: root.at,
    });
}
/** The document with every placeholder filled in; a scalar that took a value from the step's `env:` remembers it. */
function fill(node, values, found) {
    if (node.kind === 'sequence')
        return { ...node, items: node.items.map((item) => fill(item, values, found)) };
    if (node.kind === 'mapping')
        return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: fill(entry.value, values, found) })) };
    if (!(0,placeholders/* hasPlaceholder */.Kc)(node.text))
        return node;
    const expanded = (0,placeholders/* expand */.fT)(node.text, values);
    if (!expanded.ok) {
        found.problems.push({ message: expanded.why, at: node.at });
        return node;
    }
    const { text, fromEnv } = expanded;
    // A branch may be called `null`, which is a value all the same.
    return { ...node, text, value: (0,yaml_document/* resolvePlain */.R)(text) ?? text, ...(fromEnv && { fromEnv }) };
}


/***/ }),

/***/ 2783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ resolvePlain),
/* harmony export */   T: () => (/* binding */ parseDocument)
/* harmony export */ });
/* harmony import */ var js_yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3243);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2807);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6067);



const largest = 1024 * 1024;
const deepest = 30;
/** Keys and values of a file together. The largest templates have some hundred. */
const mostNodes = 40_000;
/**
 * Reads YAML or JSON text. Plain scalars mean what YAML 1.1 says, as in the Astro CLI (ghodss/yaml): `yes` and `on` are
 * booleans. Aliases, tags, duplicate keys and further documents are refused. Throws UserError with the position.
 */
function parseDocument(text, file) {
    if (text.length > largest)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file} is larger than ${largest / 1024} KiB.`, { at: { file } });
    const source = text.replace(/^\ufeff/, '');
    const place = positions(source, file);
    const events = eventsOf(source, file);
    if (events.length > mostNodes)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file} holds more than ${mostNodes} keys and values. Make it smaller.`, { at: { file } });
    if (events.length === 0)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file} has no content.`, { at: { file } });
    let next = 1; // the first event opens the document
    const refuse = (message, offset) => new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file}: ${message}.`, { at: place(offset) });
    const scalar = (event) => {
        const content = (0,js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .getScalarValue */ .KE)(source, event);
        const plain = event.style === js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .SCALAR_STYLE */ .jK.PLAIN;
        const start = event.valueStart < 0 ? lastOffset(events, next - 1) : event.valueStart - (plain ? 0 : 1);
        return { kind: 'scalar', at: place(start), text: content, value: plain ? resolvePlain(content) : content };
    };
    const node = () => {
        const event = events[next++];
        if (event.type === js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_ID */ .hy.ALIAS)
            throw refuse(`aliases (\`*name\`) are not supported: write the value out, or put a pattern in quotes, such as \`'**'\``, event.anchorStart - 1);
        if ('tagStart' in event && event.tagStart >= 0)
            throw refuse(`tags (\`!name\`) are not supported: put a pattern in quotes, such as \`'!release/**'\``, event.tagStart);
        if (event.type === js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_ID */ .hy.SCALAR)
            return scalar(event);
        if (event.type === js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_ID */ .hy.SEQUENCE) {
            const items = [];
            while (events[next]?.type !== js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_ID */ .hy.POP)
                items.push(node());
            next++;
            return { kind: 'sequence', at: place(event.start), items };
        }
        const entries = [];
        const seen = new Set();
        while (events[next]?.type !== js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_ID */ .hy.POP) {
            const key = node();
            if (key.kind !== 'scalar')
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file}: a key must be plain text.`, { at: key.at });
            if (seen.has(key.text))
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file}: the key \`${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(key.text, 60)}\` is here twice.`, { at: key.at });
            seen.add(key.text);
            entries.push({ key: key.text, at: key.at, value: node() });
        }
        next++;
        return { kind: 'mapping', at: place(event.start), entries };
    };
    const root = node();
    if (root.kind === 'scalar' && root.text === '')
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file} has no content.`, { at: { file } });
    if (events[next + 1] !== undefined)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file} holds more than one YAML document (\`---\`): only one is read.`, { at: { file } });
    return root;
}
function eventsOf(source, file) {
    try {
        return (0,js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseEvents */ .PH)(source, { maxDepth: deepest });
    }
    catch (error) {
        // The parser throws nothing else, and it always knows where it stopped.
        const { reason, mark } = error;
        const at = { file, line: mark?.line + 1, column: mark?.column + 1 };
        const line = source.split('\n', at.line)[at.line - 1] ?? '';
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file} is not valid YAML: ${(0,_text_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(reason)}.${quotingHint(line)}`, { at, cause: error });
    }
}
/** What most often makes a line no YAML: something that has to be quoted and is not. */
function quotingHint(line) {
    if (/\$\{/.test(line))
        return ' Put values that contain `${` in quotes, such as `"PR_${pr}"`.';
    return /(?:^|[[,:-])\s*[*!]/.test(line)
        ? " Put patterns that begin with `*` or `!` in quotes, such as `['**', '!release/**']`."
        : '';
}
/** Where an empty value stands: after what came before it. */
function lastOffset(events, index) {
    const before = events[index - 1];
    if (before.type === js_yaml__WEBPACK_IMPORTED_MODULE_0__/* .EVENT_ID */ .hy.SCALAR)
        return Math.max(before.valueEnd, 0);
    return 'start' in before ? before.start : 0;
}
function positions(source, file) {
    const starts = [0];
    for (const { index } of source.matchAll(/\n/g))
        starts.push(index + 1);
    return (offset) => {
        // A file may have as many lines as characters: halving, not walking.
        let [line, after] = [0, starts.length];
        while (after - line > 1) {
            const middle = (line + after) >> 1;
            if (starts[middle] <= offset)
                line = middle;
            else
                after = middle;
        }
        return { file, line: line + 1, column: offset - starts[line] + 1 };
    };
}
/** YAML 1.1's plain scalars (yaml.org/type), without sexagesimal numbers, which nobody means. */
function resolvePlain(text) {
    if (/^(?:~|null|Null|NULL|)$/.test(text))
        return null;
    if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text))
        return true;
    if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text))
        return false;
    if (/^[-+]?0[0-7]+$/.test(text))
        return parseInt(text, 8);
    if (/^[-+]?(?:0|[1-9][0-9]*)$/.test(text))
        return Number(text);
    if (/^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(text))
        return Number(text);
    return text;
}


/***/ })

};
