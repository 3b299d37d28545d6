/**
 * Which of some members an answer lacks, as a part of a sentence (`Airflow's answer lacks …`); `undefined` where it has all
 * of them. An answer that is no object lacks all.
 */
export function lacking(system: string, answer: unknown, members: readonly string[]): string | undefined {
  const given = typeof answer === 'object' && answer !== null ? answer : {};
  const missing = members.filter((member) => (given as Readonly<Record<string, unknown>>)[member] === undefined);
  return missing.length === 0
    ? undefined
    : `${system}'s answer lacks ${missing.map((member) => `\`${member}\``).join(', ')}`;
}
