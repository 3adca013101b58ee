/** Mistakes that get past whoever takes the engine's own word for what it did. */
import type { Mutant } from './mutant.ts';

export const promiseMutants: readonly Mutant[] = [
  {
    name: 'compromise-of-others-serves-nobody',
    file: 'src/core/plan/leftovers.ts',
    find: 'if (isServedByOthers(situation, entry.id)) return undefined;',
    replace: '',
    breaks: 'what a receipt brought to a compromised declaration dies although another one serves it',
    seed: 1_288_436_118,
  },
  {
    name: 'first-issue-of-whatever-is-declared',
    file: 'src/core/plan/decide.ts',
    find: 'const verdict = asFirst(situation, said);',
    replace: 'const verdict = said;',
    breaks: 'an approved first issue that was cut off is issued again as the manifest is by then',
  },
  {
    name: 'repair-of-whatever-is-declared',
    file: 'src/core/plan/decide.ts',
    find: 'return { verdict: isRepair ? asItWas(situation, verdict) : verdict, withheld };',
    replace:
      'return { verdict: isRepair && situation.now < 0 ? asItWas(situation, verdict) : verdict, withheld };',
    breaks: 'a token that is renewed or healed gets the scopes that the manifest asks for, approved or not',
  },
  {
    name: 'newest-of-whatever-is-declared',
    file: 'src/core/plan/decide.ts',
    find: 'if (!situation.ledger?.current) return asNewest(situation, verdict);',
    replace: 'if (!situation.ledger?.current) return verdict;',
    breaks: 'whoever deletes a destination has a token issued with scopes that nobody approved',
  },
  {
    name: 'withdrawal-without-approval',
    file: 'src/core/plan/changes.ts',
    find: "left the manifest` }, 'config'),",
    replace: "left the manifest` }, 'drift'),",
    breaks: 'a destination that left the manifest is emptied before anybody approved it',
  },
  {
    name: 'request-without-approval',
    file: 'src/core/plan/reasons/wanted.ts',
    find: "reason: 'Requested', cause: 'config', message",
    replace: "reason: 'Requested', cause: 'drift', message",
    breaks: 'a rotation that a pull request asks for needs no approval',
  },
  {
    name: 'delivery-without-approval',
    file: 'src/core/plan/destinations.ts',
    find: "cause: isNew ? 'config' : 'drift', message",
    replace: "cause: 'drift', message",
    breaks: 'a token is delivered to a destination that is new in the manifest before anybody approved it',
  },
  {
    name: 'removal-without-approval',
    file: 'src/core/plan/set.ts',
    find: "const base = say(name, { reason: 'Removed', message }, 'config');",
    replace: "const base = say(name, { reason: 'Removed', message }, 'clock');",
    breaks: 'a token that left the manifest is revoked before anybody approved it',
  },
  {
    name: 'clocks-that-disagree-believed',
    file: 'src/engine/stopwatch.ts',
    find: 'Math.abs(byMonotonic - byWall) > clocksApartMs ? undefined',
    replace: 'clocksApartMs < 0 ? undefined',
    breaks: 'a machine that slept while its clock was set back removes what was issued meanwhile',
  },
  {
    name: 'commit-deadline-off',
    file: 'src/engine/steps/commit.ts',
    find: 'tries <= mostTries && delivery.elapsedMs() < commitDeadlineMs',
    replace: 'tries <= mostTries + 0 * commitDeadlineMs',
    breaks: 'a new token is delivered however long ago it was made',
  },
  {
    name: 'deadline-sleeps-too',
    file: 'src/engine/stopwatch.ts',
    find: 'return () => Math.max(runtime.monotonicMs() - monotonic, runtime.wallMs() - wall);',
    replace: 'return () => Math.max(runtime.monotonicMs() - monotonic, 0 * wall);',
    breaks: 'on a laptop that slept a new token is delivered however long ago it was made',
  },
  {
    name: 'trial-never-ends',
    file: 'src/engine/steps/verify.ts',
    find: 'await runtime.sleep(pauseMs, signal);',
    replace: 'await new Promise(() => runtime.sleep(pauseMs, signal));',
    breaks: 'a run waits for ever for a token that is refused at first',
  },
  {
    name: 'hour-of-a-minute',
    file: 'src/core/plan/leftovers.ts',
    find: 'export const compromisedPatienceMs = 60 * 60_000;',
    replace: 'export const compromisedPatienceMs = 60_000;',
    breaks: 'a compromised token dies at once wherever it is still served',
  },
  {
    name: 'no-look-after-a-compromise',
    file: 'src/engine/steps/revoke.ts',
    find: 'if (!isLedger && hasWaitedLongEnough(work, change)) return;',
    replace:
      'if (!isLedger && (hasWaitedLongEnough(work, change) || work.entry.set.declarations.some(' +
      '({ name, rotation }) => name === change.subject && rotation.compromised))) return;',
    breaks: 'a declaration that was compromised once is never looked at again before a revoke',
  },
  {
    name: 'user-removed-after-one-look',
    file: 'src/engine/steps/users.ts',
    find: 'const lists = [\n    await provider.listTokens(user, work.run.signal),',
    replace: 'const lists = [',
    breaks: 'a user is removed although only one list showed that it has no tokens',
  },
  {
    name: 'user-removed-with-its-tokens',
    file: 'src/engine/steps/users.ts',
    find: 'if (alive.length > 0) {',
    replace: 'if (alive.length < 0) {',
    breaks: 'a user is removed with tokens that appeared since the plan',
  },
  {
    name: 'user-with-unlisted-tokens-removed',
    file: 'src/core/plan/guards.ts',
    find: "if (tokens?.kind !== 'listed') return [refuseUnlistedUser(change, tokens?.why)];",
    replace: "if (tokens?.kind !== 'listed') return [];",
    breaks: 'a user is removed whose tokens the plan could not list',
  },
];
