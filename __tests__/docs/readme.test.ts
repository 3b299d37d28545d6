import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { deploymentOptions } from '../../sandbox/options.ts';
import { newProjectFiles } from '../../sandbox/project.ts';
import type { Changes } from '../../src/core/code/changed-files.ts';
import { decideDeploy, type DeployQuestion } from '../../src/core/code/choose-deploy-type.ts';
import { placing } from '../../src/core/code/classify-files.ts';
import { describePreview, previewName } from '../../src/core/identity.ts';
import { actions } from '../../src/core/intent/types.ts';
import { ownedByAction } from '../../src/core/deployment/owned-variables.ts';
import { readTemplate } from '../../src/core/deployment/template.ts';
import { resolveTemplate } from '../../src/core/deployment/desired.ts';
import { anchorsOf, blocksOf, read, section, stepsOf, yamlOf } from './markdown.ts';
import type { Result } from '../../src/core/plan/outcome.ts';

const readme = read('README.md');
const action = load(read('action.yml')) as { inputs: Record<string, unknown>; outputs: Record<string, unknown> };
const pages = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SUPPORT.md', 'CODE_OF_CONDUCT.md'],
  ...readdirSync(new URL('../../docs', import.meta.url)).flatMap((name) =>
    name.endsWith('.md') ? [`docs/${name}`] : [],
  ),
];
const decides = read('docs/how-it-decides.md');
const previews = read('docs/previews.md');
const sources = readdirSync(new URL('../../src', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(`src/${name}`).replaceAll('\\`', '`').replaceAll("\\'", "'"))
  .join('\n');

describe('the README', () => {
  test('has at most 1,600 words, tables included', () => {
    expect(readme.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(1600);
  });

  test('says how to try it and how to test it with one command each, and what CI runs', () => {
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test', '.ci/run'])
      expect(readme).toContain(`\`${command}\``);
  });

  test('deploys to production last', () => {
    const steps = Array.from(section(readme, 'Quick start').matchAll(/^\*\*(\d)\. ([\w ]+)/gm), ([, number, name]) => [
      number,
      name,
    ]);
    expect(steps).toEqual([
      ['1', 'Token'],
      ['2', 'Workflow and template'],
      ['3', 'Preview'],
      ['4', 'Production'],
    ]);
    expect(readme.indexOf('deployment-name: ')).toBeGreaterThan(readme.indexOf('**4. '));
  });
});

describe('examples [S-26]', () => {
  test('every YAML block parses, and there are some', () => {
    expect(yamlOf(readme)).toHaveLength(3);
  });

  test('no expression stands inside a script [T-03]', () => {
    const scripts = yamlOf(readme)
      .flatMap(stepsOf)
      .flatMap(({ run }) => run ?? []);
    expect(scripts).not.toHaveLength(0);
    for (const script of scripts) expect(script).not.toContain('${{');
  });

  test('steps give inputs and read outputs that action.yml declares', () => {
    const steps = yamlOf(readme)
      .flatMap(stepsOf)
      .filter(({ uses }) => uses?.includes('/astro-branch-deploy@'));
    expect(steps).toHaveLength(2);
    for (const { with: inputs = {} } of steps)
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    const outputs = Array.from(readme.matchAll(/steps\.astro\.outputs\.([\w-]+)/g), ([, name]) => name);
    expect(outputs).not.toHaveLength(0);
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(outputs));
  });

  test('the quick start asks GitHub for what comment and GitHub Deployments need, and for no more [T-26]', () => {
    const [workflow] = yamlOf(readme) as [{ permissions: object; jobs: { astro: { permissions: object } } }];
    expect(workflow.permissions).toEqual({});
    expect(workflow.jobs.astro.permissions).toEqual({
      contents: 'read',
      'pull-requests': 'write',
      deployments: 'write',
    });
  });

  test('the template is accepted without a remark, and Astro offers what it asks for', () => {
    const text = blocksOf(readme).find((block) => block.text.includes('\ndeployment:'))?.text ?? '';
    const template = readTemplate(text, '.astro/preview.yaml', {
      repository: 'etl',
      actor: 'octocat',
      rules: { tokens: [] },
      env: new Map(),
    });
    expect(template.notices).toEqual([]);
    expect(template.schedules).not.toHaveLength(0);
    const desired = resolveTemplate(template, { workspaceId: 'w', options: deploymentOptions }, undefined);
    expect(desired).toMatchObject({ type: 'STANDARD', isDevelopmentMode: true, isDagDeployEnabled: true });
  });
});

describe('what the pages say of the program', () => {
  test('every result is explained, and no other', () => {
    const results: Record<Result, true> = {
      created: true, updated: true, deployed: true, nothing: true, deleted: true, swept: true, skipped: true, planned: true, failed: true,
    }; // prettier-ignore
    const explained = Array.from(section(decides, 'How a run ends').matchAll(/^\| `(\w+)`/gm), ([, name]) => name);
    expect(explained.filter((name) => name !== 'result')).toEqual(Object.keys(results));
  });

  test('the values of `action` in action.yml are those of the program', () => {
    const { description } = action.inputs['action'] as { description: string };
    for (const value of actions) expect(description).toContain(`\`${value}\``);
  });

  test('the example name and mark are what the Action makes of that branch', () => {
    const identity = { repositoryId: 1296269, ref: 'refs/heads/feature/login', project: '.' };
    const name = previewName(identity, 'etl');
    expect(previews).toContain(`\`${name}\``);
    expect(blocksOf(previews)).toContainEqual({
      language: 'text',
      text: `${describePreview('', identity, name, { pullRequest: 42 })}\n`,
    });
  });

  test('the variables of a preview are named', () => {
    for (const name of ownedByAction) expect(previews).toContain(`\`${name}\``);
  });

  const commit = '1a2b3c4'.padEnd(40, '0');
  const since = (...paths: string[]): Changes => ({ kind: 'known', commit, at: '2026-01-01T10:00:00Z', paths });
  const question = (changes: Changes, more: Partial<DeployQuestion> = {}): DeployQuestion => ({
    deployType: 'infer',
    dagDeploysOn: true,
    project: { path: '', dags: ['dags'], dockerfile: 'Dockerfile', dockerignore: '', steering: [] },
    changes: { image: changes, dags: changes, dbt: changes },
    uncommitted: [],
    dispatched: false,
    ...more,
  });
  test.each([
    ['nothing', 'none', question(since('.github/workflows/astro.yml'))],
    ['DAGs', 'dags-only', question(since('dags/hello.py'))],
    ['image and DAGs', 'image-and-dags', question(since('requirements.txt'))],
    ['image and DAGs', 'image-and-dags', question(since('dags/hello.py'), { dagDeploysOn: false })],
    ['image and DAGs', 'image-and-dags', question({ kind: 'unknown', why: 'first deploy' })],
    ['as above', 'image-and-dags', question(since(), { uncommitted: ['Dockerfile'] })],
  ])('the reason in the row of %s (%s) is the one that the program gives', (shown, kind, asked) => {
    const decision = decideDeploy(asked);
    expect(decision.kind).toBe(kind);
    const row = decides.split('\n').find((line) => line.includes(`\`${decision.why}\``));
    expect(row?.split('|').map((cell) => cell.trim())).toContain(shown);
  });

  test('a fresh project builds an image for its README; with the advised lines it does not', () => {
    const fresh = newProjectFiles['.dockerignore'] ?? '';
    const [advice] = blocksOf(decides).filter(({ text }) => text.startsWith('*.md'));
    const reaches = (dockerignore: string, file: string): boolean =>
      placing({ path: '', dags: ['dags'], dockerfile: 'Dockerfile', dockerignore, steering: [] })(file).image;
    const idle = ['README.md', 'tests/dags/test_dag_example.py', '.gitignore'];
    expect(idle.map((file) => reaches(fresh, file))).toEqual([true, true, true]);
    expect(idle.map((file) => reaches(fresh + (advice?.text ?? ''), file))).toEqual([false, false, false]);
    expect(reaches(fresh + (advice?.text ?? ''), 'include/notes.md')).toBe(true);
  });

  const sentences = Array.from(
    section(read('docs/troubleshooting.md'), 'Sentences of the log').matchAll(/^### (.+)$/gm),
    ([, title = '']) => title,
  );
  test('there is help for the usual errors', () => {
    expect(sentences.length).toBeGreaterThan(10);
  });
  test.each(sentences)('the program really says: %s', (sentence) => {
    const fragments = sentence.split('…').filter((part) => part.trim() !== '');
    for (const fragment of fragments) expect(sources).toContain(fragment);
  });
});

describe.each(pages)('%s', (page) => {
  const text = read(page);
  const links = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target).filter(
    // `../../issues` leads out of the files of a branch, to what GitHub has beside them.
    (target) => !/^(?:https?:|\.\.\/\.\.\/(?:actions|issues|security)\b)/.test(target),
  );

  test('links to files and headings that exist', () => {
    for (const link of links) {
      const [path = '', anchor] = link.split('#');
      const url = new URL(path, new URL(`../../${page}`, import.meta.url));
      expect({ link, exists: existsSync(url) }).toEqual({ link, exists: true });
      if (anchor !== undefined) expect(anchorsOf(path === '' ? text : readFileSync(url, 'utf8'))).toContain(anchor);
    }
  });

  test('names files and npm scripts that exist', () => {
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    for (const [, name = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty([name]);
    for (const [, path = ''] of text.matchAll(/`((?:src|sandbox|scripts|__tests__|contract|docs)\/[\w./-]*)`/g))
      expect({ path, exists: existsSync(new URL(`../../${path}`, import.meta.url)) }).toEqual({ path, exists: true });
  });
});
