export const id = 853;
export const ids = [853];
export const modules = {

/***/ 853:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readConfig: () => (/* binding */ readConfig)
});

// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
;// CONCATENATED MODULE: ./build/core/config/regex-patterns.js

const looksLikeRegex = /^!?\^|\$$|(?:^|\/)\.[*+]|\\[dwsDWS]|\([^)]*\|/;
/** Warns of patterns that look like regular expressions: they are valid globs, and match no branch that was meant. */
const regexWarnings = (patterns) => patterns
    .filter(({ text }) => looksLikeRegex.test(text))
    .map(({ text, at }) => ({
    message: `\`${(0,core_text/* oneLine */.TN)(text, 60)}\` looks like a regular expression, but branch patterns are globs as in GitHub's branch filters: write \`feature/**\` for \`^feature/.*$\`.`,
    at,
}));

// EXTERNAL MODULE: ./build/core/config/branch-patterns.js
var branch_patterns = __webpack_require__(3689);
// EXTERNAL MODULE: ./build/core/duration.js
var duration = __webpack_require__(1420);
// EXTERNAL MODULE: ./node_modules/@cfworker/json-schema/dist/esm/validator.js + 6 modules
var validator = __webpack_require__(207);
// EXTERNAL MODULE: ./build/core/config/schema-fields.js
var schema_fields = __webpack_require__(9606);
// EXTERNAL MODULE: ./build/core/config/schema-objects.js
var schema_objects = __webpack_require__(1883);
// EXTERNAL MODULE: ./build/core/release.js
var release = __webpack_require__(8759);
// EXTERNAL MODULE: ./build/core/code/choose-deploy-type.js + 1 modules
var choose_deploy_type = __webpack_require__(5919);
;// CONCATENATED MODULE: ./build/core/config/schema.js




/**
 * The JSON Schema of `.astro/branch-deploy.yaml`: what editors complete by and what the Action checks by are this one
 * object; `schema/branch-deploy.schema.json` is written from it.
 */
