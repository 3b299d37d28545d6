export const id = 250;
export const ids = [250];
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

/***/ 4250:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   observeTarget: () => (/* binding */ observeTarget)
/* harmony export */ });
/* harmony import */ var _astro_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1780);
/* harmony import */ var _astro_location_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2549);
/* harmony import */ var _core_config_wanted_objects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8039);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2807);
/* harmony import */ var _core_intent_guards_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3535);
/* harmony import */ var _core_token_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(663);
/* harmony import */ var _github_branches_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6436);
/* harmony import */ var _code_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6885);
/* harmony import */ var _find_target_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7416);
/* harmony import */ var _placeholder_values_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(4889);
/* harmony import */ var _project_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6782);











/** Reads what a deploy to a long-lived Deployment is decided on: the checkout, the Deployment, the branch, the code. */
async function observeTarget(intent, { inputs, configuration, event, tools }) {
    const { client } = tools;
    const { config } = configuration;
    const project = await (0,_project_js__WEBPACK_IMPORTED_MODULE_8__/* .readProject */ .W)(inputs, tools.env);
    const { branch, environment } = intent;
    if ((0,_core_intent_guards_js__WEBPACK_IMPORTED_MODULE_4__/* .carriesForeignCode */ .Xp)(event.name))
        await refuseForeignCommit(project.checkout, intent, event, tools);
    const fillIns = (0,_placeholder_values_js__WEBPACK_IMPORTED_MODULE_9__/* .placeholderValues */ .m)({ branch: branch?.name, pullRequest: undefined, sha: (0,_find_target_js__WEBPACK_IMPORTED_MODULE_7__/* .commitOf */ .D3)(project.checkout, intent.head) }, { inputs, event, tools });
    const wanted = environment ? (0,_core_config_wanted_objects_js__WEBPACK_IMPORTED_MODULE_2__/* .wantedObjects */ .W)(config, environment.name, fillIns(config.variables)) : [];
    const claims = (0,_core_token_js__WEBPACK_IMPORTED_MODULE_10__/* .readClaims */ .I)(inputs.token);
    const organization = await (0,_astro_location_js__WEBPACK_IMPORTED_MODULE_1__/* .findOrganization */ .t2)(client, inputs.organizationId, claims);
    const [target, state] = await Promise.all([
        (0,_find_target_js__WEBPACK_IMPORTED_MODULE_7__/* .findTarget */ .FB)(intent.target, inputs, organization, client),
        branch && tools.github().then((github) => (0,_github_branches_js__WEBPACK_IMPORTED_MODULE_5__/* .branchState */ .al)(github, branch.name)),
    ]);
    tools.found(target);
    const [code, stored] = await Promise.all([
        (0,_code_js__WEBPACK_IMPORTED_MODULE_6__/* .observeCode */ .q)(intent, project, { organization, deployment: target, dagDeploysOn: target.isDagDeployEnabled }, inputs, event, tools),
        wanted.length > 0 ? (0,_astro_environment_objects_js__WEBPACK_IMPORTED_MODULE_0__/* .listObjects */ .L)(client, organization, { workspaceId: target.workspaceId }) : [],
    ]);
    return {
        kind: 'deploy',
        organization,
        now: tools.now(),
        ...(branch && state && { freshness: { branch, head: intent.head, state, firstAttempt: event.runAttempt === 1 } }),
        target,
        wakeOnDeploy: inputs.wakeOnDeploy,
        planOnly: intent.planOnly,
        code,
        ...(wanted.length > 0 && { objects: { wanted, stored, rewriteSecrets: (0,_find_target_js__WEBPACK_IMPORTED_MODULE_7__/* .isByHand */ .Hv)(event) } }),
    };
}
/**
 * Refuses code that is not of the branch that the Deployment belongs to: events such as `issue_comment` run with the
 * secrets of the default branch, while the checkout may be anybody's pull request.
 */
async function refuseForeignCommit(checkout, intent, event, tools) {
    if (checkout.kind === 'checkout' && checkout.commit === intent.head)
        return;
    const branch = intent.branch?.name ?? event.defaultBranch ?? '';
    const contained = checkout.kind === 'checkout' ? await (0,_github_branches_js__WEBPACK_IMPORTED_MODULE_5__/* .branchContains */ .GK)(await tools.github(), branch, checkout.commit) : 'no';
    if (contained === 'yes')
        return;
    const what = checkout.kind === 'checkout' ? `the commit ${checkout.commit.slice(0, 7)}` : 'no git checkout';
    const why = contained === 'no' ? 'is not part of' : 'cannot be shown to be part of';
    throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`\`${event.name}\` runs with the secrets of \`${branch}\`, and what is checked out, ${what}, ${why} that branch: deploying it could hand a stranger's code to a long-lived Deployment. Check out \`${branch}\`, or deploy on \`push\`.`);
}


/***/ })

};
