/** One page of a list that is read by offset. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many rows the list has, where the server says so. */
  readonly total: number | undefined;
  /** How many rows were asked for. */
  readonly limit: number;
}

/** A list that is read by offset. */
export interface PagedList<Row> {
  /** Reads the page that begins at an offset; `undefined` where the same offset has to be asked for again. */
  readonly read: (offset: number) => Promise<Page<Row> | undefined>;
  /** What identifies a row. */
  readonly keyOf: (row: Row) => unknown;
  /** Most pages that are read; beyond them something is wrong with the answers. */
  readonly mostPages: number;
}

/**
 * Reads a list to its end: to its total, or to a short page where there is none. A row that moves to the next page while
 * the list is read is taken once. `undefined` where it has no end.
 */
export async function readPages<Row>({
  read,
  keyOf,
  mostPages,
}: PagedList<Row>): Promise<{ readonly rows: Row[]; readonly total: number | undefined } | undefined> {
  const found = new Map<unknown, Row>();
  let received = 0;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await read(received);
    if (!page) continue;
    const { rows, total, limit } = page;
    for (const row of rows) found.set(keyOf(row), row);
    received += rows.length;
    const ended = total === undefined ? rows.length < limit : rows.length === 0 || received >= total;
    if (ended) return { rows: [...found.values()], total };
  }
  return undefined;
}
