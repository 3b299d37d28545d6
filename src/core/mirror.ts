import type { components } from '../astro/contract.ts';
import type { PlaceholderValues } from './placeholders.ts';
import { readTemplate, type Template } from './template-read.ts';
import { writeTemplate } from './template-write.ts';
import { oneLine } from './text.ts';

type Deployment = components['schemas']['Deployment'];

/** When mirrored previews go to sleep, unless `preview.hibernate` says otherwise. */
export const mirrorSleepsAt = '0 20 * * *';
/** Astro wants a time to wake at, too: a preview is woken by its next deploy, or by hand. */
export const onceAYear = '0 0 1 1 *';

/** The one schedule by which a forgotten preview sleeps. */
export const sleepsAt = (cron: string): Template['schedules'] => [
  { hibernateAtCron: cron, wakeAtCron: onceAYear, description: 'A forgotten preview sleeps', isEnabled: true },
];

/** Names of secret variables of a Deployment: nobody gives out their values, so the step's `env:` may. */
export const secretVariables = (source: Deployment): string[] =>
  (source.environmentVariables ?? []).flatMap(({ key, isSecret }) => (isSecret ? [key] : []));

/**
 * The template of a preview that mirrors a long-lived Deployment: the same configuration, but in development mode with a
 * schedule to sleep by, and without its alert e-mails, so that a preview costs little and wakes nobody up at night.
 */
export function mirror(
  source: Deployment,
  clusters: readonly components['schemas']['Cluster'][],
  values: PlaceholderValues,
): { readonly template: Template; readonly notices: readonly string[] } {
  const name = oneLine(source.name, 100);
  const lacking = secretVariables(source).filter((key) => (values.env.get(key) ?? '') === '');
  const known = (source.environmentVariables ?? []).filter(({ key }) => !lacking.includes(key));
  const { text, notes } = writeTemplate({ ...source, environmentVariables: known }, clusters);
  const template = readTemplate(text, `the Deployment ${name}`, values);
  const hosted = template.type !== 'HYBRID';
  return {
    template: {
      ...template,
      contactEmails: [],
      ...(hosted && {
        developmentMode: true,
        highAvailability: false,
        schedulerSize: 'SMALL' as const,
        schedules: sleepsAt(mirrorSleepsAt),
      }),
    },
    notices: [
      ...notes.filter((note) => !/secret/i.test(note)),
      ...(lacking.length > 0
        ? [
            `The preview mirrors ${name} without its secret environment variables ${lacking.join(', ')}: nobody gives their values out. Give them in the step's \`env:\` under these names.`,
          ]
        : []),
    ],
  };
}
