import type { components } from '../../contract/astro-api.ts';
import { isPreviewOf, readMark, type Mark } from '../identity.ts';
import { codeSpan, oneLine } from '../text.ts';

export type SweepDeployment = Pick<
  components['schemas']['Deployment'],
  'id' | 'name' | 'description' | 'status' | 'createdAt'
>;

type Unknown = { readonly kind: 'unknown'; readonly why: string };

/** Every branch of the repository, or nothing to go by. */
export type BranchListing = { readonly kind: 'complete'; readonly names: ReadonlySet<string> } | Unknown;

export interface OpenPullRequest {
  readonly number: number;
  readonly branch: string;
  readonly labels: readonly string[];
}

/** Every open pull request whose head is in the repository itself, or nothing to go by. */
export type PullRequestListing = { readonly kind: 'complete'; readonly rows: readonly OpenPullRequest[] } | Unknown;

export interface SweepFacts {
  /** All Deployments of the Workspace, whoever made them. */
  readonly deployments: readonly SweepDeployment[];
  readonly repositoryId: number;
  readonly defaultBranch: string;
  /** By the server's clock: the runner's may be days off. */
  readonly now: Date;
  readonly rules: {
    readonly on: 'pull_request' | 'branch';
    /** Milliseconds since the last deploy. */
    readonly ttl?: number;
    readonly maxDeletions: number;
    readonly keepLabel?: string;
    /** Whether removals that events should have made are warned about. */
    readonly warns?: boolean;
  };
  readonly branches: BranchListing;
  readonly pullRequests: PullRequestListing;
  /** By the Deployment's id; the creation counts where it is not known. */
  readonly lastDeploys: ReadonlyMap<string, Date>;
  /** Ids of those whose last deploy was not asked for: `ttl` ends none of them. */
  readonly unasked?: ReadonlySet<string>;
}

/** A preview of this repository and what becomes of it. */
export interface SweepRow {
  readonly deployment: SweepDeployment;
  readonly ref: string;
  readonly branch: string;
  readonly project: string;
  readonly ageMs: number;
  readonly lastDeploy?: Date;
  /** Time since the last deploy, where that is known. */
  readonly idleMs?: number;
  readonly verdict: 'remove' | 'keep';
  readonly why: string;
  /** What must be found absent once more before it goes: a lost page looks just like something that is gone. */
  readonly proof?: SweepAsk['about'];
  /** An event should have removed it: the deletion of its branch, or the end of its pull request. */
  readonly missed?: boolean;
}

/** Asks GitHub for one branch, or for the open pull requests of one branch, by its name. */
export interface SweepAsk {
  readonly branch: string;
  readonly about: 'branch' | 'pull-request';
}

/** Whether what was asked for is there. */
export type Presence = 'absent' | 'exists' | 'unknown';

export interface SweepDecision {
  /** The longest without a deploy come first. */
  readonly rows: readonly SweepRow[];
  readonly asks: readonly SweepAsk[];
  readonly warnings: readonly string[];
  /** The run ends with it; what has the verdict `remove` goes all the same. */
  readonly error?: string;
}

/** Both listings, or why they prove nothing. */
type Listings =
  { readonly names: ReadonlySet<string>; readonly open: readonly OpenPullRequest[] } | { readonly unread: string };

type Verdict = Pick<SweepRow, 'verdict' | 'why' | 'proof' | 'missed'>;

const youngest = 60 * 60_000;
/** Up to so many removals never look like a listing that is not whole. */
const unsuspicious = 3;
const permissions = '`permissions: { contents: read, pull-requests: read }` and a `github-token`';

/** Decides which previews of this repository go, and says of each why; whatever is in doubt is kept. */
export function decideSweep(facts: SweepFacts): SweepDecision {
  const listings = listed(facts);
  const { rows, copies } = judgedRows(facts, listings);
  const warnings = copies.map(
    ({ name, id }) =>
      `The Deployment ${oneLine(name)} (${id}) carries the mark of another preview of this repository: it was copied or renamed, so it is not ours and is left alone.`,
  );
  rows.sort((a, b) => since(a) - since(b) || (a.deployment.id < b.deployment.id ? -1 : 1));
  if ('unread' in listings) {
    const error = `${listings.unread}, so the sweep removes nothing. Run the job again; it needs ${permissions}.`;
    return { rows, asks: [], warnings, error };
  }
  const due = rows.filter(({ verdict }) => verdict === 'remove').length;
  if (listings.names.size < 2 && due > unsuspicious && due > rows.length / 2) {
    const why = 'the sweep was stopped: too many would go at one time';
    const error = `${due} of ${rows.length} previews would go while GitHub lists a single branch: that looks like a listing that is not whole, so the sweep removes nothing. If it is right, delete them in Astro.`;
    return { rows: rows.map((row) => (row.verdict === 'remove' ? kept(row, why) : row)), asks: [], warnings, error };
  }
  const { maxDeletions } = facts.rules;
  if (due > maxDeletions)
    warnings.push(
      `${due} previews are due to go and \`max-deletions\` is ${maxDeletions}: those with the latest deploys wait for the next sweep.`,
    );
  let going = 0;
  const limited = rows.map((row) =>
    row.verdict === 'keep' || going++ < maxDeletions ? row : kept(row, 'more than max-deletions this time'),
  );
  return { rows: limited, asks: asksOf(limited), warnings };
}

