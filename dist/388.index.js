export const id = 388;
export const ids = [388];
export const modules = {

/***/ 7388:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   defaultMountPath: () => (/* binding */ defaultMountPath)
/* harmony export */ });
/* harmony import */ var _yaml_document_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2783);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2807);
/* harmony import */ var _mount_path_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8855);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6067);




const wayOut = 'Mend it, or say with `mount-path` where the project shall be mounted.';
/**
 * The mount path that the `name` in a dbt_project.yml gives. Throws UserError with file, line and column where there is
 * no such name, or none that makes one folder.
 */
function defaultMountPath(text, file) {
    const refuse = (why, at) => new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${file}: ${why}. ${wayOut}`, { at });
    const root = parse(text, file);
    if (root.kind !== 'mapping')
        throw refuse('it must be a mapping with a `name`', root.at);
    const name = root.entries.find(({ key }) => key === 'name')?.value;
    if (!name)
        throw refuse('it has no `name`', { file });
    if (name.kind !== 'scalar' || typeof name.value !== 'string' || name.value === '')
        throw refuse('`name` must be text that is not empty', name.at);
    // dbt itself takes letters, digits and _ (docs.getdbt.com, project-configs/name); what matters here is that it is one folder.
    if (!/^(?!\.+$)[\w.-]{1,200}$/.test(name.value))
        throw refuse(`\`name\` is \`${(0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .oneLine */ .TN)(name.value, 60)}\`, but dbt takes letters, digits and _ only`, name.at);
    return `${_mount_path_js__WEBPACK_IMPORTED_MODULE_2__/* .mountedIn */ .E}/${name.value}`;
}
/** dbt reads more YAML than the Action does: where that is the reason there is a way out. */
function parse(text, file) {
    try {
        return (0,_yaml_document_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .T)(text, file);
    }
    catch (error) {
        // It throws nothing else.
        const { message, problems } = error;
        const at = problems[0]?.at;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${message} ${wayOut}`, { ...(at && { at }), cause: error });
    }
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
