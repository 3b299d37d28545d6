import { githubToken, token, type Told } from '../scenarios/world.ts';
import type { Mode } from './modes.ts';
import { previews } from './ends.ts';
import { canaries, formsOf, type Stage } from './stage.ts';

/** How long a run may take beyond `wait-time`, in milliseconds of its own clock, and the slack for starting a process. */
const limit = { waitTime: 60_000, beyond: 10_000, processes: 2_000 };

/** A request that made a Deployment, as a world tells it. */
const creates = /^Astro POST \/organizations\/[^/]+\/deployments 2/;

const secrets = [token, githubToken, canaries.password, canaries.basePassword];

/** What holds after every run, spoiled or not: one sentence for each breach. */
export function breachesOfRun(stage: Stage, result: Told, mode: Mode | undefined, speed: number): string[] {
  const { code, outputs, annotations, log, summary } = result;
  const { world } = stage;
  const started = [...world.docker.calls(), ...stage.dockerCalls].map(({ args, env }) => ({ args, env }));
  const texts = {
    log,
    summary,
    outputs: JSON.stringify(outputs),
    'requests to GitHub': JSON.stringify(world.github.requests),
    'arguments and environments of programs': JSON.stringify(started),
  };
  const created = result.requests.filter((one) => creates.test(one)).length;
  // Of two runs at one moment, both may create; the younger Deployment is gone in the end.
  const runs = mode?.meanwhile === 'again' ? 2 : 1;
  const isSpoiltByKill = mode?.isKill === true;
  const errors = annotations.filter((line) => line.startsWith('error'));
  const longest = (limit.waitTime + limit.beyond) / speed + limit.processes;
  return [
    ...(previews(stage).length > 1 ? ['I1: two Deployments for one branch'] : []),
    ...(created > runs ? [`I1: ${String(runs)} runs created ${String(created)} Deployments`] : []),
    ...foreignBreaches(stage),
    ...Object.entries(texts).flatMap(([where, text]) =>
      secrets
        .filter((secret) => formsOf(secret).some((form) => text.includes(form) && !isMask(text, form)))
        .map((secret) => `I6: ${secret} in the ${where}`),
    ),
    ...(result.left.length > 0 ? [`I7: left on disk: ${result.left.join(', ')}`] : []),
    ...(isSpoiltByKill ? [] : honesty(result, errors)),
    ...(mode?.isCancel === true && code !== 130 && code !== 0 ? [`a cancelled run ended with ${String(code)}`] : []),
    ...(result.milliseconds > longest
      ? [`I9: took ${((result.milliseconds * speed) / 1000).toFixed(0)} s of its own time`]
      : []),
    ...(/undefined|\[object |    at .*\.js:\d+/.test(annotations.join('\n'))
      ? ['R-06: an annotation is not for people']
      : []),
    ...world.astro.violations.map((violation) => `contract: ${violation}`),
    ...(world.github.comments.length > 1 ? ['I10: more than one comment'] : []),
  ];
}

/** The runner masks a secret in the log itself; the command that asks for it must name it. */
const isMask = (text: string, secret: string): boolean =>
  !text
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .some((line) => line.includes(secret));

function honesty({ code, outputs }: Told, errors: readonly string[]): string[] {
  const { result } = outputs;
  if (code === 0)
    return result === 'failed' || result === undefined ? [`I8: exit 0 with the result ${String(result)}`] : [];
  return [
    ...(errors.length === 0 ? ['I8: failed without an error'] : []),
    ...(result === 'failed' ? [] : [`I8: failed with the result ${String(result)}`]),
  ];
}

/** Nothing of what is not ours may change: I3. */
function foreignBreaches({ world, foreign }: Stage): string[] {
  const now = new Map(world.astro.deployments().map((one) => [one.id, JSON.stringify(one)]));
  const changed = Array.from(foreign).filter(([id, before]) => now.get(id) !== before);
  const hasProduction = world.astro.deployments().some(({ name }) => name === 'etl-prod');
  const [otherTeam] = foreign.keys();
  const [object] = world.astro.objects();
  const link = object?.links.find(({ deploymentId }) => deploymentId === otherTeam);
  const body = object?.body as { password?: string; schema?: string } | undefined;
  return [
    ...changed.map(([, before]) => `I3: a foreign Deployment changed or went: ${nameIn(before)}`),
    ...(hasProduction ? [] : ['I3: production is gone']),
    ...(JSON.stringify(link?.overrides) === '{"schema":"THEIRS"}' ? [] : ['I3: a foreign override changed']),
    ...(body?.password === canaries.basePassword && body.schema === 'PUBLIC'
      ? []
      : ["I3: the object's own values changed"]),
  ];
}

const nameIn = (deployment: string): string => (JSON.parse(deployment) as { name: string }).name;
