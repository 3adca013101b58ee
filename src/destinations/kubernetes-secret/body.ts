/**
 * What is applied to a Secret: the value, the receipt, and what the manifest says about it. Server-side apply
 * keeps track of what was ours, so a label that leaves the manifest goes with the next write, and nothing of
 * others is touched.
 */
import { formatReceipt, type Receipt } from '../../core/receipt.ts';
import type { SecretValue } from '../../core/secret.ts';
import { apiVersionOf, type KubernetesObject, type ObjectBody, secrets } from '../../kubernetes/objects.ts';
import type { KubernetesSecretRef } from './descriptor.ts';
import type { SecretOwner } from './secrets.ts';
import { dataOf, receiptAnnotation, siblingsOf } from './state.ts';

export interface Content {
  readonly ref: KubernetesSecretRef;
  readonly owner: SecretOwner | undefined;
  /** What lies there, which the write is a compare-and-swap on. */
  readonly before: KubernetesObject | undefined;
  /** Undefined for a trial. */
  readonly receipt: Receipt | undefined;
  /** Undefined: what is there stays. */
  readonly value: SecretValue | undefined;
}

/** An apply makes what is missing whatever version it names, and refuses what is there at another one. */
const versionOfNothing = '1';

export function bodyOf({ ref, owner, before, receipt, value }: Content): ObjectBody {
  const { uid, resourceVersion } = before?.metadata ?? {};
  const written = receipt && { [receiptAnnotation]: formatReceipt(receipt) };
  return {
    apiVersion: apiVersionOf(secrets),
    kind: secrets.kind,
    metadata: {
      name: ref.name,
      // With the uid a Secret that was deleted meanwhile is not made anew.
      ...(uid === undefined ? {} : { uid }),
      resourceVersion: resourceVersion ?? versionOfNothing,
      labels: ref.labels ?? {},
      annotations: { ...ref.annotations, ...written },
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    },
    ...typeOf(ref, before),
    data: valuesOf({ ref, before, value }),
  };
}

/** A type that an apply leaves out would become Opaque, and none can change. */
function typeOf(ref: KubernetesSecretRef, before: KubernetesObject | undefined): { type?: unknown } {
  const type = before === undefined ? ref.type : before['type'];
  return type === undefined ? {} : { type };
}

/** Whatever of our values an apply leaves out is deleted by it. */
function valuesOf({ ref, before, value }: Pick<Content, 'ref' | 'before' | 'value'>): ObjectBody {
  const data = dataOf(before);
  const kept = [ref.key, ...siblingsOf(before, ref.key)].flatMap((key) => {
    const held = data[key];
    return held === undefined ? [] : [[key, held] as const];
  });
  const fresh = value && { [ref.key]: Buffer.from(value.reveal(), 'utf8').toString('base64') };
  return { ...Object.fromEntries(kept), ...fresh };
}
