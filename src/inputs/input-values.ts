import * as core from '@actions/core';
import { deployTypes, type DeployTypeInput } from '../core/code/choose-deploy-type.ts';
import { parseDuration } from '../core/duration.ts';
import { readMountPath } from '../core/code/mount-path.ts';
import { looksLikeId } from '../core/astro-id.ts';
import { UserError } from '../core/errors.ts';
import { oneLine } from '../core/text.ts';
import type { Target } from '../core/event.ts';
import type { InputName } from './names.ts';

/** Hosts that the API token may go to as Airflow, beside Astro's own. */
export function airflowHosts(): string[] {
  const hosts = core
    .getInput('astro-airflow-hosts')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((host) => host !== '');
  // A wildcard for a whole top-level domain would allow everybody.
  const wrong = hosts.find((host) => !/^(?:\*\.(?=[^.]+\.))?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[1-9]\d{0,4})?$/.test(host));
  if (wrong === undefined) return hosts;
  throw new UserError(
    `\`astro-airflow-hosts\`: \`${oneLine(wrong, 100)}\` is not a host. Write names like \`airflow.example.com\`, \`airflow.example.com:8443\` or \`*.airflow.example.com\`, without \`https://\`.`,
  );
}

/** `deploy-image: true` is how deploy-action asked for an image before it had `deploy-type`. */
export function deployType(): DeployTypeInput {
  const given = choice('deploy-type', deployTypes, 'infer');
  const wantsImage = flag('deploy-image', false);
  if (wantsImage && given !== 'infer' && given !== 'image-and-dags')
    throw new UserError(`\`deploy-image: true\` and \`deploy-type: ${given}\` contradict each other.`);
  return wantsImage ? 'image-and-dags' : given;
}

/** What workflows for deploy-action may still give, and what takes its place: one notice each. */
export function retired(): string[] {
  const replacements = {
    checkout: 'this step checks nothing out: put actions/checkout before it',
    'checkout-submodules': 'this step checks nothing out: give actions/checkout `submodules: true`',
    'cli-version': 'this step needs no Astro CLI',
    'deploy-image': '`deploy-type: image-and-dags` takes its place',
  };
  return Object.entries(replacements).flatMap(([name, words]) =>
    core.getInput(name) === '' ? [] : [`The input \`${name}\` does nothing of its own any more: ${words}.`],
  );
}

/** The place of a dbt project on the Deployment. */
export const mountPath = (given: string | undefined): string | undefined =>
  given === undefined ? undefined : readMountPath(given);

/** One of the values that an input may have; throws UserError that lists them. */
export function choice<T extends string>(name: InputName, values: readonly T[], fallback: T): T {
  const given = core.getInput(name) || fallback;
  const found = values.find((value) => value === given);
  if (found === undefined) throw new UserError(`\`${name}\`: \`${given}\` is not one of ${values.join(', ')}.`);
  return found;
}

/** `true` or `false`, in any case. */
export function flag(name: InputName, fallback: boolean): boolean {
  const given = core.getInput(name).toLowerCase();
  if (given === '') return fallback;
  if (given !== 'true' && given !== 'false') throw new UserError(`\`${name}\`: \`${given}\` is not true or false.`);
  return given === 'true';
}

/** A flag that may be left out, which means something of its own. */
export const optionalFlag = (name: InputName): boolean | undefined =>
  core.getInput(name) === '' ? undefined : flag(name, false);

/** Airflow's rule for ids of DAGs. */
export function dagIds(ids: readonly string[]): readonly string[] {
  const wrong = ids.find((id) => !/^[\w.-]{1,250}$/.test(id));
  if (wrong !== undefined)
    throw new UserError(`\`run-dags\`: \`${wrong}\` is not the id of a DAG (letters, digits, \`_\`, \`.\` and \`-\`).`);
  return [...new Set(ids)];
}

/** A name without `tests` in it is one of that folder, as the Astro CLI takes it (airflow/docker.go, Pytest). */
export function pytestFile(given: string): string {
  if (given.startsWith('-'))
    throw new UserError(
      `\`pytest-file\`: \`${given}\` is not a file or folder of the project, such as \`tests/unit\`.`,
    );
  return given.includes('tests') ? given : `tests/${given}`;
}

