/**
 * Steps 1 to 5 of the protocol for one declaration: preflight, one POST, verify, commit, fan out. A crash
 * between any two of them loses nothing: before the commit the new token is an orphan that is found by its
 * mark, after it the old one waits in `previous`.
 */
import { InvariantError, ProviderError } from '../../core/errors.ts';
import type { Declaration } from '../../core/manifest/types.ts';
import { formatDescription } from '../../core/mark.ts';
import { withPending } from '../../core/receipt-changes.ts';
import { hashSpec } from '../../core/spec.ts';
import { endSentence } from '../../core/sentence.ts';
import { formatTargets } from '../../core/targets.ts';
import type { IssuedToken } from '../ports.ts';
import { startStopwatch } from '../stopwatch.ts';
import { timeToRecord } from '../time.ts';
import {
  declarationOf,
  firstDestination,
  lastSeen,
  open,
  ours,
  receiptContext,
  userOf,
  type Work,
  write,
} from '../work.ts';
import { type Attempt, forgetAttempt, type IssueChange } from './attempt.ts';
import { commit } from './commit.ts';
import { revokeCompromised } from './compromise.ts';
import { fanOut } from './fan-out.ts';
import { verify } from './verify.ts';

/**
 * Issues a token and delivers it.
 *
 * @returns what is worth knowing although it succeeded.
 * @throws ProviderError or DeliveryError when it did not end delivered everywhere.
 */
export async function issue(work: Work, change: IssueChange): Promise<string | undefined> {
  const declared = declarationOf(work, change.subject);
  const { destinations } = change.issue;
  // Only where the plan says: the others may await an approval.
  const deliverTo = declared.deliverTo.filter(({ key }) => destinations.includes(key));
  const declaration = { ...declared, deliverTo };
  const warnings = await preflight(work, declaration);
  const attempt = await recordPending(work, declaration, change);
  const elapsedMs = startStopwatch(work.run.runtime);
  const issued = await create(work, attempt);
  const note = await verify(work, attempt, issued);
  await commit(work, attempt, { issued, elapsedMs });
  await fanOut(work, declaration, issued.value);
  const revoked = await revokeCompromised(work, change);
  return [...warnings, note, revoked].filter(Boolean).join('; ') || undefined;
}

async function preflight(work: Work, declaration: Declaration): Promise<readonly string[]> {
  const warnings = await Promise.all(
    declaration.deliverTo.map((reference) => open(work, reference).preflight(work.run.signal)),
  );
  return [...new Set(warnings.flat())];
}

/** Where value and receipt are two writes, the attempt is on record before anything can be lost. */
async function recordPending(work: Work, declaration: Declaration, change: IssueChange): Promise<Attempt> {
  const first = firstDestination(declaration);
  const original = lastSeen(work, first).receipt;
  const nonce = work.run.runtime.nonce();
  const specHash = hashSpec(declaration.user, change.issue.spec);
  if (specHash === undefined) throw new InvariantError('the current hash form is unknown');
  const { dropped = [] } = change.issue;
  const targets = formatTargets([...declaration.deliverTo, ...dropped]);
  const attempt = { declaration, change, nonce, specHash, targets, original, before: original };
  if (!open(work, first).recordsPending) return attempt;
  const since = await timeToRecord(work);
  const { generation } = change.issue;
  const before = withPending(ours(work, declaration, original), receiptContext(work, declaration), {
    generation,
    nonce,
    since,
  });
  await write(work, first, { receipt: before });
  return { ...attempt, before };
}

async function create(work: Work, attempt: Attempt): Promise<IssuedToken> {
  const { declaration, change, nonce, specHash, targets } = attempt;
  const { generation, spec } = change.issue;
  const { hash: owner } = work.entry.owner;
  const mark = { owner, declaration: declaration.name, generation, specHash, nonce, targets };
  const description = formatDescription(declaration.description, mark);
  try {
    return await work.entry.provider.createToken(
      userOf(work, declaration),
      { spec, description },
      work.run.signal,
    );
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.failure !== 'ambiguous') {
      await forgetAttempt(work, attempt);
      throw error;
    }
    const message =
      `${endSentence(error.message)} If a token was made all the same, the next run finds it by its mark` +
      ' and drains it';
    throw new ProviderError(message, error.failure, { cause: error });
  }
}
