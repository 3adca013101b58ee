/**
 * P1: what the manifest asks for is done only when somebody approved it. Judged by what the manifest said
 * when it was approved, never by how the engine calls a change: nobody's token may do more, or lie elsewhere,
 * than a person has seen.
 */
import type { Change } from '../../../src/core/plan/types.ts';
import type { TokenSpec } from '../../../src/core/spec.ts';
import { type Draft, type Shape, specOf } from '../draft.ts';
import type { Process } from '../process.ts';
import { Violation, type World } from '../world.ts';

/** What people have approved so far. */
export interface Approvals {
  /** Declaration → what its tokens may do, and where they may lie. */
  readonly specs: Map<number, Set<string>>;
  readonly places: Map<number, Set<string>>;
  /** Everything else, in words. */
  readonly deeds: Set<string>;
}

export function createApprovals(): Approvals {
  return { specs: new Map(), places: new Map(), deeds: new Set() };
}

interface Told {
  readonly set: string;
  readonly change: Change;
}

/** Notes what the manifest of a plan said when somebody approved one of its changes. */
export function noteApproval({ approvals }: World, draft: Draft, { set, change }: Told): void {
  const shape = findShape(draft, { set, change });
  const deed = deedOf(change, shape);
  if (deed !== undefined) approvals.deeds.add(deed);
  if (!shape) return;
  if (change.kind === 'create' || change.kind === 'rotate') {
    add(approvals.specs, shape.id, say(specOf(shape)));
    for (const name of shape.to) add(approvals.places, shape.id, name);
  }
  if (change.kind === 'deliver') add(approvals.places, shape.id, nameOf(change.to.key));
}

/** P1: when a pass begins a change. */
export function checkApproval(world: World, process: Process, { set, change }: Told): void {
  if (world.approved === 'all') return;
  const shape = findShape(process.draft, { set, change });
  const deed = deedOf(change, shape);
  const refuse = (what: string): never => {
    throw new Violation('P1', `${what}, and nobody approved it (${change.kind} ${change.reason})`);
  };
  if (deed !== undefined && !world.approvals.deeds.has(deed)) refuse(deed);
  if (!shape) return;
  if (change.kind === 'create' || change.kind === 'rotate') {
    const { spec, destinations } = change.issue;
    if (!isKnownSpec(world, process, { shape, spec })) refuse(`${shape.name} is issued with ${say(spec)}`);
    for (const name of destinations.map(nameOf))
      if (!isKnownPlace(world, shape.id, name)) refuse(`${shape.name} goes to ${name}`);
  }
  if (change.kind === 'deliver' && !isKnownPlace(world, shape.id, nameOf(change.to.key)))
    refuse(`${shape.name} goes to ${change.to.key}`);
}

/** Approved for it, or what a token of it has: as it was. */
function isKnownSpec(
  { approvals, organization }: World,
  process: Process,
  { shape, spec }: { readonly shape: Shape; readonly spec: TokenSpec },
): boolean {
  const wanted = say(spec);
  if (approvals.specs.get(shape.id)?.has(wanted)) return true;
  const names = [shape.name, ...shape.formerly];
  return [...organization.tokens.values()].some(
    (token) =>
      process.shownToPlan.has(token.id) &&
      (names.includes(token.mark?.declaration ?? '') || process.servedToPlan.has(token.id)) &&
      say(token.spec) === wanted,
  );
}

function isKnownPlace({ approvals }: World, id: number, name: string): boolean {
  return approvals.places.get(id)?.has(name) === true;
}

/** What somebody must have said yes to; undefined for what the engine may do by itself. */
function deedOf(change: Change, shape: Shape | undefined): string | undefined {
  const { kind, subject, reason } = change;
  switch (kind) {
    case 'createUser':
    case 'removeUser':
      return `${kind} ${subject}`;
    case 'update':
      return `${subject} is described as ${change.human}`;
    case 'withdraw':
      return reason === 'Absent' ? `${subject} ends` : `${subject} leaves ${change.from.key}`;
    case 'revoke':
      if (reason === 'Absent') return `${subject} ends`;
      return reason === 'Removed' ? `${subject} is removed` : undefined;
    case 'mend':
      return reason === 'TermsChanged' ? `${subject} has rotation ${shape?.rotation}` : undefined;
    case 'create':
    case 'rotate':
      return requestOf(change, shape);
    default:
      return undefined;
  }
}

/** A rotation for which the manifest or a person must ask. */
function requestOf({ subject, reason }: Change, shape: Shape | undefined): string | undefined {
  if (reason === 'Compromised') return `${subject} is compromised: ${shape?.compromised}`;
  if (reason === 'Requested') return `${subject} is asked for: ${shape?.trigger}`;
  return reason === 'Renamed' || reason === 'SpecChanged' ? `${subject} is rotated: ${reason}` : undefined;
}

function findShape(draft: Draft, { set, change }: Told): Shape | undefined {
  return draft.shapes.find((shape) => shape.name === change.subject && shape.set === set && !shape.removed);
}

function nameOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function say({ scopes, maxAgeSeconds, extendWhenUsed, ipAllowlist }: TokenSpec): string {
  return JSON.stringify([scopes, maxAgeSeconds ?? 'for ever', extendWhenUsed, ipAllowlist]);
}

function add(known: Map<number, Set<string>>, id: number, word: string): void {
  const words = known.get(id) ?? new Set();
  known.set(id, words.add(word));
}
