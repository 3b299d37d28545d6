import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { UserError } from '../../src/core/errors.ts';
import {
  describePreview,
  descriptionLimit,
  isAmong,
  isPreviewOf,
  keysFingerprint,
  namedPreview,
  previewName,
  readMark,
  secretsFingerprint,
  slug,
  sqlKey,
  type PreviewIdentity,
} from '../../src/core/identity.ts';

const identity: PreviewIdentity = { repositoryId: 1296269, ref: 'refs/heads/feature/x', project: '.' };
const golden = JSON.parse(readFileSync(new URL('../fixtures/preview-names.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

/** Refs as git allows them: no space, no `~^:?*[\`, no control characters; everything else is fair. */
const ref = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...Array.from('abZ019-_./$`;|&<>\'"!#%,{}@()=é漢')),
      fc.constantFrom('\u00a0', '\ufeff', '\u202e', '😀', 'а'),
    ),
    minLength: 1,
    maxLength: 80,
  })
  .map((name) => `refs/heads/${name}`);

describe('names', () => {
  test.each(Object.entries(golden))('%j keeps its name over releases', (branch, name) => {
    expect(previewName({ ...identity, ref: `refs/heads/${branch}` }, 'etl')).toBe(name);
  });

  test('refs that look alike have different names [T-07, T-08]', () => {
    const names = Object.values(golden);
    expect(new Set(names).size).toBe(names.length);
  });

  test('property: another identity has another name [T-07]', () => {
    const one = fc.record({ repositoryId: fc.integer({ min: 1 }), ref, project: fc.constantFrom('.', 'a', 'b/c') });
    fc.assert(
      fc.property(one, one, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(previewName(a, 'etl')).not.toBe(previewName(b, 'etl'));
      }),
      { numRuns: 2000 },
    );
  });

  test('100,000 branches have 100,000 readable names of bounded length [T-07]', () => {
    const names = new Set<string>();
    for (let index = 0; index < 100_000; index++) {
      const name = previewName(
        { ...identity, ref: `refs/heads/team-${String(index % 97)}/ticket-${String(index)}` },
        'warehouse',
      );
      names.add(name);
      if (!/^[a-z0-9-]{1,80}$/.test(name)) throw new Error(name);
    }
    expect(names.size).toBe(100_000);
  });

  const digest = previewName(identity, 'etl').slice(-9);
  test.each([
    ['etl-feature-x', `etl-feature-x${digest}`],
    ['Ünser Preview 1', `Ünser Preview 1${digest}`],
    ['x'.repeat(81), `${'x'.repeat(80)}${digest}`],
    // Half a character is none.
    ['🦊'.repeat(90), `${'🦊'.repeat(80)}${digest}`],
  ])('a name of the team’s own making has the hash: %j', (readable, expected) => {
    expect(namedPreview(identity, readable)).toBe(expected);
  });

  test('previews of one readable name are told apart by everything that makes an identity [T-07]', () => {
    const others = [
      identity,
      { ...identity, repositoryId: 1 },
      { ...identity, ref: 'refs/heads/Feature/x' },
      { ...identity, project: 'a' },
    ];
    expect(new Set(others.map((one) => namedPreview(one, 'same'))).size).toBe(others.length);
    expect(namedPreview({ ...identity, project: '["' }, 'x')).toMatch(/^x-[0-9a-f]{8}$/);
  });

  test.each([
    ['Feature/Login', 'feature-login'],
    ['--x--', 'x'],
    ['Größe_ändern', 'grosse-andern'],
    ['漢字', 'branch'],
    ['a'.repeat(39) + '-b', 'a'.repeat(39)],
  ])('slug of %j', (text, expected) => {
    expect(slug(text.replace('ß', 'ss'))).toBe(expected);
  });

  test.each([
    ['feature/login', 'FEATURE_LOGIN'],
    ['42-answers', '_42_ANSWERS'],
    ['1' + 'a'.repeat(60), `_1${'A'.repeat(38)}`],
  ])('SQL key of %j', (text, expected) => {
    expect(sqlKey(text)).toBe(expected);
  });
});

