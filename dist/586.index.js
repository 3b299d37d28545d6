export const id = 586;
export const ids = [586];
export const modules = {

/***/ 6885:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  q: () => (/* binding */ observeCode)
});

// EXTERNAL MODULE: ./build/astro/deploys.js
var deploys = __webpack_require__(1656);
// EXTERNAL MODULE: ./build/core/repository.js
var core_repository = __webpack_require__(4804);
// EXTERNAL MODULE: ./build/core/text.js
var core_text = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/core/code/deploy-notes.js
var deploy_notes = __webpack_require__(2775);
;// CONCATENATED MODULE: ./build/core/code/baselines.js



const ships = {
    image: {
        types: ['IMAGE_AND_DAG', 'IMAGE_ONLY'],
        deploy: 'the newest image deploy',
        none: 'no image was deployed yet',
    },
    dags: {
        types: ['IMAGE_AND_DAG', 'DAG_ONLY'],
        deploy: 'the newest deploy of DAGs',
        none: 'no DAGs were deployed yet',
    },
    dbt: {
        types: [],
        deploy: 'the newest deploy to this mount path',
        none: 'nothing was deployed to this mount path yet',
    },
};
const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/**
 * Where a deploy put a bundle; `undefined` for deploys of image and DAGs. `bundles` is asked as well, and only for the
 * deploy's own entry: Astro's API reference does not say which deploys show `bundleMountPath`, nor whose bundles.
 */
function mountOf({ id, bundleMountPath, bundles }) {
    return (bundleMountPath || bundles?.find(({ deployId, bundleType }) => deployId === id && bundleType === 'dbt')?.mountPath);
}
/**
 * What runs on the Deployment, from its deploy history in any order: of each part the newest deploy that shipped it.
 * Only deploys with status DEPLOYED count. A deploy to a mount path ships neither image nor DAGs, whatever its type reads as;
 * any other deploy of an unknown type may have shipped everything.
 */
function baselines(deploys, here, options) {
    const ran = deploys
        .filter((deploy) => deploy.status === 'DEPLOYED')
        .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1));
    if (ran.length === 0)
        return unknownBaselines('first deploy');
    if (ran[0]?.rollbackFromId)
        return unknownBaselines('the newest deploy is a rollback');
    const of = (part) => baseline(part, ran, here, options);
    return { image: of('image'), dags: of('dags'), dbt: of('dbt') };
}
/** Every baseline unknown for one reason, such as a run without a checkout. */
function unknownBaselines(why) {
    const unknown = { kind: 'unknown', why };
    return { image: unknown, dags: unknown, dbt: unknown };
}
function baseline(part, ran, here, { dagDeploysOn, mountPath }) {
    const { types, deploy: name, none } = ships[part];
    // A rollback brings back image and DAGs of an earlier deploy, whatever its own type reads as; of bundles nothing is said.
    const newest = ran.find((deploy) => {
        if (deploy.rollbackFromId || isUnknown(deploy))
            return true;
        const mount = mountOf(deploy);
        return part === 'dbt'
            ? mount !== undefined && mount === mountPath
            : mount === undefined && types.some((type) => type === deploy.type);
    });
    if (!newest)
        return { kind: 'unknown', why: none };
    if (isUnknown(newest) && !newest.rollbackFromId) {
        const why = `the newest deploy has the type ${(0,core_text/* oneLine */.TN)(newest.type, 40)}, and it is not known what such a deploy ships`;
        return { kind: 'unknown', why };
    }
    if (part === 'dags' && deletedDags(newest))
        return { kind: 'unknown', why: `${name} deleted all DAGs` };
    const facts = examine(newest, here, dagDeploysOn);
    if ('why' in facts)
        return { kind: 'unknown', why: `${name} ${facts.why}` };
    const { commit } = facts;
    const { head, ...notes } = (0,deploy_notes/* readNotes */.W)(newest.description);
    return {
        kind: 'known',
        commit,
        ...(head !== undefined && head !== commit && { head }),
        ...(Object.keys(notes).length > 0 && { notes }),
        deployId: newest.id,
        at: newest.createdAt,
    };
}
/** A deploy of a type that the contract does not know, and of which no mount path says that it left image and DAGs alone. */
const isUnknown = (deploy) => !['IMAGE_AND_DAG', 'IMAGE_ONLY', 'DAG_ONLY'].includes(deploy.type) && mountOf(deploy) === undefined;
/**
 * Astronomer's CLI finalizes a deploy of image and DAGs with an empty version where the DAG folder is empty, which deletes
 * the DAGs. A version that is left out says nothing: Astro need not show it.
 */
