import type { ObjectKind } from '../config/schema-objects.ts';
import type { Field } from '../config/wanted-objects.ts';

/** An object that is to move into the Workspace: one of a Deployment's own, or one of its Airflow's metadata database. */
export interface SourceObject {
  readonly kind: ObjectKind;
  readonly key: string;
  readonly description?: string;
  readonly connectionType?: string;
  readonly authTypeId?: string;
  /** Variables: whether the value is secret; decided once, it can never change. */
  readonly isSecret?: boolean;
  /** Fields whose value can be read. */
  readonly fields: readonly Field[];
  /** Names of fields that hold a value which cannot be read. */
  readonly hidden: readonly string[];
  /** Those of `hidden` that are maps or lists: what supplies them is JSON. */
  readonly structured?: readonly string[];
  /** Names of fields that may hold a value: Airflow 2 never shows whether there is a password. */
  readonly doubtful: readonly string[];
  /** Why it cannot become an environment object at all. */
  readonly impossible?: string;
  /** Id of the Deployment's own object; none where it is gone and only its copy is left. */
  readonly id?: string;
  /** When the Deployment's own object was last changed. */
  readonly updatedAt?: string;
  /** Id of the copy that a run left behind which was broken off while it replaced the own object. */
  readonly copyId?: string;
}
