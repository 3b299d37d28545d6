import { expect, test } from '@jest/globals';
import { literalRuntime } from '../../src/core/code/dockerfile.ts';

test.each<[string, string, ReturnType<typeof literalRuntime>]>([
  ['Airflow 2', 'FROM quay.io/astronomer/astro-runtime:12.1.0\n', { version: '12.1.0', line: 1 }],
  ['Airflow 3', '# ours\nFROM astrocrpublic.azurecr.io/runtime:3.1-14\n', { version: '3.1-14', line: 2 }],
  ['-base', 'from quay.io/astronomer/astro-runtime:12.1.0-base', { version: '12.1.0', line: 1 }],
  [
    'a Python version and a platform',
    'FROM --platform=linux/amd64 quay.io/astronomer/astro-runtime:12.1.0-python-3.11-base AS app\r\n',
    { version: '12.1.0', line: 1 },
  ],
  [
    'a stage by its name',
    'FROM astrocrpublic.azurecr.io/runtime:3.1-14 AS Base\nFROM base\n',
    { version: '3.1-14', line: 1 },
  ],
  ['the last stage counts', 'FROM astrocrpublic.azurecr.io/runtime:3.1-14\nFROM python:3.12\n', undefined],
  ['a tag that is not written out', 'ARG V=12.1.0\nFROM quay.io/astronomer/astro-runtime:${V}\n', undefined],
  ['a digest', 'FROM quay.io/astronomer/astro-runtime@sha256:0123\n', undefined],
  ['no FROM', 'RUN true\n', undefined],
])('the runtime of a Dockerfile: %s', (_, text, expected) => {
  expect(literalRuntime(text)).toEqual(expected);
});
