import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { withTables } from '../../scripts/docs.ts';
import { inputGroups } from '../../scripts/input-groups.ts';
import { retired } from '../../src/inputs/input-values.ts';
import { read } from './markdown.ts';

const frame =
  '# x\n\n<!-- inputs:start -->\n\nold\n\n<!-- inputs:end -->\n\nkept\n\n<!-- outputs:start -->\n<!-- outputs:end -->\n';
const action = `
inputs:
  deploy-type: { description: 'What to ship: a|b. The rest of it.', default: infer }
  force:
    description: >-
      Two
      lines.
  old: { description: No effect., deprecationMessage: Use force. }
outputs:
  result: { description: How it ended }
`;
const groups = { One: ['force'], Two: ['deploy-type', 'old'] };

describe('the tables are made of action.yml [S-05]', () => {
  test('in groups, without padding, and the rest of the page stays', async () => {
    const page = await withTables(frame, action, 'short', groups);
    expect(page).not.toContain('old\n\n');
    expect(page).toContain('\nkept\n');
    expect(page).toContain('**One**\n\n|Input|Default|Meaning|\n|---|---|---|\n|`force`||Two lines|\n');
    expect(page).toContain('**Two**\n');
    expect(page).toContain('|`deploy-type`|`infer`|What to ship: a\\|b|\n|`old`||No effect|\n');
    expect(page).toContain('|`result`|How it ended|');
  });

  test('with whole descriptions where these are wanted', async () => {
    const page = await withTables(frame, action, 'whole', groups);
    expect(page).toContain('## One\n');
    expect(page).toContain('|What to ship: a\\|b. The rest of it.|');
    expect(page).toContain('|No effect. Retired: Use force.|');
  });

  test('doing it again changes nothing; another description does', async () => {
    const page = await withTables(frame, action, 'short', groups);
    expect(await withTables(page, action, 'short', groups)).toBe(page);
    expect(await withTables(page, action.replace('How it ended', 'The end'), 'short', groups)).not.toBe(page);
  });

  test.each([
    ['a page without a marker', frame.replace('<!-- inputs:end -->', ''), groups, '<!-- inputs:end -->'],
    ['an input in no group', frame, { One: ['force', 'old'] }, 'deploy-type'],
    ['an input in two groups', frame, { ...groups, Three: ['force'] }, 'force'],
    ['a group with an input that is not there', frame, { ...groups, Three: ['new'] }, 'new'],
  ])('%s is refused by name', async (_, page, given, named) => {
    await expect(withTables(page, action, 'short', given)).rejects.toThrow(named);
  });
});

describe('action.yml', () => {
  interface Input {
    readonly description: string;
    readonly deprecationMessage?: string;
  }
  const { inputs } = load(read('action.yml')) as { inputs: Readonly<Record<string, Input>> };

  test('GitHub warns of exactly the inputs that the Action itself calls retired', () => {
    const deprecated = Object.entries(inputs).flatMap(([name, { deprecationMessage }]) =>
      deprecationMessage === undefined ? [] : [name],
    );
    expect(deprecated).toEqual(inputGroups['Compatibility with deploy-action']);
    const kept = { ...process.env };
    try {
      for (const name of Object.keys(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = 'x';
      expect(retired().map((notice) => /`([\w-]+)`/.exec(notice)?.[1])).toEqual(deprecated);
    } finally {
      process.env = kept;
    }
  });

  test('the first sentence of a description, which the README shows, is short', () => {
    const long = Object.entries(inputs).filter(
      ([, { description }]) => (description.split(/\.\s/)[0] ?? '').split(/\s+/).length > 12,
    );
    expect(long.map(([name]) => name)).toEqual([]);
  });
});
