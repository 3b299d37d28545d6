/** Rooms that translate one system's shapes and decide nothing. */
const adapters = 'airflow|astro|docker|git|github|python';

/** A rule: files of `from` must not import files of `to`. */
const apart = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

/** Which room may import which. Type imports count. docs/how-it-works.md draws it. */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Files that import each other cannot be read or changed one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-folder-cycle',
      comment: 'Rooms that import each other are one room.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(src|sandbox)' },
      to: { circular: true },
    },
    apart(
      'core-is-pure',
      'The core imports only its own files and API types.',
      '^src/core/',
      '^src/(?!core/|contract/)',
    ),
    apart(
      'adapters-decide-nothing',
      'An adapter serves the shell and knows none of it.',
      `^src/(${adapters})/`,
      '^src/(apply|observe|publish|main|index)',
    ),
    apart('observe-reads', 'Observing imports no writer.', '^src/observe/', '^src/(apply|publish)/'),
    apart('apply-writes', 'Applying a plan reports through its outcome.', '^src/apply/', '^src/publish/'),
    apart('publish-reports', 'Publishing changes nothing in Astro.', '^src/publish/', '^src/apply/'),
    apart(
      'runner-is-below',
      'The runner room knows no system.',
      '^src/(runner|http)/',
      `^src/(apply|inputs|observe|publish|${adapters}|main|index)`,
    ),
    apart(
      'inputs-are-below',
      'Inputs are read before any system is asked.',
      '^src/inputs/',
      `^src/(apply|observe|publish|${adapters}|main|index)`,
    ),
    apart('main-is-the-top', 'Nothing but the entry imports the program.', '^src/(?!index)', '^src/(main|index)[.]ts$'),
    apart(
      'action-without-sandbox',
      'The Action never imports its test parts.',
      '^src/',
      '^(sandbox|scripts|__tests__)/',
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
