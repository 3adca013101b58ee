/** Takes value and receipt of one key out of a Secret; the Secret goes with its last value. */
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import type { Target } from './open-secret.ts';
import { dataOf, receiptAnnotation, siblingsOf } from './state.ts';

/** @throws KubernetesError `conflict` when the Secret is not `before` any more */
export async function withdraw(
  { client, place, ref }: Target,
  { before, keepValue }: { readonly before: KubernetesObject; readonly keepValue: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { uid, resourceVersion } = before.metadata;
  const version = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  const others = Object.keys(dataOf(before)).filter((key) => key !== ref.key);
  if (!keepValue && others.length === 0) {
    await client.remove(place, signal, { preconditions: version });
    return;
  }
  // After a key was renamed the receipt is that of the other key.
  const isShared = siblingsOf(before, ref.key).length > 0;
  const ownerReferences = keepValue ? { ownerReferences: withoutUs(before) } : {};
  const annotations = isShared ? {} : { annotations: { [receiptAnnotation]: null } };
  const metadata = { ...version, ...annotations, ...(isShared ? {} : ownerReferences) };
  const data = keepValue ? {} : { data: { [ref.key]: null } };
  await client.patch(place, { metadata, ...data }, { signal });
}

/** A value that is to stay must not be deleted with the TokenSet. */
function withoutUs({ metadata }: KubernetesObject): readonly unknown[] {
  return (metadata.ownerReferences ?? []).filter(({ apiVersion }) => !apiVersion.startsWith('keyturn.dev/'));
}
