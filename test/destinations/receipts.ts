/** Receipts for tests of destinations, and what to do with the errors these throw. */
import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import { DeliveryError } from '../../src/core/errors.ts';
import type { Receipt } from '../../src/core/receipt.ts';

/** A value as Aiven makes them. No error may hold it, nor a value that `valueOf` makes. */
export const canary = 'CaNaRy3+bgWywIh/Zq7==';
export const never = new AbortController().signal;

const startMs = Date.parse('2026-01-02T03:04:05.000Z');

export function receiptOf(generation: number): Receipt {
  return {
    v: 1,
    owner: '3f9c2e71ab',
    token: 'ci-deployer/deploy',
    at: 'aiven/org1a23f456789',
    current: {
      id: `token${generation}`,
      generation,
      spec: '10a1b2c3',
      issuedAt: startMs,
      deliveredAt: startMs + generation,
      updatedAt: null,
    },
    pending: null,
    previous: [],
    handled: { trigger: [], compromised: [] },
    destinations: [],
  };
}

export function pendingOf(generation: number): Receipt {
  const pending = { id: null, generation, nonce: 'ABC234', since: startMs };
  return { ...receiptOf(generation - 1), pending };
}

/** The DeliveryError that the call ends in, after a look for the canary in all of it. */
export async function deliveryErrorOf(call: Promise<unknown>): Promise<DeliveryError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw new Error(`expected a DeliveryError, got ${inspect(error)}`);
  const shown = `${inspect(error, { depth: null, showHidden: true })} ${JSON.stringify(error)}`;
  for (const text of [canary, Buffer.from(canary).toString('base64'), encodeURIComponent(canary)]) {
    expect(shown).not.toContain(text);
  }
  return error;
}
