/** A place in the source, what stands there, and what stands there with the bug. */
interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A bug that the matrix has to find. */
export interface Seed {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Text of the names of cells of which at least one must turn red. */
  readonly cells: string;
}

const slugOf = (ref: string): string => `${ref}.replace('refs/heads/', '').replaceAll('/', '-')`;

/** Eight bugs that tools of this kind have had, or could easily get. */
export const seeds: readonly Seed[] = [
  {
    name: 'a create is sent again blindly',
    edits: [
      {
        file: 'src/astro/deployments.ts',
        find: "    verb: 'create',\n    path: path`/organizations/${organization}/deployments`,",
        replace: "    verb: 'update',\n    path: path`/organizations/${organization}/deployments`,",
      },
    ],
    cells: 'open/Astro POST /organizations/{id}/deployments #1/lost-reply/again',
  },
  {
    name: 'a preview is deleted by its name',
    edits: [
      {
        file: 'src/observe/observe.ts',
        find: 'mine: rows.filter((row) => isPreviewOf(row, identity)) };',
        replace: `mine: rows.filter((row) => isPreviewOf(row, identity) || row.name.includes(${slugOf('ref')})) };`,
      },
      {
        file: 'src/apply/deployment/remove.ts',
        find: 'if (current && !isPreviewOf(current, identity)) {',
        replace: `if (current && !isPreviewOf(current, identity) && !current.name.includes(${slugOf('identity.ref')})) {`,
      },
    ],
    cells: 'delete/Astro DELETE /organizations/{id}/deployments/{id} #1/slow/again',
  },
  {
    name: 'GITHUB_REF names the branch that was deleted',
    edits: [
      {
        file: 'src/core/intent/event-table.ts',
        find: "      return removal(event, event.refType, event.payloadRef ?? '', 'branch-deleted');\n    case 'schedule':",
        replace:
          "      return removal(event, event.refType, event.ref.replace('refs/heads/', ''), 'branch-deleted');\n    case 'schedule':",
      },
    ],
    cells: 'delete/file GITHUB_STATE/full-disk/again',
  },
  {
    name: 'links are not read again',
    edits: [
      {
        file: 'src/apply/objects/link.ts',
        find: '  if (run.written.length === 0) return;\n  const { settled } = run;',
        replace: '  if (run.written.length === 0 || deployment.id !== "") return;\n  const { settled } = run;',
      },
    ],
    cells: 'open/Astro POST /organizations/{id}/environment-objects/{id} #1/rival/again',
  },
  {
    name: 'only the program itself is ended, not its group',
    edits: [
      {
        file: 'src/runner/run-program.ts',
        find: "process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);",
        replace: 'process.kill(child.pid, signal);',
      },
    ],
    cells: 'image/docker build/hangs-SIGINT/again',
  },
  {
    name: 'the token is an argument of docker login',
    edits: [
      {
        file: 'src/docker/push.ts',
        find: "['login', ...flags, '--username', 'cli', '--password-stdin', host]",
        replace: "['login', ...flags, '--username', 'cli', '--password', password, host]",
      },
    ],
    cells: 'image/file GITHUB_STATE/full-disk/again',
  },
  {
    name: 'a deploy counts as done before it is DEPLOYED',
    edits: [
      {
        file: 'src/apply/deployment/rollout.ts',
        find: "    health.note(deployment.status, deploy.status === 'DEPLOYED');\n",
        replace: "    health.note('HEALTHY', true);\n",
      },
    ],
    cells: 'open/Astro POST /organizations/{id}/deployments/{id}/deploys/{id}/finalize #1/late/again',
  },
  {
    name: 'the comment stays as it is when the preview goes',
    edits: [
      {
        file: 'src/publish/github.ts',
        find: '      await guarded(() => say({ ...outcome, ...why }, stateOf(outcome, gone, intent), createWhenMissing));\n',
        replace:
          '      if (!gone)\n        await guarded(() => say({ ...outcome, ...why }, stateOf(outcome, gone, intent), createWhenMissing));\n',
      },
    ],
    cells: 'close/Astro DELETE /organizations/{id}/deployments/{id} #1/slow/again',
  },
];
