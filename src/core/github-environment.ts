/** Whether previews have one GitHub environment for each branch, or share one. */
export type EnvironmentRule = 'per-branch' | 'shared';

/** What the GitHub Deployments of one preview have in common. */
export interface EnvironmentKey {
  readonly environment: string;
  /** GitHub's `task` of a deployment, by which lists can be filtered: names the branch where previews share an environment. */
  readonly task?: string;
}

const shared = 'previews';
const ofBranch = 'preview/';
const task = 'preview:';

/** Where the GitHub Deployments of a branch's preview are. */
export const environmentOfPreview = (rule: EnvironmentRule, branch: string): EnvironmentKey =>
  rule === 'shared' ? { environment: shared, task: `${task}${branch}` } : { environment: `${ofBranch}${branch}` };

/** The branch whose preview a GitHub Deployment is about, by either rule; `undefined` for any other deployment. */
export function branchOfEnvironment(key: EnvironmentKey): string | undefined {
  if (key.environment === shared) return key.task?.startsWith(task) ? key.task.slice(task.length) : undefined;
  return key.environment.startsWith(ofBranch) ? key.environment.slice(ofBranch.length) : undefined;
}
