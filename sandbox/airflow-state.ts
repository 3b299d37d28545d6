export interface StoredConnection {
  readonly conn_type: string;
  readonly description?: string | null;
  readonly host?: string | null;
  readonly login?: string | null;
  readonly schema?: string | null;
  readonly port?: number | null;
  readonly password?: string | null;
  readonly extra?: string | null;
}
export interface StoredVariable {
  readonly value: string;
  readonly description?: string | null;
}
export interface StoredPool {
  readonly slots: number;
  readonly description?: string | null;
  readonly include_deferred: boolean;
}
export interface StoredImportError {
  readonly filename: string;
  readonly stack_trace: string;
  readonly bundle_name?: string;
  /** ISO 8601. */
  readonly timestamp?: string;
  /** Whether it comes out of the DAG folder that was deployed, as opposed to a seeded one. */
  readonly parsed?: boolean;
}
export interface StoredDag {
  is_paused: boolean;
  /** State that every run ends in; with `running` none ends. */
  outcome: 'success' | 'failed' | 'running';
  /** Its file, as this version names files; none for a seeded DAG. */
  readonly file?: string;
  /** What the file, or the seed, says of it. */
  readonly schedule?: string | undefined;
  readonly tags?: readonly string[];
  readonly owners?: readonly string[];
  readonly tasks?: readonly string[];
  /** How many listings pass before it shows: a DAG that its file makes while it runs. */
  lateBy?: number;
  /** When it was parsed last, ISO 8601. */
  lastParsed?: string;
  /** States still to be seen of each run, by its id; the last one stays. */
  readonly runs: Map<string, string[]>;
}

/**
 * What an Airflow is to parse, and when: the DAG folder of a deploy, `empty` where the deploy deletes the DAGs, `undefined`
 * where only the image holds them.
 */
export interface Parsing {
  readonly at: number;
  readonly archive: Buffer | 'empty' | undefined;
}

/** One Airflow of the sandbox, in the clear. */
export interface AirflowState {
  /** The major version; an image deploy may move it. */
  version: 2 | 3;
  readonly early3: boolean;
  /** Whether it answers at all, as opposed to a Deployment that sleeps. */
  up: boolean;
  /** Whether its Deployment is being made or hibernates, so that nobody answers. */
  asleep?: boolean;
  readonly connections: Map<string, StoredConnection>;
  readonly variables: Map<string, StoredVariable>;
  readonly pools: Map<string, StoredPool>;
  readonly importErrors: StoredImportError[];
  readonly dags: Map<string, StoredDag>;
  /** What was deployed and is not parsed yet. */
  readonly parsings: Parsing[];
  /** Whether lists of DAGs can be ordered by `last_parsed_time`, which no released Airflow offers. */
  ordersByParsing: boolean;
  /** How far its clock is ahead, in milliseconds. */
  clockAhead: number;
}

export interface AirflowOptions {
  /** Behave as the first releases of Airflow 3: see the PATCH of connections. */
  readonly early3?: boolean;
  readonly connections?: Readonly<Record<string, StoredConnection>>;
  readonly variables?: Readonly<Record<string, StoredVariable>>;
  readonly pools?: Readonly<Record<string, StoredPool>>;
  readonly importErrors?: readonly StoredImportError[];
  readonly dags?: Readonly<Record<string, Partial<Omit<StoredDag, 'lastParsed' | 'runs'>>>>;
}

/** An Airflow with what it is given; `default_pool` is always there. */
export function makeAirflow(version: 2 | 3, options: AirflowOptions = {}): AirflowState {
  const defaultPool = { slots: 128, description: 'Default pool', include_deferred: false };
  const dags = Object.entries(options.dags ?? {}).map(
    ([id, dag]) => [id, { is_paused: true, outcome: 'success', ...dag, runs: new Map<string, string[]>() }] as const,
  );
  return {
    version,
    early3: options.early3 ?? false,
    up: true,
    connections: new Map(Object.entries(options.connections ?? {})),
    variables: new Map(Object.entries(options.variables ?? {})),
    pools: new Map(Object.entries({ default_pool: defaultPool, ...options.pools })),
    importErrors: [...(options.importErrors ?? [])],
    dags: new Map(dags),
    parsings: [],
    ordersByParsing: false,
    clockAhead: 0,
  };
}

/** What an Airflow holds, in the clear, for assertions. */
export function airflowObjects({ connections, variables, pools }: AirflowState): {
  connections: Record<string, StoredConnection>;
  variables: Record<string, StoredVariable>;
  pools: Record<string, StoredPool>;
} {
  return {
    connections: Object.fromEntries(connections),
    variables: Object.fromEntries(variables),
    pools: Object.fromEntries(pools),
  };
}

/** A request as the routes see it. */
export interface Call {
  readonly method: string;
  /** What follows the collection's name, decoded; empty for the collection itself. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}
/** What a collection answers; throws `Refused` for errors. */
export type Route = (state: AirflowState, call: Call) => Answer;

/** An error answer; `detail` as Airflow 3 gives it. */
export class Refused extends Error {
  readonly status: number;
  readonly detail: unknown;
  constructor(status: number, detail: unknown) {
    super(typeof detail === 'string' ? detail : JSON.stringify(detail));
    this.status = status;
    this.detail = detail;
  }
}