/** What the last deploys would change: asking for one costs a request, and most previews stay or go without it. */
export interface LastDeploysWanted {
  /** Ids of the previews that `ttl` would end if their creation were their last deploy. */
  readonly ids: ReadonlySet<string>;
  /** How many go whatever their last deploy. */
  readonly certain: number;
}

/** Finds whose last deploy decides. */
export function wantsLastDeploys(facts: SweepFacts): LastDeploysWanted {
  const listings = listed(facts);
  const due = (rules: SweepFacts['rules']): string[] =>
    judgedRows({ ...facts, rules }, listings)
      .rows.filter(({ verdict }) => verdict === 'remove')
      .map(({ deployment }) => deployment.id);
  const certain = new Set(due({ ...facts.rules, ttl: Infinity }));
  return { ids: new Set(due(facts.rules).filter((id) => !certain.has(id))), certain: certain.size };
}

/** Keeps every preview of which GitHub, asked for that one branch, does not say what the listing made of it. */
export function confirmSweep(decision: SweepDecision, confirmations: ReadonlyMap<string, Presence>): SweepDecision {
  const doubtful = new Set<string>();
  const rows = decision.rows.map((row) => {
    if (row.verdict === 'keep' || row.proof === undefined) return row;
    const presence = confirmations.get(row.branch) ?? 'unknown';
    if (presence === 'absent') return row;
    if (presence === 'exists')
      return kept(row, row.proof === 'branch' ? 'the branch exists after all' : 'a pull request is open after all');
    doubtful.add(oneLine(row.branch, 100));
    return kept(
      row,
      `GitHub cannot say whether ${row.proof === 'branch' ? 'the branch is gone' : 'a pull request is open'}`,
    );
  });
  const error = `GitHub cannot say where these branches stand, so their previews are kept: ${[...doubtful].join(', ')}. Run the job again; it needs ${permissions}.`;
  return { ...decision, rows, asks: [], ...(doubtful.size > 0 && { error }) };
}

function listed({ branches, pullRequests, defaultBranch }: SweepFacts): Listings {
  if (branches.kind === 'unknown') return { unread: `GitHub cannot say which branches exist (${branches.why})` };
  if (!branches.names.has(defaultBranch))
    return { unread: `GitHub's list of branches lacks ${oneLine(defaultBranch, 100)}` };
  return pullRequests.kind === 'unknown'
    ? { unread: `GitHub cannot say which pull requests are open (${pullRequests.why})` }
    : { names: branches.names, open: pullRequests.rows };
}

/** This repository's previews with their verdicts, and what only carries a copy of such a preview's mark. */
function judgedRows(facts: SweepFacts, listings: Listings): { rows: SweepRow[]; copies: SweepDeployment[] } {
  const rows: SweepRow[] = [];
  const copies: SweepDeployment[] = [];
  for (const deployment of facts.deployments) {
    const mark = readMark(deployment.description);
    if (mark?.repositoryId !== facts.repositoryId) continue;
    if (isPreviewOf(deployment, mark)) rows.push(judged(deployment, mark, facts, listings));
    else copies.push(deployment);
  }
  return { rows, copies };
}

