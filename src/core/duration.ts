/** Milliseconds of a duration of days, hours, minutes and seconds, such as `3d`, `1d12h`, `20m` or `300s`. */
export function parseDuration(text: string): number {
  const unit = (letter: string): number => Number(new RegExp(`([0-9]+)${letter}`).exec(text)?.[1] ?? 0);
  return (((unit('d') * 24 + unit('h')) * 60 + unit('m')) * 60 + unit('s')) * 1000;
}
