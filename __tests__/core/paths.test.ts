import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { placing, type Project } from '../../src/core/code/classify-files.ts';

const root: Project = { path: '', dags: ['dags'], dockerfile: 'Dockerfile', dockerignore: '', steering: [] };
const nested: Project = { ...root, path: 'astro', dags: ['astro/dags'] };

type Where = 'image' | 'dags' | 'both' | 'neither';
function where(project: Project, path: string): Where {
  const { dags, image } = placing(project)(path);
  return dags && image ? 'both' : dags ? 'dags' : image ? 'image' : 'neither';
}

describe('what a path is part of', () => {
  test.each<[string, Project, string, Where]>([
    ['s29', root, 'dags/a.py', 'dags'],
    ['s29', root, 'dags/sub/a.sql', 'dags'],
    ['s29', root, 'include/a.py', 'image'],
    ['s29', root, 'Dockerfile', 'image'],
    ['s31', root, 'include/dags/x.sql', 'image'],
    ['s31', root, 'tests/dags/test_x.py', 'image'],
    ['s31', root, 'mydags/x.py', 'image'],
    ['s31', root, 'dags.py', 'image'],
    ['s31', root, 'Dags/x.py', 'image'],
    [
      'root-folder data-dags',
      { ...root, path: 'data-dags', dags: ['data-dags/dags'] },
      'data-dags/requirements.txt',
      'image',
    ],
    ['root-folder data-dags', { ...root, path: 'data-dags', dags: ['data-dags/dags'] }, 'data-dags/dags/x.py', 'dags'],
    ['root-folder dags', { ...root, path: 'dags', dags: ['dags/dags'] }, 'dags/requirements.txt', 'image'],
    ['sibling', nested, 'astro-legacy/dags/x.py', 'neither'],
    ['sibling', nested, 'astro.py', 'neither'],
    ['outside', nested, 'README.md', 'neither'],
    ['another project', nested, 'other/Dockerfile', 'neither'],
    ['inside', nested, 'astro/README.md', 'image'],
    ['not the DAGs of the root', nested, 'dags/x.py', 'neither'],
    ['the DAG folder is a submodule', root, 'dags', 'dags'],
    ['submodule inside', root, 'dags/shared', 'dags'],
    ['include is a submodule', root, 'include', 'image'],
    ['the project was a file or a link', nested, 'astro', 'both'],
    ['a folder around the DAG folder', { ...root, dags: ['src/dags'] }, 'src', 'both'],
    ['a folder around the project, DAGs elsewhere', { ...root, path: 'a/astro', dags: ['dags'] }, 'a', 'image'],
    ['workflow', root, '.github/workflows/astro.yml', 'neither'],
    ['workflow of a nested project', nested, '.github/workflows/astro.yml', 'neither'],
    ['template', { ...root, steering: ['.astro/preview.yaml'] }, '.astro/preview.yaml', 'neither'],
    ['template beside', { ...root, steering: ['.astro/preview.yaml'] }, '.astro/config.yaml', 'image'],
    ['a folder of that name elsewhere', nested, 'astro/.github/x', 'image'],
    ['ignored', { ...root, dockerignore: 'docs/\n*.md' }, 'docs/a.txt', 'neither'],
    ['ignored', { ...root, dockerignore: 'docs/\n*.md' }, 'README.md', 'neither'],
    ['relative to the project', { ...nested, dockerignore: 'docs' }, 'astro/docs/a.txt', 'neither'],
    ['relative to the project', { ...nested, dockerignore: 'astro/include' }, 'astro/include/a.py', 'image'],
    ['the ignore file itself', { ...root, dockerignore: '.dockerignore\n*' }, '.dockerignore', 'image'],
    ['the Dockerfile', { ...root, dockerignore: '*' }, 'Dockerfile', 'image'],
    ['the ignore file of the Dockerfile', { ...nested, dockerignore: '*' }, 'astro/Dockerfile.dockerignore', 'image'],
    [
      'another Dockerfile',
      { ...root, dockerfile: 'docker/Dockerfile', dockerignore: '*' },
      'docker/Dockerfile',
      'image',
    ],
    ['ignored DAGs travel in the bundle', { ...root, dockerignore: 'dags/\n*.md' }, 'dags/README.md', 'dags'],
    ['DAG folder outside the project', { ...nested, dags: ['shared/dags'] }, 'shared/dags/x.py', 'dags'],
    ['DAG folder outside the project', { ...nested, dags: ['shared/dags'] }, 'astro/dags/x.py', 'image'],
    ['DAG folder is the project', { ...root, dags: [''] }, 'x.py', 'both'],
    ['DAG folder is the project', { ...nested, dags: ['astro'] }, 'astro/x.py', 'both'],
    ['DAG folder around the project', { ...nested, dags: [''] }, 'lib/x.py', 'dags'],
    ['DAG folder around the project', { ...nested, dags: [''] }, 'astro/x.py', 'both'],
    ['DAG folder is a link', { ...root, dags: ['dags', 'shared/dags'] }, 'dags', 'dags'],
    ['DAG folder is a link', { ...root, dags: ['dags', 'shared/dags'] }, 'shared/dags/x.py', 'dags'],
    ['no DAG folder under git', { ...root, dags: [] }, 'dags/x.py', 'image'],
  ])('%s: %j: %s → %s', (_, project, path, expected) => {
    expect(where(project, path)).toBe(expected);
  });
});

test('property: a path of the project is never lost unless a rule or the steering names it', () => {
  const segment = fc.oneof(
    fc.constantFrom('dags', 'astro', 'include', 'é', 'a b', '[x]', '*', '..x', 'dags2'),
    fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !/[/\0]/.test(name) && name !== '.' && name !== '..'),
  );
  const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
  const folder = fc.oneof(fc.constant(''), path);
  fc.assert(
    fc.property(folder, folder, path, path, (project, dags, inner, outer) => {
      const inside = project === '' ? inner : `${project}/${inner}`;
      fc.pre(!/^\.github(?:\/|$)/.test(inside) && !/^\.github(?:\/|$)/.test(outer));
      const place = placing({ ...root, path: project, dags: [dags] });
      const here = place(inside);
      expect(here.dags || here.image).toBe(true);
      const under = dags === '' ? inner : `${dags}/${inner}`;
      if (!/^\.github(?:\/|$)/.test(under)) expect(place(under).dags).toBe(true);
      // What is neither in, nor around, the project or the DAG folder never counts.
      const related = [project, dags].some(
        (one) => one === '' || `${outer}/`.startsWith(`${one}/`) || `${one}/`.startsWith(`${outer}/`),
      );
      if (!related) expect(place(outer)).toEqual({ dags: false, image: false });
    }),
  );
});
