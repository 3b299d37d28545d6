import { repository, type SampleEvent } from '../../../sandbox/events.ts';
import { sampleFiles } from '../../../sandbox/project.ts';
import type { Told, World } from '../world.ts';

/** How workflows for deploy-action name the long-lived Deployment: by id, and with no template for previews. */
export const movedOver = (id: string): Readonly<Record<string, string>> => ({
  template: '',
  'deployment-name': '',
  'deployment-id': id,
});

/** An event by its name, with what its payload holds beside the repository. */
export const event = (name: string, ref: string, sha: string, payload: object = {}): SampleEvent => ({
  event: name,
  payload: { repository, ...payload },
  env: {
    GITHUB_REPOSITORY: repository.full_name,
    GITHUB_REPOSITORY_ID: String(repository.id),
    GITHUB_REF: ref,
    GITHUB_SHA: sha,
  },
});
export const creation = (name: string, sha: string, type: 'branch' | 'tag' = 'branch'): SampleEvent =>
  event('create', `refs/${type === 'tag' ? 'tags' : 'heads'}/${name}`, sha, { ref: name, ref_type: type });

/** The sample project in a folder of the repository. */
export const inFolder = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(sampleFiles).map(([name, text]) => [`${folder}/${name}`, text]));

/** Records that the commit that is checked out runs on a Deployment, as a deploy of the project in `path`. */
export function running(world: World, deploymentId: string, path?: string): void {
  world.astro.addDeploy(deploymentId, {
    git: {
      provider: 'GITHUB',
      account: 'acme',
      repo: 'etl',
      commitSha: world.project.git('rev-parse', 'HEAD'),
      ...(path !== undefined && { path }),
    },
  });
}

/** What became of a run in four words: exit code, result, deploy type. */
export const ended = ({ code, outputs }: Told): string =>
  `${String(code)} ${outputs['result'] ?? ''} ${outputs['deploy-type'] ?? ''}`;
export const writes = ({ requests }: Told): string[] => requests.filter((request) => !request.includes(' GET '));
export const builds = ({ docker }: World): (readonly string[])[] =>
  docker.calls().flatMap(({ args }) => (args[0] === 'build' ? [args] : []));
/** What Astro answers to make an operation fail for good. */
export const refused = { status: 400, body: '{"message":"no","requestId":"r","statusCode":400}' } as const;
