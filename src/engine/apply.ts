/**
 * Applies a plan: what is superseded is revoked first, then each declaration is brought up to date, and what
 * was removed is revoked last. One change's failure does not stop its neighbours; a dead credential stops
 * everything.
 */
import pLimit from 'p-limit';
import { assertNever, DeliveryError, ProviderError } from '../core/errors.ts';
import { stopKey } from '../core/plan/guards.ts';
import type { Change } from '../core/plan/types.ts';
import { noteFailure, noteSuccess } from './back-off.ts';
import type { ReportEntry } from './run.ts';
import { issue } from './steps/issue.ts';
import { deliver, drain, mend, update, withdraw } from './steps/repair.ts';
import { confirmRevoked, revoke, strike } from './steps/revoke.ts';
import { createUser, removeUser } from './steps/users.ts';
import type { Work } from './work.ts';

type RevokeChange = Change & { readonly kind: 'revoke' };

/** Applies every change of the plan that is approved and not refused. Throws nothing but our own bugs. */
export async function apply(work: Work): Promise<readonly ReportEntry[]> {
  const { plan } = work;
  const stopped = new Set(plan.refusals.flatMap(({ stops }) => stops));
  const entries = new Map<Change, ReportEntry>();
  let todo: Change[] = [];
  for (const change of plan.changes) {
    if (change.kind === 'keep') continue;
    if (!change.approved) entries.set(change, refused(change, 'nobody approved it'));
    else if (stopped.has(stopKey(change))) entries.set(change, refused(change, 'a guard refuses it'));
    else todo.push(change);
  }
  const record = (entry: ReportEntry): void => {
    entries.set(entry.change, entry);
    work.run.onEvent({ kind: 'ended', set: plan.set, entry });
  };
  const revokes = todo.filter((change) => change.kind === 'revoke');
  const superseded = revokes.filter(({ reason }) => reason === 'Superseded');
  await revokeAll(work, superseded, record);
  const done = superseded.filter((change) => entries.get(change)?.outcome === 'done');
  todo = todo.filter((change) => {
    if (hasRoom(change, done)) return true;
    record({
      change,
      outcome: 'left',
      detail: 'not begun: too many tokens of it are alive until one is revoked',
    });
    return false;
  });
  // Each name once in a plan, so that no two creates race for one.
  await sideBySide(
    work,
    todo.filter(({ kind }) => kind === 'createUser'),
    async (change) => record(await attempt(work, change)),
  );
  await applyDeclarations(work, todo, record);
  await revokeAll(
    work,
    revokes.filter(({ reason }) => reason !== 'Superseded'),
    record,
  );
  for (const change of todo) if (change.kind === 'removeUser') record(await attempt(work, change));
  if (work.halt.bug !== undefined) throw work.halt.bug;
  return plan.changes.flatMap((change) => entries.get(change) ?? []);
}

/** Whether enough superseded tokens were revoked for another one to be issued. */
function hasRoom(change: Change, revoked: readonly RevokeChange[]): boolean {
  if (change.kind !== 'create' && change.kind !== 'rotate') return true;
  const own = revoked.filter(({ subject }) => subject === change.subject);
  return own.length >= (change.issue.revokesFirst ?? 0);
}

function refused(change: Change, detail: string): ReportEntry {
  return { change, outcome: 'refused', detail };
}

/** Declarations side by side; the changes of one declaration one after the other. */
async function applyDeclarations(
  work: Work,
  todo: readonly Change[],
  record: (entry: ReportEntry) => void,
): Promise<void> {
  const elsewhere: readonly Change['kind'][] = ['createUser', 'removeUser', 'revoke'];
  const bySubject = new Map<string, Change[]>();
  for (const change of todo) {
    if (elsewhere.includes(change.kind)) continue;
    bySubject.set(change.subject, [...(bySubject.get(change.subject) ?? []), change]);
  }
  await sideBySide(work, [...bySubject.values()], async (changes) => {
    let left: string | undefined;
    for (const change of changes) {
      const entry: ReportEntry = left
        ? { change, outcome: 'left', detail: `not begun: ${left}` }
        : await attempt(work, change);
      record(entry);
      // Where the end of a declaration is held up, the receipts that remember the rest stay.
      const isHeldUp = change.kind === 'withdraw' && change.reason === 'Absent' && entry.outcome === 'failed';
      if (isHeldUp) left = `"${change.from.key}" still has its value`;
    }
  });
}

/** So many at once as the run allows. */
async function sideBySide<T, Result>(
  { run }: Work,
  items: readonly T[],
  act: (item: T) => Promise<Result>,
): Promise<readonly Result[]> {
  const limit = pLimit(run.concurrency);
  return await Promise.all(items.map((item) => limit(act, item)));
}

async function revokeAll(
  work: Work,
  changes: readonly RevokeChange[],
  record: (entry: ReportEntry) => void,
): Promise<void> {
  const attempted = await sideBySide(work, changes, (change) => attempt(work, change));
  const sent = changes.filter((_, rank) => attempted[rank]?.outcome === 'done');
  const gone = await confirmRevoked(work, sent);
  const struck = new Map<string, string[]>();
  for (const change of gone)
    struck.set(change.subject, [...(struck.get(change.subject) ?? []), change.tokenId]);
  for (const [subject, ids] of struck) {
    // A receipt that still names a revoked token is cleaned by the next run.
    try {
      await strike(work, subject, ids);
    } catch (error) {
      explain(work, error);
    }
  }
  for (const entry of attempted) {
    const unsure = entry.outcome === 'done' && !gone.has(entry.change as RevokeChange);
    record(unsure ? { ...entry, detail: 'the provider still lists it; the next run asks again' } : entry);
  }
}

/** Performs one change. Whatever goes wrong stops this change; what concerns all of them halts the work. */
async function attempt(work: Work, change: Change): Promise<ReportEntry> {
  const halted = work.halt.because ?? (work.run.stop.aborted ? 'the run was stopped' : undefined);
  if (halted) return { change, outcome: 'left', detail: `not begun: ${halted}` };
  work.run.onEvent({ kind: 'began', set: work.plan.set, change });
  try {
    const detail = await perform(work, change);
    noteSuccess(work, change);
    return { change, outcome: 'done', detail };
  } catch (error) {
    noteFailure(work, change);
    return { change, outcome: 'failed', detail: explain(work, error) };
  }
}

function explain(work: Work, error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  if (error instanceof ProviderError) {
    if (error.failure === 'credential') work.halt.because = 'the credential is dead';
    return error.message;
  }
  // Our own bug: nothing further begins, what is in flight ends, then it is thrown with its stack.
  work.halt.bug = error;
  work.halt.because = 'keyturn met a bug of its own';
  return String(error);
}

async function perform(work: Work, change: Change): Promise<string | undefined> {
  switch (change.kind) {
    case 'create':
    case 'rotate':
      return await issue(work, change);
    case 'createUser':
      return await createUser(work, change.subject);
    case 'removeUser':
      await removeUser(work, change);
      return undefined;
    case 'update':
      await update(work, change);
      return undefined;
    case 'deliver':
      await deliver(work, change);
      return undefined;
    case 'mend':
      await mend(work, change.subject, change.mend);
      return undefined;
    case 'drain':
      await drain(work, change);
      return undefined;
    case 'withdraw':
      await withdraw(work, change);
      return undefined;
    case 'revoke':
      await revoke(work, change);
      return undefined;
    case 'keep':
      return undefined;
    default:
      return assertNever(change);
  }
}
