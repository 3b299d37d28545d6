export const id = 667;
export const ids = [667];
export const modules = {

/***/ 6936:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  s3: () => (/* binding */ airflowPath),
  tN: () => (/* binding */ connectAirflow),
  Em: () => (/* binding */ client_request)
});

// EXTERNAL MODULE: ./build/core/release.js
var release = __webpack_require__(8759);
// EXTERNAL MODULE: ./build/http/failure.js
var failure = __webpack_require__(1923);
// EXTERNAL MODULE: ./build/http/request.js + 1 modules
var request = __webpack_require__(6605);
// EXTERNAL MODULE: ./build/core/addresses.js
var addresses = __webpack_require__(9766);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
;// CONCATENATED MODULE: ./build/core/airflow-address.js


/**
 * Where the Airflow REST API of a Deployment is (Airflow, "Stable REST API"). Astro gives the address with or without a
 * scheme, a query and the API's prefix. `hosts` are those that the user allows beside Astro's own. Throws UserError where
 * there is none yet, or where no token must be sent to it.
 */
function airflowApi(deployment, api, hosts = []) {
    const which = deployment.name === undefined ? 'this Deployment' : `the Deployment ${deployment.name}`;
    const bad = (why) => new errors/* UserError */.y(`Astro gives an address for the Airflow of ${which} that is not used: ${why}. Check the Deployment in Astro.`);
    const given = trimmed(deployment.webServerAirflowApiUrl) ?? trimmed(deployment.apiUrl);
    if (given === undefined)
        throw new errors/* UserError */.y(`Astro gives no address for the Airflow of ${which} yet. Wait until the Deployment is healthy, then run the job again.`);
    const root = parsed(given.replace(/[?#].*$/s, ''), api);
    if (!root)
        throw bad('it is not a URL');
    if (root.username !== '' || root.password !== '')
        throw bad('it holds a user name or a password');
    if (root.protocol !== 'https:' && !(root.protocol === 'http:' && bothLocal(root, api)))
        throw bad('only https is allowed, because the API token travels with every request');
    if (!isAirflowHost(root, api, hosts))
        throw bad(`the host \`${root.host}\` is not one of Astro's (\`*.astronomer.run\`), so the API token was not sent there. If the host is right, name it in \`astro-airflow-hosts\``);
    const prefix = /\/api\/(v[12])\/*$/.exec(root.pathname)?.[1];
    root.pathname = root.pathname.replace(/(?:\/+api\/v[12])?\/*$/, '');
    return { root, version: versionOf(deployment.airflowVersion, prefix, which) };
}
function trimmed(text) {
    const found = text?.trim();
    return found === '' ? undefined : found;
}
function parsed(text, api) {
    if (/^[a-z][a-z\d+.-]*:\/\//i.test(text))
        return URL.parse(text);
    const url = text.startsWith('/') ? null : URL.parse(`https://${text}`);
    // An Astro on this machine has its Airflows beside it, without certificates.
    return url && bothLocal(url, api) ? URL.parse(`http://${text}`) : url;
}
/**
 * Whether the API token may go to a host as Airflow: Astronomer's own domain (astronomer.io/docs/astro, "Allowlist
 * domains"), this machine beside an Astro on it, or what the user named.
 */
function isAirflowHost(url, api, hosts) {
    if (bothLocal(url, api) || /^(?:[a-z0-9-]+\.)+astronomer\.run$/.test(url.hostname))
        return true;
    return hosts.some((host) => {
        const name = host.includes(':') ? url.host : url.hostname;
        return host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host;
    });
}
function bothLocal(url, api) {
    return (0,addresses/* isLoopback */.U9)(url.hostname) && (0,addresses/* isLoopback */.U9)(api.hostname);
}
/** By the version of Airflow; where Astro gives none, by the prefix that its address ends in. */
function versionOf(airflow, prefix, which) {
    const major = Number(/^v?(\d+)(?:\.|$)/.exec(airflow?.trim() ?? '')?.[1] ?? 'NaN');
    if (major >= 2)
        return major === 2 ? 'v1' : 'v2';
    if (Number.isNaN(major) && prefix !== undefined)
        return prefix === 'v1' ? 'v1' : 'v2';
    throw new errors/* UserError */.y(`The Airflow REST API of ${which} is not known: Astro names the Airflow version "${airflow ?? ''}". Airflow 2 or newer is needed.`);
}

// EXTERNAL MODULE: ./build/core/lacking.js
var lacking = __webpack_require__(8769);
// EXTERNAL MODULE: ./build/http/retry-after.js
var retry_after = __webpack_require__(7344);
// EXTERNAL MODULE: ./build/http/retry.js
var retry = __webpack_require__(4675);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/omit-undefined.js
var omit_undefined = __webpack_require__(3492);
;// CONCATENATED MODULE: ./build/airflow/client.js










/** The Airflow REST API of a Deployment; throws UserError where Astro gives no address that can be used. */
function connectAirflow(deployment, client) {
    return { ...airflowApi(deployment, client.url, client.airflowHosts), client };
}
/** Builds a path from ids, each one segment; what no URL can carry as one (`..`, half a character) is refused. */
function airflowPath(parts, ...ids) {
    return parts.reduce((built, part, index) => {
        const id = ids[index - 1] ?? '';
        if (/^\.{0,2}$/.test(id) || !id.isWellFormed())
            throw new errors/* UserError */.y(`Airflow cannot be asked for "${(0,core_text/* oneLine */.TN)(id)}" (${built}…): no address can hold this name. Rename it in Airflow, or leave it out.`);
        return built + encodeURIComponent(id) + part;
    });
}
/**
 * Sends one request and gives back the parsed JSON (`undefined` for an empty answer). Reads are repeated where no whole
 * answer came, on 408, 429 and 5xx; writes only where they were provably not sent and on 429, 502 and 503, as Astro's CLI
 * does. Throws ApiError. The token goes to the Deployment's Airflow only; nothing is redirected.
 */
async function client_request(airflow, asked) {
    const { signal, remaining, limit, log, pause } = airflow.client;
    const verb = asked.method === 'GET' ? 'read' : 'airflow-write';
    const rules = { verb, tempo: 'airflow', signal, remaining, limit, debug: log.debug, pause };
    return (0,retry/* retry */.L5)((within) => once(airflow, asked, within), rules);
}
async function once(airflow, asked, within) {
    const { method, path, purpose } = asked;
    const askedAt = Date.now();
    const answer = await transmit(airflow, asked, within).catch((error) => {
        if (!(error instanceof failure/* HttpFailure */.HR))
            throw error;
        const longer = airflow.client.limit === undefined ? ', or give a longer `wait-time`' : '';
        const advice = error.outOfTime ? `Run the job again${longer}.` : unreachable;
        throw new errors/* ApiError */.h({
            system: 'airflow',
            message: `Could not ${purpose}: ${error.message}.`,
            advice,
            method,
            path,
            status: 0,
            applied: error.sent ? 'maybe' : 'no',
            outOfTime: error.outOfTime,
            cause: error,
        });
    });
    const date = Date.parse(answer.headers.date ?? '');
    if (Number.isFinite(date))
        airflow.answered?.({ date, askedAt, answeredAt: Date.now() });
    const { status, body } = answer;
    if (status < 200 || status >= 300)
        throw refusal(asked, { ...answer, body: airflow.client.log.redact(body) });
    if (body === '' && asked.answer === undefined)
        return undefined;
    let parsed;
    try {
        parsed = body === '' ? undefined : JSON.parse(body);
    }
    catch (cause) {
        throw strange(asked, status, 'the answer is not JSON', cause);
    }
    const why = (0,lacking/* lacking */.g)('Airflow', parsed, asked.answer ?? []);
    if (why !== undefined)
        throw strange(asked, status, why);
    return parsed;
}
/** An answer that cannot be Airflow's, or not all of it. */
function strange({ purpose, method, path }, status, why, cause) {
    const message = `Could not ${purpose}: ${why}, so it was cut off or is not Airflow's.`;
    return new errors/* ApiError */.h({
        system: 'airflow',
        message,
        advice: unreachable,
        method,
        path,
        status,
        applied: 'maybe',
        cause,
    });
}
async function transmit({ root, version, client }, asked, within) {
    const url = new URL(`${root.href.replace(/\/+$/, '')}/api/${version}${asked.path}`);
    for (const [key, value] of Object.entries(asked.query ?? {})) {
        for (const one of [value].flat())
            url.searchParams.append(key, one);
    }
    const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
    return (0,request/* send */.tN)({
        method: asked.method,
        url,
        within,
        boundedBy: client.limit,
        headers: {
            authorization: `Bearer ${client.token}`,
            accept: 'application/json',
            'user-agent': `astro-branch-deploy/${release/* version */.rE}`,
            ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(0,omit_undefined/* omitUndefined */.O)({ body }),
        signal: client.signal,
    }, client.agents);
}
const unreachable = 'The Airflow of this Deployment must be up (neither being created nor hibernating) and must let this machine in: look at the Deployment in Astro, then run the job again.';
const forbidden = 'The API token may not do this in Airflow: give it a role in the Workspace or on the Deployment that may, such as Workspace Operator.';
function adviceOn(status) {
    if (status === 401 || status === 403)
        return forbidden;
    if (status >= 300 && status < 400)
        return `It redirects elsewhere, which is not followed with a token. ${unreachable}`;
    if (status >= 502 && status <= 504)
        return unreachable;
    if (status >= 500 || status === 429 || status === 408)
        return 'Run the job again later; if it stays so, look at the logs of the API server (webserver) in Astro.';
    return status === 404
        ? 'Check in Airflow whether it is there.'
        : 'Correct what Airflow names, then run the job again.';
}
function refusal({ method, path, purpose }, answer) {
    const { status, headers } = answer;
    const detail = detailOf(answer.body);
    const said = detail === undefined ? '' : `, "${detail}"`;
    return new errors/* ApiError */.h({
        system: 'airflow',
        message: `Could not ${purpose}: Airflow answered ${status}${said}.`,
        advice: adviceOn(status),
        method,
        path,
        status,
        detail,
        // A 4xx is answered before anything is done; after a 5xx or 408 nobody knows.
        applied: status >= 500 || status === 408 ? 'maybe' : 'no',
        retryAfter: status === 429 || status === 503 ? (0,retry_after/* readRetryAfter */.D)(headers) : undefined,
    });
}
/**
 * What went wrong, in Airflow's words: a problem object with `title` and `detail` in Airflow 2; in Airflow 3 `detail` is
 * a text, a list (FastAPI's validation errors) or an object with a `reason`. `input` and SQL statements are left out:
 * they hold the values that were sent.
 */
function detailOf(body) {
    try {
        const { title, detail } = JSON.parse(body);
        const entries = (Array.isArray(detail) ? detail : [detail]);
        const words = [typeof title === 'string' ? title : '', ...entries.map(wordsOf)].filter((text) => text !== '');
        return words.length > 0 ? (0,core_text/* oneLine */.TN)(words.join(' - '), 500) : undefined;
    }
    catch {
        return undefined; // a proxy's HTML, or nothing: the status says it all
    }
}
function wordsOf(entry) {
    if (typeof entry === 'string')
        return entry;
    const { loc, msg, reason } = (entry ?? {});
    const where = Array.isArray(loc) ? `${loc.join('.')}: ` : '';
    return typeof msg === 'string' ? `${where}${msg}` : typeof reason === 'string' ? reason : '';
}


/***/ }),

/***/ 1555:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  aN: () => (/* reexport */ deleteConnection),
  S1: () => (/* binding */ deleteVariable),
  yb: () => (/* reexport */ listConnections),
  YB: () => (/* binding */ listPools),
  ce: () => (/* binding */ listVariables),
  GL: () => (/* reexport */ putConnection),
  MH: () => (/* binding */ putPool),
  W1: () => (/* binding */ putVariable)
});

// EXTERNAL MODULE: ./build/airflow/client.js + 1 modules
var client = __webpack_require__(6936);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./build/airflow/masks.js

/** What Airflow writes in place of a secret (Airflow, "Masking sensitive data"). */
const mask = '***';
/** Reads the extra of an answer, which is the text of a JSON object, or whatever an older Airflow let in. */
function readExtra(given) {
    if (given === undefined || given === null || given === '')
        return { kind: 'absent' };
    const value = parsed(given);
    if (isObject(value))
        return { kind: 'object', members: value, masked: maskedMembers(value) };
    return value === mask ? { kind: 'masked' } : { kind: 'unparsable' };
}
/**
 * Whether Airflow hides something of a value that it answered. It also replaces known secrets within a longer text, so
 * a mask anywhere in one counts.
 */
function hidesSomething(value) {
    return anyText(value, (text) => text.includes(mask));
}
/** Whether a value is a mask, or a JSON value with one: such a value is never stored. */
function isMask(value) {
    return anyText(parsed(value), (text) => text === mask);
}
/** Names of the members of which something is hidden, however deep; none of what is no JSON object. */
function maskedMembers(value) {
    const read = parsed(value);
    return isObject(read) ? Object.keys(read).filter((name) => hidesSomething(read[name])) : [];
}
/**
 * Whether what was sent is what is there now. What Airflow hides cannot be seen and counts as arrived; JSON in a text is
 * compared by value, because Airflow 3 formats it again when it masks it.
 */
function arrived(sent, seen) {
    const [one, other] = [parsed(sent), parsed(seen)];
    if (typeof other === 'string' && other.includes(mask))
        return true;
    if (Array.isArray(one) && Array.isArray(other))
        return one.length === other.length && one.every((entry, index) => arrived(entry, other[index]));
    if (isObject(one) && isObject(other)) {
        const names = new Set([...Object.keys(one), ...Object.keys(other)]);
        return [...names].every((name) => name in one && name in other && arrived(one[name], other[name]));
    }
    return (0,external_node_util_.isDeepStrictEqual)(one === '' ? null : one, other === '' || other === undefined ? null : other);
}
function anyText(value, holds) {
    if (typeof value === 'string')
        return holds(value);
    return typeof value === 'object' && value !== null && Object.values(value).some((one) => anyText(one, holds));
}
/** The value of a JSON text; anything else as it is. */
function parsed(value) {
    if (typeof value !== 'string')
        return value;
    try {
        return JSON.parse(value);
    }
    catch {
        return value;
    }
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// EXTERNAL MODULE: ./build/airflow/rows.js
var airflow_rows = __webpack_require__(2666);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
;// CONCATENATED MODULE: ./build/airflow/connections.js




/** Connections that are read alone at the same time. */
const atOnce = 5;
/** All connections (Airflow REST API, connections). The list of Airflow 2 has no `extra`, so each is read alone there. */
async function listConnections(airflow) {
    const purpose = 'list the connections';
    const rows = await (0,airflow_rows/* listRows */.qs)(airflow, { path: '/connections', member: 'connections', key: 'connection_id', purpose });
    if (airflow.version === 'v2')
        return rows.map(connectionOf);
    const whole = [];
    const left = rows.entries();
    // Each worker takes the next row from the same iterator.
    const work = async () => {
        for (const [index, row] of left)
            whole[index] = await readConnection(airflow, (0,airflow_rows/* text */.Qq)(row, 'connection_id') ?? '');
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return whole.flatMap((row) => (row ? [connectionOf(row)] : []));
}
/**
 * Creates or changes a connection (`exists`: it was in the list), writing exactly the members given, and reads it again.
 * Resolves to the names of members that did not arrive: early releases of Airflow 3 drop some silently. Throws UserError
 * where it is handed something that Airflow had hidden.
 */
async function putConnection(airflow, connection, exists) {
    const { id } = connection;
    const members = membersOf(connection);
    await (0,airflow_rows/* upsert */.el)(airflow, {
        list: '/connections',
        item: (0,client/* airflowPath */.s3) `/connections/${id}`,
        body: { connection_id: id, ...members },
        mask: Object.keys(members),
        exists,
        purpose: `write the connection ${id}`,
    });
    const seen = await readConnection(airflow, id);
    const lost = Object.entries(members).filter(([name, sent]) => {
        // Airflow 2 never answers with a password: there is nothing to compare.
        const unseen = name === 'password' && seen !== undefined && !('password' in seen);
        return !unseen && !arrived(sent, seen?.[name]);
    });
    return lost.map(([name]) => (name === 'conn_type' ? 'type' : name));
}
/** Deletes a connection; `false` where it was gone already. */
function deleteConnection(airflow, id) {
    return (0,airflow_rows/* remove */.TF)(airflow, (0,client/* airflowPath */.s3) `/connections/${id}`, `delete the connection ${id}`);
}
async function readConnection(airflow, id) {
    const path = (0,client/* airflowPath */.s3) `/connections/${id}`;
    const purpose = `read the connection ${id}`;
    return (0,airflow_rows/* orMissing */.Mr)((0,client/* request */.Em)(airflow, { method: 'GET', path, purpose, answer: ['connection_id'] }));
}
function connectionOf(row) {
    const port = Number(row['port']);
    return {
        id: (0,airflow_rows/* text */.Qq)(row, 'connection_id') ?? '',
        type: (0,airflow_rows/* text */.Qq)(row, 'conn_type') ?? '',
        ...(0,airflow_rows/* given */.gI)('description', (0,airflow_rows/* text */.Qq)(row, 'description')),
        ...(0,airflow_rows/* given */.gI)('host', (0,airflow_rows/* text */.Qq)(row, 'host')),
        ...(0,airflow_rows/* given */.gI)('login', (0,airflow_rows/* text */.Qq)(row, 'login')),
        ...(0,airflow_rows/* given */.gI)('schema', (0,airflow_rows/* text */.Qq)(row, 'schema')),
        // 0 stands for none where Astro's CLI wrote the connection.
        ...(port > 0 && { port }),
        password: passwordOf(row['password']),
        extra: readExtra(row['extra']),
    };
}
function passwordOf(value) {
    if (value === undefined)
        return { kind: 'unknown' };
    if (typeof value !== 'string' || value === '')
        return { kind: 'absent' };
    return hidesSomething(value) ? { kind: 'masked' } : { kind: 'value', value };
}
/** Members as Airflow names them. */
function membersOf({ id, type, password, extra, ...plain }) {
    if (password.kind === 'masked' || (password.kind === 'value' && isMask(password.value)))
        throw (0,airflow_rows/* hidden */.R)(`password of the connection ${id}`);
    if (extra.kind === 'masked' || (extra.kind === 'object' && (extra.masked.length > 0 || isMask(extra.members))))
        throw (0,airflow_rows/* hidden */.R)(`extra of the connection ${id}`);
    if (extra.kind === 'unparsable')
        throw new errors/* UserError */.y(`The extra of the connection ${id} cannot be written: it is not a JSON object.`);
    return {
        conn_type: type,
        ...(0,airflow_rows/* given */.gI)('description', plain.description),
        ...(0,airflow_rows/* given */.gI)('host', plain.host),
        ...(0,airflow_rows/* given */.gI)('login', plain.login),
        ...(0,airflow_rows/* given */.gI)('schema', plain.schema),
        ...(0,airflow_rows/* given */.gI)('port', plain.port),
        ...(password.kind === 'value' && { password: password.value }),
        ...(extra.kind === 'object' && { extra: JSON.stringify(extra.members) }),
    };
}

;// CONCATENATED MODULE: ./build/airflow/objects.js




const defaultPool = 'default_pool';
/** All variables (Airflow REST API, variables). */
async function listVariables(airflow) {
    const purpose = 'list the variables';
    const rows = await (0,airflow_rows/* listRows */.qs)(airflow, { path: '/variables', member: 'variables', key: 'key', purpose });
    return rows.map((row) => {
        const { value } = row;
        return {
            key: (0,airflow_rows/* text */.Qq)(row, 'key') ?? '',
            ...(0,airflow_rows/* given */.gI)('description', (0,airflow_rows/* text */.Qq)(row, 'description')),
            value: typeof value === 'string' ? value : '',
            // No value at all is one that Airflow cannot decrypt.
            masked: typeof value !== 'string' || hidesSomething(value),
            maskedMembers: maskedMembers(value),
        };
    });
}
/** Creates or changes a variable and reads it again; resolves to the names of members that did not arrive. */
async function putVariable(airflow, variable, exists) {
    const { key, value, description } = variable;
    if (variable.masked || variable.maskedMembers.length > 0 || isMask(value))
        throw (0,airflow_rows/* hidden */.R)(`variable ${key}`);
    const members = { value, ...(0,airflow_rows/* given */.gI)('description', description) };
    const path = (0,client/* airflowPath */.s3) `/variables/${key}`;
    await (0,airflow_rows/* upsert */.el)(airflow, {
        list: '/variables',
        item: path,
        body: { key, ...members },
        // Airflow 2 refuses the value by its own name in a mask, and without one keeps what is left out (variable_endpoint.py).
        mask: airflow.version === 'v1' ? [] : Object.keys(members),
        exists,
        purpose: `write the variable ${key}`,
    });
    const seen = await (0,client/* request */.Em)(airflow, {
        method: 'GET',
        path,
        purpose: `read the variable ${key}`,
        answer: ['key'],
    });
    return Object.keys(members).filter((name) => !arrived(members[name], seen[name]));
}
/** Deletes a variable; `false` where it was gone already. */
function deleteVariable(airflow, key) {
    return (0,airflow_rows/* remove */.TF)(airflow, (0,client/* airflowPath */.s3) `/variables/${key}`, `delete the variable ${key}`);
}
/** All pools, `default_pool` included (Airflow REST API, pools). */
async function listPools(airflow) {
    const rows = await (0,airflow_rows/* listRows */.qs)(airflow, { path: '/pools', member: 'pools', key: 'name', purpose: 'list the pools' });
    return rows.map((row) => ({
        name: (0,airflow_rows/* text */.Qq)(row, 'name') ?? '',
        slots: Number(row['slots']),
        ...(0,airflow_rows/* given */.gI)('description', (0,airflow_rows/* text */.Qq)(row, 'description')),
        includeDeferred: row['include_deferred'] === true,
    }));
}
/**
 * Creates or changes a pool; resolves to the names of members that did not arrive. `default_pool` always exists and takes
 * `slots` and `include_deferred` only.
 */
async function putPool(airflow, pool, exists) {
    const { name, slots, includeDeferred, description } = pool;
    const members = {
        slots,
        include_deferred: includeDeferred,
        ...(name !== defaultPool && (0,airflow_rows/* given */.gI)('description', description)),
    };
    const seen = await (0,airflow_rows/* upsert */.el)(airflow, {
        list: '/pools',
        item: (0,client/* airflowPath */.s3) `/pools/${name}`,
        body: { name, ...members },
        mask: Object.keys(members),
        exists: exists || name === defaultPool,
        purpose: `write the pool ${name}`,
    });
    const lost = Object.keys(members).filter((member) => !arrived(members[member], seen[member]));
    return lost.map((member) => (member === 'include_deferred' ? 'includeDeferred' : member));
}


/***/ }),

/***/ 2666:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mr: () => (/* binding */ orMissing),
/* harmony export */   Qq: () => (/* binding */ text),
/* harmony export */   R: () => (/* binding */ hidden),
/* harmony export */   SL: () => (/* binding */ masks),
/* harmony export */   TF: () => (/* binding */ remove),
/* harmony export */   el: () => (/* binding */ upsert),
/* harmony export */   gI: () => (/* binding */ given),
/* harmony export */   kB: () => (/* binding */ time),
/* harmony export */   qs: () => (/* binding */ listRows)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2807);
/* harmony import */ var _core_lacking_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8769);
/* harmony import */ var _http_paging_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7857);
/* harmony import */ var _client_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6936);




