import tseslint from 'typescript-eslint';

/** Effects the pure core must not know: time, processes, network, the console. */
const effects = ['process', 'console', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance', 'Buffer'];

/** What opens a file to read it. */
const opensFiles = [
  ...['read', 'readFile', 'readv', 'open'].flatMap((name) => [name, `${name}Sync`]),
  'createReadStream',
  'openAsBlob',
  'ReadStream',
  'FileReadStream',
];

/** How much is read in one sitting. */
const limits = {
  'max-lines': ['error', { max: 200 }],
  'max-lines-per-function': ['error', { max: 50, skipComments: true, skipBlankLines: true }],
  'max-params': ['error', 4],
};

/** Files above a limit that are still to be cut, by the limit. */
const aboveLimits = {
  'max-lines': [
    'src/core/code/choose-deploy-type.ts',
    'src/core/plan/preview.ts',
    'src/core/sweep/decide-sweep.ts',
    'src/github/branches.ts',
    'src/observe/config.ts',
    'src/observe/preview.ts',
    'scripts/demo.ts',
  ],
  'max-lines-per-function': [
    'src/apply/apply.ts',
    'src/apply/code/deploy.ts',
    'src/apply/code/ship.ts',
    'src/astro/bundle.ts',
    'src/core/plan/preview.ts',
    'src/core/plan/removal.ts',
    'src/observe/code.ts',
    'src/observe/joined-preview.ts',
    'src/observe/preview.ts',
    'src/observe/sweep.ts',
    'src/publish/github.ts',
    'sandbox/docker-stand-in.ts',
    'sandbox/wire.ts',
  ],
  'max-params': [
    'src/apply/code/project-tests.ts',
    'src/apply/code/ship.ts',
    'src/observe/code.ts',
    'src/observe/preview.ts',
    'src/observe/source.ts',
  ],
};

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'coverage/', 'node_modules/', 'src/contract/astro-api.ts', '__tests__/stubs/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'jest.config.js', 'sandbox/*.mjs'] },
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // Files of the checkout may be links, pipes or devices: one module opens them. The others here read what they have
    // checked themselves (the archive), or write (the template's export).
    files: ['src/**'],
    ignores: ['src/core/**', 'src/runner/workspace-files.ts', 'src/astro/archive.ts', 'src/apply/template-file.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...['node:fs', 'fs'].map((name) => ({
              name,
              importNames: ['default', 'promises', ...opensFiles],
              message: 'Read files with src/runner/workspace-files.ts.',
            })),
            ...['node:fs/promises', 'fs/promises'].map((name) => ({
              name,
              message: 'Read files with src/runner/workspace-files.ts.',
            })),
          ],
        },
      ],
    },
  },
  {
    files: ['src/core/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...effects.map((name) => ({ name, message: 'src/core is pure: let the shell hand the value in.' })),
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex:
                '^\\.\\./(?:\\.\\./)*(?:airflow|apply|astro|contract|docker|git|github|http|inputs|observe|publish|python|runner)/',
              message: 'src/core imports only its own files (types of src/contract/ excepted).',
              allowTypeImports: true,
            },
            { regex: '^node:(?!crypto$|path$|buffer$)', message: 'src/core is pure: no files, processes or network.' },
            { regex: '^@actions/', message: 'src/core knows nothing of the runner.' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time comes in as a value.',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes in as a value.' },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Chance comes in as a value.',
        },
      ],
    },
  },
  {
    files: ['__tests__/core/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='jest'][property.name=/^(fn|mock|spyOn|unstable_mockModule)$/]",
          message: 'The core needs no mocks.',
        },
      ],
    },
  },
  { files: ['src/**', 'sandbox/**', 'scripts/**'], rules: limits },
  ...Object.entries(aboveLimits).map(([rule, files]) => ({ files, rules: { [rule]: 'off' } })),
  { files: ['scripts/**', 'sandbox/**', '__tests__/**'], rules: { 'no-console': 'off' } },
  { files: ['*.js', 'sandbox/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