const deletedDags = (deploy) => deploy.type === 'IMAGE_AND_DAG' && !deploy.rollbackFromId && deploy.dagTarballVersion === '';
/** Commits that deploys from repositories of other names record, newest first: whether the clone has them decides. */
function foreignCommits(deploys, repository) {
    const found = deploys
        .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
        .flatMap(({ git }) => {
        const recordedIn = git && commitId.test(git.commitSha) ? recorded(git) : undefined;
        return git && recordedIn && !(0,core_repository/* sameRepository */.RB)(recordedIn, repository) ? [git.commitSha] : [];
    });
    return [...new Set(found)];
}
/** The commit of a deploy, or why it is worthless as a baseline here. */
function examine(deploy, here, dagDeploysOn) {
    if (deploy.rollbackFromId)
        return { why: 'is a rollback' };
    if (deploy.isDagDeployEnabled !== dagDeploysOn) {
        return { why: `is from before DAG deploys were switched ${dagDeploysOn ? 'on' : 'off'}` };
    }
    const git = deploy.git;
    if (!git || !commitId.test(git.commitSha))
        return { why: 'records no git commit' };
    const repository = recorded(git);
    if (!repository)
        return { why: 'does not say which repository it is from' };
    if (!here.repository)
        return { why: 'cannot be compared: the checkout has no remote `origin`' };
    if (!(0,core_repository/* sameRepository */.RB)(repository, here.repository) && here.ownCommits?.has(git.commitSha) !== true) {
        return { why: `is from another repository (${(0,core_text/* oneLine */.TN)((0,core_repository/* repositoryName */.aR)(repository), 100)})` };
    }
    const path = (git.path ?? '').replace(/^(?:\.?\/)+|^\.$|\/+$/g, '');
    if (path !== here.projectPath) {
        return { why: `is from another folder of the repository (${(0,core_text/* oneLine */.TN)(path, 100) || 'its root'})` };
    }
    return { commit: git.commitSha };
}
function recorded(git) {
    if (git.provider === 'GITHUB') {
        return git.account && git.repo ? { provider: 'GITHUB', account: git.account, repo: git.repo } : undefined;
    }
    return git.remoteUrl ? { provider: 'GENERIC', remoteUrl: git.remoteUrl } : undefined;
}

// EXTERNAL MODULE: ./build/core/addresses.js
var addresses = __webpack_require__(9766);
// EXTERNAL MODULE: ./build/core/code/choose-deploy-type.js + 1 modules
var choose_deploy_type = __webpack_require__(5919);
// EXTERNAL MODULE: ./build/core/code/classify-files.js
var classify_files = __webpack_require__(3048);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/runner/workspace-files.js
var workspace_files = __webpack_require__(7200);
;// CONCATENATED MODULE: ./build/git/fingerprint.js




/** Names and content of some files of a repository, as one short text; `undefined` where there are none. */
function fingerprintFiles(root, paths) {
    if (paths.length === 0)
        return undefined;
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for (const path of paths.toSorted()) {
        hash.update(`${path}\0`);
        hash.update(digestOf((0,external_node_path_.join)(root, path)));
    }
    return { paths, fingerprint: hash.digest('hex').slice(0, 16) };
}
/** Of the content of a file and of whether it is executable, or of where a link leads. */
function digestOf(path) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const facts = (0,external_node_fs_.lstatSync)(path, { throwIfNoEntry: false });
    if (facts?.isSymbolicLink())
        return hash.update(`link ${(0,external_node_fs_.readlinkSync)(path)}`).digest();
    hash.update(facts && facts.mode & 0o100 ? 'executable' : 'file');
    (0,workspace_files/* eachChunk */.H1)(path, (chunk) => hash.update(chunk));
    return hash.digest();
}

// EXTERNAL MODULE: ./build/git/changed.js
var changed = __webpack_require__(9399);
// EXTERNAL MODULE: ./build/git/names.js
var names = __webpack_require__(7192);
// EXTERNAL MODULE: ./build/git/repository.js
var repository = __webpack_require__(5799);
// EXTERNAL MODULE: ./build/git/run.js
var run = __webpack_require__(7810);
// EXTERNAL MODULE: ./build/git/work-tree.js
var work_tree = __webpack_require__(5395);
;// CONCATENATED MODULE: ./build/git/checkout-gaps.js







/** Submodules inside each other that are looked into. */
const deepest = 10;
/**
 * What the checkout lacks of its commit in some folders of the repository: submodules, files outside a sparse checkout, and
 * content under Git LFS. Attributes are read, no filter is started. What git cannot tell is not a gap.
 */
