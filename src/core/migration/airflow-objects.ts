/** The extra of a connection; `masked` names the members of which Airflow hides something. */
export type AirflowExtra =
  | { readonly kind: 'object'; readonly members: Readonly<Record<string, unknown>>; readonly masked: readonly string[] }
  | { readonly kind: 'unparsable' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'masked' };

/** `unknown`: Airflow 2 never shows whether there is one. */
export type AirflowPassword =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'masked' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' };

/** A connection in the metadata database; what is not set is left out. */
export interface AirflowConnection {
  readonly id: string;
  readonly type: string;
  readonly description?: string;
  readonly host?: string;
  readonly login?: string;
  readonly schema?: string;
  readonly port?: number;
  readonly password: AirflowPassword;
  readonly extra: AirflowExtra;
}

/** A variable in the metadata database; `maskedMembers` are those of a JSON object of which Airflow hides something. */
export interface AirflowVariable {
  readonly key: string;
  readonly description?: string;
  readonly value: string;
  readonly masked: boolean;
  readonly maskedMembers: readonly string[];
}
