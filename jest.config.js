export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // Tests that need the machine for themselves: `npm run test:alone`.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env['TEST_ALONE'] === undefined ? ['/__tests__/alone/'] : [])],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  reporters: ['default', '<rootDir>/scripts/closing-line.ts'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/core/**/*.ts'],
  coverageThreshold: { './src/core/': { branches: 99.5 } },
  testTimeout: 120_000,
  // Stories mostly wait for their child processes: more of them than there are cores are well under way.
  maxWorkers: 4,
};
