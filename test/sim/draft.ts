/** The manifest as people keep it in Git: two sets, a few declarations, and what has been edited in them. */
import type { Declaration, TokenSet } from '../../src/core/manifest/types.ts';
import { hashOwner } from '../../src/core/mark.ts';
import type { Owner } from '../../src/core/plan/types.ts';
import type { TokenSpec } from '../../src/core/spec.ts';
import { buildSet, day, declare, hour, minute, spec } from '../core/plan/manifest.ts';
import type { Dice } from './dice.ts';
import { rankOf, referenceTo } from './place.ts';

export const setNames = ['payments', 'billing'] as const;
export type SetName = (typeof setNames)[number];

/** One declaration through all its edits. */
export interface Shape {
  readonly id: number;
  set: SetName;
  user: string;
  /** `user/token`; earlier ones in `formerly`. */
  name: string;
  readonly formerly: string[];
  to: string[];
  scopes: string[];
  allowlist: string[];
  rotation: number;
  /** Every one it ever had: until an edit of it is approved the former one holds (docs/adr/0027). */
  readonly rotationsHad: Set<number>;
  /** Every overlap it ever had. */
  readonly overlaps: Set<number>;
  description: string;
  trigger: string | undefined;
  /** Earlier ones. */
  readonly triggers: string[];
  compromised: string | undefined;
  compromisedAt: number | undefined;
  suspend: boolean;
  state: 'Present' | 'Absent';
  /** Gone from the manifest. */
  removed: boolean;
  /** Set that gave it away and keeps the entry with `state: Moved`. */
  movedFrom: SetName | undefined;
}

export interface Draft {
  readonly shapes: Shape[];
  readonly ownerIds: Record<SetName, string>;
  readonly formerOwners: Record<SetName, { readonly ownerId: string; readonly name: string }[]>;
  suspendedSet: SetName | undefined;
  absentUser: string | undefined;
  /** Counts the edits, so that new names and words are fresh. */
  edits: number;
}

/** Max age and rotation that a manifest may hold together. */
export const rotations = [
  {
    maxAgeDays: 90,
    renewBeforeMs: 14 * day,
    everyMs: undefined,
    overlapMs: day,
    forMs: hour,
    atMostMs: 7 * day,
  },
  { maxAgeDays: 20, renewBeforeMs: 6 * day, everyMs: undefined, overlapMs: 2 * hour, forMs: 0, atMostMs: 0 },
  {
    maxAgeDays: undefined,
    renewBeforeMs: undefined,
    everyMs: 30 * day,
    overlapMs: 6 * hour,
    forMs: hour,
    atMostMs: 3 * day,
  },
  {
    maxAgeDays: 60,
    renewBeforeMs: 20 * day,
    everyMs: 25 * day,
    overlapMs: 5 * minute,
    forMs: 0,
    atMostMs: 0,
  },
  {
    maxAgeDays: undefined,
    renewBeforeMs: undefined,
    everyMs: undefined,
    overlapMs: minute,
    forMs: 0,
    atMostMs: 0,
  },
] as const;

/** The first manifest of a run. */
export function createDraft(dice: Dice, declarations: number): Draft {
  const places = [
    ['k1', 'k2'],
    ['k3', 'w1'],
    ['w2', 'w3'],
    ['f1', 'k4'],
    ['w4'],
    ['f2', 'w5'],
    ['k5'],
    ['f3'],
  ];
  const draft: Draft = {
    shapes: [],
    ownerIds: { payments: 'kube:one/payments', billing: 'kube:one/payments' },
    formerOwners: { payments: [], billing: [] },
    suspendedSet: undefined,
    absentUser: undefined,
    edits: 0,
  };
  for (let index = 0; index < declarations; index++) {
    const [to] = places.splice(Math.floor(dice.next() * places.length), 1);
    addShape(draft, dice, to ?? ['k9']);
  }
  return draft;
}

export function addShape(draft: Draft, dice: Dice, to: readonly string[]): Shape {
  const user = dice.pick(['ci', 'ci', 'etl', 'me']);
  const rotation = Math.floor(dice.next() * rotations.length);
  const id = draft.shapes.length + 1;
  const shape: Shape = {
    id,
    set: dice.chance(0.75) ? 'payments' : 'billing',
    user,
    name: `${user}/t${id}`,
    formerly: [],
    to: [...to],
    scopes: dice.pick([[], ['projects:read']]),
    allowlist: dice.chance(0.15) ? ['203.0.113.0/24'] : [],
    rotation,
    rotationsHad: new Set([rotation]),
    overlaps: new Set([rotations[rotation]?.overlapMs ?? 0]),
    description: 'Deploys',
    trigger: undefined,
    triggers: [],
    compromised: undefined,
    compromisedAt: undefined,
    suspend: false,
    state: 'Present',
    removed: false,
    movedFrom: undefined,
  };
  draft.shapes.push(shape);
  return shape;
}

