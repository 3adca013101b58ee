/**
 * What the world notes about one pass of one process, to judge later whether the engine kept its promises:
 * which lists hid what, which values were tried, which changes began and how they ended.
 */
import type { Observation } from '../../../src/core/observation.ts';
import type { Change } from '../../../src/core/plan/types.ts';
import { isAlive } from '../organization.ts';
import { type Clocks, type Process, readClocks } from '../process.ts';
import type { World } from '../world.ts';

export interface Watch {
  /** What the clocks of its process showed when the pass began. */
  readonly begunAt: Clocks;
  /** By how much the two clocks had got apart when the plan was made, in milliseconds. */
  apartMs: number;
  /** The step at which the plan began to be carried out. */
  appliedAt: number | undefined;
  /** Withdrawals for declarations that end, and revokes of removed ones, that the plan asks for. */
  readonly awaited: Set<string>;
  readonly removed: Set<string>;
  /** Token → how many lists before the plan lacked it although it lives. */
  readonly hidden: Map<string, number>;
  /** Token → when a consumer last used it, as the last list told. */
  readonly told: Map<string, number | undefined>;
  /** Tokens that a list told to be the credential in use. */
  readonly inUse: Set<string>;
  /** User → how many lists of its tokens came before the plan, and how many since. */
  readonly lists: Map<string, { planned: number; since: number }>;
  /** Tokens that any list since the plan showed. */
  readonly shownSince: Set<string>;
  /** New token → what the clocks of its process showed when its POST was sent. */
  readonly sent: Map<string, Clocks>;
  /** Token → what came of trying its value. */
  readonly tried: Map<string, 'alive' | 'refused' | 'unknown'>;
  /** Set → what its plan was made from. */
  readonly observations: Map<string, Observation>;
  /** Set, reason and declaration → how many such changes of the pass began, and how many were done. */
  readonly begun: Map<string, number>;
  readonly done: Map<string, number>;
}

/** Set and declaration → how often in a row its issue failed, and until when it rests. */
type Rests = Map<string, { readonly failures: number; readonly untilMs: number }>;

const watches = new WeakMap<Process, Watch>();
const rests = new WeakMap<Process['memory'], Rests>();

export function watchOf(process: Process): Watch {
  return watches.get(process) ?? beginWatch(process);
}

/** Forgets what was noted about the pass before. */
export function beginWatch(process: Process, begunAt: Clocks = { monotonic: 0, wall: 0 }): Watch {
  const watch: Watch = {
    begunAt,
    apartMs: 0,
    appliedAt: undefined,
    awaited: new Set(),
    removed: new Set(),
    hidden: new Map(),
    told: new Map(),
    inUse: new Set<string>(),
    lists: new Map(),
    shownSince: new Set(),
    sent: new Map(),
    tried: new Map(),
    observations: new Map(),
    begun: new Map(),
    done: new Map(),
  };
  watches.set(process, watch);
  return watch;
}

/** Notes what a plan asks for. */
export function notePlan(world: World, process: Process, changes: readonly Change[]): void {
  const watch = watchOf(process);
  const { awaited, removed, begunAt } = watch;
  const now = readClocks(world, process);
  watch.apartMs = Math.abs(now.monotonic - begunAt.monotonic - (now.wall - begunAt.wall));
  for (const change of changes) {
    const { subject, reason } = change;
    if (change.kind === 'withdraw' && reason === 'Absent') awaited.add(`${subject} ${change.from.identity}`);
    if (change.kind === 'revoke' && reason === 'Removed') removed.add(change.tokenId);
  }
}

/** As long as the process remembers, which ends with its life. */
export function restsOf({ memory }: Process): Rests {
  let known = rests.get(memory);
  if (!known) {
    known = new Map();
    rests.set(memory, known);
  }
  return known;
}

export function addOne(counts: Map<string, number>, key: string): number {
  const times = 1 + (counts.get(key) ?? 0);
  counts.set(key, times);
  return times;
}

/** Notes what one list of a user's tokens showed, and what it did not. */
export function noteList(
  { organization, scheduler }: World,
  process: Process,
  { userId, rows }: { readonly userId: string; readonly rows: readonly { readonly id: string }[] },
): void {
  const { told, hidden, lists, shownSince } = watchOf(process);
  const times = lists.get(userId) ?? { planned: 0, since: 0 };
  lists.set(userId, times);
  if (process.inApply) times.since++;
  else times.planned++;
  if (process.inApply) for (const { id } of rows) shownSince.add(id);
  const shown = new Set(rows.map(({ id }) => id));
  for (const token of organization.tokens.values()) {
    if (token.userId !== userId) continue;
    const { id, lastUsedAt, lastUserAgent } = token;
    const isOwnUse = lastUserAgent?.startsWith('keyturn/') === true;
    if (shown.has(id)) told.set(id, isOwnUse ? undefined : lastUsedAt);
    else if (!process.inApply && isAlive(token, scheduler.now())) addOne(hidden, id);
  }
}
