import { expect, test } from '@jest/globals';
import { withTables } from '../../scripts/docs.ts';

const frame =
  '# x\n\n<!-- inputs:start -->\n\nold\n\n<!-- inputs:end -->\n\nkept\n\n<!-- outputs:start -->\n<!-- outputs:end -->\n';
const action = `
inputs:
  deploy-type: { description: 'What to ship: a|b', default: infer }
  force:
    description: >-
      Two
      lines.
outputs:
  result: { description: How it ended }
`;

test('S-05: the tables are made of action.yml, and the rest of the page stays', async () => {
  const page = await withTables(frame, action);
  expect(page).not.toContain('old');
  expect(page).toContain('kept');
  expect(page).toMatch(/\| `deploy-type` +\| `infer` +\| What to ship: a\\\|b +\|/);
  expect(page).toMatch(/\| `force` +\| +\| Two lines\. +\|/);
  expect(page).toMatch(/\| `result` +\| How it ended +\|/);
});

test('S-05: doing it again changes nothing; another description does', async () => {
  const page = await withTables(frame, action);
  expect(await withTables(page, action)).toBe(page);
  expect(await withTables(page, action.replace('How it ended', 'The end'))).not.toBe(page);
});

test('a page without a marker is refused, and the marker is named', async () => {
  await expect(withTables(frame.replace('<!-- inputs:end -->', ''), action)).rejects.toThrow('<!-- inputs:end -->');
});
