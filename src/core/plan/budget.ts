/**
 * How many tokens may be issued: a declaration never has more than a few live ones, a failed issue backs off,
 * and a person's quota of personal tokens is shared by all that ask, nearest expiry first.
 */
import { formatDuration } from '../duration.ts';
import { isLive, listedOf } from './index.ts';
import { isNewTarget } from './known.ts';
import { isStuck, type Leftovers } from './leftovers.ts';
import { isPresent, tampered } from './reasons/damaged.ts';
import { isOthers, type Situation } from './situation.ts';
import type { Verdict } from './verdict.ts';

/** Live owned tokens of one declaration. */
const liveTokensPerDeclaration = 4;

/** Holds back a verdict that would issue beyond the budget of its declaration. */
export function limitIssue(situation: Situation, verdict: Verdict, leftovers: Leftovers): Verdict {
  if (verdict.kind !== 'issue') return verdict;
  const { declaration, input, now } = situation;
  const until = input.observation.backOff.get(declaration.name);
  if (until !== undefined && until > now) {
    const rest = formatDuration(until - now);
    const message = `${verdict.message}; the last attempt failed, trying again in ${rest}`;
    return { kind: 'keep', reason: 'BackingOff', message };
  }
  // A compromise may not have to wait, but one whose creates keep failing is bounded too.
  const hasOneMore = verdict.compromised || (leftovers.revocable.length === 0 && isStuck(situation));
  const most = liveTokensPerDeclaration + (hasOneMore ? 1 : 0);
  const alive = countLive(situation);
  if (alive < most) return verdict;
  const revokesFirst = alive + 1 - most;
  if (revokesFirst <= leftovers.revocable.length) return { ...verdict, revokesFirst };
  // What waits for the first destination is freed by giving it the token there is.
  const isWanted = isPresent(situation) && !verdict.compromised;
  const repair = isWanted ? tampered(situation) : undefined;
  if (repair?.kind === 'deliver' && repair.cause === 'drift') return repair;
  const message = `${verdict.message}; but ${alive} tokens of it are alive and none can be revoked yet`;
  // Where the first destination has no receipt, nothing could be drained: a fence makes one, at a place that
  // is known, since what names a destination makes it known.
  const [first] = situation.places;
  const mayFence = first && (verdict.cause === 'config' || !isNewTarget(situation, first));
  return first?.receipt || !mayFence
    ? { kind: 'keep', reason: 'IssueBudget', message }
    : { kind: 'fence', reason: 'Fenced', message };
}

/** Listed and unexpired, or named in a receipt: `previous` holds the budget when lists lie. */
function countLive(situation: Situation): number {
  const { live, index, ledger, previous, now } = situation;
  const ids = new Set(live.map(({ token }) => token.id));
  // What a receipt says of others' tokens is ignored: it would use up the budget.
  const waiting = previous.filter(
    ({ id, revokeNotBefore }) => (now < revokeNotBefore || index.byId.has(id)) && !isOthers(situation, id),
  );
  for (const id of [ledger?.current?.id, ...waiting.map((entry) => entry.id)]) {
    const token = id === undefined ? undefined : index.byId.get(id)?.token;
    if (id !== undefined && (!token || isLive(token, now))) ids.add(id);
  }
  return ids.size;
}

/** Which of the declarations that would issue a personal token must wait for a free slot. */
export function overQuota(issuing: readonly Situation[], freed: number): ReadonlySet<string> {
  const [some] = issuing;
  const quota = some?.input.capabilities.personalTokenQuota;
  if (!some || quota === undefined) return new Set();
  const rows = some.user ? listedOf(some.input.observation, some.user.id) : [];
  const alive = rows.filter((token) => isLive(token, some.now)).length;
  const soonest = issuing.toSorted((a, b) => expiry(a) - expiry(b));
  return new Set(
    soonest.slice(Math.max(0, quota - alive + freed)).map(({ declaration }) => declaration.name),
  );
}

function expiry({ currentToken }: Situation): number {
  // Without a token someone is waiting already.
  return currentToken ? (currentToken.expiresAt ?? Number.POSITIVE_INFINITY) : 0;
}
