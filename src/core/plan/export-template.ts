import type { components } from '../../contract/astro-api.ts';
import { writeTemplate } from '../deployment/write-template.ts';
import { oneLine } from '../text.ts';
import { deploymentKnown, emptyPlan } from './code-step.ts';
import type { ExportPlan } from './plan.ts';
import type { Situation } from './situation.ts';

type Deployment = components['schemas']['Deployment'];

/** Plans to write a Deployment's template to a file. */
export function planExport(situation: Extract<Situation, { kind: 'export-template' }>): ExportPlan {
  const { organization, target, clusters, path, before } = situation;
  const { text, notes } = writeTemplate(target, clusters);
  const name = oneLine(target.name);
  const same = text === before;
  const why = same
    ? `\`${path}\` says already what the Deployment ${name} is`
    : `the template of the Deployment ${name} goes to \`${path}\``;
  return {
    ...emptyPlan,
    kind: 'export',
    organization,
    deployment: target,
    steps: same ? [] : [{ kind: 'write-template', path, text, why }],
    why,
    notices: same ? [] : [...notes, ...likeProduction(target)],
    facts: deploymentKnown(target),
  };
}

/** What a team would rather not have in every preview: an exported template says what is, not what is wanted. */
function likeProduction({ contactEmails = [], isDevelopmentMode, type }: Deployment): string[] {
  const awake = type !== 'HYBRID' && isDevelopmentMode !== true;
  const advice = [
    ...(contactEmails.length > 0 ? ['take `alert_emails` out, or previews write to the same people'] : []),
    ...(awake
      ? [
          'set `is_development_mode: true`, `is_high_availability: false` and `scheduler_size: SMALL`, and add `hibernation_schedules`, for previews that cost little and sleep (or set `preview.hibernate`)',
        ]
      : []),
  ];
  return advice.length === 0
    ? []
    : [`Previews made from this template are as large as the Deployment: ${advice.join('; ')}.`];
}