/** Most rows that Airflow gives at one time, unless its `maximum_page_limit` says fewer (Airflow REST API, paging). */
const pageSize = 100;
/** Most pages that one list is followed for; beyond it something is wrong with the answers. */
const mostPages = 500;
/**
 * Reads a list to its end: to `total_entries`, or to a short page where there is no such number. A row that moves to the
 * next page while the list is read is taken once.
 */
async function listRows(airflow, { path, member, key, purpose }) {
    const broken = (why) => new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h({
        system: 'airflow',
        message: `Could not ${purpose}: ${why}.`,
        advice: 'Run the job again.',
        method: 'GET',
        path,
        status: 200,
        applied: 'no',
    });
    const read = async (offset) => {
        const query = { limit: String(pageSize), offset: String(offset) };
        const page = await (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .request */ .Em)(airflow, { method: 'GET', path, query, purpose });
        const rows = page?.[member];
        if (!Array.isArray(rows))
            throw broken(`Airflow's answer holds no list of ${member}`);
        const [lacks] = rows.flatMap((row) => (0,_core_lacking_js__WEBPACK_IMPORTED_MODULE_2__/* .lacking */ .g)('Airflow', row, [key]) ?? []);
        if (lacks !== undefined)
            throw broken(lacks);
        const total = page?.['total_entries'];
        return { rows: rows, total: typeof total === 'number' ? total : undefined, limit: pageSize };
    };
    const list = await (0,_http_paging_js__WEBPACK_IMPORTED_MODULE_3__/* .readPages */ .n)({ read, keyOf: (row) => row[key], mostPages });
    if (!list)
        throw broken(`the list has no end after ${mostPages} pages`);
    return list.rows;
}
/** What is there, or `undefined` where Airflow answers 404. */
async function orMissing(work) {
    try {
        return await work;
    }
    catch (error) {
        if (error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h && error.status === 404)
            return undefined;
        throw error;
    }
}
/** Changes an object that exists, else creates it, or changes it after all when somebody was faster (409). */
async function upsert(airflow, asked) {
    const { list, item, body, mask, purpose } = asked;
    if (!asked.exists) {
        try {
            return await (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .request */ .Em)(airflow, { method: 'POST', path: list, body, purpose });
        }
        catch (error) {
            if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ApiError */ .h && error.status === 409))
                throw error;
        }
    }
    return (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .request */ .Em)(airflow, { method: 'PATCH', path: item, query: masks(airflow, mask), body, purpose });
}
/**
 * `update_mask` as each version reads it: Airflow 2 one list with commas (v1.yaml, `explode: false`: of a repeated one
 * only the last counts), Airflow 3 repeated (FastAPI, query parameter lists).
 */
