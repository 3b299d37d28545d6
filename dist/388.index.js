export const id = 388;
export const ids = [388];
export const modules = {

/***/ 7388:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   defaultMountPath: () => (/* binding */ defaultMountPath)
/* harmony export */ });
/* harmony import */ var _yaml_document_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1811);
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


/***/ })

};