const configSchema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: (0,release/* schemaAddress */.Q)('branch-deploy'),
    title: 'astro-branch-deploy',
    description: 'Which branch goes to which Astro Deployment, and what it is connected to.',
    type: 'object',
    additionalProperties: false,
    properties: {
        version: (0,schema_fields/* described */.W)('Version', 'Version of the file’s format.', [1], { const: 1, default: 1 }),
        project: (0,schema_fields/* described */.W)('Project', 'The Astro project’s folder, as the input root-folder.', ['.', 'data/etl'], {
            type: 'string',
            minLength: 1,
            default: '.',
        }),
        environments: {
            type: 'object',
            title: 'Environments',
            description: 'Long-lived Deployments by branch pattern; the first that matches wins.',
            examples: [{ main: { deployment: 'etl-prod' } }],
            maxProperties: 100,
            propertyNames: { not: { anyOf: [{ type: 'string', pattern: '^!' }, { const: 'preview' }] } },
            additionalProperties: {
                type: 'object',
                additionalProperties: false,
                properties: {
                    deployment: (0,schema_fields/* described */.W)('Deployment', 'Name of the Deployment, as Astro shows it.', ['etl-prod'], {
                        type: 'string',
                        minLength: 1,
                    }),
                    'deployment-id': (0,schema_fields/* described */.W)('Deployment id', 'Id of the Deployment, in place of its name.', ['cm0a1b2c3d4e5f6g7h8i9j0k1'], { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }),
                    'deploy-type': (0,schema_fields/* described */.W)('Deploy type', 'As the input of this name.', ['dags-only'], {
                        enum: choose_deploy_type/* deployTypes */.RN,
                        default: 'infer',
                    }),
                    'wake-on-deploy': (0,schema_fields/* described */.W)('Wake on deploy', 'As the input of this name.', [true], {
                        type: 'boolean',
                        default: false,
                    }),
                    'rollback-on-failure': (0,schema_fields/* described */.W)('Roll back on failure', 'As the input of this name.', [true], {
                        type: 'boolean',
                        default: false,
                    }),
                },
                anyOf: [{ required: ['deployment'] }, { required: ['deployment-id'] }],
                not: { required: ['deployment', 'deployment-id'] },
            },
        },
        preview: {
            type: 'object',
            title: 'Previews',
            description: 'Which branches get a preview, and what it is made from.',
            examples: [{ template: '.astro/preview.yaml', ttl: '3d' }],
            additionalProperties: false,
            properties: {
                template: (0,schema_fields/* described */.W)('Template', 'Deployment template, from the repository’s root.', ['.astro/preview.yaml'], {
                    type: 'string',
                    minLength: 1,
                }),
                on: (0,schema_fields/* described */.W)('On', 'What drives previews: an open pull request, or every pushed branch.', ['branch'], {
                    enum: ['pull_request', 'branch'],
                    default: 'pull_request',
                }),
                branches: (0,schema_fields/* described */.W)('Branches', 'Patterns of the branches that get a preview; the last match wins. Put them in quotes.', [['**', '!dependabot/**']], {
                    type: 'array',
                    minItems: 1,
                    maxItems: 100,
                    items: { type: 'string', minLength: 1 },
                    contains: { type: 'string', pattern: '^[^!]' },
                    default: ['**'],
                }),
                label: (0,schema_fields/* described */.W)('Label', 'Only pull requests that carry this label.', ['preview'], {
                    type: 'string',
                    minLength: 1,
                }),
                'keep-label': (0,schema_fields/* described */.W)('Keep label', 'Pull requests that ttl leaves alone.', ['keep-preview'], {
                    type: 'string',
                    minLength: 1,
                }),
                name: (0,schema_fields/* described */.W)('Name', 'A hash of the branch’s identity is added.', ['${repo}-${branch.slug}'], {
                    type: 'string',
                    minLength: 1,
                }),
                ttl: (0,schema_fields/* described */.W)('Time to live', 'How long a preview lives without a deploy.', ['3d', '12h'], {
                    type: 'string',
                    pattern: '^(?=.*[1-9])(?:[0-9]{1,4}d)?(?:[0-9]{1,4}h)?(?:[0-9]{1,5}m)?$',
                    default: '7d',
                }),
                max: (0,schema_fields/* described */.W)('Most previews', 'Most previews of this repository at one time.', [10], {
                    type: 'integer',
                    minimum: 1,
                    maximum: 1000,
                }),
                'github-environments': (0,schema_fields/* described */.W)('GitHub environments', 'One environment preview/<branch> for each branch, or one environment previews for all of them.', ['shared'], { enum: ['per-branch', 'shared'], default: 'per-branch' }),
                hibernate: (0,schema_fields/* described */.W)('Hibernate', 'Cron expression of five fields, in UTC, at which previews hibernate.', ['0 20 * * *'], { type: 'string', pattern: '^(?:[0-9A-Za-z*,/?#-]+ +){4}[0-9A-Za-z*,/?#-]+$' }),
            },
        },
        'environment-objects': schema_objects/* objectsSchema */.Qh,
    },
};

// EXTERNAL MODULE: ./build/core/yaml/problems.js
var yaml_problems = __webpack_require__(9250);
;// CONCATENATED MODULE: ./build/core/config/check.js