function judged(deployment: SweepDeployment, mark: Mark, facts: SweepFacts, listings: Listings): SweepRow {
  const lastDeploy = facts.lastDeploys.get(deployment.id);
  const now = facts.now.getTime();
  const row = {
    deployment,
    ref: mark.ref,
    branch: mark.ref.replace(/^refs\/heads\//, ''),
    project: mark.project,
    ageMs: now - Date.parse(deployment.createdAt),
    ...(lastDeploy && { lastDeploy, idleMs: now - lastDeploy.getTime() }),
  };
  return { ...row, ...judge(row, facts, listings) };
}

function judge(
  { deployment, ref, branch, ageMs, idleMs = ageMs }: Omit<SweepRow, keyof Verdict>,
  { rules, defaultBranch, unasked }: SweepFacts,
  listings: Listings,
): Verdict {
  const keep = (why: string): Verdict => ({ verdict: 'keep', why });
  const remove = (why: string, proof?: SweepAsk['about']): Verdict => ({
    verdict: 'remove',
    why,
    ...(proof && { proof }),
  });
  if (ref === branch) return keep('its mark names no branch');
  if (branch === defaultBranch) return keep('the default branch');
  if (deployment.status === 'CREATING') return keep('it is still being created');
  if (Number.isNaN(ageMs)) return keep('its age cannot be read');
  if (ageMs < youngest) return keep('younger than one hour');
  if ('unread' in listings) return keep("GitHub's listings prove nothing this time");
  if (!listings.names.has(branch)) return { ...remove('the branch is gone', 'branch'), missed: true };

  const open = listings.open.filter((row) => row.branch === branch);
  if (rules.on === 'pull_request' && open.length === 0)
    return { ...remove('no open pull request', 'pull-request'), missed: true };
  const alive = open[0] && rules.on === 'pull_request' ? `pull request ${open[0].number} is open` : 'the branch exists';
  if (rules.ttl === undefined || !(idleMs >= rules.ttl)) return keep(alive);
  // GitHub takes names of labels that differ in case for the same.
  const label = rules.keepLabel?.toLowerCase();
  const labelled = open.find(({ labels }) => labels.some((one) => one.toLowerCase() === label));
  if (labelled) return keep(`pull request ${labelled.number} carries the label that keeps it`);
  if (unasked?.has(deployment.id) === true) return keep(`${alive}; its last deploy was not asked for this time`);
  const why = `no deploy for ${span(idleMs)}, and \`ttl\` is ${span(rules.ttl)}`;
  return remove(why, label !== undefined && open.length === 0 ? 'pull-request' : undefined);
}

const kept = (row: SweepRow, why: string): SweepRow => ({ ...row, verdict: 'keep', why });

/** One question for each branch, however many projects have a preview of it. */
function asksOf(rows: readonly SweepRow[]): SweepAsk[] {
  const asks = new Map<string, SweepAsk>();
  for (const { verdict, branch, proof } of rows)
    if (verdict === 'remove' && proof) asks.set(branch, { branch, about: proof });
  return [...asks.values()];
}

const since = ({ deployment, lastDeploy }: SweepRow): number =>
  (lastDeploy?.getTime() ?? Date.parse(deployment.createdAt)) || 0;

/** `2 d 3 h`: the largest unit and the one below. */
function span(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds || 0) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = days > 0 ? [`${days} d`, hours && `${hours} h`] : [hours && `${hours} h`, rest && `${rest} min`];
  return parts.filter(Boolean).join(' ') || '0 min';
}

const lastDeployOf = ({ idleMs }: SweepRow): string => (idleMs === undefined ? 'not known' : `${span(idleMs)} ago`);

/** A job summary takes 1 MiB and a person far less. */
const mostRows = 500;

/** The sweep as a Markdown table. */
export function sweepTable(rows: readonly SweepRow[]): string {
  const lines = rows.slice(0, mostRows).map((row) => {
    const project = row.project === '.' ? '' : ` in ${codeSpan(row.project)}`;
    const branch = `${codeSpan(row.branch)}${project}`;
    return `| ${codeSpan(row.deployment.name)} | ${branch} | ${span(row.ageMs)} | ${lastDeployOf(row)} | **${row.verdict}**: ${codeSpan(row.why)} |`;
  });
  const more = rows.length - lines.length;
  return [
    '| Preview | Branch | Age | Last deploy | Why |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    ...(more > 0 ? ['', `${more} more are in the log.`] : []),
  ].join('\n');
}

/** The sweep for the log, one line for each preview. */
export function sweepLines(rows: readonly SweepRow[]): string[] {
  return rows.map((row) => {
    const project = row.project === '.' ? '' : ` in ${oneLine(row.project, 100)}`;
    return `${row.verdict} ${oneLine(row.deployment.name)} (${row.deployment.id}): ${oneLine(row.why)}; branch ${oneLine(row.branch, 100)}${project}, ${span(row.ageMs)} old, last deploy ${lastDeployOf(row)}`;
  });
}
