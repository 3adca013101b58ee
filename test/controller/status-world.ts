/** Statuses from worlds of the planner, for the tests of what a TokenSet says of itself. */
import { buildStatus, type Outcome } from '../../src/controller/status.ts';
import { TokenSetStatus, type TokenSetStatusFields } from '../../src/core/crd/status-schema.ts';
import type { Breach } from '../../src/core/plan/policy.ts';
import { plan } from '../../src/core/plan/plan.ts';
import type { ReportEntry } from '../../src/core/report.ts';
import { summarize } from '../../src/core/status.ts';
import {
  day,
  hour,
  inputOf,
  listed,
  now,
  previous,
  reading,
  receipt,
  token,
  type World,
} from '../core/plan/world.ts';

interface Done {
  /** What became of every change of the plan. */
  readonly ended?: Pick<ReportEntry, 'outcome' | 'detail'>;
  readonly breaches?: readonly Breach[];
}

export function planned(world: World = {}, { ended, breaches = [] }: Done = {}): Outcome {
  const input = inputOf(world);
  const made = plan(input);
  const changes = ended ? made.changes.filter(({ kind }) => kind !== 'keep') : [];
  const entries = changes.map((change): ReportEntry => ({ change, ...(ended as NonNullable<typeof ended>) }));
  return { kind: 'planned', plan: made, summary: summarize(input, made), entries, breaches };
}

export function statusOf(
  outcome: Outcome,
  before?: TokenSetStatusFields,
  { generation = 2, wallMs = now } = {},
) {
  const status = buildStatus({ generation, outcome, before, wallMs });
  TokenSetStatus.parse(status);
  return status;
}

/** `Type=Status Reason` of every condition. */
export function conditionsOf({ conditions = [] }: TokenSetStatusFields): readonly string[] {
  return conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
}

export const none = { tokens: [], places: { a: reading(undefined) } };
export const missing = { tokens: listed([]), places: { a: reading(receipt(null)) } };
export const soon = now + 3 * day;
export const breach: Breach = {
  finding: {
    severity: 'error',
    code: 'ScopeNotAllowed',
    message: 'scope "all" is not allowed.',
    position: { file: 'TokenSet', line: 1, column: 1 },
  },
  declarations: ['ci/deploy'],
  users: [],
};
const old = previous('t0', { revokeNotBefore: now + hour });
export const overlap: World = {
  tokens: [token('t1', { generation: 2 }), token('t0')],
  places: { a: reading(receipt('t1', { generation: 2, previous: [old] })) },
};
