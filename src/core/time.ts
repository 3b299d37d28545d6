/** A moment for people: `2026-11-27 13:40 UTC`; `undefined` for what is no time. */
export function utc(moment: Date): string | undefined {
  return Number.isNaN(moment.getTime()) ? undefined : `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A length of time for people, its two largest units: `9 s`, `4 min 12 s`, `1 h 5 min`. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts =
    hours > 0 ? [`${hours} h`, minutes && `${minutes} min`] : [minutes && `${minutes} min`, rest && `${rest} s`];
  return parts.filter(Boolean).join(' ') || '1 s';
}
