import { createHash } from 'node:crypto';
import { UserError } from './errors.ts';
import { omitUndefined } from './omit-undefined.ts';

/** What makes a preview this branch's own: the repository's numeric id survives renames and transfers. */
export interface PreviewIdentity {
  readonly repositoryId: number;
  /** The full git ref, byte for byte: `refs/heads/feature/x`. */
  readonly ref: string;
  /** The Astro project's folder in the repository, `.` for the root. */
  readonly project: string;
}

/** The ownership mark: the last line of the description of every Deployment that the Action makes. */
export interface Mark extends PreviewIdentity {
  readonly pullRequest?: number;
  /** Shows whether the secret values of the template are the ones that were last written; see `secretsFingerprint`. */
  readonly secrets?: string;
  /** Keys of the environment variables that its template set; see `keysFingerprint`. */
  readonly variables?: string;
  /** Environment objects that its configuration file named; see `keysFingerprint`. */
  readonly objects?: string;
  /** Hash of the name under which it was made: a mark copied to another Deployment is worth nothing. */
  readonly nameHash: string;
}

/** Longest description that Astro takes, in characters (older published limit of the API). */
export const descriptionLimit = 1000;

const hash8 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 8);

/** Lower-case, DNS-safe form of a branch name: letters and digits of ASCII, single hyphens, at most `limit` characters. */
export function slug(text: string, limit = 40): string {
  const ascii = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const joined = ascii.replace(/[^a-z0-9]+/g, '-').replace(/^-+/, '');
  return joined.slice(0, limit).replace(/-+$/, '') || 'branch';
}

/** Upper-case SQL identifier out of a branch name: `[A-Z0-9_]`, never a digit first, at most 40 characters. */
export function sqlKey(text: string): string {
  const key = slug(text).replaceAll('-', '_').toUpperCase();
  return /^[0-9]/.test(key) ? `_${key}`.slice(0, 40) : key;
}

/**
 * The name of a preview where none is given: readable, and different for every identity. Never change it: a new
 * release must find the previews of the old one (golden file in the tests).
 */
export function previewName(identity: PreviewIdentity, repositoryName: string): string {
  const branch = identity.ref.replace(/^refs\/heads\//, '');
  return namedPreview(identity, `${slug(repositoryName, 30)}-${slug(branch)}`);
}

/** A name of the team's own making, made unique by the hash of the identity. */
export function namedPreview(identity: PreviewIdentity, readable: string): string {
  const digest = hash8(JSON.stringify([identity.repositoryId, identity.ref, identity.project]));
  return `${Array.from(readable).slice(0, 80).join('')}-${digest}`;
}

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replaceAll('%2F', '/')
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Most characters that the fingerprints of keys may take of the description. */
const mostFingerprints = 400;
const markStart = '[astro-branch-deploy v';
const markLine =
  /^\[astro-branch-deploy v1 repo=([1-9][0-9]{0,15}) ref=([A-Za-z0-9._/%-]+) project=([A-Za-z0-9._/%-]+)(?: pr=([1-9][0-9]{0,9}))?(?: secrets=([0-9a-f]{8}))?(?: vars=((?:[A-Za-z0-9_-]{4})+))?(?: objects=((?:[A-Za-z0-9_-]{4})+))? name=([0-9a-f]{8})\]$/;

/**
 * The description of a preview: the team's own text, cut where it would not leave room, then the mark as the last line.
 * A line of the text that looks like a mark is dropped, so that a template cannot forge one.
 */
export function describePreview(
  text: string,
  identity: PreviewIdentity,
  name: string,
  extra: Partial<Pick<Mark, 'pullRequest' | 'secrets' | 'variables' | 'objects'>> = {},
): string {
  const pr = extra.pullRequest === undefined ? '' : ` pr=${extra.pullRequest}`;
  const secrets = extra.secrets === undefined ? '' : ` secrets=${extra.secrets}`;
  const keys = [
    ...(extra.variables ? [` vars=${extra.variables}`] : []),
    ...(extra.objects ? [` objects=${extra.objects}`] : []),
  ].join('');
  // Without room for the fingerprints everything that was ever set counts as somebody else's, and is kept.
  const fingerprints = keys.length <= mostFingerprints ? keys : '';
  const mark = `${markStart}1 repo=${identity.repositoryId} ref=${encode(identity.ref)} project=${encode(identity.project)}${pr}${secrets}${fingerprints} name=${hash8(name)}]`;
  const room = descriptionLimit - mark.length - 1;
  if (room < 0) {
    throw new UserError(
      `The branch name and the project folder together are too long for the description of a Deployment (${mark.length} of ${descriptionLimit} characters): shorten the path in \`root-folder\` or the branch name.`,
    );
  }
  const own = text
    .split('\n')
    .filter((line) => !line.includes(markStart))
    .join('\n')
    .trim();
  const cut = own.length <= room ? own : `${own.slice(0, Math.max(0, room - 1))}…`.slice(0, room);
  return cut === '' ? mark : `${cut}\n${mark}`;
}

/** Reads the mark of a Deployment; `undefined` where there is none, more than one, or one of a version we do not know. */
export function readMark(description: string | null | undefined): Mark | undefined {
  const lines = (description ?? '').trimEnd().split(/\r?\n/);
  if (lines.filter((line) => line.includes(markStart)).length !== 1) return undefined;
  const match = markLine.exec(lines.at(-1) as string);
  if (!match) return undefined;
  const [, repository, ref, project, pullRequest, secrets, variables, objects, nameHash] = match as unknown as [
    string,
    string,
    string,
    string,
    string | undefined,
    string | undefined,
    string | undefined,
    string | undefined,
    string,
  ];
  try {
    return {
      repositoryId: Number(repository),
      ref: decodeURIComponent(ref),
      project: decodeURIComponent(project),
      ...(pullRequest !== undefined && { pullRequest: Number(pullRequest) }),
      ...omitUndefined({ secrets }),
      ...omitUndefined({ variables }),
      ...omitUndefined({ objects }),
      nameHash,
    };
  } catch {
    return undefined; // a broken percent escape: somebody edited the line
  }
}

/**
 * Whether a Deployment is the preview of this identity: the mark names the same repository, the same ref to the last
 * byte and the same project, and was written for this very name. Nothing else is ever updated or deleted.
 */
export function isPreviewOf(
  deployment: { name: string; description?: string | null | undefined },
  identity: PreviewIdentity,
): boolean {
  const mark = readMark(deployment.description);
  return (
    mark?.repositoryId === identity.repositoryId &&
    mark.ref === identity.ref &&
    mark.project === identity.project &&
    mark.nameHash === hash8(deployment.name)
  );
}

/**
 * Short keyed digest of the secret values in a template. Astro never gives secrets back, so this is how a changed one is
 * noticed. Keyed with the API token: without it the digest says nothing about the values.
 */
export function secretsFingerprint(values: readonly string[], key: string): string | undefined {
  if (values.length === 0) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([key, ...values]))
    .digest('hex')
    .slice(0, 8);
}

/** Four characters for each key, sorted: says later whether a key was among them, and nothing else about it. */
export const keysFingerprint = (keys: readonly string[]): string => [...new Set(keys.map(hash4))].toSorted().join('');

/** Whether a key was among those of a fingerprint. */
export const isAmong = (fingerprint: string | undefined, key: string): boolean =>
  fingerprint?.match(/.{4}/g)?.includes(hash4(key)) === true;

const hash4 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 4);

/** Previews of one identity, oldest first: with several, every run picks the same one. */
export function oldestFirst<T extends { readonly id: string; readonly createdAt: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1));
}
