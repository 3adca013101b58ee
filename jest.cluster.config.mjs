// Tests on a real Kubernetes API server, run by test/cluster/run.ts, which starts the server they share.
import base from './jest.config.mjs';

export default {
  ...base,
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 240_000,
  reporters: ['default', ['<rootDir>/scripts/jest-count.mjs', { title: 'cluster tests' }]],
};