async function checkoutGaps(location, folders, options = {}) {
    return folders.length === 0 ? none : gapsIn(location, { folders, prefix: '', depth: 0 }, options);
}
const none = { submodules: [], sparse: [], pointers: [] };
async function gapsIn(location, area, options) {
    const { folders, prefix, depth } = area;
    const at = folders.includes('') ? [] : folders;
    const [index, underLfs] = await Promise.all([
        (0,run/* git */.$)(location, ['--literal-pathspecs', 'ls-files', '-z', '-t', '--stage', '--', ...at], options),
        // Of the whole repository: below a folder git 2.39 does not see the attributes of the folders around it.
        (0,run/* git */.$)(location, ['ls-files', '-z', '--', ':(top,attr:filter=lfs)'], options),
    ]);
    if (index.code !== 0)
        return none;
    const { links, skipped } = specialEntries(index.stdout);
    const here = (path) => (0,external_node_path_.join)(location.workTree, path);
    const empty = links.filter((path) => isEmpty(here(path)));
    const declared = (0,external_node_fs_.lstatSync)(here('.gitmodules'), { throwIfNoEntry: false }) !== undefined;
    const kind = !declared ? 'undeclared' : depth > 0 ? 'nested' : 'own';
    const nested = [];
    for (const path of depth < deepest ? links.filter((one) => !empty.includes(one)) : []) {
        const inner = (0,repository/* findRepository */.W)(here(path));
        if (inner?.workTree !== location.workTree && inner)
            nested.push(await gapsIn(inner, { folders: [''], prefix: `${prefix}${path}/`, depth: depth + 1 }, options));
    }
    const within = (path) => at.length === 0 || at.some((folder) => path === folder || path.startsWith(`${folder}/`));
    const pointers = (0,names/* splitNames */.b)(underLfs.stdout).filter((path) => within(path) && isPointer(here(path)));
    return {
        submodules: [
            ...empty.map((path) => ({ path: `${prefix}${path}`, kind })),
            ...nested.flatMap(({ submodules }) => submodules),
        ],
        sparse: [
            ...skipped
                .filter((path) => (0,external_node_fs_.lstatSync)(here(path), { throwIfNoEntry: false }) === undefined)
                .map((path) => `${prefix}${path}`),
            ...nested.flatMap(({ sparse }) => sparse),
        ],
        pointers: [...pointers.map((path) => `${prefix}${path}`), ...nested.flatMap((one) => one.pointers)],
    };
}
/** Submodules and skipped files of an index, which can list 100,000 files: `H 100644 <id> 0<tab>path`, each ended by NUL. */
function specialEntries(listing) {
    const links = [];
    const skipped = [];
    for (let start = 0; start < listing.length;) {
        const end = listing.indexOf(0, start);
        const isSkipped = listing[start] === 0x53; // S
        const isLink = listing.toString('latin1', start + 2, start + 8) === '160000';
        if (isSkipped || isLink) {
            const [path = ''] = (0,names/* splitNames */.b)(listing.subarray(listing.indexOf(9, start) + 1, end + 1));
            (isLink ? links : skipped).push(path);
        }
        start = end + 1;
    }
    return { links, skipped };
}
function isEmpty(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder).length === 0;
    }
    catch (error) {
        return ['ENOENT', 'ENOTDIR'].includes(error.code ?? '');
    }
}
function isPointer(path) {
    const facts = (0,external_node_fs_.lstatSync)(path, { throwIfNoEntry: false });
    if (!facts?.isFile() || facts.size > work_tree/* largestPointer */.ew)
        return false;
    let text = '';
    (0,workspace_files/* eachChunk */.H1)(path, (chunk) => (text += Buffer.from(chunk).toString('latin1')));
    return (0,work_tree/* lfsObject */.lj)(text) !== undefined;
}

// EXTERNAL MODULE: ./build/git/checkout.js
var git_checkout = __webpack_require__(2223);
// EXTERNAL MODULE: ./build/git/show.js
var show = __webpack_require__(8846);
// EXTERNAL MODULE: ./build/github/branches.js
var branches = __webpack_require__(6436);
// EXTERNAL MODULE: ./build/core/identity.js
var identity = __webpack_require__(630);
// EXTERNAL MODULE: ./build/docker/build-files.js
var build_files = __webpack_require__(2083);
// EXTERNAL MODULE: ./build/docker/engine.js
var engine = __webpack_require__(2475);
// EXTERNAL MODULE: ./build/core/omit-undefined.js
var omit_undefined = __webpack_require__(3492);
;// CONCATENATED MODULE: ./build/observe/deployignore.js




