/** What the controller writes to a TokenSet itself: its status and its finalizer. */
import type { TokenSetStatusFields } from '../core/crd/status-schema.ts';
import { KubernetesError } from '../kubernetes/failures.ts';
import { apiVersionOf, type Place } from '../kubernetes/objects.ts';
import { type Kept, keep } from './kept.ts';
import { finalizer, tokenSets } from './kinds.ts';
import type { Office } from './office.ts';

export function statusOf({ status }: Kept): TokenSetStatusFields | undefined {
  return status === '' ? undefined : (JSON.parse(status) as TokenSetStatusFields);
}

/** Writes nothing when it says what was said before. A set that is gone is none of its business. */
export async function writeStatus(
  { client, world, signal }: Office,
  key: string,
  { kept, status }: { readonly kept: Kept; readonly status: TokenSetStatusFields },
): Promise<void> {
  const text = JSON.stringify(status);
  if (sortedText(status) === (kept.status && sortedText(JSON.parse(kept.status)))) return;
  const { name, namespace, uid } = kept;
  const body = {
    apiVersion: apiVersionOf(tokenSets),
    kind: tokenSets.kind,
    metadata: { name, namespace, uid },
    status,
  };
  try {
    await client.apply(placeOf(kept), body, {
      signal,
      subresource: 'status',
      fieldManager: 'keyturn-status',
    });
    world.noteWritten(key, { ...(world.set(key) ?? kept), status: text });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** An API server gives back what it was given in an order of its own. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

/** Holds the set, so that its deletion waits for us. @returns it as it is now; undefined: it is gone */
export async function holdSet(office: Office, key: string, kept: Kept): Promise<Kept | undefined> {
  if (kept.finalizers.includes(finalizer)) return kept;
  return await changeFinalizers(office, key, { kept, change: (all) => [...all, finalizer] });
}

/** Lets a deletion go on. */
export async function releaseSet(office: Office, key: string, kept: Kept): Promise<void> {
  await changeFinalizers(office, key, { kept, change: (all) => all.filter((one) => one !== finalizer) });
}

async function changeFinalizers(
  { client, world, signal }: Office,
  key: string,
  { kept, change }: { readonly kept: Kept; readonly change: (all: readonly string[]) => string[] },
): Promise<Kept | undefined> {
  const place = placeOf(kept);
  for (let tried = 1; ; tried += 1) {
    try {
      // As it is now: others have finalizers, too.
      const found = await client.find(place, signal);
      if (!found || found.metadata.uid !== kept.uid) return undefined;
      const { uid, resourceVersion, finalizers = [] } = found.metadata;
      const wanted = change(finalizers);
      const isSame =
        wanted.length === finalizers.length && wanted.every((one, rank) => one === finalizers[rank]);
      const next = isSame
        ? found
        : await client.patch(place, { metadata: { uid, resourceVersion, finalizers: wanted } }, { signal });
      const written = keep(next);
      world.noteWritten(key, written);
      return written;
    } catch (error) {
      if (isGone(error)) return undefined;
      const isRace = error instanceof KubernetesError && error.kind === 'conflict';
      if (!isRace || tried === 5) throw error;
    }
  }
}

function placeOf({ namespace, name }: Kept): Place {
  return { resource: tokenSets, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Deleted, or made anew by somebody: the uid that we wrote was another one's. */
function isGone(error: unknown): boolean {
  if (!(error instanceof KubernetesError)) return false;
  return error.kind === 'missing' || (error.kind === 'conflict' && /uid/i.test(error.message));
}
