import type { ObjectKind } from '../config/schema-objects.ts';
import type { EnvironmentObject } from './environment-objects.ts';

/** An environment object as it is stored. */
export type StoredObject = EnvironmentObject & { readonly id: string };

/** An environment object as the Environment Manager names it. */
export interface NamedObject {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly key: string;
}