/** A copy that later edits do not reach: what a run of keyturn has read. */
export function copyDraft(draft: Draft): Draft {
  return {
    ...draft,
    shapes: draft.shapes.map((shape) => ({
      ...shape,
      formerly: [...shape.formerly],
      to: [...shape.to],
      overlaps: new Set(shape.overlaps),
    })),
    ownerIds: { ...draft.ownerIds },
    formerOwners: { payments: [...draft.formerOwners.payments], billing: [...draft.formerOwners.billing] },
  };
}

/** The documents of the draft, parsed. */
export function toSets(draft: Draft, file = 'tokens.yaml'): readonly TokenSet[] {
  return setNames.map((name) => {
    const own = draft.shapes.filter((shape) => !shape.removed && shape.set === name);
    const given = draft.shapes.filter((shape) => shape.movedFrom === name && !shape.removed);
    const suspended = draft.suspendedSet === name;
    const users = new Set([...own, ...given].map(({ user }) => user).filter((user) => user !== 'me'));
    return buildSet({
      set: {
        name,
        ownerId: draft.ownerIds[name],
        formerOwners: draft.formerOwners[name],
        suspend: suspended,
        position: { file, line: 1, column: 1 },
      },
      users: [...users].map((user) => ({
        name: user,
        create: user !== 'etl',
        state: draft.absentUser === user ? ('Absent' as const) : ('Present' as const),
      })),
      declarations: [
        ...own.map((shape) => toDeclaration(shape, { suspended, file })),
        ...given.map((shape) => ({ ...toDeclaration(shape, { suspended, file }), state: 'Moved' as const })),
      ],
    });
  });
}

function toDeclaration(shape: Shape, { suspended, file }: { suspended: boolean; file: string }): Declaration {
  const rotation = rotations[shape.rotation] ?? rotations[0];
  const { renewBeforeMs, everyMs, overlapMs, forMs, atMostMs } = rotation;
  return declare({
    name: shape.name,
    user: shape.user,
    personal: shape.user === 'me',
    position: { file, line: 6 + shape.id, column: 9 },
    state: shape.state,
    description: shape.description,
    suspend: shape.suspend || suspended,
    spec: specOf(shape),
    deliverTo: placesOf(shape).map(referenceTo),
    rotation: {
      renewBeforeMs,
      everyMs,
      overlapMs,
      idle: forMs === 0 ? undefined : { forMs, atMostMs },
      trigger: shape.trigger,
      compromised: shape.compromised,
    },
  });
}

/** What its tokens may do. */
export function specOf({ rotation, scopes, allowlist }: Shape): TokenSpec {
  const days = rotations[rotation]?.maxAgeDays;
  const maxAgeSeconds = days === undefined ? undefined : (days * day) / 1_000;
  return spec({ scopes, ipAllowlist: allowlist, maxAgeSeconds });
}

/** Its destinations in the order in which they are written. */
export function placesOf({ to }: Shape): readonly string[] {
  return to.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** As a cluster's owner ids, which no copy of the manifest shares, unless the run says otherwise. */
export function ownerOf(set: TokenSet, explicit: boolean): Owner {
  const former = set.formerOwners.map((old) => [hashOwner(old.ownerId, old.name), old.name] as const);
  return { hash: hashOwner(set.ownerId ?? '', set.name), former: new Map(former), explicit };
}

/** Whether the manifest wants it served now. */
export function isServed(draft: Draft, shape: Shape): boolean {
  return !shape.removed && shape.state === 'Present' && draft.absentUser !== shape.user;
}

/** The overlap that a declaration has now, in milliseconds. */
export function overlapOf(shape: Shape): number {
  return rotations[shape.rotation]?.overlapMs ?? 0;
}

/** Whether a mark's owner is one that this manifest may act for. */
export function isOurs(draft: Draft, owner: string): boolean {
  const sets = ['payments', 'billing'] as const;
  return sets.some(
    (set) =>
      hashOwner(draft.ownerIds[set], set) === owner ||
      draft.formerOwners[set].some((former) => hashOwner(former.ownerId, former.name) === owner),
  );
}
