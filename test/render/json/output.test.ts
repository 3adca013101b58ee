import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { Finding } from '../../../src/core/errors.ts';
import type { SetStatus } from '../../../src/core/status.ts';
import { safeJson } from '../../../src/render/escape.ts';
import {
  findingsToJson,
  statusToJson,
  tokensToJson,
  validationToJson,
} from '../../../src/render/json/lists.ts';
import { planToJson, reportToJson } from '../../../src/render/json/plan.ts';
import { formatOutputSchema } from '../../../src/render/json/schema.ts';
import type { TokenRow } from '../../../src/render/token-rows.ts';
import { everyKind, makePlan, now, samplePlan, sampleReport, troubledPlan } from '../samples.ts';

const file = new URL('../../../docs/schema/output.schema.json', import.meta.url);
const ajv = new Ajv({ strict: true, allErrors: true, discriminator: false });
formats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));

function expectValid(output: unknown): void {
  validate(JSON.parse(safeJson(output)));
  expect(validate.errors).toBeNull();
}

const finding: Finding = {
  severity: 'warning',
  code: 'UnknownScope',
  message: 'scope "x" is not known.',
  position: { file: 'tokens.yaml', line: 3, column: 1 },
};
const row: TokenRow = {
  user: 'ci',
  userId: 'u1',
  tokenId: 't1',
  owner: { kind: 'unmanaged' },
  description: 'by hand',
  createdAt: now,
  expiresAt: undefined,
  lastUsedAt: now,
  lastUsedFrom: '203.0.113.7',
  tellsLastUse: true,
  own: true,
};
const status: SetStatus = {
  set: 'payments',
  title: 'aiven org1',
  ownerId: 'payments-k3x9ab',
  now,
  tellsLastUse: true,
  declarations: [
    {
      name: 'ci/deploy',
      health: 'blocked',
      reason: 'Unobserved',
      message: 'nothing is changed',
      user: 'ci',
      userId: undefined,
      tokenId: 't1',
      generation: 2,
      issuedAt: now,
      expiresAt: undefined,
      lastUsedAt: undefined,
      lastUsedFrom: undefined,
      nextDueAt: now + 0.5,
      previous: [{ id: 't0', generation: 1, revokeNotBefore: now, alive: false }],
      destinations: [{ key: 'file/Raw:a', state: 'unread', why: 'forbidden' }],
    },
  ],
};

describe('JSON output', () => {
  it('is described by a schema that is up to date (npm run generate)', () => {
    expect(readFileSync(file, 'utf8')).toBe(formatOutputSchema());
  });

  it('of plans and reports is as the schema says, whatever the changes', () => {
    for (const plan of [samplePlan(), troubledPlan(), everyKind(), makePlan([])]) {
      expectValid(planToJson([plan]));
      const entries = plan.changes.map((change) => ({ change, outcome: 'failed' as const, detail: 'why' }));
      expectValid(reportToJson([{ plan, entries }, sampleReport([])]));
    }
  });

  it('of status, tokens, findings and validation is as the schema says', () => {
    expectValid(statusToJson([status]));
    expectValid(
      tokensToJson(
        [
          row,
          { ...row, owner: { kind: 'owned', set: 'payments', declaration: 'ci/deploy', generation: 3 } },
          { ...row, owner: { kind: 'owned', set: 'payments', declaration: 'ci/deploy' } },
          { ...row, owner: { kind: 'foreign', owner: 'aaaaaaaaaa', name: undefined, declaration: 'x/y' } },
        ],
        now,
      ),
    );
    expectValid(findingsToJson([finding]));
    expectValid(validationToJson([], [finding]));
  });

  it('is refused by the schema when a field is missing or unknown', () => {
    const { sets, ...rest } = planToJson([samplePlan()]);
    expect(validate(rest)).toBe(false);
    expect(validate({ ...rest, sets, value: 'x' })).toBe(false);
  });

  it('writes times as RFC 3339 and what is not there as null', () => {
    const [set] = planToJson([samplePlan()]).sets;
    expect(set?.now).toBe('2026-10-01T12:00:00.000Z');
    expect(set?.nextDue).toEqual({ subject: 'ci-deployer/audit', at: '2026-10-07T12:00:00.000Z' });
    expect(set?.counts.foreign).toEqual({ '91e0c5d2aa': 1 });
    expect(set?.changes[0]).toMatchObject({
      kind: 'create',
      tokenId: null,
      generation: 8,
      spec: { scopes: ['projects:read', 'services:write'], maxAgeSeconds: 7_776_000 },
    });
    const users = planToJson([everyKind()]).sets[0]?.changes.map(({ kind, userId }) => `${kind} ${userId}`);
    expect(users).toEqual(expect.arrayContaining(['removeUser u', 'update u', 'createUser null']));
    expect(tokensToJson([row], now).tokens[0]).toMatchObject({ expiresAt: null, declaration: null });
  });

  it('calls a manifest valid when there are only warnings', () => {
    expect(validationToJson([], [finding]).valid).toBe(true);
    expect(validationToJson([], [{ ...finding, severity: 'error' }]).valid).toBe(false);
  });
});