/** Milliseconds of a duration in days, hours and minutes. */
export function lifetime(name: InputName, fallback: string): number {
  const given = core.getInput(name) || fallback;
  const milliseconds = /^(?:\d{1,4}d)?(?:\d{1,4}h)?(?:\d{1,5}m)?$/.test(given) ? parseDuration(given) : 0;
  if (milliseconds === 0) throw new UserError(`\`${name}\`: \`${given}\` is not a duration like 7d, 12h or 90m.`);
  return milliseconds;
}

/** A number from 1 to 9999 that may be left out. */
export const optionalCount = (name: InputName): number | undefined =>
  core.getInput(name) === '' ? undefined : count(name, 1);

/** A number from 1 to 9999. */
export function count(name: InputName, fallback: number): number {
  const given = core.getInput(name) || String(fallback);
  if (!/^[1-9]\d{0,3}$/.test(given)) throw new UserError(`\`${name}\`: \`${given}\` is not a number from 1 to 9999.`);
  return Number(given);
}

/** Milliseconds of a duration in hours, minutes and seconds. */
export function duration(name: InputName, fallback: string): number {
  const given = core.getInput(name) || fallback;
  const milliseconds = /^(?:\d{1,4}h)?(?:\d{1,5}m)?(?:\d{1,6}s)?$/.test(given) ? parseDuration(given) : 0;
  if (milliseconds === 0) throw new UserError(`\`${name}\`: \`${given}\` is not a duration like 300s, 5m or 1h.`);
  return milliseconds;
}

/** Astro ids are letters and digits; anything else would end in another place of the request's path. */
export function identifier(name: InputName): string | undefined {
  const given = core.getInput(name);
  if (given !== '' && !/^[A-Za-z0-9_-]{1,64}$/.test(given)) {
    throw new UserError(
      `\`${name}\`: \`${given}\` is not an Astro id (letters and digits, as the address bar of the Astro UI shows it).`,
    );
  }
  return given || undefined;
}

/** The name of a branch, a full ref or a commit id, as it is written. */
export function gitRef(name: InputName): string | undefined {
  const given = core.getInput(name);
  if (given !== '' && (!/^[A-Za-z0-9][^\s~^:?*[\\]*$/.test(given) || given.includes('..')))
    throw new UserError(`\`${name}\`: \`${given}\` is not the name of a branch, a tag or a commit.`);
  return given || undefined;
}

/** The short name of a branch; of a full ref its branch. Throws UserError for another kind of ref. */
export function branchName(name: InputName): string | undefined {
  const branch = core.getInput(name).replace(/^refs\/heads\//, '');
  if (branch.startsWith('refs/'))
    throw new UserError(`\`${name}\`: \`${branch}\` is no branch. Give the name of a branch, such as \`feature/x\`.`);
  return branch || undefined;
}

/** The long-lived Deployment, by its name or its id. */
export function target(): Target | undefined {
  const id = identifier('deployment-id');
  const name = core.getInput('deployment-name');
  if (id !== undefined && name !== '') {
    throw new UserError('`deployment-name` and `deployment-id` are both given: leave one of them out.');
  }
  if (id !== undefined && !looksLikeId(id))
    throw new UserError(
      `\`deployment-id\`: \`${id}\` is not the id of a Deployment, which looks like \`cm0a1b2c3d4e5f6g7h8i9j0k1\`. If it is the name, give it as \`deployment-name\`.`,
    );
  if (id !== undefined) return { by: 'id', id };
  return name === '' ? undefined : { by: 'name', name };
}

/** A name that Astro takes. */
export function previewName(given: string | undefined): string | undefined {
  if (given !== undefined && given.length > 500)
    throw new UserError('`preview-name` is longer than the 500 characters that Astro takes.');
  return given;
}

/** Values of a list, on lines of their own or with commas between; throws UserError for one that is not known. */
export function listOf<T extends string>(name: InputName, known: readonly T[]): readonly T[] {
  const given = words(name);
  const wrong = given.find((one) => !known.some((value) => value === one));
  if (wrong !== undefined)
    throw new UserError(`\`${name}\`: \`${oneLine(wrong, 60)}\` is not one of ${known.join(', ')}.`);
  return known.filter((value) => given.includes(value));
}

/** Names of environment variables, on lines of their own or with commas between. */
export function variableNames(name: InputName): readonly string[] {
  const given = words(name);
  const wrong = given.find((one) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(one));
  if (wrong !== undefined)
    throw new UserError(`\`${name}\`: \`${oneLine(wrong, 60)}\` is not the name of an environment variable.`);
  return given;
}

const words = (name: InputName): string[] =>
  core
    .getInput(name)
    .split(/[\s,]+/)
    .filter(Boolean);
