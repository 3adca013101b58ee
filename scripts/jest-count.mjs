// Prints the plain closing line that CI counts: 'tests: N passed, N failed, N skipped', and which tests the
// run left out.
export default class {
  constructor(_config, { title = 'tests', apart } = {}) {
    this.title = title;
    this.apart = apart;
  }
  onRunComplete(_contexts, results) {
    // A suite that does not even load has no tests to count, and must not pass for nothing.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    if (this.apart !== undefined)
      console.log(`NOT RUN HERE: the tests on a real Kubernetes API server. Run them with "${this.apart}".`);
    console.log(`${this.title}: ${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
  }
}
