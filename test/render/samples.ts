/** Plans and reports for the renderers' tests: the one of the README, and builders for others. */
import type { DestinationReference } from '../../src/core/manifest/types.ts';
import type { Change, Plan, Refusal } from '../../src/core/plan/types.ts';
import type { ReportEntry, SetReport } from '../../src/core/report.ts';
import type { TokenSpec } from '../../src/core/spec.ts';

export const now = Date.parse('2026-10-01T12:00:00Z');
const day = 86_400_000;
const spec: TokenSpec = {
  scopes: ['projects:read', 'services:write'],
  maxAgeSeconds: 7_776_000,
  extendWhenUsed: false,
  ipAllowlist: [],
};

const base = {
  message: '',
  notes: [],
  fields: [],
  digest: undefined,
  approved: true,
  cause: 'config',
} as const;

type Common = Partial<
  Pick<Change, 'message' | 'notes' | 'fields' | 'digest' | 'approved' | 'cause' | 'reason'>
>;

export function keep(
  subject: string,
  more: Common & { readonly dueAt?: number; readonly refusal?: Refusal } = {},
): Change {
  const { dueAt, refusal, ...rest } = more;
  const said = { ...base, reason: 'Current', message: 'current', cause: 'drift', ...rest } as const;
  return { ...said, subject, kind: 'keep', nextDueAt: dueAt, refusal };
}

export function issue(
  kind: 'create' | 'rotate',
  subject: string,
  more: Common & { readonly spec?: TokenSpec } = {},
): Change {
  const { spec: other = spec, ...rest } = more;
  const reason = kind === 'create' ? 'Missing' : 'SpecChanged';
  return {
    ...base,
    reason,
    ...rest,
    subject,
    kind,
    issue: { generation: 8, spec: other, supersedes: [], destinations: ['file/Raw:secrets/token'], terms },
  };
}

const terms = { provider: 'aaaaaaaaaaaa', owners: [], overlap: 86_400_000 };

export function revoke(subject: string, tokenId: string, more: Common = {}): Change {
  const said = { ...base, reason: 'Removed', ...more } as const;
  return { ...said, subject, kind: 'revoke', tokenId, userId: 'u-1', generation: 6 };
}

function place(key: string): DestinationReference {
  const position = { file: 'tokens.yaml', line: 1, column: 1 };
  return { kind: 'file', key, identity: `/srv/${key}`, ref: {}, local: true, position };
}

export function makePlan(changes: readonly Change[], more: Partial<Plan> = {}): Plan {
  return {
    set: 'payments',
    title: 'aiven org1a23f456789',
    ownerId: 'payments-k3x9ab',
    now,
    changes,
    refusals: [],
    warnings: [],
    counts: { declared: 12, owned: 14, unmanaged: 0, foreign: new Map() },
    digest: '3f9c2e71ab4d',
    nextDue: undefined,
    ...more,
  };
}

/** The plan of the issue that describes keyturn. */
export function samplePlan(): Plan {
  const scopes = {
    field: 'scopes',
    old: 'projects:read',
    new: 'projects:read, services:write',
    widens: true,
  };
  const changes = [
    issue('create', 'etl/nightly', { message: 'new in tokens.yaml:41', digest: 'aaaaaaaaaaaaaaaaaaaa' }),
    issue('rotate', 'ci-deployer/deploy', {
      message: 'scopes: projects:read → projects:read, services:write',
      fields: [scopes],
      notes: [
        'the old token keeps working until 24h after delivery to 2 destinations',
        'allows more than before: scopes',
      ],
      digest: 'bbbbbbbbbbbbbbbbbbbb',
    }),
    issue('rotate', 'ci-deployer/metrics', {
      reason: 'RotationDue',
      cause: 'clock',
      message: 'expires in 13d, renewed 14d before',
    }),
    ...Array.from({ length: 8 }, (_, rank) =>
      keep(rank === 0 ? 'ci-deployer/audit' : `ci-deployer/job-${rank}`, { dueAt: now + (6 + rank) * day }),
    ),
    revoke('etl/hourly', 'XCJ3+bgWywIh', {
      message: 'removed from tokens.yaml; last used 3d ago from 203.0.113.7',
      digest: 'cccccccccccccccccccc',
    }),
  ];
  const foreign = new Map([['91e0c5d2aa', 1]]);
  return makePlan(changes, {
    counts: { declared: 12, owned: 14, unmanaged: 3, foreign },
    nextDue: { subject: 'ci-deployer/audit', at: now + 6 * day },
  });
}

