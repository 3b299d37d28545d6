import type { YamlNode } from '../yaml/document.ts';
import type { Position } from '../errors.ts';
import type { ObjectKind } from './schema-objects.ts';

/** One field of an object as it is written; members of `extra`, `headers` and `labels` are fields of their own. */
export interface WrittenField {
  /** As the API names it: `schema`, `extra.database`. */
  readonly name: string;
  readonly value: YamlNode;
}

/** An object's settings in the file for one target. */
export interface ObjectTarget {
  /** `preview`, or the name of an environment. */
  readonly name: string;
  readonly excluded: boolean;
  readonly overrides: readonly WrittenField[];
}

/** One entry of `environment-objects`. */
export interface ObjectEntry {
  readonly kind: ObjectKind;
  readonly key: string;
  readonly at: Position;
  readonly share?: 'restricted' | 'all';
  /** Present where the file declares the object itself, so that it is created when it is missing. */
  readonly declared?: {
    readonly connectionType?: string;
    readonly authTypeId?: string;
    readonly isSecret?: boolean;
    readonly description?: string;
    readonly values: readonly WrittenField[];
  };
  readonly targets: readonly ObjectTarget[];
}
