/** The word by which the system names a failure. */

/** `ENOENT` and the like; `error` when there is none. */
export function errorCode(error: unknown): string {
  // Not by class: an error of another realm, such as a test runner's, is an error too.
  const code: unknown = Object(error).code;
  return typeof code === 'string' ? code : 'error';
}
