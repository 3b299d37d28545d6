import type { components } from '../../contract/astro-api.ts';
import { variablesIn, type PlaceholderValues } from '../yaml/placeholders.ts';
import { readTemplate } from './template.ts';
import { writeTemplate } from './write-template.ts';
import { oneLine } from '../text.ts';
import type { Template } from './template-types.ts';

type Deployment = components['schemas']['Deployment'];
type Variable = components['schemas']['DeploymentEnvironmentVariable'];

/** When mirrored previews go to sleep, unless `preview.hibernate` says otherwise. */
export const mirrorSleepsAt = '0 20 * * *';
/** Astro wants a time to wake at, too: a preview is woken by its next deploy, or by hand. */
export const onceAYear = '0 0 1 1 *';

/** The one schedule by which a forgotten preview sleeps. */
export const sleepsAt = (cron: string): Template['schedules'] => [
  { hibernateAtCron: cron, wakeAtCron: onceAYear, description: 'A forgotten preview sleeps', isEnabled: true },
];

/**
 * The name under which the step's `env:` may give the value of a secret variable; `undefined` for a variable that is no
 * secret, and for one that no template can set. The template's own writer knows: some names are not the variable's.
 */
const suppliedAs = (source: Deployment, variable: Variable): string | undefined =>
  variablesIn(writeTemplate({ ...source, name: '', environmentVariables: [variable] }, []).text)[0];

/** Names under which the step's `env:` may give what nobody else does: the values of a Deployment's secret variables. */
export const secretVariables = (source: Deployment): string[] =>
  (source.environmentVariables ?? []).flatMap((variable) => suppliedAs(source, variable) ?? []);

/**
 * The template of a preview that mirrors a long-lived Deployment: the same configuration, but in development mode with a
 * schedule to sleep by, and without its alert e-mails, so that a preview costs little and wakes nobody up at night.
 * A preview that was made outside of development mode (an adopted one) stays so, because Astro cannot change that.
 */
export function mirror(
  source: Deployment,
  clusters: readonly components['schemas']['Cluster'][],
  values: PlaceholderValues,
  existing?: Deployment,
): { readonly template: Template; readonly notices: readonly string[] } {
  const name = oneLine(source.name, 100);
  const lacking: string[] = [];
  const known = (source.environmentVariables ?? []).filter((variable) => {
    const asked = suppliedAs(source, variable);
    if (asked === undefined || values.env.has(asked)) return true;
    lacking.push(asked);
    return false;
  });
  const { text, notes } = writeTemplate({ ...source, environmentVariables: known }, clusters);
  const template = readTemplate(text, `the Deployment ${name}`, values);
  const hosted = template.type !== 'HYBRID';
  const developmentMode = existing?.isDevelopmentMode !== false;
  return {
    template: {
      ...template,
      contactEmails: [],
      ...(hosted && {
        developmentMode,
        highAvailability: false,
        schedulerSize: 'SMALL' as const,
        schedules: developmentMode ? sleepsAt(mirrorSleepsAt) : [],
      }),
    },
    notices: [
      // What it says of secrets is said better below: only of those that are missing.
      ...notes
        .filter((note) => !note.startsWith('Astro does not give out secret'))
        .map((note) => `The preview mirrors ${name}: ${note}.`),
      ...(hosted ? smaller(name, template) : []),
      ...(lacking.length > 0
        ? [
            `The preview mirrors ${name} without its secret environment variables ${lacking.join(', ')}: nobody gives their values out. Give them in the step's \`env:\` under these names.`,
          ]
        : []),
      ...(hosted && existing && !developmentMode
        ? [
            `The preview ${oneLine(existing.name, 100)} was made outside of development mode, and Astro cannot change that: it does not sleep at night. One that is made anew does.`,
          ]
        : []),
    ],
  };
}

/** What of the size of a long-lived Deployment its previews do not have. */
function smaller(name: string, { schedulerSize = 'SMALL', highAvailability }: Template): string[] {
  const changes = [
    ...(schedulerSize === 'SMALL' ? [] : [`scheduler size SMALL instead of ${schedulerSize}`]),
    ...(highAvailability ? ['without high availability'] : []),
  ];
  return changes.length === 0
    ? []
    : [
        `The preview mirrors ${name} at a lower cost: ${changes.join(', ')}. To choose the size of previews, give them a \`template\` (\`action: export-template\` writes one).`,
      ];
}
