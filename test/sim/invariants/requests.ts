/**
 * What the engine has promised to whoever asks: a request is handled once, whatever Git replays, and no more
 * tokens are issued than are needed.
 */
import { parseDescription } from '../../../src/core/mark.ts';
import type { Change } from '../../../src/core/plan/types.ts';
import type { ReportEntry } from '../../../src/core/report.ts';
import type { Shape } from '../draft.ts';
import type { Process } from '../process.ts';
import { placeOf, Violation, type World } from '../world.ts';
import { watchOf } from './watch.ts';

type IssueChange = Change & { readonly kind: 'create' | 'rotate' };

/** DESIGN 5: live owned tokens of one declaration. */
const mostKnown = 4;

/** What the destinations were when a word was handled, and by which pass. */
interface Handled {
  readonly to: string;
  readonly begunAt: number;
  readonly doneAt: number;
}

/** Per world, by declaration and word. */
const handled = new WeakMap<World, Map<string, Handled>>();

/** P22 and P27: when a pass begins a change. */
export function checkRequest(
  world: World,
  process: Process,
  { set, change }: { readonly set: string; readonly change: Change },
): void {
  if (change.kind !== 'create' && change.kind !== 'rotate') return;
  checkKnown(world, process, { set, change });
  const shape = findShape(process, { set, name: change.subject });
  const word = shape && wordOf(shape, change);
  // What ended and came back, or lost its receipts, remembers nothing.
  if (shape && change.reason === 'Missing') forget(world, shape);
  if (!shape || word === undefined) return;
  const before = handledIn(world).get(`${shape.id} ${word}`);
  const isWhole = shape.to.every((name) => {
    const place = placeOf(world, name, process.machine);
    return place.tamperedAt < (before?.begunAt ?? 0) && !place.raced;
  });
  const couldKnow = before !== undefined && before.doneAt < process.begunAt;
  // Receipts remember; whoever loses them, or leads the declaration elsewhere, is asked to say so again.
  if (couldKnow && isWhole && before.to === shape.to.toSorted().join(' '))
    throw new Violation('P22', `${change.subject} is rotated for "${word}" once more`);
}

/** Notes for P22 what was handled: only a rotation that is done everywhere counts. */
export function noteRequest(
  world: World,
  process: Process,
  { set, entry: { change, outcome } }: { readonly set: string; readonly entry: ReportEntry },
): void {
  if (outcome !== 'done' || (change.kind !== 'create' && change.kind !== 'rotate')) return;
  const shape = findShape(process, { set, name: change.subject });
  const word = shape && wordOf(shape, change);
  // In two sets run apart, or on two machines, nobody sees all receipts.
  if (!shape || word === undefined || shape.movedFrom || world.rates.secondMachine > 0) return;
  const to = shape.to.toSorted().join(' ');
  handledIn(world).set(`${shape.id} ${word}`, {
    to,
    begunAt: process.begunAt,
    doneAt: world.scheduler.now(),
  });
}

function forget(world: World, { id }: Shape): void {
  for (const key of [...handledIn(world).keys()]) if (key.startsWith(`${id} `)) handledIn(world).delete(key);
}

/**
 * P27: where four tokens are known, one more is issued for a compromise, after a revoke, or when all of them
 * have waited for long enough (docs/adr/0013); what a receipt names is known although a list hides it.
 */
function checkKnown(
  { organization, scheduler, forged }: World,
  process: Process,
  { set, change }: { readonly set: string; readonly change: IssueChange },
): void {
  const shape = findShape(process, { set, name: change.subject });
  const { revokesFirst = 0, supersedes } = change.issue;
  if (!shape || revokesFirst > 0 || supersedes.some(({ compromised }) => compromised)) return;
  const readings = [...(watchOf(process).observations.get(set)?.readings ?? [])];
  const waiting = readings.flatMap(([identity, reading]) => {
    const isHere = shape.to.some((name) => identity.endsWith(`/${name}`));
    if (!isHere || reading.kind !== 'read' || reading.receipt.kind !== 'receipt') return [];
    const { token, previous } = reading.receipt.receipt;
    return token === change.subject ? previous : [];
  });
  const now = scheduler.now();
  // Those of others, forged or without a mark, do not count.
  const isOwn = (id: string): boolean => {
    const mark = parseDescription(organization.tokens.get(id)?.description ?? '');
    return !forged.has(id) && mark.kind === 'mark' && mark.mark.declaration === change.subject;
  };
  const young = waiting.filter(({ id, revokeNotBefore }) => now < revokeNotBefore && isOwn(id));
  const known = new Set(young.map(({ id }) => id));
  if (known.size >= mostKnown)
    throw new Violation('P27', `${change.subject} is issued anew while ${known.size} of it wait`);
}

function wordOf(shape: Shape, { reason, message }: Change): string | undefined {
  if (reason === 'Requested') return message === `trigger: ${shape.trigger}` ? shape.trigger : undefined;
  return reason === 'Compromised' ? shape.compromised : undefined;
}

function findShape(
  { draft }: Process,
  { set, name }: { readonly set: string; readonly name: string },
): Shape | undefined {
  return draft.shapes.find((shape) => shape.name === name && shape.set === set && !shape.removed);
}

function handledIn(world: World) {
  const known = handled.get(world) ?? new Map<string, Handled>();
  handled.set(world, known);
  return known;
}
