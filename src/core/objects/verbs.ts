/** What is done to an environment object, with the words for it in logs and reports. */
export const verbTexts = {
  create: 'create',
  change: 'change',
  share: 'share with all',
  restrict: 'restrict',
  include: 'lift the exclusion',
  link: 'link',
  override: 'override',
  'change-overrides': 'change the overrides',
  unlink: 'unlink',
  exclude: 'exclude',
  'delete-copy': 'delete the copy',
} as const;

/** One thing that is done to an environment object. */
export type ObjectVerb = keyof typeof verbTexts;

/** Verbs for people, such as "link, override". */
export const verbText = (verbs: readonly ObjectVerb[]): string => verbs.map((verb) => verbTexts[verb]).join(', ');
