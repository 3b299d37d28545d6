import { expect, test } from '@jest/globals';
import { readClaims } from '../../src/core/token.ts';

const jwt = (payload: unknown): string => `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`;

test.each([
  [
    'both ids',
    { permissions: ['workspaceId:w1', 'organizationId:o1'], exp: 5 },
    { organizationIds: ['o1'], workspaceIds: ['w1'], expiresAt: 5 },
  ],
  [
    'the same id twice',
    { permissions: ['workspaceId:w1', 'workspaceId:w1'] },
    { organizationIds: [], workspaceIds: ['w1'] },
  ],
  [
    'entries of other kinds and shapes',
    { permissions: ['colonless', 'workspaceId:', 3, null, 'otherId:d'] },
    { organizationIds: [], workspaceIds: [] },
  ],
  [
    'one Deployment',
    { permissions: ['deploymentId:d1'] },
    { organizationIds: [], workspaceIds: [], deploymentIds: ['d1'] },
  ],
  ['no permissions, as a person’s login', { org_id: 'org_x', exp: '5' }, { organizationIds: [], workspaceIds: [] }],
  ['permissions that are no list', { permissions: 'workspaceId:w1' }, { organizationIds: [], workspaceIds: [] }],
  ['a list in place of an object', [1], { organizationIds: [], workspaceIds: [] }],
  ['null', null, { organizationIds: [], workspaceIds: [] }],
])('claims of a token with %s', (_, payload, expected) => {
  expect(readClaims(jwt(payload))).toEqual(expected);
});

test.each(['', 'opaque', 'a.b', 'a.!!!.c', 'a..c'])('%j has no claims and is no error', (token) => {
  expect(readClaims(token)).toEqual({ organizationIds: [], workspaceIds: [] });
});

test('names beyond ASCII are read', () => {
  expect(readClaims(jwt({ permissions: ['workspaceId:wé'] })).workspaceIds).toEqual(['wé']);
});