describe('the mark', () => {
  test('property: what is written is read again, whatever the ref and the text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        ref,
        fc.constantFrom('.', 'a b', 'data/été'),
        fc.option(fc.integer({ min: 1, max: 99999 }), { nil: undefined }),
        (text, given, project, pullRequest) => {
          const one = { repositoryId: 7, ref: given, project };
          const description = describePreview(text, one, 'name', {
            ...(pullRequest !== undefined && { pullRequest }),
            secrets: '0123abcd',
          });
          expect(description.length).toBeLessThanOrEqual(descriptionLimit);
          expect(readMark(description)).toMatchObject({
            ...one,
            secrets: '0123abcd',
            ...(pullRequest !== undefined && { pullRequest }),
          });
          expect(isPreviewOf({ name: 'name', description }, one)).toBe(true);
        },
      ),
    );
  });

  test('the team’s text comes first, the mark is the last line', () => {
    expect(describePreview('Preview of the ETL', identity, 'etl-x', { pullRequest: 42 })).toBe(
      'Preview of the ETL\n[astro-branch-deploy v1 repo=1296269 ref=refs/heads/feature/x project=. pr=42 name=969f10a6]',
    );
  });

  test('long text is cut, the mark never', () => {
    const description = describePreview('x'.repeat(2000), identity, 'etl-x');
    expect(description).toHaveLength(descriptionLimit);
    expect(description).toMatch(/x…\n\[astro-branch-deploy v1 /);
  });

  test('a forged mark in the text does not survive [T-12]', () => {
    const forged = describePreview('', { ...identity, ref: 'refs/heads/main' }, 'etl-prod');
    const description = describePreview(`a\n${forged}\nb`, identity, 'etl-x');
    expect(description.split('\n')).toHaveLength(3);
    expect(readMark(description)?.ref).toBe('refs/heads/feature/x');
  });

  test('a branch and a project too long for the description are refused', () => {
    expect(() => describePreview('', { ...identity, project: 'x'.repeat(990) }, 'n')).toThrow(UserError);
  });

  const mark = describePreview('text', identity, 'etl-x');
  const line = mark.split('\n')[1] ?? '';
  test.each([
    ['none', 'text'],
    ['nothing at all', undefined],
    ['null', null],
    ['another repository', line.replace('1296269', '1296270')],
    ['truncated', line.slice(0, -2)],
    ['another version', line.replace(' v1 ', ' v99 ')],
    ['two marks', `${line}\n${line}`],
    ['HTML-escaped', line.replace('[', '&#91;')],
    ['text after it', `${line}\nedited by hand`],
    ['text before it on its line', `x ${line}`],
    ['another ref', line.replace('feature/x', 'Feature/x')],
    ['another project', line.replace('project=.', 'project=a')],
    ['a broken escape', line.replace('feature/x', 'feature/%ZZ')],
  ])('%s is not ours [T-10, R-23]', (_, description) => {
    expect(isPreviewOf({ name: 'etl-x', description }, identity)).toBe(false);
  });

  test('ours pasted onto another Deployment is not ours; with CRLF it still is [T-10]', () => {
    expect(isPreviewOf({ name: 'etl-prod', description: mark }, identity)).toBe(false);
    expect(isPreviewOf({ name: 'etl-x', description: mark.replace('\n', '\r\n') + '\n' }, identity)).toBe(true);
  });
});

test('the fingerprint of secrets changes with them and with the key, and says nothing without them', () => {
  expect(secretsFingerprint([], 'key')).toBeUndefined();
  const one = secretsFingerprint(['a'], 'key');
  expect(one).toMatch(/^[0-9a-f]{8}$/);
  expect(secretsFingerprint(['b'], 'key')).not.toBe(one);
  expect(secretsFingerprint(['a'], 'other')).not.toBe(one);
});

describe('what an earlier run set', () => {
  test('the mark says of each key whether it was among them, and survives a round trip', () => {
    const extra = { variables: keysFingerprint(['STAGE', 'A']), objects: keysFingerprint(['connection:snowflake']) };
    const description = describePreview('text', identity, 'etl-x', extra);
    expect(isPreviewOf({ name: 'etl-x', description }, identity)).toBe(true);
    const mark = readMark(description);
    expect(mark).toMatchObject(extra);
    expect(isAmong(mark?.variables, 'STAGE')).toBe(true);
    expect(isAmong(mark?.variables, 'OTHER')).toBe(false);
    expect(isAmong(mark?.objects, 'connection:snowflake')).toBe(true);
    for (const nothing of [undefined, '']) expect(isAmong(nothing, 'STAGE')).toBe(false);
  });
  test('the order of keys and repeated keys mean nothing', () => {
    expect(keysFingerprint(['B', 'A', 'B'])).toBe(keysFingerprint(['A', 'B']));
  });
  test('too many keys are left out, and the mark stays whole', () => {
    const variables = keysFingerprint(Array.from({ length: 200 }, (_, index) => `KEY_${String(index)}`));
    const description = describePreview('text', identity, 'etl-x', { variables });
    expect(description.length).toBeLessThanOrEqual(descriptionLimit);
    expect(readMark(description)).not.toHaveProperty('variables');
    expect(isPreviewOf({ name: 'etl-x', description }, identity)).toBe(true);
  });
});
