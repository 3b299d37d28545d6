import type { Config } from '../core/config/config.ts';
import { UserError } from '../core/errors.ts';
import type { GitHubEvent } from '../core/event.ts';
import { namedPreview, previewName, type PreviewIdentity } from '../core/identity.ts';
import type { Intent } from '../core/intent/types.ts';
import { expand, type PlaceholderValues } from '../core/yaml/placeholders.ts';
import type { Checkout } from '../git/checkout.ts';
import type { Context } from './context.ts';

/** Refuses a checkout that is not the pull request's head, where the event checks out the default branch by itself. */
export function refuseOtherCheckout(
  intent: Extract<Intent, { kind: 'ensure-preview' }>,
  checkout: Checkout,
  event: GitHubEvent,
): void {
  if (!intent.checkoutMustBeHead || (checkout.kind !== 'none' && checkout.commit === intent.head)) return;
  throw new UserError(
    `\`${event.name}\` checks out the default branch unless told otherwise, and what is checked out is not the pull request's head ${intent.head.slice(0, 7)}. Use the \`pull_request\` event.`,
  );
}

/** Whether the pull request carries the label that keeps its preview whatever its age. */
export const keepsPreview = ({ preview }: Config, { pullRequest }: GitHubEvent): boolean =>
  // GitHub takes names of labels that differ in case for the same, and so does the sweep.
  preview.keepLabel !== undefined &&
  pullRequest?.labels.some((label) => label.toLowerCase() === preview.keepLabel?.toLowerCase()) === true;

/** The name of the preview: as the input says, else as the file says with the hash of the identity, else the default. */
export function nameOfPreview(
  identity: PreviewIdentity,
  { inputs, configuration, event }: Context,
  values: PlaceholderValues,
): string {
  const { name } = configuration.config.preview;
  const text = inputs.previewName ?? name?.value;
  if (text === undefined) return previewName(identity, event.repository.name);
  const filled = expand(text, values);
  if (!filled.ok)
    throw new UserError(
      inputs.previewName === undefined
        ? `${configuration.config.file}: ${filled.why}.`
        : `\`preview-name\`: ${filled.why}.`,
      inputs.previewName === undefined && name ? { at: name.at } : {},
    );
  return inputs.previewName === undefined ? namedPreview(identity, filled.text) : filled.text;
}