/** A plan of which a part is refused, unobserved, awaiting approval or held back. */
export function troubledPlan(): Plan {
  const taken: Refusal = {
    rule: 'DestinationTaken',
    message:
      '"ci/deploy": "file/Dotenv:ci.env#TOKEN" holds a value that keyturn did not deliver;' +
      ' what is there would be overwritten',
    waiver: 'take-over:ci/deploy',
    digest: '1d1d1d1d1d1d',
    stops: ['ci/deploy'],
  };
  const mass: Refusal = {
    rule: 'revoke-threshold',
    message:
      'this plan revokes 2 of 4 owned tokens without replacement (50 %, limit 25 %).' +
      ' If that is intended, run with --acknowledge revoke-threshold',
    waiver: 'revoke-threshold',
    digest: '2e2e2e2e2e2e',
    stops: ['revoke etl/a T1', 'revoke etl/b T2'],
  };
  const changes = [
    keep('ci/deploy', { reason: 'DestinationTaken', message: 'taken', refusal: taken }),
    ...Array.from({ length: 6 }, (_, rank) =>
      keep(`ops/job-${rank}`, {
        reason: 'Unobserved',
        message: 'nothing is changed, because listing the tokens of user "ops" failed: 503',
      }),
    ),
    keep('web/one', { reason: 'Suspended', message: 'suspended in the manifest; nothing of it is touched' }),
    issue('rotate', 'web/two', {
      message: 'maxAge: 90d → 30d',
      fields: [{ field: 'maxAge', old: '90d', new: '30d', widens: false }],
      digest: 'dddddddddddddddddddd',
      approved: false,
    }),
    revoke('etl/a', 'T1', {
      message: 'removed from tokens.yaml; never used',
      digest: 'eeeeeeeeeeeeeeeeeeee',
    }),
    revoke('etl/b', 'T2', {
      message: 'removed from tokens.yaml; never used',
      digest: 'ffffffffffffffffffff',
    }),
  ];
  return makePlan(changes, {
    refusals: [taken, mass],
    warnings: ['There are 2 application users named "ops"; the oldest is used.'],
  });
}

/** Everything of the sample plan, each with the outcome in its place. */
export function sampleReport(outcomes: readonly ReportEntry['outcome'][], detail?: string): SetReport {
  const plan = samplePlan();
  const acting = plan.changes.filter(({ kind }) => kind !== 'keep');
  const entries = acting.map((change, rank) => {
    const outcome = outcomes[rank] ?? 'done';
    return { change, outcome, detail: outcome === 'done' ? undefined : detail };
  });
  return { plan, entries };
}

/** One change of each kind that the other samples lack. */
export function everyKind(): Plan {
  const from = place('kubernetesSecret/a#token');
  const to = place('file/Raw:b');
  const common = { ...base, reason: 'Absent', cause: 'drift' } as const;
  const token = { userId: 'u', tokenId: 'T', generation: 1 };
  return makePlan([
    { ...common, subject: 'ci', kind: 'createUser' },
    { ...common, ...token, subject: 'x/a', kind: 'update', human: 'new words', message: 'update' },
    { ...common, ...token, subject: 'x/b', kind: 'deliver', from, to, message: 'deliver' },
    { ...common, subject: 'x/c', kind: 'mend', mend: { what: 'previous', ids: ['T'] }, message: 'mend' },
    {
      ...common,
      subject: 'x/c',
      kind: 'mend',
      mend: { what: 'receipt', at: to, tokenId: 'T' },
      message: 'mend',
    },
    { ...common, subject: 'x/c', kind: 'mend', mend: { what: 'mark', ...token }, message: 'mend' },
    {
      ...common,
      subject: 'x/c',
      kind: 'mend',
      mend: { what: 'fence', supersedes: [], destinations: [] },
      message: 'mend',
    },
    { ...common, ...token, subject: 'x/d', kind: 'drain', overlapMs: 1, message: 'drain' },
    {
      ...common,
      subject: 'x/e',
      kind: 'withdraw',
      from,
      receiptIsOurs: true,
      valueIsOurs: true,
      message: 'withdraw',
    },
    { ...common, ...token, subject: 'old', kind: 'removeUser', message: 'removeUser' },
  ]);
}