function masks({ version }, members) {
    if (members.length === 0)
        return {};
    return { update_mask: version === 'v1' ? members.join(',') : members };
}
/** Deletes an object; `false` where it was gone already. */
async function remove(airflow, path, purpose) {
    const done = (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .request */ .Em)(airflow, { method: 'DELETE', path, purpose }).then(() => true);
    return (await orMissing(done)) ?? false;
}
/** A text member; an empty one counts as not set. */
function text(row, name) {
    const value = row[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
}
/** A member that is a time, in milliseconds since 1970; `undefined` where it is none. */
function time(row, name) {
    const at = Date.parse(text(row, name) ?? '');
    return Number.isFinite(at) ? at : undefined;
}
/** A member for an object, none where there is no value. */
function given(name, value) {
    return value === undefined ? {} : { [name]: value };
}
/** For a value that Airflow had hidden: it is never written, or the mask would take the secret's place. */
function hidden(what) {
    return new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`The ${what} cannot be written: Airflow hides it. Supply its value, or leave it out.`);
}


/***/ }),

/***/ 4998:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   VY: () => (/* binding */ secretsIn),
/* harmony export */   uM: () => (/* binding */ variableSource),
/* harmony export */   yg: () => (/* binding */ connectionSource)
/* harmony export */ });
/* harmony import */ var _sources_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8383);
/* harmony import */ var _yaml_reader_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8917);


