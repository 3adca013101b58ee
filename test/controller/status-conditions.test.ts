// The conditions of a TokenSet: which ones a world gives, each reason of the closed lists among them.
import { describe, expect, it } from '@jest/globals';
import { heldReasons, type Outcome } from '../../src/controller/status.ts';
import { conditionReasons } from '../../src/controller/status-conditions.ts';
import {
  day,
  declare,
  hour,
  minute,
  now,
  reading,
  receipt,
  spec,
  stranger,
  token,
} from '../core/plan/world.ts';
import { breach, conditionsOf, none, overlap, planned, soon, statusOf } from './status-world.ts';

const worlds: readonly (readonly [string, Outcome, readonly string[]])[] = [
  [
    'is Ready when every token is served',
    planned(),
    ['Ready=True Served', 'Reconciling=False Idle', 'Stalled=False NotStalled'],
  ],
  [
    'is not Ready before the first token',
    planned(none),
    ['Ready=False Issuing', 'Reconciling=True Progressing', 'Stalled=False NotStalled'],
  ],
  [
    'tells that the first token failed',
    planned(none, { ended: { outcome: 'failed', detail: 'no answer' } }),
    ['Ready=False Failed', 'Reconciling=True Retrying', 'Stalled=False NotStalled'],
  ],
  [
    'stays Ready while a token is rotated because it is due',
    planned({ tokens: [token('t1', { createdAt: now - 80 * day })] }),
    ['Ready=True Served', 'Reconciling=True Progressing', 'Stalled=False NotStalled'],
  ],
  [
    'stays Ready while a token is rotated because its spec changed',
    planned({ set: { declarations: [declare({ spec: spec({ scopes: [] }) })] } }),
    ['Ready=True Served', 'Reconciling=True Progressing', 'Stalled=False NotStalled'],
  ],
  [
    'is Ready, and overdue for a person, when a token dies soon',
    planned({ tokens: [token('t1', { expiresAt: soon })] }, { ended: { outcome: 'failed', detail: 'no' } }),
    ['Ready=True Served', 'Reconciling=True Retrying', 'Stalled=True RotationOverdue'],
  ],
  [
    'is not Ready with an expired token',
    planned({ tokens: [token('t1', { expiresAt: now - minute })] }),
    ['Ready=False Expired', 'Reconciling=True Progressing', 'Stalled=False NotStalled'],
  ],
  [
    'is stalled by a Secret of someone else',
    planned({ tokens: [], places: { a: reading(receipt('x', { owner: stranger })) } }),
    ['Ready=False Refused', 'Reconciling=False Idle', 'Stalled=True Refused'],
  ],
  [
    'is stalled by a breach of its issuer’s policy',
    planned({}, { breaches: [breach] }),
    ['Ready=False PolicyBreach', 'Reconciling=False Idle', 'Stalled=True PolicyBreach'],
  ],
  [
    'waits with a set that is suspended',
    planned({ set: { suspend: true } }),
    ['Ready=True Suspended', 'Reconciling=False Idle', 'Stalled=False NotStalled'],
  ],
  [
    'does not know what it could not see',
    planned({ places: { a: { kind: 'unknown', why: 'the Secret cannot be read' } } }),
    ['Ready=Unknown Unobserved', 'Reconciling=True Retrying', 'Stalled=False NotStalled'],
  ],
  [
    'tells a destination that someone else wrote',
    planned({ places: { a: reading(receipt('t1'), { kind: 'foreign' }) } }),
    ['Ready=False NotServed', 'Reconciling=True Progressing', 'Stalled=False NotStalled'],
  ],
];

describe('the conditions of a TokenSet', () => {
  it.each(worlds)('%s', (_, outcome, expected) => {
    expect(conditionsOf(statusOf(outcome)).slice(0, 3)).toEqual(expected);
  });

  it.each(heldReasons.filter((reason) => reason !== 'ProviderUnavailable'))(
    'wait for a person with %s, and keep the rows',
    (reason) => {
      const before = statusOf(planned());
      const status = statusOf({ kind: 'held', reason, message: 'why.' }, before);
      expect(conditionsOf(status)).toEqual([
        `Ready=False ${reason}`,
        'Reconciling=False Idle',
        `Stalled=True ${reason}`,
        'PreviousTokenActive=False NonePrevious',
      ]);
      expect(status.tokens).toEqual(before.tokens);
    },
  );

  it('leave those who are served Ready while the provider is away', () => {
    const away: Outcome = { kind: 'held', reason: 'ProviderUnavailable', message: 'no answer.' };
    const before = statusOf(planned());
    expect(conditionsOf(statusOf(away, before))).toContain('Ready=True Served');
    expect(conditionsOf(statusOf(away))).toContain('Ready=Unknown ProviderUnavailable');
    expect(conditionsOf(statusOf(away, before))).toContain('Reconciling=True Retrying');
  });

  it('tell that a replaced token still works', () => {
    expect(conditionsOf(statusOf(planned(overlap)))).toContain('PreviousTokenActive=True OverlapRunning');
    expect(conditionsOf(statusOf(planned()))).toContain('PreviousTokenActive=False NonePrevious');
  });

  it('have every reason of the closed lists in some world', () => {
    const seen = new Set([
      ...worlds.flatMap(([, outcome]) => conditionsOf(statusOf(outcome))),
      ...heldReasons.flatMap((reason) => conditionsOf(statusOf({ kind: 'held', reason, message: 'm.' }))),
      ...conditionsOf(statusOf(planned(overlap))),
    ]);
    const reached = new Set([...seen].map((text) => text.replace(/=\w+/, '')));
    const listed = Object.entries(conditionReasons).flatMap(([type, reasons]) =>
      reasons.map((reason) => `${type} ${reason}`),
    );
    expect(listed.filter((reason) => !reached.has(reason))).toEqual([]);
  });

  it('keep their time until they change', () => {
    const before = statusOf(planned());
    const later = statusOf(planned(none), before, { wallMs: now + hour });
    const [ready, , stalled] = later.conditions ?? [];
    expect(ready?.lastTransitionTime).toBe('2026-11-20T13:00:00Z');
    expect(stalled?.lastTransitionTime).toBe('2026-11-20T12:00:00Z');
  });
});
