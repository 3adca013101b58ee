// Prints the plain closing line that CI counts: 'tests: N passed, N failed, N skipped'.
export default class {
  onRunComplete(_contexts, results) {
    // A suite that does not even load has no tests to count, and must not pass for nothing.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    console.log(`tests: ${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
  }
}
