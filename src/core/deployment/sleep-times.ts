import type { Desired } from '../deployment/desired.ts';
import { onceAYear } from '../deployment/mirror.ts';
import { codeSpan } from '../text.ts';

type Schedule = Desired['schedules'][number];

/** A cron expression of one time a day, on every day or on some days of the week. */
interface Daily {
  readonly time: string;
  readonly days: string;
}

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** When a Deployment sleeps, as Markdown; Astro reads the cron expressions in UTC. `undefined` where it never does. */
export function sleepTimes({
  isDevelopmentMode,
  schedules,
}: Pick<Desired, 'isDevelopmentMode' | 'schedules'>): string | undefined {
  const enabled = isDevelopmentMode ? schedules.filter(({ isEnabled }) => isEnabled) : [];
  return enabled.length === 0 ? undefined : `${enabled.map(spell).join('; ')}, wakes on push`;
}

function spell({ hibernateAtCron, wakeAtCron }: Schedule): string {
  const from = daily(hibernateAtCron);
  const until = wakeAtCron === onceAYear ? undefined : daily(wakeAtCron);
  if (from && wakeAtCron === onceAYear) return `from ${from.time} UTC${from.days}`;
  if (!from || !until) return `from ${codeSpan(hibernateAtCron)} until ${codeSpan(wakeAtCron)} (cron, UTC)`;
  return from.days === '' && until.days === ''
    ? `${from.time}–${until.time} UTC`
    : `from ${from.time}${from.days} until ${until.time}${until.days}, UTC`;
}

function daily(cron: string): Daily | undefined {
  const [, minute = '', hour = '', days = ''] =
    /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7](?:-[0-7])?(?:,[0-7](?:-[0-7])?)*)$/.exec(cron.trim()) ?? [];
  if (days === '') return undefined;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  const spelled = days
    .replace(/[0-7]/g, (day) => names[Number(day)] as string)
    .replace(/-/g, '–')
    .replace(/,/g, ', ');
  return { time, days: days === '*' ? '' : ` ${spelled}` };
}
