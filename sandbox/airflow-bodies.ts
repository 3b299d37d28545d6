import { Refused, type AirflowState, type Answer, type Call } from './airflow-state.ts';

type Kind = 'string' | 'number' | 'boolean' | 'any';
export type Body = Readonly<Record<string, unknown>>;

/** One page of a list: at most 100 rows, and fewer by default in Airflow 3. */
export function answerOf(
  state: AirflowState,
  member: string,
  rows: readonly unknown[],
  query: URLSearchParams,
): Answer {
  const limit = Math.min(Number(query.get('limit') ?? (state.version === 2 ? 100 : 50)), 100);
  const offset = Number(query.get('offset') ?? 0);
  return { status: 200, body: { [member]: rows.slice(offset, offset + limit), total_entries: rows.length } };
}

/** Checks a body as both versions do: members that are not known are errors, 400 in Airflow 2 and 422 in Airflow 3. */
export function checked(
  state: AirflowState,
  body: unknown,
  known: Readonly<Record<string, Kind>>,
  required: readonly string[],
): Body {
  const object = (typeof body === 'object' && body !== null ? body : {}) as Body;
  const wrong = [
    ...required.filter((name) => object[name] === undefined).map((name) => [name, 'Field required']),
    ...Object.entries(object).flatMap(([name, value]) => {
      const kind = Object.hasOwn(known, name) ? known[name] : undefined;
      if (kind === undefined) return [[name, 'Extra inputs are not permitted']];
      const fits = kind === 'any' || typeof value === kind || (value === null && !required.includes(name));
      return fits ? [] : [[name, `Input should be a valid ${kind}`]];
    }),
  ];
  if (wrong.length === 0) return object;
  if (state.version === 2) throw new Refused(400, wrong.map(([name = '', why = '']) => `${name}: ${why}`).join('; '));
  throw new Refused(
    422,
    wrong.map(([name, msg]) => ({ type: 'invalid', loc: ['body', name], msg, input: object })),
  );
}

/**
 * Members that a PATCH writes. Airflow 2 reads `update_mask` as one list with commas, of a repeated one the last, and
 * refuses names that the body does not hold; Airflow 3 reads it repeated and passes over such names.
 */
export function masked(
  state: AirflowState,
  { query }: Call,
  body: Body,
  fixed: string,
): { changes: Body; mask: readonly string[] } {
  const given = query.getAll('update_mask');
  const mask = state.version === 2 ? (given.at(-1)?.split(',') ?? []) : given;
  const open = Object.entries(body).filter(([name]) => name !== fixed);
  const foreign = mask.find((name) => !open.some(([own]) => own === name));
  if (state.version === 2 && foreign !== undefined)
    throw new Refused(400, `'${foreign}' is unknown or cannot be updated.`);
  return { changes: Object.fromEntries(open.filter(([name]) => mask.length === 0 || mask.includes(name))), mask };
}

export const nothing = (what: string, id: string): Refused => new Refused(404, `The ${what}: \`${id}\` was not found`);
/** Airflow 3 answers a broken unique constraint with the statement that broke it. */
export const twice = (state: AirflowState, what: string, id: string): Refused =>
  new Refused(
    409,
    state.version === 2
      ? `${what} already exist. ID: ${id}`
      : { reason: 'Unique constraint violation', statement: 'INSERT INTO …', orig_error: id },
  );
export const created = (state: AirflowState, body: unknown): Answer => ({
  status: state.version === 2 ? 200 : 201,
  body,
});
export const noMethod = (): Refused => new Refused(405, 'Method Not Allowed');
