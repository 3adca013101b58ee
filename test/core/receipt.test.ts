import { describe, expect, it } from '@jest/globals';
import { formatReceipt, parseReceipt, type Receipt } from '../../src/core/receipt.ts';
import {
  fenceReceipt,
  withCurrent,
  withDelivery,
  withDestination,
  withoutDestination,
  withoutPrevious,
  withPending,
  withPrevious,
} from '../../src/core/receipt-changes.ts';
import { day, declare, destination, hour } from './plan/manifest.ts';
import { at, now, owner, previous, receipt } from './plan/world.ts';

const context = { declaration: declare(), owner: owner.hash, at };
const superseded = { id: 't1', generation: 1, overlapMs: day, compromised: false };

describe('a stored receipt', () => {
  const full: Receipt = receipt('t2', {
    generation: 2,
    pending: { id: null, generation: 3, nonce: 'aaaaaa', since: now },
    previous: [previous('t1'), previous('t0', { compromised: true, overlap: 0 })],
    handled: { trigger: ['q4'], compromised: ['INC-1'] },
  });

  it('comes back as it was', () => {
    expect(parseReceipt(formatReceipt(full))).toEqual({ kind: 'receipt', receipt: full });
  });

  it('says times as people read them and never when a token expires', () => {
    const text = formatReceipt(full);
    expect(text).toContain('"since":"2026-11-20T12:00:00.000Z"');
    expect(text).toContain('"overlap":"1d"');
    expect(text).not.toContain('expire');
  });

  it.each([
    ['not JSON', '{', 'it is not JSON'],
    ['not an object', '[]', 'not what keyturn wrote'],
    ['without an owner', JSON.stringify({ v: 1 }), '"owner"'],
    [
      'with a time that is none',
      formatReceipt(full).replace('2026-11-20T12:00:00.000Z', 'soon'),
      '"pending.since"',
    ],
    ['with an overlap that is none', formatReceipt(full).replace('"1d"', '"soon"'), '"previous.0.overlap"'],
    ['of version 0', formatReceipt(full).replace('"v":1', '"v":0'), '"v"'],
  ])('%s is corrupt, and says where', (_what, text, where) => {
    expect(parseReceipt(text)).toEqual({ kind: 'corrupt', why: expect.stringContaining(where) });
  });

  it('of a newer version is not read at all', () => {
    expect(parseReceipt('{"v":2,"whatever":true}')).toEqual({ kind: 'newer', version: 2 });
  });
});

describe('a receipt becomes', () => {
  it('a commit: the new token is current, the old one waits, the words are handled', () => {
    const rotation = { ...declare().rotation, trigger: 'q4', compromised: 'INC-1' };
    const pending = withPending(receipt('t1'), context, { generation: 2, nonce: 'aaaaaa', since: now });
    const made = withCurrent(
      pending,
      { ...context, declaration: declare({ rotation }) },
      { id: 't2', generation: 2, spec: '11a2b3c4', issuedAt: now, now, supersedes: [superseded] },
    );
    expect(made).toMatchObject({
      current: { id: 't2', generation: 2, deliveredAt: now },
      pending: null,
      previous: [{ id: 't1', generation: 1, revokeNotBefore: now + day, overlap: day }],
      handled: { trigger: ['q4'], compromised: ['INC-1'] },
    });
  });

  it('one that keeps the date of what waits already', () => {
    const waits = receipt('t2', { previous: [previous('t1', { revokeNotBefore: now + hour })] });
    expect(withPrevious(waits, [superseded], now).previous).toEqual([
      previous('t1', { revokeNotBefore: now + hour }),
    ]);
  });

  it('one in which a compromised token waits no longer', () => {
    const waits = receipt('t2', { previous: [previous('t1', { revokeNotBefore: now + day })] });
    const made = withPrevious(waits, [{ ...superseded, overlapMs: 0, compromised: true }], now);
    expect(made.previous).toEqual([
      { id: 't1', generation: 1, revokeNotBefore: now, overlap: 0, compromised: true },
    ]);
  });

  it('one that remembers the last ten words of each kind', () => {
    let made = receipt('t1');
    for (let rank = 0; rank < 12; rank++) {
      const rotation = { ...declare().rotation, trigger: `q${rank}` };
      const issued = { id: 't1', generation: 1, spec: '11a2b3c4', issuedAt: now, now, supersedes: [] };
      made = withCurrent(made, { ...context, declaration: declare({ rotation }) }, issued);
    }
    expect(made.handled.trigger).toEqual(Array.from({ length: 10 }, (_, rank) => `q${rank + 2}`));
  });

  it('one that lists dropped destinations until they are withdrawn', () => {
    const before = receipt('t1', { destinations: ['kubernetesSecret/a', 'kubernetesSecret/gone'] });
    const declaration = declare({ deliverTo: [destination('b'), destination('a')] });
    const made = withPending(
      before,
      { ...context, declaration },
      { generation: 2, nonce: 'aaaaaa', since: now },
    );
    expect(made.destinations).toEqual(['kubernetesSecret/b', 'kubernetesSecret/a', 'kubernetesSecret/gone']);
    expect(withoutDestination(made, 'kubernetesSecret/gone').destinations).toHaveLength(2);
    expect(withDestination(before, 'kubernetesSecret/a')).toBe(before);
  });

  it('a delivery elsewhere, with its own time', () => {
    const pending = { id: null, generation: 3, nonce: 'aaaaaa', since: now };
    expect(withDelivery(receipt('t1', { pending }), now)).toMatchObject({
      current: { id: 't1', deliveredAt: now },
      pending: null,
    });
  });

  it('a fence that names every token and serves none', () => {
    expect(fenceReceipt(context, [superseded], now)).toMatchObject({
      current: null,
      previous: [{ id: 't1' }],
    });
  });

  it('one without what was revoked', () => {
    expect(
      withoutPrevious(receipt('t2', { previous: [previous('t1'), previous('t0')] }), ['t1']).previous,
    ).toEqual([previous('t0')]);
  });
});
