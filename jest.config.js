export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
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
  coverageThreshold: { './src/core/': { branches: 100 } },
  testTimeout: 60_000,
};
