import type { DeploymentLocation } from '../../astro/types.ts';
import type { WantedObject } from '../../core/config/wanted-objects.ts';
import { apiNames, type EnvironmentObject } from '../../core/objects/environment-objects.ts';
import { oneLine } from '../../core/text.ts';

/** Where objects are linked to: one Deployment of one Workspace. */
export interface ObjectLocation extends DeploymentLocation {
  readonly workspaceId: string;
  /** `final`: a 409 is an answer, not a race with another run that passes by waiting. */
  readonly conflicts?: 'final';
}

/** An environment object as messages name it: "the connection `snowflake`". */
export const titleOf = ({ kind, key }: Pick<WantedObject, 'kind' | 'key'>): string =>
  `the ${kind.replaceAll('-', ' ')} \`${oneLine(key, 80)}\``;

/** The same at the beginning of a sentence. */
export const titleAtStart = (object: Pick<WantedObject, 'kind' | 'key'>): string => {
  const title = titleOf(object);
  return title.charAt(0).toUpperCase() + title.slice(1);
};

/** The stored object that an entry of the file is about. */
export function objectOf<T extends EnvironmentObject>(
  stored: readonly T[],
  { kind, key }: Pick<WantedObject, 'kind' | 'key'>,
): T | undefined {
  return stored.find((one) => one.objectKey === key && one.objectType === apiNames[kind].type);
}
