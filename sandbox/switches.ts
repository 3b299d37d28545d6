/**
 * How the sandbox plays each question that no source settles: the values that there are, the first one is the default and
 * asks more of a client. Numbers stand for themselves and for every other one.
 */
export const switchTable = {
  uniqueNames: {
    values: ['refused', 'allowed'],
    means: 'Whether a second Deployment of one name is refused.',
  },
  createHonoursVariablesAndEmails: {
    values: [false, true],
    means: 'Whether creating takes environment variables and contact e-mails, or forgets them.',
  },
  listAfterCreateDelay: {
    values: [0, 100],
    means:
      'Milliseconds until a list shows a new Deployment; stories run the next step sooner than a second after the last.',
  },
  bundleDeploysReadAs: {
    values: ['IMAGE_AND_DAG', 'IMAGE_ONLY', 'DAG_ONLY', 'BUNDLE'],
    means:
      'What the `type` of a bundle deploy reads as: the enumeration of answers has no BUNDLE, that of requests has.',
  },
  deployedMeans: {
    values: ['rolled-out', 'finalized'],
    means: 'What a deploy’s DEPLOYED means.',
  },
  healthyAfterFinalize: {
    values: [0, 2],
    means:
      'How many looks at a Deployment still show it HEALTHY after an image deploy was finalized; then it is DEPLOYING.',
  },
  versionMembers: {
    values: ['filled', 'absent'],
    means: 'Whether a Deployment shows which versions it runs.',
  },
  absentMembers: {
    values: ['missing', 'null'],
    means: 'How optional members without a value are answered.',
  },
  updatesWhileCreating: {
    values: ['allowed', 'refused'],
    means: 'Whether a Deployment can be changed while it is CREATING, as Astro’s CLI does it after every create.',
  },
  whileCreating: {
    values: ['refused', 'allowed'],
    means: 'Whether a Deployment can be deleted while it is CREATING.',
  },
  omittedMembers: {
    values: ['kept', 'replaced'],
    means:
      'What an update makes of optional members that it leaves out: queues, e-mails, schedules, sizes, the description.',
  },
  listRows: {
    values: ['short', 'whole'],
    means:
      'Whether a row of the list of Deployments is the whole record, or lacks variables, queues, e-mails and schedules.',
  },
  tokensListOrganizations: {
    values: [true, false],
    means: 'Whether an API token may list Organizations.',
  },
  uploadLifetime: {
    values: [3_600_000, 86_400_000],
    means: 'How long an upload address is good for, in milliseconds.',
  },
  deleteOverrideWithout: {
    values: ['404', '204'],
    means: 'What removing an override answers where there is none.',
  },
  omittedArrays: {
    values: ['cleared', 'kept'],
    means: 'What an update makes of `links`, `excludeLinks` and `autoLinkDeployments` that it leaves out.',
  },
  mapOverrides: {
    values: ['merged', 'replaced'],
    means: 'Whether an override of `extra`, `headers` or `labels` is merged into the stored one, or replaces it.',
  },
  mapsResolve: {
    values: ['merged', 'replaced'],
    means: 'Whether an override of some members of a map leaves the object’s other members visible to the Deployment.',
  },
  partialBodies: {
    values: ['kept', 'cleared'],
    means: 'Fields that an update leaves out of the typed body; nobody could live with the other side.',
  },
  linksOfDeletedDeployments: {
    values: ['kept', 'removed'],
    means: 'Links to, and exclusions of, a Deployment that is deleted.',
  },
  deadLinks: {
    values: ['refused', 'accepted'],
    means: 'Whether a body may link or exclude a Deployment that is gone.',
  },
  sameKeyOnDeployment: {
    values: ['refused', 'allowed'],
    means: 'Whether a Deployment may have an object of its own beside a linked one of one type and key.',
  },
  excludeConflicts: {
    values: ['refused', 'allowed'],
    means: 'Whether one Deployment may be both linked and excluded, or be excluded twice.',
  },
  maskedExtra: {
    values: ['absent', 'empty', 'mask'],
    means: 'How a secret member of a connection’s `extra` is answered; `mask` is three asterisks.',
  },
  showSecrets: {
    values: ['refused', 'allowed'],
    means: 'Whether the Organization lets secrets be fetched.',
  },
  emptySecretVariable: {
    values: ['kept', 'cleared'],
    means: 'What an update with an empty value makes of a secret variable.',
  },
  keysUniqueAcrossTypes: {
    values: [false, true],
    means: 'Whether a connection and a variable of one scope exclude each other by their key.',
  },
} as const;

type Table = typeof switchTable;
type Widened<Value> = Value extends number ? number : Value extends boolean ? boolean : Value;
type Value = string | number | boolean;

export type Switches = { readonly [Name in keyof Table]: Widened<Table[Name]['values'][number]> };

export const defaultSwitches = Object.fromEntries(
  Object.entries(switchTable).map(([name, { values }]) => [name, values[0]]),
) as unknown as Switches;

/** Reads `name=value` pairs, separated by commas or white space; refuses what there is not. */
export function readSwitches(text: string): Partial<Switches> {
  const pairs = text.split(/[\s,]+/).filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', given = ''] = pair.split('=');
      if (!isSwitch(name))
        throw new Error(`There is no switch ${name}. There are: ${Object.keys(switchTable).join(', ')}.`);
      return [name, readValue(name, given)];
    }),
  );
}

const isSwitch = (name: string): name is keyof Table => Object.hasOwn(switchTable, name);

function readValue(name: keyof Table, given: string): Value {
  const values: readonly Value[] = switchTable[name].values;
  if (typeof values[0] === 'number' && /^\d+$/.test(given)) return Number(given);
  const found = values.find((value) => String(value) === given);
  if (found === undefined) throw new Error(`The switch ${name} has no value "${given}". It has: ${values.join(', ')}.`);
  return found;
}
