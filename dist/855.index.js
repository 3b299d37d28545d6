export const id = 855;
export const ids = [855];
export const modules = {

/***/ 1855:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   observeJoined: () => (/* binding */ observeJoined)
/* harmony export */ });
/* harmony import */ var _astro_deployments_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6136);
/* harmony import */ var _astro_location_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2549);
/* harmony import */ var _core_branch_previews_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(44);
/* harmony import */ var _core_token_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(663);
/* harmony import */ var _github_branches_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6436);
/* harmony import */ var _code_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6885);
/* harmony import */ var _find_target_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7416);
/* harmony import */ var _placeholder_values_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(4889);
/* harmony import */ var _preview_facts_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8749);
/* harmony import */ var _project_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6782);
/* harmony import */ var _core_identity_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(630);











/** Reads what a step is decided on that joins the branch's preview: the checkout, the previews, the branch, the code. */
async function observeJoined(intent, context) {
    const { inputs, configuration, event, tools } = context;
    const { client } = tools;
    const project = await (0,_project_js__WEBPACK_IMPORTED_MODULE_7__/* .readProject */ .W)(inputs, tools.env);
    (0,_preview_facts_js__WEBPACK_IMPORTED_MODULE_6__/* .refuseOtherCheckout */ .HV)(intent, project.checkout, event);
    const identity = { repositoryId: event.repository.id, ref: intent.branch.ref, project: inputs.project };
    const values = (0,_placeholder_values_js__WEBPACK_IMPORTED_MODULE_9__/* .placeholderValues */ .m)({ branch: intent.branch.name, pullRequest: intent.pullRequest, sha: (0,_find_target_js__WEBPACK_IMPORTED_MODULE_5__/* .commitOf */ .D3)(project.checkout, intent.head) }, { inputs, event, tools })([]);
    const name = inputs.previewName === undefined ? undefined : (0,_preview_facts_js__WEBPACK_IMPORTED_MODULE_6__/* .nameOfPreview */ .HJ)(identity, context, values);
    const claims = (0,_core_token_js__WEBPACK_IMPORTED_MODULE_10__/* .readClaims */ .I)(inputs.token);
    const organization = await (0,_astro_location_js__WEBPACK_IMPORTED_MODULE_1__/* .findOrganization */ .t2)(client, inputs.organizationId, claims);
    const workspace = await (0,_astro_location_js__WEBPACK_IMPORTED_MODULE_1__/* .findWorkspace */ .pl)(client, organization, inputs.workspace, claims);
    const github = await tools.github();
    const [rows, state] = await Promise.all([
        (0,_astro_deployments_js__WEBPACK_IMPORTED_MODULE_0__/* .listDeployments */ .Jn)(client, organization, workspace),
        (0,_github_branches_js__WEBPACK_IMPORTED_MODULE_3__/* .branchState */ .al)(github, intent.branch.name),
    ]);
    const branch = { repositoryId: event.repository.id, ref: intent.branch.ref };
    const found = (0,_core_branch_previews_js__WEBPACK_IMPORTED_MODULE_2__/* .previewOfBranch */ .ou)((0,_core_identity_js__WEBPACK_IMPORTED_MODULE_8__/* .oldestFirst */ .sZ)(rows), branch, { project: configuration.config.project, name });
    const first = found.kind === 'one' ? found.rows[0] : undefined;
    const deployment = first && (await (0,_astro_deployments_js__WEBPACK_IMPORTED_MODULE_0__/* .readDeployment */ .iJ)(client, organization, first.id));
    if (deployment)
        tools.found(deployment);
    const number = intent.pullRequest;
    const closed = number !== undefined &&
        found.kind === 'none' &&
        (await (0,_github_branches_js__WEBPACK_IMPORTED_MODULE_3__/* .pullRequestState */ .uS)(github, number, intent.branch.name)) === 'closed';
    const place = { organization, deployment, dagDeploysOn: deployment?.isDagDeployEnabled === true };
    return {
        kind: 'join-preview',
        organization,
        workspace,
        now: tools.now(),
        freshness: { branch: intent.branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 },
        ...(number !== undefined && { pullRequest: { number, closed } }),
        found: found.kind === 'one' && deployment
            ? {
                kind: 'one',
                identity: found.identity,
                deployment,
                code: await (0,_code_js__WEBPACK_IMPORTED_MODULE_4__/* .observeCode */ .q)(intent, project, place, inputs, event, tools),
            }
            : found.kind === 'several'
                ? found
                : { kind: 'none', deployType: inputs.deployType },
        ttl: (0,_preview_facts_js__WEBPACK_IMPORTED_MODULE_6__/* .keepsPreview */ .Bb)(configuration.config, event) ? undefined : inputs.ttl,
    };
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


/***/ })

};