const deployignore_name = '.astro/deployignore';
/**
 * Reads what stays out of the archive of a project's DAG folder: `.astro/deployignore` of the project, else the one of the
 * workspace; patterns are relative to the folder that holds `.astro`. Throws UserError for what `readWorkspaceFile` refuses.
 */
function readDeployignore(project, workspace) {
    const { checkout, dagsFolder } = project;
    for (const folder of [project.folder, workspace]) {
        const text = (0,workspace_files/* readWorkspaceFile */.sL)(workspace, (0,external_node_path_.join)(folder, deployignore_name), 'deploy ignore file');
        if (text === undefined)
            continue;
        const [file] = checkout.kind === 'checkout' ? (0,git_checkout/* repositoryPaths */.D4)(checkout, (0,external_node_path_.join)(folder, deployignore_name)) : [];
        const at = (0,workspace_files/* inside */.nx)(dagsFolder, folder) ? (0,external_node_path_.relative)(folder, dagsFolder).replaceAll(external_node_path_.sep, '/') : 'dags';
        return { text, at, ...(0,omit_undefined/* omitUndefined */.O)({ file }) };
    }
    return undefined;
}

// EXTERNAL MODULE: ./build/core/code/bundle-files.js + 1 modules
var bundle_files = __webpack_require__(2876);
;// CONCATENATED MODULE: ./build/git/credentials.js



/** Submodules inside each other that are looked into. */
const credentials_deepest = 10;
/** Settings by which actions/checkout and people keep credentials in a repository's configuration. */
const credentials = /extraheader|:\/\/[^\s/@]+@/i;
/** The configuration files in a `.git` folder, those of its submodules too, that hold credentials. */
function credentialsInGit(gitDir) {
    const found = [];
    const visit = (folder, depth) => {
        for (const entry of list(folder)) {
            const path = (0,external_node_path_.join)(folder, entry.name);
            if (entry.isDirectory() && depth < credentials_deepest)
                visit(path, depth + 1);
            else if (entry.name === 'config' && entry.isFile() && credentials.test(textOf(path)))
                found.push(path);
        }
    };
    const config = (0,external_node_path_.join)(gitDir, 'config');
    if (credentials.test(textOf(config)))
        found.push(config);
    visit((0,external_node_path_.join)(gitDir, 'modules'), 0);
    return found;
}
function list(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder, { withFileTypes: true });
    }
    catch {
        return [];
    }
}
function textOf(path) {
    let text = '';
    (0,workspace_files/* eachChunk */.H1)(path, (chunk) => (text += Buffer.from(chunk).toString('latin1')));
    return text;
}

;// CONCATENATED MODULE: ./build/observe/step-credentials.js






/** Variables by which actions and tools name files, or folders, that hold credentials; some name several. */
const variables = [
    'GOOGLE_APPLICATION_CREDENTIALS',
    'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
    'GOOGLE_GHA_CREDS_PATH',
    'CLOUDSDK_CONFIG',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_CONFIG_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'AZURE_FEDERATED_TOKEN_FILE',
    'AZURE_CONFIG_DIR',
    'KUBECONFIG',
    'DOCKER_CONFIG',
    'NETRC',
    'PGPASSFILE',
    'SNOWFLAKE_PRIVATE_KEY_PATH',
    'VAULT_TOKEN_FILE',
];
/**
 * Absolute paths of files and folders in the workspace that other steps of the job put credentials into. What is under git
 * is the project's own and does not count, whatever a variable says.
 */