/** What the configuration file breaks of its JSON Schema, in words for people and with places. */
function checkConfig(root) {
    const { errors } = new validator/* Validator */.D(configSchema, '2020-12', false).validate(plain(root));
    const unclear = new Set(errors.filter(({ keyword }) => keyword === 'oneOf').map(({ instanceLocation }) => instanceLocation));
    const problems = [];
    const reported = new Set();
    let within = '';
    for (const error of errors) {
        const { keyword, instanceLocation } = error;
        // Where a key is refused, the error before says by which rule.
        if (keyword === 'additionalProperties' || keyword === 'properties')
            within = error.keywordLocation;
        // What else is wrong with an entry whose kind is not clear follows from that.
        if (keyword !== 'oneOf' && unclear.has(instanceLocation.split('/', 3).join('/')))
            continue;
        const path = segments(instanceLocation);
        const message = words(error, path, within, root);
        if (message === undefined || reported.has(instanceLocation))
            continue;
        reported.add(instanceLocation);
        problems.push({ message, at: keyword === 'false' ? keyAt(root, path) : nodeAt(root, path).at });
    }
    return problems;
}
/** The value of a node as the validator takes it; keys such as `__proto__` are keys like any other. */
function plain(node) {
    if (node.kind === 'scalar')
        return node.value;
    if (node.kind === 'sequence')
        return node.items.map(plain);
    const object = Object.create(null);
    // Half of a surrogate pair cannot be written into the validator's pointers.
    for (const { key, value } of node.entries)
        object[key.toWellFormed()] = plain(value);
    return object;
}
const typeWords = {
    object: 'a mapping (`key: value`)',
    array: 'a list (`- …`)',
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
    integer: 'a whole number',
};
function words(error, path, within, root) {
    if (error.keyword === 'false')
        return unknownKey(path, within, root);
    const key = String(path.at(-1));
    const named = label(path, root);
    const rule = schemaAt(error.keywordLocation);
    switch (error.keyword) {
        case 'oneOf':
            return `an entry of \`environment-objects\` has exactly one of ${schema_objects/* objectKinds */.rz.join(', ')}`;
        case 'type': {
            const types = typeof rule === 'string' ? [rule] : rule;
            const wanted = types.includes('boolean') && types.length > 1 ? 'a single value' : typeWords[types[0]];
            return `${named} must be ${wanted}${exampleFor(path, root)}`;
        }
        case 'enum':
            return `${named} must be one of ${rule.join(', ')}`;
        case 'const':
            return `${named} must be ${String(rule)}: other versions of the file are not known`;
        case 'pattern':
            return `${named} ${patternWords[key]}`;
        case 'minimum':
        case 'maximum':
            return `${named} must be ${error.keyword === 'minimum' ? 'at least' : 'at most'} ${String(rule)}`;
        case 'minLength':
        case 'minItems':
        case 'minProperties':
            return `${named} is empty`;
        case 'maxItems':
        case 'maxProperties':
            return `${named} has more than ${String(rule)} entries`;
        default:
            return undefined; // a rule around the one that says what is wrong
    }
}
/** How an environment is written that has only the name of its Deployment. */
function exampleFor(path, root) {
    const node = nodeAt(root, path);
    if (path.length !== 2 || path[0] !== 'environments' || node.kind !== 'scalar' || node.text === '')
        return '';
    return `, such as \`${(0,core_text/* oneLine */.TN)(path[1], 60)}: { deployment: ${(0,core_text/* oneLine */.TN)(node.text, 60)} }\``;
}
const patternWords = {
    'deployment-id': 'is not an Astro id (letters and digits, as the address bar of the Astro UI shows it)',
    ttl: 'must be a duration such as 3d, 12h or 90m',
    hibernate: 'must be a cron expression of five fields, such as `0 20 * * *`',
    port: 'must be a whole number from 1 to 65535',
};
function label(path, root) {
    const key = path.at(-1);
    if (key === undefined)
        return 'the file';
    return nodeAt(root, path.slice(0, -1)).kind === 'sequence' ? 'this entry' : `\`${(0,core_text/* oneLine */.TN)(key, 60)}\``;
}
function unknownKey(path, within, root) {
    const key = path.at(-1);
    const { properties } = schemaAt(within.slice(0, within.lastIndexOf('/')));
    const known = Object.keys(properties);
    const meant = (0,yaml_problems/* nearest */.p)(key, known);
    const [section, , target] = path;
    if (section === 'environment-objects' && target !== 'values') {
        const kind = kindOf(nodeAt(root, path.slice(0, 2)));
        if (path.length === 3)
            return `\`${key}\` is not a setting of ${kind}`;
        return `\`${(0,core_text/* oneLine */.TN)(key, 60)}\` cannot be overridden${meant ? `, did you mean \`${meant}\`?` : `; for ${kind} these can: ${known.join(', ')}${asExtra(key, known)}`}`;
    }
    const where = label(path.slice(0, -1), root);
    return `unknown key \`${(0,core_text/* oneLine */.TN)(key, 60)}\` in ${where}${meant ? `, did you mean \`${meant}\`?` : `; it knows ${known.join(', ')}${asExtra(key, known)}`}`;
}
/** What a connection has beside its own fields is in `extra`, such as the database of a Snowflake connection. */
const asExtra = (key, known) => known.includes('extra') && !/type/i.test(key)
    ? `. A field of the connection type belongs to \`extra: { ${(0,core_text/* oneLine */.TN)(key, 60)}: … }\``
    : '';
