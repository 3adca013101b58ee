/**
 * A key of a Kubernetes Secret as a destination. Value and receipt change in one write, a compare-and-swap on
 * the Secret's resourceVersion, so a crash leaves either both or neither, and of two writers one wins.
 */
import type { Receipt } from '../../core/receipt.ts';
import type { SecretValue } from '../../core/secret.ts';
import type { Destination } from '../../engine/ports.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { type KubernetesObject, type Place, secrets } from '../../kubernetes/objects.ts';
import { bodyOf } from './body.ts';
import type { KubernetesSecretRef } from './descriptor.ts';
import { changedMeanwhile, failedAs, failedWrite, isRace } from './failure.ts';
import { preflight } from './preflight.ts';
import { commitDeadlineMs, type SecretOwner } from './secrets.ts';
import { stateOf, versionOf } from './state.ts';
import { withdraw } from './withdraw.ts';

export interface SecretOptions {
  readonly ref: KubernetesSecretRef;
  /** As receipts name it. */
  readonly key: string;
  readonly namespace: string;
  readonly owner: SecretOwner | undefined;
}

/** One Secret, as the steps beside this file see it. */
export interface Target extends SecretOptions {
  readonly client: KubernetesClient;
  readonly place: Place;
}

/** Looks at the Secret in its present state. @throws KubernetesError */
export type Look = () => Promise<KubernetesObject | undefined>;

/** Somebody else changing the rest of the Secret is no conflict, and not for ever. */
const mostTries = 5;

export function openSecret(client: KubernetesClient, options: SecretOptions): Destination {
  const { ref, key, namespace } = options;
  const target = { ...options, client, place: { resource: secrets, namespace, name: ref.name } };
  /** Saves a look before a write that follows a read. */
  let known: { readonly secret: KubernetesObject | undefined } | undefined;
  const look = async (signal: AbortSignal): Promise<KubernetesObject | undefined> => {
    known = { secret: await client.find(target.place, signal) };
    return known.secret;
  };
  /** The Secret if it is still as `version` says. */
  const find = async (version: string, what: 'written' | 'withdrawn', signal: AbortSignal) => {
    if (known && versionOf(known.secret, ref.key) === version) return known.secret;
    const secret = await look(signal);
    if (versionOf(secret, ref.key) !== version) throw changedMeanwhile(key, what);
    return secret;
  };
  const swap = async <T>(
    version: string,
    { what, signal }: { readonly what: 'written' | 'withdrawn'; readonly signal: AbortSignal },
    act: (before: KubernetesObject | undefined) => Promise<T>,
  ): Promise<T> => {
    for (let tried = 1; ; tried += 1) {
      const before = await find(version, what, signal).catch((error: unknown) => {
        throw failedAs('refused', key, error);
      });
      try {
        return await act(before);
      } catch (error) {
        known = undefined;
        if (!isRace(error)) throw failedWrite(key, error);
        if (tried === mostTries) throw failedAs('conflict', key, error);
      }
    }
  };
  return {
    key,
    commitDeadlineMs,
    recordsPending: false,
    read: async (signal) => {
      try {
        return stateOf(await look(signal), ref.key);
      } catch (error) {
        throw failedAs('unknown', key, error);
      }
    },
    preflight: (signal) => preflight(target, () => look(signal), signal),
    write: ({ version, receipt, value }, signal) =>
      swap(version, { what: 'written', signal }, async (before) => {
        const secret = await write(target, { before, receipt, value }, signal);
        known = { secret };
        return versionOf(secret, ref.key);
      }),
    withdraw: async ({ version, keepValue }, signal) => {
      if (await isEmpty(ref.key, () => look(signal), key)) return;
      await swap(version, { what: 'withdrawn', signal }, async (before) => {
        if (before) await withdraw(target, { before, keepValue }, signal);
        known = undefined;
      });
    },
  };
}

async function write(
  { client, place, ref, owner }: Target,
  next: {
    readonly before: KubernetesObject | undefined;
    readonly receipt: Receipt;
    readonly value: SecretValue | undefined;
  },
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const body = bodyOf({ ref, owner, ...next });
  const text = next.value?.reveal();
  const hidden = text === undefined ? [] : [text, Buffer.from(text, 'utf8').toString('base64')];
  return await client.apply(place, body, { signal, hidden });
}

/** Whether there is nothing to withdraw, whatever was read before. */
async function isEmpty(dataKey: string, look: Look, key: string): Promise<boolean> {
  try {
    const { receipt, value } = stateOf(await look(), dataKey);
    return receipt.kind === 'none' && value.kind === 'absent';
  } catch (error) {
    throw failedAs('refused', key, error);
  }
}