async function stepCredentials(project, { env, signal }) {
    const { checkout } = project;
    const workspace = (0,workspace_files/* workspaceFolder */.ih)(env);
    const needed = [project.folder, project.dagsFolder, workspace].map((folder) => realpathOf(folder) ?? folder);
    const named = variables
        .flatMap((name) => (env[name] ?? '').split(external_node_path_.delimiter))
        .filter((path) => path !== '')
        .flatMap((path) => placeOf(workspace, path) ?? [])
        .filter((path) => (0,workspace_files/* inside */.nx)(path, workspace) && !needed.some((folder) => (0,workspace_files/* inside */.nx)(folder, path)));
    const tracked = checkout.kind === 'checkout' ? await trackedOf(checkout, named, signal) : () => false;
    const folder = realpathOf(project.folder) ?? project.folder;
    const written = [workspace, folder].flatMap((at) => namesIn(at)
        .filter(bundle_files/* holdsCredentials */.Hn)
        .map((name) => (0,external_node_path_.join)(at, name)));
    const git = credentialsInGit((0,external_node_path_.join)(folder, '.git'));
    return [...new Set([...named.filter((path) => !tracked(path)), ...written, ...git])].sort();
}
async function trackedOf(checkout, paths, signal) {
    const way = (path) => (0,external_node_path_.relative)(checkout.root, path).replaceAll(external_node_path_.sep, '/');
    const own = paths.filter((path) => (0,workspace_files/* inside */.nx)(path, checkout.root)).map(way);
    const tracked = await (0,changed/* trackedPaths */.f4)(checkout, own, { signal });
    return (path) => tracked.some((one) => one === way(path) || one.startsWith(`${way(path)}/`));
}
/** An existing path with the links of its folders resolved; relative ones start from the workspace, as steps do. */
function placeOf(workspace, path) {
    const absolute = (0,external_node_path_.join)(path.startsWith(external_node_path_.sep) ? '' : workspace, path);
    const folder = realpathOf((0,external_node_path_.dirname)(absolute));
    const place = folder === undefined ? undefined : (0,external_node_path_.join)(folder, (0,external_node_path_.basename)(absolute));
    return place !== undefined && (0,external_node_fs_.lstatSync)(place, { throwIfNoEntry: false }) ? place : undefined;
}
function realpathOf(path) {
    try {
        return (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        return undefined;
    }
}
function namesIn(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder);
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./build/observe/source.js









/**
 * Reads from the checkout what the code of this run is. `dags` are the repository-relative paths of the DAG folder, none
 * where it is not under git. Throws UserError for ignore files that cannot be read.
 */
async function readSource(intent, project, dags, inputs, tools) {
    const { checkout } = project;
    const workspace = (0,workspace_files/* workspaceFolder */.ih)(tools.env);
    const deployignore = readDeployignore(project, workspace);
    const credentials = await stepCredentials(project, tools);
    return {
        folder: project.folder,
        dagsFolder: project.dagsFolder,
        ...(0,omit_undefined/* omitUndefined */.O)({ mountPath: project.mountPath }),
        credentials,
        artefact: await readArtefact(inputs, tools),
        project: {
            path: checkout.kind === 'checkout' ? checkout.prefix : '',
            dags,
            dockerfile: 'Dockerfile',
            dockerignore: (0,build_files/* readIgnoreFile */.r)(workspace, project.folder),
            steering: steeringFiles(inputs, project, workspace),
            credentials: checkout.kind === 'checkout' ? credentials.flatMap((path) => (0,git_checkout/* repositoryPaths */.D4)(checkout, path)) : [],
            ...(deployignore && { deployignore }),
        },
        ...(checkout.kind === 'checkout' && {
            commit: {
                id: checkout.commit,
                subject: tools.log.redact(checkout.subject),
                author: tools.log.clean(checkout.author),
                committedAt: checkout.committedAt,
            },
        }),
        ...(intent.branch && { branch: intent.branch.name }),
        ...(intent.kind === 'ensure-preview' && intent.pullRequest !== undefined && { head: intent.head }),
    };
}
/** What goes into a deploy beside files. Build arguments may hold secrets: only a keyed digest of them is kept. */
async function readArtefact(inputs, { env, signal }) {
    const { dagsBaseDir, imageName, buildArgs, token, deployType } = inputs;
    const shipsNoImage = deployType === 'dags-only' || deployType === 'dbt';
    const values = buildArgs.map((one) => (one.includes('=') ? one : `${one}=${env[one] ?? ''}`));
    const args = (0,identity/* secretsFingerprint */.QK)(values, token);
    return {
        dagsBaseDir,
        ...(imageName !== undefined && !shipsNoImage && { image: await (0,engine/* imageId */.L)(env, imageName, signal) }),
        ...(0,omit_undefined/* omitUndefined */.O)({ args }),
    };
}
/** Repository-relative paths of the files that steer the Action itself, wherever the repository is checked out. */
function steeringFiles(inputs, project, workspace) {
    const { checkout } = project;
    if (checkout.kind === 'none')
        return [];
    const names = ['.astro/branch-deploy.yaml', ...(inputs.template === undefined ? [] : [inputs.template])];
    const roots = [workspace, checkout.root, project.folder];
    return roots.flatMap((root) => names.flatMap((name) => (0,git_checkout/* repositoryPaths */.D4)(checkout, (0,external_node_path_.join)(root, name))));
}

;// CONCATENATED MODULE: ./build/observe/code.js















/** The repository that this code comes from: the checkout's own remote, or GitHub's word where that is a folder or a cache on this machine. */
function sourceRepository(checkout, event, { env, log: { redact } }) {
    const remote = checkout.kind === 'checkout' ? (0,core_text/* redactAll */.$I)(checkout.remote, redact) : undefined;
    const host = remote && (0,core_repository/* hostOf */.w4)(remote);
    if (remote && host !== undefined && !(0,addresses/* isLoopback */.U9)(host))
        return remote;
    return (0,core_repository/* parseRemote */.M8)(`${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${event.repository.owner}/${event.repository.name}`);
}
/**
 * Reads what the choice of the deploy type depends on: the deploy history, and what git, or GitHub in its place, says of
 * the difference between what runs and what is checked out. Asks for no more differences than are needed.
 */
async function observeCode(intent, project, place, inputs, event, tools) {
    const { checkout } = project;
    const { deployment } = place;
    const dags = checkout.kind === 'checkout' ? (0,git_checkout/* repositoryPaths */.D4)(checkout, project.dagsFolder) : [];
    const [history, loose, gaps] = await Promise.all([
        deployment
            ? (0,deploys/* listDeploys */.Pm)({ client: tools.client, organization: place.organization, deploymentId: deployment.id })
            : [],
        checkout.kind === 'checkout' ? (0,changed/* uncommitted */.SU)(checkout, dags, { signal: tools.signal }) : undefined,
        checkout.kind === 'checkout' ? gapsOf(checkout, dags, inputs, tools) : undefined,
    ]);
    const repository = sourceRepository(checkout, event, tools);
    const here = {
        repository,
        projectPath: checkout.kind === 'checkout' ? checkout.prefix : '',
        ownCommits: await ownCommits(checkout, foreignCommits(history, repository), tools),
    };
    const known = checkout.kind === 'none'
        ? unknownBaselines(`there is no git checkout to compare with (${checkout.why})`)
        : loose?.kind === 'unknown'
            ? unknownBaselines(`git cannot tell what differs from the commit (${loose.why})`)
            : baselines(history, here, { dagDeploysOn: place.dagDeploysOn, mountPath: project.mountPath });
    // A dbt project is neither the first code that Airflow runs nor anything that a rollback goes back to.
    const ran = history.filter((deploy) => deploy.status === 'DEPLOYED' && mountOf(deploy) === undefined);
    const answers = new Map();
    for (let open = (0,choose_deploy_type/* toCompare */.lT)(inputs.deployType, known, answers); open.length > 0; open = (0,choose_deploy_type/* toCompare */.lT)(inputs.deployType, known, answers)) {
        // One after the other: two fetches into one shallow clone lock each other out.
        for (const commit of open)
            answers.set(commit, await difference(checkout, commit, tools));
    }
    const underGit = loose?.kind === 'known' && (loose.dagsTracked || deletedFrom(dags, answers)) ? dags : [];
    const source = await readSource(intent, project, underGit, inputs, tools);
    const ignored = checkout.kind === 'checkout' && loose?.kind === 'known' && underGit.length > 0
        ? fingerprintFiles(checkout.root, shippedOf(loose.ignored, source.project))
        : undefined;
    const merge = await mergeFacts(intent, checkout, known, event, tools);
    return {
        deployType: inputs.deployType,
        source: {
            ...source,
            repository: here.repository,
            uncommitted: loose?.kind === 'known' ? loose.paths : undefined,
            ...(ignored && { ignored }),
            ...merge,
        },
        baselines: known,
        answers,
        dispatched: intent.dispatched,
        isFirst: ran.length === 0,
        ...running(ran),
        ...(gaps && { gaps }),
    };
}
const shippedOf = (paths, project) => {
    const place = (0,classify_files/* placing */.Z)(project);
    return paths.filter((path) => place(path).dags);
};
/** Deploys of other repositories are asked for up to this number. */
const mostForeign = 10;
/** Commits that this clone has. */
async function ownCommits(checkout, commits, { signal }) {
    if (checkout.kind === 'none')
        return new Set();
    const asked = commits.slice(0, mostForeign);
    const has = await Promise.all(asked.map((commit) => (0,show/* hasCommit */.QE)(checkout, commit, signal)));
    return new Set(asked.filter((_, index) => has[index]));
}
/** An image that an earlier step built shows nothing of what this checkout lacks. */
const gapsOf = (checkout, dags, { imageName }, { signal }) => checkoutGaps(checkout.location, [...(imageName === undefined ? [checkout.prefix] : []), ...dags], { signal });
/** What people know a merge commit by: its head's message, asked for only where that head does not run yet, and the base. */
async function mergeFacts(intent, checkout, { dags }, event, { github, log, signal }) {
    const { head } = intent;
    const isMerge = intent.kind === 'ensure-preview' && event.pullRequest && checkout.kind === 'checkout' && checkout.commit !== head;
    if (!isMerge)
        return {};
    const base = checkout.commit === event.sha ? event.pullRequest.baseRef : undefined;
    const runs = dags.kind === 'known' && dags.head === head;
    const subject = runs
        ? undefined
        : ((await (0,git_checkout/* subjectOf */.et)(checkout, head, signal)) ?? (await (0,branches/* commitSubject */.sF)(await github(), head)));
    return { ...(subject !== undefined && { headSubject: log.redact(subject) }), ...(0,omit_undefined/* omitUndefined */.O)({ base }) };
}
/** Whether files of the DAG folder were under git in what runs: then its being empty now is known to git. */
const deletedFrom = (dags, answers) => [...answers.values()].some((answer) => answer.kind === 'known' && answer.paths.some((path) => dags.some((folder) => path.startsWith(`${folder}/`))));
/** The newest of the deploys that ran. */
function running(ran) {
    const [newest] = ran.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
    return newest ? { running: newest.id } : {};
}
/** Git first; what it cannot say, because the commit is not to be had in a shallow clone, GitHub may. */
async function difference(checkout, commit, tools) {
    if (checkout.kind === 'none')
        return { kind: 'unknown', why: checkout.why };
    const local = await (0,changed/* changedPaths */.vl)(checkout, commit, { signal: tools.signal });
    if (local.kind === 'known')
        return local;
    const remote = await (0,branches/* compareCommits */.kC)(await tools.github(), commit, checkout.commit);
    return remote.kind === 'known' ? remote : { kind: 'unknown', why: `${local.why}; ${remote.why}` };
}


/***/ }),

