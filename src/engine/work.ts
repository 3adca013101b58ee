/**
 * One set while its plan is applied: what was last seen or written at each destination. Every write is a
 * compare-and-swap on that, so whatever anyone else writes in the meantime stops us instead of being lost.
 */
import { DeliveryError, InvariantError, ProviderError } from '../core/errors.ts';
import type { Declaration, DestinationReference } from '../core/manifest/types.ts';
import type { Observation, UserRecord } from '../core/observation.ts';
import type { Plan } from '../core/plan/types.ts';
import type { Receipt } from '../core/receipt.ts';
import type { ReceiptContext } from '../core/receipt-changes.ts';
import type { SecretValue } from '../core/secret.ts';
import type { Destination, DestinationState } from './ports.ts';
import type { Run, SetInRun } from './run.ts';
import type { Timekeeper } from './time.ts';

export interface Seen {
  readonly version: string;
  readonly receipt: Receipt | undefined;
}

export interface Work {
  readonly run: Run;
  readonly entry: SetInRun;
  readonly plan: Plan;
  readonly observation: Observation;
  readonly timekeeper: Timekeeper;
  /** By identity of the destination. */
  readonly seen: Map<string, Seen>;
  /** Application users that were created in this run, by name. */
  readonly created: Map<string, UserRecord>;
  /** What every destination of the run named when it was looked at for tokens of removed declarations. */
  lastLook: Promise<ReadonlySet<string>> | undefined;
  /** Why nothing further may begin. */
  readonly halt: { because?: string; bug?: unknown };
}

/** Begins with what the observation saw. */
export function beginWork(
  run: Run,
  entry: SetInRun,
  { plan, observation, timekeeper }: Pick<Work, 'plan' | 'observation' | 'timekeeper'>,
): Work {
  const seen = new Map<string, Seen>();
  for (const [identity, reading] of observation.readings) {
    if (reading.kind !== 'read') continue;
    const { version, receipt } = reading;
    seen.set(identity, { version, receipt: receipt.kind === 'receipt' ? receipt.receipt : undefined });
  }
  const created = new Map<string, UserRecord>();
  return { run, entry, plan, observation, timekeeper, seen, created, lastLook: undefined, halt: {} };
}

/** The adapter of a destination. @throws DeliveryError when this front end has none. */
export function open(work: Work, reference: DestinationReference): Destination {
  const destination = work.run.open(reference, work.entry.set);
  if (destination) return destination;
  throw new DeliveryError(`"${reference.key}" cannot be reached from here`, 'refused', {
    destination: reference.key,
  });
}

/** What is known of a destination. @throws DeliveryError when it could not be read. */
export function lastSeen(work: Work, reference: DestinationReference): Seen {
  const seen = work.seen.get(reference.identity);
  if (seen) return seen;
  throw new DeliveryError(`"${reference.key}" could not be read`, 'refused', { destination: reference.key });
}

/** Writes a receipt, and a value with it when one is given, over what was last seen there. */
export async function write(
  work: Work,
  reference: DestinationReference,
  { receipt, value }: { readonly receipt: Receipt; readonly value?: SecretValue },
): Promise<void> {
  const { version } = lastSeen(work, reference);
  const next = value === undefined ? { version, receipt } : { version, receipt, value };
  const written = await open(work, reference).write(next, work.run.signal);
  work.seen.set(reference.identity, { version: written, receipt });
}

/** Reads a destination afresh, without taking it as the base of the next write. */
export async function readAgain(work: Work, reference: DestinationReference): Promise<DestinationState> {
  return await open(work, reference).read(work.run.signal);
}

/** The declaration a change is about. */
export function declarationOf(work: Work, subject: string): Declaration {
  const declaration = work.entry.set.declarations.find(({ name }) => name === subject);
  if (!declaration) throw new InvariantError(`the plan names "${subject}", which is not declared`);
  return declaration;
}

/** The user that tokens of the declaration belong to, one created in this run included. */
export function userOf(work: Work, { user, personal }: Declaration): UserRecord {
  const { me, users } = work.observation;
  if (personal && me && !('kind' in me)) return me;
  const created = work.created.get(user);
  if (created && !personal) return created;
  const named = !personal && users.kind === 'listed' ? users.users.filter(({ name }) => name === user) : [];
  const oldest = named.toSorted(
    (a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0) || (a.id < b.id ? -1 : 1),
  )[0];
  if (oldest) return oldest;
  throw new ProviderError(
    `the application user "${user}" is not there, so no token of it can be issued`,
    'missing',
  );
}

export function receiptContext(work: Work, declaration: Declaration): ReceiptContext {
  return { declaration, owner: work.entry.owner.hash, at: userOf(work, declaration).at };
}

/**
 * A receipt that a person allowed us to take over, from another owner or another declaration, is not
 * continued.
 */
export function ours(work: Work, { name }: Declaration, receipt: Receipt | undefined): Receipt | undefined {
  const { owner, set } = work.entry;
  if (!receipt || !(receipt.owner === owner.hash || owner.former.has(receipt.owner))) return undefined;
  const other = set.declarations.find((candidate) => candidate.name === receipt.token);
  return other && other.name !== name && isStaying(work, other) ? undefined : receipt;
}

function isStaying({ entry }: Work, { state, user }: Declaration): boolean {
  const isLeaving = entry.set.users.some(({ name, state: of }) => name === user && of === 'Absent');
  return state === 'Present' && !isLeaving;
}

/** What was last seen of the receipts of a declaration, those at destinations it dropped included. */
export function receiptsOf(work: Work, { name }: Declaration): readonly Receipt[] {
  const references = [...declarationOf(work, name).deliverTo, ...(work.observation.dropped.get(name) ?? [])];
  const declaration = declarationOf(work, name);
  return references.flatMap(
    ({ identity }) => ours(work, declaration, work.seen.get(identity)?.receipt) ?? [],
  );
}

/** The first destination: its receipt is the fence. */
export function firstDestination({ name, deliverTo }: Declaration): DestinationReference {
  const [first] = deliverTo;
  if (!first) throw new InvariantError(`"${name}" has no destination`);
  return first;
}