/** Words that make Airflow hide a value (Airflow, "Masking sensitive data": sensitive field names). */
const sensitive = /access_token|api_?key|authorization|pass(?:phrase|wd|word)|private_key|secret|token|keyfile_dict|service_account/i;
const field = (name, value) => ({ name, value, fromEnv: false });
/** A connection of the metadata database as an environment object. */
function connectionSource(connection) {
    const { id, type, host, login, schema, port, password, extra, description } = connection;
    const plain = Object.entries({ host, login, schema, port }).flatMap(([name, value]) => value === undefined ? [] : [field(name, value)]);
    const { members, masked, } = extra.kind === 'object'
        ? extra
        : { members: {}, masked: [] };
    const structured = masked.filter((name) => typeof members[name] === 'object').map((name) => `extra.${name}`);
    return {
        kind: 'connection',
        key: id,
        connectionType: type,
        fields: [
            ...plain,
            ...(password.kind === 'value' ? [field('password', password.value)] : []),
            ...Object.entries(members)
                .filter(([name]) => !masked.includes(name))
                .map(([name, value]) => field(`extra.${name}`, value)),
        ],
        hidden: [...(password.kind === 'masked' ? ['password'] : []), ...masked.map((name) => `extra.${name}`)],
        doubtful: password.kind === 'unknown' ? ['password'] : [],
        ...(structured.length > 0 && { structured }),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .given */ .gI)('description', description),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .given */ .gI)('impossible', obstacle(connection)),
    };
}
function obstacle({ type, extra }) {
    if (extra.kind === 'unparsable')
        return 'its `extra` is not a JSON object, and the Environment Manager holds nothing else';
    if (extra.kind === 'masked')
        return 'Airflow hides all of its `extra`';
    return type === '' ? 'it has no connection type' : undefined;
}
/** A variable of the metadata database as an environment object; what Airflow would hide stays secret. */
function variableSource({ key, value, description, masked }) {
    return {
        kind: 'airflow-variable',
        key,
        fields: masked ? [] : [field('value', value)],
        hidden: masked ? ['value'] : [],
        doubtful: [],
        isSecret: masked || sensitive.test(key) || namesSecrets((0,_sources_js__WEBPACK_IMPORTED_MODULE_0__/* .readStructure */ .ws)(value)),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .given */ .gI)('description', description),
    };
}
/** Whether a member of a value, however deep, is a secret by its name. */
const namesSecrets = (value) => typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(([name, member]) => sensitive.test(name) || namesSecrets(member));
/** Values that must not be shown although they could be read: passwords, secret variables, members with telling names. */
function secretsIn({ fields, isSecret }) {
    return fields.flatMap(({ name, value, fromEnv }) => textsOf(name, value, isSecret === true || name === 'password' || (fromEnv && typeof value === 'string')));
}
/** The texts of a value that are secret, by the name of a member or because all of it is. */
function textsOf(name, value, all) {
    const whole = all || sensitive.test(name);
    if (typeof value === 'string')
        return whole ? [value] : [];
    if (typeof value !== 'object' || value === null)
        return [];
    return Object.entries(value).flatMap(([member, one]) => textsOf(member, one, whole));
}


