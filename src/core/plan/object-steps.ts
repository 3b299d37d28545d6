import { nearest } from '../yaml/problems.ts';
import { apiNames } from '../objects/environment-objects.ts';
import { UserError, type Problem } from '../errors.ts';
import { divertedFields } from '../objects/object-change.ts';
import { reconcileLink } from '../objects/reconcile-link.ts';
import type { ObjectFacts } from './situation.ts';
import { oneLine } from '../text.ts';
import type { WantedObject } from '../config/wanted-objects.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import type { ObjectVerb } from '../objects/verbs.ts';
import type { ReportedObject } from './outcome.ts';
import type { LinkStep } from './steps.ts';

/** An environment object as people call it. */
export const nameOf = ({ kind, key }: Pick<WantedObject, 'kind' | 'key'>): string =>
  `${kind.replaceAll('-', ' ')} ${oneLine(key, 80)}`;

/**
 * The steps that link what the file asks for, and what to tell of it. An object that is there as it shall be makes no
 * step. Throws one UserError for all objects that cannot be linked, with their places in the file.
 */
export function planObjects(
  facts: ObjectFacts | undefined,
  deploymentId: string | undefined,
  workspaceId: string,
  target: 'preview' | 'environment',
): { steps: LinkStep[]; reported: ReportedObject[]; warnings: Problem[]; notices: string[] } {
  const steps: LinkStep[] = [];
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const notices: string[] = [];
  const { wanted = [], stored = [], rewriteSecrets = false } = facts ?? {};
  // A Deployment that is still to be made has no id that any object could name.
  const id = deploymentId ?? '(new)';
  for (const one of wanted) {
    const object = stored.find((row) => row.objectKey === one.key && row.objectType === apiNames[one.kind].type);
    const action = reconcileLink(one, object, id, { workspaceId, rewriteSecrets });
    if (action.kind === 'refuse') {
      const message = object ? `the ${nameOf(one)} cannot be linked: ${action.why}` : unknown(one, stored);
      problems.push({ message, at: one.at });
    } else if (action.kind !== 'nothing') {
      const { verbs } = action;
      const fields = action.kind === 'exclude' ? [] : action.fields;
      steps.push({ kind: 'link', wanted: one, rewriteSecrets, verbs, fields, why: reason(one, verbs) });
    }
    warnings.push(...risks(one, object, target));
    const diverted = object ? divertedFields(one, object, id) : [];
    if (diverted.length > 0)
      notices.push(
        `The ${nameOf(one)} differs from the file in ${diverted.map(({ name }) => oneLine(name, 40)).join(', ')}, and other Deployments use it. This preview gets an override; the object itself changes with the run that deploys to a long-lived environment.`,
      );
  }
  if (problems.length > 0)
    throw new UserError(problems.map(({ message, at }) => `${place(at)}${message}.`).join('\n'), { problems });
  return { steps, reported: wanted.flatMap(reportOf), warnings, notices };
}

const place = (at: Problem['at']): string =>
  at?.line === undefined ? '' : `${at.file}:${at.line}:${at.column ?? 1}: `;

function reason(wanted: WantedObject, verbs: readonly ObjectVerb[]): string {
  if (wanted.link === 'unlink') return 'the file does not link it any more';
  if (wanted.link === 'exclude') return 'the file excludes it';
  return verbs.includes('create') ? 'the file declares it, and it does not exist yet' : 'the file asks for it';
}

function unknown(wanted: WantedObject, stored: readonly StoredObject[]): string {
  const kinds = stored.filter(({ objectType }) => objectType === apiNames[wanted.kind].type);
  const keys = kinds.map(({ objectKey }) => objectKey).toSorted();
  const meant = nearest(wanted.key, keys);
  const noun = wanted.kind.replaceAll('-', ' ');
  const known =
    keys.length === 0
      ? `; there is no ${noun} in it`
      : `; it has ${keys
          .slice(0, 20)
          .map((key) => oneLine(key, 60))
          .join(', ')}${keys.length > 20 ? ', …' : ''}`;
  const remedy = wanted.kind === 'connection' ? '`type` and `values`' : '`values`';
  return `there is no ${noun} \`${oneLine(wanted.key, 60)}\` in the Workspace's Environment Manager${meant === undefined ? known : `, did you mean \`${oneLine(meant, 60)}\`?`} (with ${remedy} the file would create it)`;
}

function reportOf(wanted: WantedObject): ReportedObject[] {
  const states = { link: 'linked', exclude: 'excluded', unlink: 'unlinked', none: 'present' } as const;
  if (wanted.link === 'unlink') return [];
  return [{ object: nameOf(wanted), state: states[wanted.link], overrides: wanted.overrides.map(({ name }) => name) }];
}

/** What is allowed and perhaps not meant. */
function risks(wanted: WantedObject, object: StoredObject | undefined, target: 'preview' | 'environment'): Problem[] {
  const found: Problem[] = [];
  const inherits = !wanted.overrides.some(
    ({ name }) => name === 'password' || name === 'login' || name.startsWith('extra.'),
  );
  if (
    target === 'preview' &&
    wanted.link === 'link' &&
    wanted.kind === 'connection' &&
    inherits &&
    /prod/i.test(wanted.key)
  )
    found.push({
      message: `Previews are linked to the connection \`${oneLine(wanted.key, 60)}\` with its own credentials: everybody who can push a branch can use them.`,
      at: wanted.at,
    });
  const variable = object?.airflowVariable ?? object?.environmentVariable;
  if (variable?.isSecret === false && wanted.overrides.some(({ fromEnv }) => fromEnv))
    found.push({
      message: `The ${nameOf(wanted)} is not secret in Astro, and its override comes from \`env\`: everybody who can see the Workspace will see the value.`,
      at: wanted.at,
    });
  return found;
}
