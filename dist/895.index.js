export const id = 895;
export const ids = [895];
export const modules = {

/***/ 4895:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  lookAfterMerge: () => (/* binding */ lookAfterMerge)
});

// EXTERNAL MODULE: ./build/astro/deployments.js
var deployments = __webpack_require__(6136);
// EXTERNAL MODULE: ./build/core/astro-id.js
var astro_id = __webpack_require__(967);
// EXTERNAL MODULE: ./build/core/config/config.js
var config_config = __webpack_require__(7515);
// EXTERNAL MODULE: ./build/core/config/wanted-objects.js
var wanted_objects = __webpack_require__(8039);
// EXTERNAL MODULE: ./build/core/errors.js
var errors = __webpack_require__(2807);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/yaml/problems.js
var problems = __webpack_require__(9250);
// EXTERNAL MODULE: ./build/core/plan/object-steps.js
var object_steps = __webpack_require__(247);
;// CONCATENATED MODULE: ./build/core/plan/after-merge.js







/** Every long-lived Deployment that pushes deploy to. */
function namedTargets({ config, target, defaultBranch = '' }) {
    const ofInputs = target && !(0,config_config/* environmentOf */.p7)(config, defaultBranch) ? [{ target, whose: defaultBranch }] : [];
    return [...ofInputs, ...config.environments.map((one) => ({ target: one.target, whose: one.name, at: one.at }))];
}
/**
 * What would fail after the merge although this run succeeds: Deployments that do not exist or do not take the deploy type,
 * environment objects that an environment cannot be given. Warnings, because that run may have another token.
 */
function afterMerge(facts) {
    const { config, rows } = facts;
    const targets = rows ? namedTargets(facts).flatMap((named) => missing(named, rows, facts.unknownIds)) : [];
    return [...targets, ...config.environments.flatMap((environment) => unfit(environment, facts))];
}
const beginning = (whose) => `The run for \`${(0,core_text/* oneLine */.TN)(whose, 60)}\` would fail after the merge: `;
function missing(named, rows, unknownIds) {
    const { target, whose, at } = named;
    const why = target.by === 'id' ? missingId(named, target.id, unknownIds) : missingName(named, target.name, rows);
    return why === undefined ? [] : [{ message: `${beginning(whose)}${why}`, ...(at && { at }) }];
}
const unless = 'unless that run has another token or Workspace';
function missingId({ at }, id, unknown) {
    if (!unknown.has(id))
        return undefined;
    const advice = (0,astro_id/* looksLikeId */.j)(id)
        ? `Correct \`deployment-id\`, ${unless}.`
        : `An id looks like \`cm0a1b2c3d4e5f6g7h8i9j0k1\`; if it is a name, write \`${at ? 'deployment' : 'deployment-name'}\`.`;
    return `this API token sees no Deployment with the id \`${(0,core_text/* oneLine */.TN)(id, 64)}\`. ${advice}`;
}
function missingName({ at }, name, rows) {
    const count = rows.filter((row) => row.name === name).length;
    const shown = (0,core_text/* oneLine */.TN)(name, 100);
    if (count === 1)
        return undefined;
    if (count > 1)
        return `${count} Deployments of the Workspace are called \`${shown}\`. Say which one with \`deployment-id\`.`;
    const names = rows.map((row) => row.name);
    const meant = (0,problems/* nearest */.p)(name, names);
    const near = meant === undefined ? '' : ` Did you mean \`${(0,core_text/* oneLine */.TN)(meant, 100)}\`?`;
    return `the Workspace has no Deployment called \`${shown}\`.${near} Correct \`${at ? 'deployment' : 'deployment-name'}\` or create the Deployment, ${unless}.`;
}
/** What keeps an environment from being deployed to, as the file has it. */
function unfit(environment, { config, rows, stored, values }) {
    const { name, target, at } = environment;
    const row = rows?.find((one) => (target.by === 'id' ? one.id === target.id : one.name === target.name));
    const found = problemsOf(() => {
        // The steps of other runs set other variables: each counts as set, to something that is a number, too.
        const env = new Map(config.variables.map((variable) => [variable, '1']));
        const rules = { tokens: [], allowed: config.variables };
        const wanted = (0,wanted_objects/* wantedObjects */.W)(config, name, { ...values, branch: name, env, rules });
        if (!row || !stored)
            return;
        (0,object_steps/* planObjects */.c)({ wanted, stored, rewriteSecrets: false }, row.id, row.workspaceId, 'environment');
    });
    const refused = row && refusedType(environment, row);
    return [
        ...(refused === undefined ? [] : [{ message: `${beginning(name)}${refused}`, at }]),
        ...found.map((problem) => ({ ...problem, message: `${beginning(name)}${problem.message}.` })),
    ];
}
function refusedType({ deployType = 'infer' }, row) {
    if (row.isDagDeployEnabled || row.remoteExecution?.enabled === true)
        return undefined;
    if (deployType === 'infer' || deployType === 'image-and-dags')
        return undefined;
    return `its \`deploy-type\` is ${deployType}, but DAG deploys are off on the Deployment ${(0,core_text/* oneLine */.TN)(row.name)}. Switch them on in Astro, or take \`deploy-type\` out.`;
}
function problemsOf(work) {
    try {
        work();
        return [];
    }
    catch (error) {
        if (error instanceof errors/* UserError */.y)
            return error.problems;
        throw error;
    }
}

// EXTERNAL MODULE: ./build/core/token.js
var token = __webpack_require__(663);
;// CONCATENATED MODULE: ./build/observe/after-merge.js



/** Most ids that are asked for one by one: they are not among the Deployments of the Workspace. */
const mostAsked = 3;
/**
 * Warns of what would fail after the merge, from what was already read. Ids in other Workspaces cost a request each; a token
 * that may see one Deployment only says nothing about the others.
 */
async function lookAfterMerge({ organization, rows, mine, stored, sha }, context) {
    const { inputs, configuration, event, tools } = context;
    const naming = { config: configuration.config, target: inputs.target, defaultBranch: event.defaultBranch };
    const isLimited = (0,token/* readClaims */.I)(inputs.token).deploymentIds !== undefined ||
        (rows.length > 0 && rows.every(({ id }) => mine.some((one) => one.id === id)));
    const unknownIds = new Set();
    const ids = namedTargets(naming).flatMap(({ target }) => (target.by === 'id' ? [target.id] : []));
    const elsewhere = [...new Set(ids)].filter((id) => !rows.some((row) => row.id === id));
    for (const id of isLimited ? [] : elsewhere.slice(0, mostAsked)) {
        // With a Workspace given, a Deployment of another one is refused.
        const found = inputs.workspace === undefined && (await (0,deployments/* readDeployment */.iJ)(tools.client, organization, id));
        if (!found)
            unknownIds.add(id);
    }
    return afterMerge({
        ...naming,
        ...(!isLimited && { rows }),
        ...(stored && { stored }),
        unknownIds,
        values: { sha, repository: event.repository.name, actor: event.actor },
    });
}


/***/ })

};