/***/ }),

/***/ 3350:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GH: () => (/* binding */ backupOf),
/* harmony export */   fe: () => (/* binding */ readBackup),
/* harmony export */   vz: () => (/* binding */ sourceOf)
/* harmony export */ });
/* harmony import */ var _objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4509);
/* harmony import */ var _sources_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8383);
/* harmony import */ var _yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8917);



/**
 * A Deployment's own environment object as a source. `clear` are its values where Astro gave them out; what the workflow
 * supplies is not taken from there.
 */
function sourceOf(object, kind, clear, isSupplied = () => false) {
    const member = _objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .apiNames */ .Zc[kind].body;
    const read = (object[member] ?? {});
    const shown = (clear?.[member] ?? {});
    const variable = object.airflowVariable ?? object.environmentVariable;
    const fields = [];
    const hidden = [];
    const structured = [];
    for (const name of namesOf(object)) {
        const seen = (0,_objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldOf */ ._F)(read, name) ?? (name === 'authType' ? (0,_sources_js__WEBPACK_IMPORTED_MODULE_1__/* .authTypeOf */ .KF)(object.setFields) : undefined);
        const revealed = isSupplied(name) ? undefined : (0,_objects_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldOf */ ._F)(shown, name);
        // Secret members of a nested map are left out without a trace, so that only the whole one is believed.
        if (isWhole(seen))
            fields.push({ name, value: seen, fromEnv: false });
        else if (revealed !== undefined && revealed !== '' && !(0,_sources_js__WEBPACK_IMPORTED_MODULE_1__/* .holdsMask */ .LZ)(revealed))
            fields.push({ name, value: revealed, fromEnv: true });
        else {
            hidden.push(name);
            if (typeof seen === 'object')
                structured.push(name);
        }
    }
    return {
        kind,
        key: object.objectKey,
        // An empty text is a value like any other where nothing is hidden.
        fields: variable?.isSecret === false ? [{ name: 'value', value: variable.value, fromEnv: false }] : fields,
        hidden: variable?.isSecret === false ? [] : hidden,
        doubtful: [],
        ...(structured.length > 0 && { structured }),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('description', object.description || undefined),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('connectionType', object.connection?.type),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('authTypeId', object.connection?.connectionAuthType?.id),
        ...(0,_yaml_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .given */ .gI)('isSecret', variable?.isSecret),
        // A server that does not list them may hold secrets that nobody would miss before they are needed.
        ...(object.setFields.length === 0 &&
            variable?.isSecret !== false && { impossible: 'Astro does not tell which fields it sets' }),
    };
}
const isWhole = (value) => value !== undefined && value !== '' && typeof value !== 'object' && !(0,_sources_js__WEBPACK_IMPORTED_MODULE_1__/* .holdsMask */ .LZ)(value);
/** Names of the fields that hold something; `extra` beside `extra.role` says nothing more. */
function namesOf({ setFields }) {
    const names = setFields.filter((name) => !_sources_js__WEBPACK_IMPORTED_MODULE_1__/* .notFields */ .Xo.includes(name) && !setFields.some((one) => one.startsWith(`${name}.`)));
    return (0,_sources_js__WEBPACK_IMPORTED_MODULE_1__/* .authTypeOf */ .KF)(setFields) === undefined || names.includes('authType') ? names : [...names, 'authType'];
}
const suffixOf = (deploymentId) => `_promoting_${deploymentId.slice(-8)}`;
const lineOf = (deploymentId) => `[astro-branch-deploy copy of an own object of the Deployment ${deploymentId} while it is promoted]`;
/** Key and description of the copy that stands in for a source between its deletion and the link to what replaces it. */
function backupOf({ key, description }, deploymentId) {
    return {
        key: `${key}${suffixOf(deploymentId)}`,
        description: `${description === undefined ? '' : `${description}\n`}${lineOf(deploymentId)}`,
    };
}
/** Reads whose copy an object is; `undefined` where it is none of this Deployment's. */
function readBackup({ objectKey, description = '' }, deploymentId) {
    const suffix = suffixOf(deploymentId);
    const lines = description.split('\n');
    const left = lines.filter((line) => line !== lineOf(deploymentId));
    if (!objectKey.endsWith(suffix) || left.length === lines.length)
        return undefined;
    return { key: objectKey.slice(0, -suffix.length), description: left.join('\n') };
}


/***/ })

};
