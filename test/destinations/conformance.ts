/**
 * What every destination must do, whatever it is made of. A new one calls `describeDestination` with a way
 * to make a fresh, empty place.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../src/core/secret.ts';
import type { Destination } from '../../src/engine/ports.ts';
import { canary, deliveryErrorOf, never, receiptOf } from './receipts.ts';

export interface Fixture {
  readonly destination: Destination;
  /** The same place, as another run of keyturn sees it. */
  readonly other: Destination;
  /** False where a value cannot be read back. */
  readonly readable: boolean;
  /** What a consumer gets now. */
  readonly consumed: () => Promise<string | undefined>;
  /** Everything there that is not of this destination. */
  readonly neighbours: () => Promise<unknown>;
  readonly cleanUp: () => Promise<void>;
}

const value = new SecretValue(canary);
const second = new SecretValue('sEcOnD9+x/Zq7bgWywIh==');

/**
 * @param make a fresh place without value and receipt, with neighbours where the destination can have any.
 */
export function describeDestination(name: string, make: () => Promise<Fixture>): void {
  describe(`${name} as a destination`, () => {
    let fixture: Fixture;
    let destination: Destination;

    beforeEach(async () => {
      fixture = await make();
      destination = fixture.destination;
    });
    afterEach(async () => {
      await fixture.cleanUp();
    });

    async function deliver(generation: number, next: SecretValue): Promise<string> {
      const { version } = await destination.read(never);
      return await destination.write({ version, receipt: receiptOf(generation), value: next }, never);
    }

    it('reads an empty place as a state', async () => {
      const state = await destination.read(never);
      expect([state.receipt.kind, state.value.kind]).toEqual(['none', 'absent']);
    });

    it('gives one version to one state', async () => {
      const [one, two] = [await destination.read(never), await destination.read(never)];
      expect(one.version).toBe(two.version);
    });

    it('writes value and receipt, and reads both back', async () => {
      const version = await deliver(1, value);
      const state = await destination.read(never);
      expect(state.receipt).toEqual({ kind: 'receipt', receipt: receiptOf(1) });
      expect(state.version).toBe(version);
      expect(await fixture.consumed()).toBe(canary);
      if (fixture.readable) expect(state.value.kind === 'held' && state.value.value.equals(value)).toBe(true);
      else expect(state.value).toEqual({ kind: 'opaque', changed: false });
    });

    it('writes a receipt alone before there is a value', async () => {
      const { version } = await destination.read(never);
      await destination.write({ version, receipt: receiptOf(1) }, never);
      const state = await destination.read(never);
      expect([state.receipt.kind, state.value.kind]).toEqual(['receipt', 'absent']);
    });

    it('keeps the value when only a receipt is written', async () => {
      const version = await deliver(1, value);
      const next = await destination.write({ version, receipt: receiptOf(2) }, never);
      expect(next).not.toBe(version);
      expect(await fixture.consumed()).toBe(canary);
    });

    it('replaces a value', async () => {
      await deliver(1, value);
      await deliver(2, second);
      expect(await fixture.consumed()).toBe(second.reveal());
    });

    it('refuses to write over what it has not read', async () => {
      const { version } = await destination.read(never);
      await fixture.other.write({ version, receipt: receiptOf(1), value: second }, never);
      const write = destination.write({ version, receipt: receiptOf(2), value }, never);
      expect((await deliveryErrorOf(write)).failure).toBe('conflict');
      expect(await fixture.consumed()).toBe(second.reveal());
      const { receipt } = await destination.read(never);
      expect(receipt).toEqual({ kind: 'receipt', receipt: receiptOf(1) });
    });

    it('lets one of several writers win', async () => {
      const { version } = await destination.read(never);
      const writers = [destination, fixture.other, destination, fixture.other];
      const writes = writers.map((writer, index) => {
        return writer.write({ version, receipt: receiptOf(index + 1), value }, never);
      });
      const ends = await Promise.allSettled(writes);
      expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    });

    it('withdraws value and receipt and leaves the neighbours', async () => {
      const before = await fixture.neighbours();
      const version = await deliver(1, value);
      await destination.withdraw({ version, keepValue: false }, never);
      const state = await destination.read(never);
      expect([state.receipt.kind, state.value.kind]).toEqual(['none', 'absent']);
      expect(await fixture.consumed()).toBeUndefined();
      expect(await fixture.neighbours()).toEqual(before);
    });

    it('withdraws the receipt alone when the value is to stay', async () => {
      const version = await deliver(1, value);
      await destination.withdraw({ version, keepValue: true }, never);
      expect((await destination.read(never)).receipt.kind).toBe('none');
      expect(await fixture.consumed()).toBe(canary);
    });

    it('takes nothing to withdraw for success', async () => {
      const version = await deliver(1, value);
      await destination.withdraw({ version, keepValue: false }, never);
      await destination.withdraw({ version, keepValue: false }, never);
      expect(await fixture.consumed()).toBeUndefined();
    });

    it('refuses to withdraw what it has not read', async () => {
      const version = await deliver(1, value);
      await fixture.other.write({ version, receipt: receiptOf(2), value: second }, never);
      const withdrawal = destination.withdraw({ version, keepValue: false }, never);
      expect((await deliveryErrorOf(withdrawal)).failure).toBe('conflict');
      expect(await fixture.consumed()).toBe(second.reveal());
    });

    it('tries a write without its effect', async () => {
      await deliver(1, value);
      const before = [await destination.read(never), await fixture.neighbours()];
      await destination.preflight(never);
      expect([await destination.read(never), await fixture.neighbours()]).toEqual(before);
    });

    it('changes nothing once it is told to stop', async () => {
      const version = await deliver(1, value);
      const write = destination.write({ version, receipt: receiptOf(2), value: second }, AbortSignal.abort());
      expect((await deliveryErrorOf(write)).failure).toBe('refused');
      expect((await destination.read(never)).version).toBe(version);
    });
  });
}

/** A write-only place also tells when its value was written, which the contract leaves open. */
export function withoutTimes(destination: Destination): Destination {
  return {
    ...destination,
    read: async (signal) => {
      const { version, receipt: reading, value } = await destination.read(signal);
      const held = value.kind === 'opaque' ? { kind: value.kind, changed: value.changed } : value;
      if (reading.kind !== 'receipt' || !reading.receipt.current)
        return { version, receipt: reading, value: held };
      const current = { ...reading.receipt.current, updatedAt: null };
      return { version, receipt: { kind: 'receipt', receipt: { ...reading.receipt, current } }, value: held };
    },
  };
}
