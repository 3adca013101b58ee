export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // They need a Kubernetes API server: npm run test:cluster.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip.mjs' },
  modulePathIgnorePatterns: ['<rootDir>/(lib|dist)/'],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  errorOnDeprecated: true,
  // Tests assert no timings: a slow machine makes them slow, not red.
  testTimeout: 60_000,
  maxWorkers: 2,
  reporters: ['default', ['<rootDir>/scripts/jest-count.mjs', { apart: 'npm run test:cluster' }]],
};
