/** The middle of some values. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
/** Prints a line. */
export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
/** Prints one measurement and what it is held against. */
export const row = (what: string, measured: string, bar: string): void => {
  say(`${what.padEnd(52)}${measured.padEnd(44)}${bar}`);
};