/***/ 4889:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ placeholderValues)
/* harmony export */ });
/* harmony import */ var _core_omit_undefined_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3492);

/**
 * What placeholders stand for in this run. Of the step's environment only the variables that a file asks for are looked
 * at, and each of them is masked before anything else is done with it.
 */
function placeholderValues(run, { inputs, event, tools: { env, log } }) {
    const masked = new Set();
    const ofJob = [
        'GITHUB_TOKEN',
        'GH_TOKEN',
        'ACTIONS_RUNTIME_TOKEN',
        'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
        'ASTRO_API_TOKEN',
    ];
    const tokens = [inputs.token, inputs.githubToken, ...ofJob.map((name) => env[name] ?? '')];
    return (variables) => ({
        ...(0,_core_omit_undefined_js__WEBPACK_IMPORTED_MODULE_0__/* .omitUndefined */ .O)({ branch: run.branch }),
        ...(0,_core_omit_undefined_js__WEBPACK_IMPORTED_MODULE_0__/* .omitUndefined */ .O)({ pullRequest: run.pullRequest }),
        sha: run.sha,
        repository: event.repository.name,
        actor: event.actor,
        rules: {
            // Shorter texts are no tokens, and would be found in anything.
            tokens: tokens.filter((token) => token.length >= 8),
            ...(inputs.placeholderEnv.length > 0 && { allowed: inputs.placeholderEnv }),
        },
        env: new Map(variables.flatMap((name) => {
            const value = env[name];
            if (value === undefined || value === '')
                return [];
            if (!masked.has(name))
                log.secret(value, `\${env.${name}}`);
            masked.add(name);
            return [[name, value]];
        })),
    });
}