/** What an entry of `environment-objects` is about, with its article; only for entries that have exactly one kind. */
function kindOf(entry) {
    const kind = schema_objects/* objectKinds */.rz.find((one) => entry.entries.some(({ key }) => key === one));
    return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind.replaceAll('-', ' ')}`;
}
const segments = (pointer) => pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
const schemaAt = (pointer) => segments(pointer).reduce((at, key) => at[key], configSchema);
// The validator only names what is there.
const entryAt = (parent, name) => parent.entries.find(({ key }) => key.toWellFormed() === name);
const childOf = (node, key) => node.kind === 'sequence' ? node.items[Number(key)] : entryAt(node, key).value;
const nodeAt = (root, path) => path.reduce(childOf, root);
/** Where the key itself stands. */
const keyAt = (root, path) => entryAt(nodeAt(root, path.slice(0, -1)), path.at(-1)).at;

// EXTERNAL MODULE: ./build/core/deployment/owned-variables.js
var owned_variables = __webpack_require__(6333);
// EXTERNAL MODULE: ./build/core/yaml/reader.js
var reader = __webpack_require__(8917);
;// CONCATENATED MODULE: ./build/core/config/objects.js





/** Fields that hold a map, whose members are set and taken back one by one. */
const maps = ['extra', 'headers', 'labels'];
/** Airflow's rule for ids of connections, its limit for keys of variables, and the shell's rule for environment variables. */
const keyRules = {
    connection: { pattern: /^[\w.-]{1,200}$/, words: 'letters, digits, `_`, `.` and `-`, at most 200' },
    'airflow-variable': { pattern: /^[^\r\n]{1,250}$/, words: 'one line of at most 250 characters' },
    'environment-variable': { pattern: /^[A-Za-z_][A-Za-z0-9_]*$/, words: 'letters, digits and `_`, no digit first' },
    'metrics-export': { pattern: /^[^\r\n]{1,250}$/, words: 'one line of at most 250 characters' },
};
/**
 * Reads the entries of `environment-objects` and reports what the schema cannot know. `strangers` are the places of values
 * whose key is neither a setting nor a target: what their type should have been is beside the point.
 */
function readEntries(root, report) {
    const targets = ['preview', ...entriesOf(objects_childOf(root, 'environments')).map(({ key }) => key)];
    const list = objects_childOf(root, 'environment-objects');
    const strangers = [];
    const entries = (list?.kind === 'sequence' ? list.items : []).flatMap((node) => {
        const kind = schema_objects/* objectKinds */.rz.find((one) => objects_childOf(node, one)?.kind === 'scalar');
        if (node.kind !== 'mapping' || kind === undefined)
            return [];
        return [readEntry(node, kind, { known: targets, strangers, report })];
    });
    entries.forEach((entry, index) => {
        if (entries.findIndex(({ kind, key }) => kind === entry.kind && key === entry.key) !== index)
            report(`the ${entry.kind} \`${(0,core_text/* oneLine */.TN)(entry.key, 60)}\` is here twice`, entry.at);
    });
    return { entries, strangers };
}
const objects_childOf = (node, key) => entriesOf(node).find((entry) => entry.key === key)?.value;
const entriesOf = (node) => node?.kind === 'mapping' ? node.entries : [];
const textOf = (node) => (node?.kind === 'scalar' ? node.text : undefined);
function readEntry(node, kind, reading) {
    const { known, report } = reading;
    const name = objects_childOf(node, kind);
    const key = textOf(name);
    const { at } = name;
    checkKey(kind, key, (message) => {
        report(message, at);
    });
    const link = namesIn(objects_childOf(node, 'link'), known, report);
    const exclude = namesIn(objects_childOf(node, 'exclude'), known, report);
    const overrides = node.entries.filter((entry) => isTarget(entry, reading));
    const linked = [...new Set([...link, ...overrides.map((entry) => entry.key)])];
    for (const target of exclude)
        if (linked.includes(target))
            report(`\`${(0,core_text/* oneLine */.TN)(target, 40)}\` is both linked to \`${(0,core_text/* oneLine */.TN)(key, 60)}\` and excluded from it`, at);
    const declared = readDeclared(node, kind, report);
    const share = textOf(objects_childOf(node, 'share'));
    if (isIdle(node) && !(declared && share === 'all'))
        report(`this entry does nothing: say which targets \`${(0,core_text/* oneLine */.TN)(key, 60)}\` is for (\`link: [preview]\`)${declared ? ', or share it with all (`share: all`)' : ''}`, at);
    return {
        kind,
        key,
        at,
        ...(0,reader/* given */.gI)('share', share),
        ...(0,reader/* given */.gI)('declared', declared),
        targets: [
            ...linked.map((target) => ({
                name: target,
                excluded: false,
                overrides: fieldsOf(overrides.find((entry) => entry.key === target)?.value),
            })),
            ...[...new Set(exclude)].map((target) => ({ name: target, excluded: true, overrides: [] })),
        ],
    };
}
function checkKey(kind, key, report) {
    const rule = keyRules[kind];
    if (key !== '' && !rule.pattern.test(key))
        report(`\`${(0,core_text/* oneLine */.TN)(key, 60)}\` cannot be the key of this ${kind}: ${rule.words}`);
    if (kind === 'environment-variable' && owned_variables/* ownedByAstro */.u.has(key))
        report(`\`${key}\` belongs to Astro: setting it breaks a Deployment in ways that are hard to see`);
}
/** Whether a member holds the overrides of a target; what is neither a target nor a setting is reported. */
function isTarget(entry, { known, strangers, report }) {
    if (schema_objects/* entryKeys */.rW.some((one) => one === entry.key))
        return false;
    if (known.includes(entry.key))
        return true;
    strangers.push(entry.value.at);
    const candidates = [...schema_objects/* entryKeys */.rW.filter((one) => !schema_objects/* objectKinds */.rz.some((other) => other === one)), ...known];
    const meant = (0,yaml_problems/* nearest */.p)(entry.key, candidates);
    report(`\`${(0,core_text/* oneLine */.TN)(entry.key, 60)}\` is neither a setting nor a target${meant ? `, did you mean \`${meant}\`?` : `; targets are ${known.map((one) => (0,core_text/* oneLine */.TN)(one, 40)).join(', ')}`}`, entry.at);
    return false;
}
/** Whether an entry names no target. What was meant for one counts, even where the target is misspelt and reported already. */
function isIdle(node) {
    const settings = schema_objects/* entryKeys */.rW.filter((one) => one !== 'link' && one !== 'exclude');
    return node.entries.every((entry) => settings.includes(entry.key));
}
function namesIn(node, known, report) {
    const items = node?.kind === 'sequence' ? node.items : [];
    return items.flatMap((item) => {
        const name = textOf(item);
        if (name === undefined)
            return [];
        if (known.includes(name))
            return [name];
        const meant = (0,yaml_problems/* nearest */.p)(name, known);
        report(`there is no target \`${(0,core_text/* oneLine */.TN)(name, 60)}\`${meant ? `, did you mean \`${meant}\`?` : '.'} An object can be linked to ${known.map((one) => `\`${(0,core_text/* oneLine */.TN)(one, 40)}\``).join(', ')} (\`preview\` and the keys of \`environments\`)`, item.at);
        return [];
    });
}
function readDeclared(node, kind, report) {
    const values = objects_childOf(node, 'values');
    const type = textOf(objects_childOf(node, 'type'));
    const fields = fieldsOf(values);
    const declaring = kind === 'connection' ? 'type' : 'values';
    if (!objects_childOf(node, declaring)) {
        const why = kind === 'connection' ? ', the type of the connection, such as postgres' : '';
        for (const { key, value } of node.entries)
            if ((kind === 'connection' ? ['values', 'auth-type', 'description'] : ['secret', 'description']).includes(key))
                report(`\`${key}\` needs \`${declaring}\`${why}: without it this file does not declare the object`, value.at);
        return undefined;
    }
    if (kind === 'metrics-export')
        for (const field of ['endpoint', 'exporterType'])
            if (!fields.some(({ name }) => name === field))
                report(`\`values\` of a metrics export need \`${field}\``, values.at);
    const secret = objects_childOf(node, 'secret');
    return {
        values: fields,
        ...(0,reader/* given */.gI)('connectionType', type),
        ...(0,reader/* given */.gI)('authTypeId', textOf(objects_childOf(node, 'auth-type'))),
        ...(0,reader/* given */.gI)('isSecret', secret?.kind === 'scalar' ? secret.value === true : undefined),
        ...(0,reader/* given */.gI)('description', textOf(objects_childOf(node, 'description'))),
    };
}
const fieldsOf = (node) => entriesOf(node).flatMap(({ key, value }) => maps.includes(key)
    ? entriesOf(value).map((entry) => ({ name: `${key}.${entry.key}`, value: entry.value }))
    : [{ name: key, value }]);

