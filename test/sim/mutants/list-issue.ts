/** Breakages of issuing: create, verify, commit, fan out, back off. */
import type { Mutant } from './mutant.ts';

export const issueMutants: readonly Mutant[] = [
  {
    name: 'post-retried',
    file: 'src/engine/steps/issue.ts',
    find: "if (error.failure !== 'ambiguous') {",
    replace:
      "if (error.failure === 'ambiguous') return await work.entry.provider.createToken(" +
      'userOf(work, declaration), { spec, description }, work.run.signal);\n    else {',
    breaks: 'a create whose answer was lost is sent again',
  },
  {
    name: 'mark-without-nonce',
    file: 'src/engine/steps/issue.ts',
    find: 'const nonce = work.run.runtime.nonce();',
    replace: "const nonce = 'aaaaaa';",
    breaks: 'every attempt carries the same nonce, so two of them cannot be told apart',
  },
  {
    name: 'pending-not-recorded',
    file: 'src/engine/steps/issue.ts',
    find: 'if (!open(work, first).recordsPending) return attempt;',
    replace: 'return attempt;',
    breaks: 'where value and receipt are two writes, the attempt is not on record before the create',
  },
  {
    name: 'verify-skipped',
    file: 'src/engine/steps/issue.ts',
    find: 'const note = await verify(work, attempt, issued);',
    replace: 'const note = undefined;',
    breaks: 'a new token that is refused is delivered all the same',
  },
  {
    name: 'verify-impatient',
    file: 'src/engine/steps/verify.ts',
    find: "if (answer === 'alive') return undefined;",
    replace: 'return undefined;',
    breaks: 'the answer to the trial of a new token is not looked at',
  },
  {
    name: 'value-in-error',
    file: 'src/engine/steps/verify.ts',
    find: 'const what = `',
    replace: 'const what = issued.value.reveal() + `',
    breaks: 'an error message holds the value of a token',
  },
  {
    name: 'revoked-before-commit',
    file: 'src/engine/steps/issue.ts',
    find: 'await commit(work, attempt, { issued, elapsedMs });',
    replace:
      'for (const { id } of change.issue.supersedes) await work.entry.provider.revoke(' +
      'userOf(work, declaration), id, work.run.signal);\n' +
      '  await commit(work, attempt, { issued, elapsedMs });',
    breaks: 'what a new token supersedes is revoked before the new one is committed',
  },
  {
    name: 'no-read-back',
    file: 'src/engine/steps/commit.ts',
    find: "if (last.failure === 'unknown') accounted = false;",
    replace:
      "if (last.failure === 'unknown')" +
      ' throw await giveUp(work, attempt, { issued: delivery.issued, cause: last });',
    breaks: 'a commit whose answer was lost counts as refused, and the token is revoked again',
  },
  {
    name: 'late-write-forgotten',
    file: 'src/engine/steps/commit.ts',
    find: 'if (!accounted) throw leave(last, attempt);',
    replace: '',
    breaks: 'a token is revoked again while an earlier write of it may still arrive',
  },
  {
    name: 'commit-over-a-newer-receipt',
    file: 'src/engine/steps/commit.ts',
    find: 'if (isReceipt && text(found) === text(attempt.before)) {',
    replace: 'if (isReceipt) {',
    breaks: 'after a conflict the commit is tried again over whatever receipt is there now',
  },
  {
    name: 'write-without-compare',
    file: 'src/engine/work.ts',
    find: 'const { version } = lastSeen(work, reference);',
    replace: 'const { version } = await readAgain(work, reference);',
    breaks: 'the version that a write names is read right before it, so nothing is ever compared',
  },
  {
    name: 'fan-out-forgotten',
    file: 'src/engine/steps/issue.ts',
    find: 'await fanOut(work, declaration, issued.value);',
    replace: '',
    breaks: 'a new token goes to the first destination only',
  },
  {
    name: 'compromised-left-to-the-next-run',
    file: 'src/engine/steps/compromise.ts',
    find: 'if (revokes.length === 0) return undefined;',
    replace: 'return undefined;',
    breaks: 'the rotation for a compromised token does not revoke the compromised one',
  },
  {
    name: 'back-off-off',
    file: 'src/engine/back-off.ts',
    find: 'const restMs = Math.min(longestMs, firstMs * 2 ** (failures - 1));',
    replace: 'const restMs = 0;',
    breaks: 'an issue that fails is tried again by every run',
  },
  {
    name: 'room-not-awaited',
    file: 'src/engine/apply.ts',
    find: 'return own.length >= (change.issue.revokesFirst ?? 0);',
    replace: 'return true;',
    breaks: 'a token is issued although the revoke that was to make room for it failed',
  },
  {
    name: 'refusal-ignored',
    file: 'src/engine/apply.ts',
    find: 'else if (stopped.has(stopKey(change)))',
    replace: 'else if (stopped.size < 0)',
    breaks: 'what a guard refuses is applied',
  },
  {
    name: 'approval-ignored',
    file: 'src/engine/apply.ts',
    find: 'if (!change.approved)',
    replace: "if (change.reason === 'Suspended')",
    breaks: 'changes that nobody approved are applied',
  },
];