/***/ }),

/***/ 6782:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ readPreviewTemplate),
/* harmony export */   W: () => (/* binding */ readProject)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2807);
/* harmony import */ var _core_yaml_problems_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9250);
/* harmony import */ var _core_yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1245);
/* harmony import */ var _git_checkout_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2223);
/* harmony import */ var _runner_nearby_files_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3882);
/* harmony import */ var _runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7200);








/** Reads the project out of the checkout. Throws UserError with file, line and column for what is wrong in it. */
async function readProject(inputs, env) {
    const workspace = (0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .workspaceFolder */ .ih)(env);
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(workspace, inputs.rootFolder);
    const kind = inputs.deployType === 'dbt' ? 'dbt' : 'Astro';
    if (!isFolder(folder)) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`There is no folder \`${inputs.rootFolder}\` in the workspace, where \`root-folder\` looks for the ${kind} project. Add actions/checkout before this step, or correct \`root-folder\`.`);
    }
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder).length === 0 && !(0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(inputs.dagsFolder)) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`The folder \`${inputs.rootFolder}\` of the workspace is empty, so there is no ${kind} project to deploy. Add actions/checkout before this step, or correct \`root-folder\`.`);
    }
    if (!(0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .inside */ .nx)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(folder), workspace))
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`root-folder\`: \`${inputs.rootFolder}\` is a link that leads out of the workspace.`);
    if (inputs.deployType === 'dbt') {
        const mountPath = await dbtMountPath(inputs, workspace);
        return { folder, dagsFolder: folder, mountPath, checkout: await (0,_git_checkout_js__WEBPACK_IMPORTED_MODULE_5__/* .readCheckout */ .b$)(folder) };
    }
    const dagsFolder = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(inputs.dagsFolder) ? inputs.dagsFolder : (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(folder, inputs.dagsFolder);
    refuseEmptyPlace(inputs, workspace, folder, dagsFolder);
    // A branch author can make the DAG folder a link; where it leads must have been checked out too.
    if (!(0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(inputs.dagsFolder) && isFolder(dagsFolder) && !(0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .inside */ .nx)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(dagsFolder), workspace)) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`dags-folder\`: \`${inputs.dagsFolder}\` leads out of the workspace. An absolute path says that this is meant.`);
    }
    return { folder, dagsFolder, checkout: await (0,_git_checkout_js__WEBPACK_IMPORTED_MODULE_5__/* .readCheckout */ .b$)(folder) };
}
/** A checkout with `path:` leaves nothing of the project where it is looked for. Throws UserError that names where it is. */
function refuseEmptyPlace(inputs, workspace, folder, dagsFolder) {
    if (inputs.imageName !== undefined || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(dagsFolder) || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'Dockerfile')))
        return;
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'dbt_project.yml')))
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`${inputs.rootFolder}\` is a dbt project, and no Astro project: use \`deploy-type: dbt\` in this step, or correct \`root-folder\`.`);
    const hint = (0,_runner_nearby_files_js__WEBPACK_IMPORTED_MODULE_6__/* .projectHint */ .l5)(workspace);
    if (hint !== '')
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`${inputs.rootFolder}\` is no Astro project: it has neither a \`Dockerfile\` nor a folder \`${inputs.dagsFolder}\`.${hint}`);
}
async function dbtMountPath(inputs, workspace) {
    const file = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.join(inputs.rootFolder, 'dbt_project.yml');
    const text = (0,_runner_workspace_files_js__WEBPACK_IMPORTED_MODULE_7__/* .readWorkspaceFile */ .sL)(workspace, file, 'dbt project');
    if (text === undefined)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`There is no \`${file}\` in the workspace, and \`deploy-type: dbt\` deploys a dbt project: correct \`root-folder\`.`, { at: { file } });
    return inputs.mountPath ?? (await __webpack_require__.e(/* import() */ 388).then(__webpack_require__.bind(__webpack_require__, 7388))).defaultMountPath(text, file);
}
/**
 * Reads the Deployment template that previews are made from, placeholders filled in. `read` gives files of the
 * repository from where they may be trusted. Throws UserError with file, line and column for what is wrong in it.
 */
