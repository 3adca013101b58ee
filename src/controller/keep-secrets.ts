/**
 * Secrets that are to outlast their set: whoever is named as their owner would take them along, so the name
 * goes before the set does.
 */
import { KubernetesError } from '../kubernetes/failures.ts';
import { secrets } from '../kubernetes/objects.ts';
import type { Kept } from './kept.ts';
import type { Office } from './office.ts';
import { namesIn } from './secret-users.ts';

const mostTries = 5;

/** @throws KubernetesError when a Secret cannot be read or written */
export async function keepSecrets(office: Office, kept: Kept): Promise<void> {
  for (const name of namesIn(JSON.parse(kept.spec))) await disown(office, kept, name);
}

async function disown(
  { client, signal }: Office,
  { namespace = '', uid }: Kept,
  name: string,
): Promise<void> {
  const place = { resource: secrets, namespace, name };
  for (let tried = 1; ; tried += 1) {
    const found = await client.find(place, signal);
    const { ownerReferences = [], resourceVersion } = found?.metadata ?? {};
    const others = ownerReferences.filter((owner) => owner.uid !== uid);
    if (others.length === ownerReferences.length) return;
    try {
      const metadata = { uid: found?.metadata.uid, resourceVersion, ownerReferences: others };
      await client.patch(place, { metadata }, { signal });
      return;
    } catch (error) {
      const isRace = error instanceof KubernetesError && error.kind === 'conflict';
      if (!isRace || tried === mostTries) throw error;
    }
  }
}