// EXTERNAL MODULE: ./build/core/yaml/document.js + 1 modules
var yaml_document = __webpack_require__(1811);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
// EXTERNAL MODULE: ./build/core/yaml/placeholders.js + 1 modules
var placeholders = __webpack_require__(1245);
;// CONCATENATED MODULE: ./build/core/config/read.js












/** Reads `.astro/branch-deploy.yaml`. Throws one UserError with everything that is wrong in it, each with its place. */
function readConfig(text, file) {
    const found = { problems: [], notices: [] };
    const root = (0,yaml_document/* parseDocument */.T)(text, file);
    const problem = (message, at) => {
        found.problems.push({ message, at });
    };
    if (sizeOf(root) > mostNodes)
        throw new errors/* UserError */.y(`${file} holds more than ${mostNodes} values.`, { at: { file } });
    const scalars = scalarsOf(root, []);
    const unfilled = scalars.flatMap(({ path, text: written, at }) => {
        if (!(0,placeholders/* hasPlaceholder */.Kc)(written))
            return [];
        const wrong = isFilledIn(path) ? (0,placeholders/* placeholderProblem */.V6)(written) : notFilledIn;
        return wrong === undefined ? [] : [{ message: wrong, at }];
    });
    const meaning = [];
    const { entries, strangers } = readEntries(root, (message, at) => meaning.push({ message, at }));
    // One place has one sentence, and a key that is no target has its own: what its value should have been is beside the
    // point.
    const elsewhere = (positions) => {
        const places = new Set(positions.map((at) => `${at?.line}:${at?.column}`));
        return ({ at }) => !places.has(`${at?.line}:${at?.column}`);
    };
    const form = checkConfig(root).filter(elsewhere([...strangers, ...unfilled.map(({ at }) => at)]));
    found.problems.push(...unfilled, ...form, ...meaning.filter(elsewhere(form.map(({ at }) => at))));
    refuse(file, found);
    const top = root;
    const environments = readEnvironments(member(top, 'environments'), problem);
    const preview = readPreview(member(top, 'preview'), problem);
    refuse(file, found);
    return {
        file,
        ...(0,reader/* given */.gI)('project', read_textOf(top, 'project')),
        environments,
        preview,
        objects: entries,
        warnings: regexWarnings([...keysOf(top), ...branchesOf(top)]),
        variables: [...new Set(scalars.flatMap(({ text: written }) => (0,placeholders/* variablesIn */.DF)(written)))],
    };
}
/** More than any team needs; what is checked against everything else stays quick under it. */
const mostNodes = 10_000;
function sizeOf(node) {
    if (node.kind === 'scalar')
        return 1;
    const members = node.kind === 'sequence' ? node.items : node.entries.map(({ value }) => value);
    return members.reduce((sum, one) => sum + sizeOf(one), 1);
}
/** All problems at once, in the order of the file. */
function refuse(file, { problems, notices }) {
    const place = ({ at }) => at;
    const sorted = problems.toSorted((a, b) => place(a).line - place(b).line || place(a).column - place(b).column);
    (0,yaml_problems/* refuseProblems */.n)(file, { problems: sorted, notices });
}
function scalarsOf(node, path) {
    if (node.kind === 'scalar')
        return typeof node.value === 'string' ? [{ path, text: node.text, at: node.at }] : [];
    return node.kind === 'sequence'
        ? node.items.flatMap((item, index) => scalarsOf(item, [...path, String(index)]))
        : node.entries.flatMap(({ key, value }) => scalarsOf(value, [...path, key]));
}
/** Whether a value is one that placeholders are filled into. */
function isFilledIn(path) {
    const [section, , key] = path;
    if (section !== 'environment-objects')
        return path.join('/') === 'preview/name';
    return path.length > 3 && (key === 'values' || !schema_objects/* entryKeys */.rW.some((one) => one === key));
}
const notFilledIn = 'no placeholder is filled in here, only in `preview.name`, in `values` and in overrides';
const member = (parent, key) => parent?.entries.find((entry) => entry.key === key)?.value;
const read_valueOf = (parent, key) => {
    const node = member(parent, key);
    return node?.kind === 'scalar' ? node.value : undefined;
};
const read_textOf = (parent, key) => read_valueOf(parent, key);
const keysOf = (top) => (member(top, 'environments')?.entries ?? []).map(({ key, at }) => ({ text: key, at }));
const branchesOf = (top) => {
    const branches = member(member(top, 'preview'), 'branches');
    return (branches?.items ?? []);
};
function readEnvironments(node, problem) {
    const environments = [];
    for (const { key, at, value } of node?.entries ?? []) {
        const parsed = (0,branch_patterns/* parsePattern */.EY)(key);
        const options = value;
        const name = read_textOf(options, 'deployment');
        const id = read_textOf(options, 'deployment-id');
        const negated = key.startsWith('!');
        if (negated)
            problem('an environment’s branch pattern cannot be negated: the first that matches wins', at);
        else if (!parsed.ok)
            problem(`\`${(0,core_text/* oneLine */.TN)(key, 60)}\` is not a branch pattern: ${parsed.why}`, at);
        if (key === 'preview')
            problem('`preview` stands for previews in `link`: write the branch pattern as `[p]review`', at);
        if ((name === undefined) === (id === undefined))
            problem(`the environment \`${(0,core_text/* oneLine */.TN)(key, 60)}\` needs \`deployment\` or \`deployment-id\`, and not both`, at);
        if (!parsed.ok || negated)
            continue;
        const before = environments.map(({ pattern }) => pattern);
        if ((0,branch_patterns/* covers */.hU)(before, parsed.pattern)) {
            const first = environments.find(({ pattern }) => (0,branch_patterns/* covers */.hU)([pattern], parsed.pattern));
            problem(`\`${(0,core_text/* oneLine */.TN)(key, 60)}\` is never reached: ${first ? `\`${(0,core_text/* oneLine */.TN)(first.name, 60)}\` above takes every branch that it matches` : 'the patterns above take every branch that it matches'}`, at);
        }
        environments.push({
            name: key,
            pattern: parsed.pattern,
            target: id === undefined ? { by: 'name', name: name ?? '' } : { by: 'id', id },
            at: (member(options, id === undefined ? 'deployment' : 'deployment-id') ?? value).at,
            ...(0,reader/* given */.gI)('deployType', read_valueOf(options, 'deploy-type')),
            ...(0,reader/* given */.gI)('wakeOnDeploy', read_valueOf(options, 'wake-on-deploy')),
            ...(0,reader/* given */.gI)('rollbackOnFailure', read_valueOf(options, 'rollback-on-failure')),
        });
    }
    return environments;
}
function readPreview(node, problem) {
    const options = node;
    const name = member(options, 'name');
    if (name?.kind === 'scalar' && (0,placeholders/* variablesIn */.DF)(name.text).length > 0)
        problem('a name is no place for `${env.…}`: its values are secrets, and Astro shows names', name.at);
    const ttl = read_textOf(options, 'ttl');
    const hibernate = member(options, 'hibernate');
    return {
        on: read_valueOf(options, 'on') ?? 'pull_request',
        branches: readBranches(member(options, 'branches'), problem),
        githubEnvironments: read_valueOf(options, 'github-environments') ?? 'per-branch',
        ...(0,reader/* given */.gI)('template', read_textOf(options, 'template')),
        ...(0,reader/* given */.gI)('label', read_textOf(options, 'label')),
        ...(0,reader/* given */.gI)('keepLabel', read_textOf(options, 'keep-label')),
        ...(0,reader/* given */.gI)('name', name?.kind === 'scalar' ? { value: name.text, at: name.at } : undefined),
        ...(0,reader/* given */.gI)('ttl', ttl === undefined ? undefined : (0,duration/* parseDuration */.E)(ttl)),
        ...(0,reader/* given */.gI)('max', read_valueOf(options, 'max')),
        ...(0,reader/* given */.gI)('hibernate', hibernate?.kind === 'scalar' ? { value: hibernate.text, at: hibernate.at } : undefined),
    };
}
function readBranches(node, problem) {
    const items = node?.kind === 'sequence' ? node.items : [];
    const branches = [];
    for (const item of items) {
        const { text, at } = item;
        const parsed = (0,branch_patterns/* parsePattern */.EY)(text);
        if (parsed.ok)
            branches.push({ negated: parsed.negated, pattern: parsed.pattern, at, text });
        else
            problem(`\`${(0,core_text/* oneLine */.TN)(text, 60)}\` is not a branch pattern: ${parsed.why}`, at);
    }
    branches.forEach((branch, index) => {
        // The last match decides, so a pattern counts for nothing where a later one of the other kind takes all of it, and
        // an exclusion where nothing before it let the branches in.
        const after = branches.slice(index + 1).filter(({ negated }) => negated !== branch.negated);
        const by = after.find(({ pattern }) => (0,branch_patterns/* covers */.hU)([pattern], branch.pattern));
        if (by)
            problem(`\`${(0,core_text/* oneLine */.TN)(branch.text, 60)}\` never counts: \`${(0,core_text/* oneLine */.TN)(by.text, 60)}\` below takes it all back`, branch.at);
        else if (branch.negated && branches.slice(0, index).every(({ negated }) => negated))
            problem(`\`${(0,core_text/* oneLine */.TN)(branch.text, 60)}\` excludes branches that no pattern above it lets in`, branch.at);
    });
    return branches.map(({ negated, pattern }) => ({ negated, pattern }));
}


/***/ })

};