async function readPreviewTemplate(path, read, values, near = []) {
    if (path === undefined) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y('A preview is made from a Deployment template, and neither the input `template` nor `preview.template` in `.astro/branch-deploy.yaml` names one: check one in (`action: export-template` or `astro deployment inspect --deployment-name <name> --template` writes it) and give its path, such as `template: .astro/preview.yaml`.');
    }
    const text = await read(path);
    if (text === undefined)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .y(`\`template\`: there is no file \`${path}\` in the checkout.${nearTemplates(path, near)}`, {
            at: { file: path },
        });
    return (await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 3548))).readTemplate(text, path, values((0,_core_yaml_placeholders_js__WEBPACK_IMPORTED_MODULE_4__/* .variablesIn */ .DF)(text)));
}
function nearTemplates(path, files) {
    const meant = (0,_core_yaml_problems_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .p)(path, files) ?? files.find((file) => (0,_core_yaml_problems_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .p)(node_path__WEBPACK_IMPORTED_MODULE_1__.posix.basename(path), [node_path__WEBPACK_IMPORTED_MODULE_1__.posix.basename(file)]) !== undefined);
    if (meant !== undefined)
        return ` Did you mean \`${meant}\`?`;
    const names = files.slice(0, 5).map((file) => `\`${file}\``);
    return names.length > 0 ? ` There are ${names.join(', ')}.` : ' Check one in, or correct the path.';
}
const isFolder = (path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path, { throwIfNoEntry: false })?.isDirectory() === true;


/***/ })

};
