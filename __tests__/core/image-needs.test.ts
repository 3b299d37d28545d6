import { expect, test } from '@jest/globals';
import { lacksBuildKit, roomForImage } from '../../src/core/code/image-needs.ts';

test.each([
  ['a client with the plugin', '28.2.2', true, true, undefined],
  ['an old client with BuildKit built in', '20.10.24+dfsg1', false, false, undefined],
  ['a newer client without the plugin', '28.2.2', false, false, 'docker has no BuildKit'],
  ['the first client that needs the plugin', '23.0.0', false, false, 'docker has no BuildKit'],
  [
    'an old client without the plugin, and a cache that needs it',
    '20.10.24',
    false,
    true,
    'docker has no buildx plugin',
  ],
  ['an answer that names no version', 'something else', false, false, undefined],
])('%s', (_, version, hasBuildx, wantsBuilder, expected) => {
  const refusal = lacksBuildKit(version, hasBuildx, wantsBuilder);
  if (expected === undefined) expect(refusal).toBeUndefined();
  else expect(refusal).toContain(expected);
});

test.each([
  ['a disk that is not on this machine', undefined, { kind: 'enough' }],
  ['2 GiB', 2 * 1024 ** 3, { kind: 'enough' }],
  ['1 GiB', 1024 ** 3, { kind: 'little', why: expect.stringContaining('Only 1024 MiB are free') }],
  ['99 MiB', 99 * 1024 ** 2, { kind: 'refused', why: expect.stringContaining('Only 99 MiB are free') }],
])('room for an image: %s', (_, free, expected) => {
  expect(roomForImage(free)).toEqual(expected);
});
