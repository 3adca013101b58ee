/**
 * The closed list of what the simulation must reach: what it never reaches it cannot have proved. Names are
 * those under which the world counts. A count that is not in the list is reported too, so neither can drift.
 */
import type { ChangeKind, Reason } from '../../src/core/plan/types.ts';
import type { ReportEntry } from '../../src/core/report.ts';
import { recoveries } from './recovery.ts';

/**
 * Every reason; the compiler sees to it that none is forgotten. The simulated provider has no settings of its
 * own, so the refusal for a max age over them is left to the planner's tests.
 */
const reasons = {
  Suspended: true,
  Moved: true,
  Unobserved: true,
  ProviderChanged: true,
  DestinationTaken: true,
  Absent: true,
  UserMissing: true,
  Busy: true,
  Compromised: true,
  Missing: true,
  ReceiptLost: true,
  LedgerElsewhere: true,
  Interrupted: true,
  Renamed: true,
  MarkLost: true,
  Expired: true,
  CurrentTokenGone: true,
  Tampered: true,
  SpecChanged: true,
  Requested: true,
  RotationDue: true,
  DestinationMissing: true,
  TermsChanged: true,
  HandedOver: true,
  Withdrawn: true,
  DescriptionChanged: true,
  IssueBudget: true,
  BackingOff: true,
  QuotaReached: true,
  AwaitingApproval: true,
  Superseded: true,
  Removed: true,
  Orphaned: true,
  PreviousGone: true,
  Fenced: true,
  Current: true,
} as const satisfies Record<Exclude<Reason, 'MaxAgeTooLong' | 'ReadersChanged'>, true>;

/** Of declarations, named as their reasons, and of guards. */
const refusals = [
  ...(['AwaitingApproval', 'DestinationTaken', 'LedgerElsewhere', 'UserMissing'] as const satisfies Reason[]),
  'revoke-threshold',
  'own-credential',
  'mass-disappearance',
  'user-in-use',
  'user-unlisted',
];

type Outcome = ReportEntry['outcome'];

const every = ['done', 'failed', 'refused', 'left'] as const satisfies Outcome[];
/** Nothing that drains needs an approval, and no guard counts it. */
const unrefused = ['done', 'failed', 'left'] as const satisfies Outcome[];

/** What may become of each kind of change; `keep` is not carried out. */
const outcomes = {
  create: every,
  rotate: every,
  update: every,
  deliver: every,
  mend: every,
  drain: unrefused,
  withdraw: every,
  revoke: every,
  createUser: every,
  removeUser: every,
} as const satisfies Record<Exclude<ChangeKind, 'keep'>, readonly Outcome[]>;

/** A process may die before its request is sent, while it is on its way, and when it is done. */
const moments = ['not sent', 'on its way', 'done'];

/** Effects that change something, as `phase.ts`, `destination.ts` and `provider.ts` name them. */
const writes = [
  'create user',
  'record attempt',
  'create',
  'forget attempt',
  'commit',
  'commit: value',
  'commit: receipt',
  'deliver',
  'deliver: value',
  'deliver: receipt',
  'mend receipt',
  'note destinations',
  'fence',
  'drain',
  'withdraw',
  'withdraw: value',
  'withdraw: receipt',
  'update description',
  'revoke',
  'strike',
  'remove user',
];

/** Effects that only look: dying at one is like dying at another, so they are counted in groups. */
const looks: readonly (readonly [name: string, labels: RegExp])[] = [
  ['observing', /^(who am I|list users|list tokens|read \w+)$/],
  ['the look before a write', /^look before /],
  ['preflight', /^preflight$/],
  ['verify', /^verify$/],
  ['confirm', /^confirm$/],
];

/** Headings with what belongs under each. */
export const mustReach: ReadonlyMap<string, readonly string[]> = new Map([
  ['reason', Object.keys(reasons)],
  ['refusal', refusals],
  [
    'crash',
    [...writes, ...looks.map(([name]) => name)].flatMap((what) => moments.map((at) => `${what}, ${at}`)),
  ],
  ['outcome', Object.entries(outcomes).flatMap(([kind, ends]) => ends.map((end) => `${kind}: ${end}`))],
  ['recovery', recoveries],
  [
    'fault',
    [
      'freeze',
      'SIGTERM',
      'credential dead',
      'credential dies in a pass',
      'credential foreign',
      'list that hides tokens',
    ],
  ],
  [
    'end',
    [
      'came to rest',
      'lived on for weeks',
      'pass ended: credential',
      'pass ended: ambiguous',
      'pass ended: unreachable',
    ],
  ],
]);

/**
 * Breaches that the world lets pass, because nobody could have kept the promise. Shown, so that a reader sees
 * how often; not to be reached.
 */
export const excused = 'excused';

/** Sums that are told elsewhere. */
const sums = ['passes', 'tokens issued', 'tokens revoked', 'receipts written'];

/** Heading and name in the list of something that was counted; undefined for a mere sum. */
export function placeInList(counted: string): readonly [heading: string, name: string] | undefined {
  if (sums.includes(counted)) return undefined;
  const [, heading = '', name = ''] =
    /^(reason|refusal|crash|recovery|fault|excused): (.*)$/.exec(counted) ?? [];
  if (heading === 'crash') return [heading, groupCrash(name)];
  if (heading !== '') return [heading, name];
  return [mustReach.get('end')?.includes(counted) ? 'end' : 'outcome', counted];
}

function groupCrash(point: string): string {
  const comma = point.lastIndexOf(', ');
  const what = point.slice(0, comma);
  const group = looks.find(([, labels]) => labels.test(what))?.[0];
  return `${group ?? what}${point.slice(comma)}`;
}
