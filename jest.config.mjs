export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/scripts/jest-strip.mjs' },
  modulePathIgnorePatterns: ['<rootDir>/(lib|dist)/'],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  errorOnDeprecated: true,
  reporters: ['default', '<rootDir>/scripts/jest-count.mjs'],
};
