/** What Airflow takes a preset for (Airflow, "Cron Presets"): version 3 lists the expression, version 2 the preset. */
const presets: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@quarterly': '0 0 1 */3 *',
  '@yearly': '0 0 1 1 *',
};

/** A schedule by which two Airflows can be compared. */
export const cronPreset = (schedule: string | undefined): string | undefined =>
  schedule !== undefined && Object.hasOwn(presets, schedule) ? presets[schedule] : schedule;

/** A time span in seconds as Python writes it, which is how Airflow 3 lists a schedule of one: `1 day, 0:30:00`. */
export function pythonTimeSpan(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const two = (count: number): string => String(Math.floor(count)).padStart(2, '0');
  const clock = `${String(Math.floor(rest / 3600))}:${two((rest / 60) % 60)}:${two(rest % 60)}`;
  return days === 0 ? clock : `${String(days)} day${Math.abs(days) === 1 ? '' : 's'}, ${clock}`;
}
