import { expect, test } from '@jest/globals';
import { branchOfEnvironment, environmentOfPreview } from '../../src/core/github-environment.ts';

test.each(['feature/x', 'previews', 'preview:a', 'preview/b', 'ä b'])(
  'by either rule the branch %s is found again',
  (branch) => {
    expect(environmentOfPreview('per-branch', branch)).toEqual({ environment: `preview/${branch}` });
    expect(environmentOfPreview('shared', branch)).toEqual({ environment: 'previews', task: `preview:${branch}` });
    for (const rule of ['per-branch', 'shared'] as const)
      expect(branchOfEnvironment(environmentOfPreview(rule, branch))).toBe(branch);
  },
);

test.each([
  [{ environment: 'production', task: 'preview:x' }],
  [{ environment: 'previews' }],
  [{ environment: 'previews', task: 'deploy' }],
  [{ environment: 'previews', task: 'deploy:migrations' }],
])('%j is no preview of ours', (key) => {
  expect(branchOfEnvironment(key)).toBeUndefined();
});
