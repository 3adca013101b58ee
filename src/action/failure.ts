/**
 * Why a run of the Action failed: the closed list of the output `failure-reason`, and the error that carries
 * one of them. Workflows branch on these words, so none is ever renamed.
 */

/** Every value of `failure-reason`, with what it means; `action.yml` and the docs repeat them. */
export const failureReasons = {
  'invalid-input': 'an input of the Action, or its combination with the event, cannot be used',
  'event-refused': 'the Action does not run for this event, or not in this mode on this branch',
  'invalid-manifest': 'a manifest has an error; every one is shown',
  'no-credential': 'there is no credential for the provider, or none for GitHub secrets',
  'credential-refused': 'the provider or GitHub does not take a token, or it lacks a permission',
  'provider-unavailable': 'the provider could not be read, or not all of it',
  'github-unavailable': 'GitHub could not be read or written',
  'stale-commit': 'the commit of this run is no longer the head of its branch',
  'not-approved': 'config changes wait for an approval; everything approved was applied',
  refused: 'a guard refused changes, or a declaration needs a decision',
  'changes-found': 'expect-no-changes was set and there are changes',
  overdue: 'a token should have been replaced long ago',
  'apply-failed': 'a change failed; the next run heals what it left',
  interrupted: 'the run was cancelled; the next run heals what it left',
  bug: 'keyturn met a bug of its own',
} as const satisfies Readonly<Record<string, string>>;

export type FailureReason = keyof typeof failureReasons;

/** Ends the run: nothing further is begun. The message is for people. */
export class ActionFailure extends Error {
  override readonly name = 'ActionFailure';
  readonly reason: FailureReason;
  constructor(reason: FailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
