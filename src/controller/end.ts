/**
 * A set that is being deleted: its tokens are revoked and confirmed gone before it goes, or left alone where
 * it says so. It never waits for ever: what cannot be reached for long is told of and let go.
 */
import { ProviderError } from '../core/errors.ts';
import { KubernetesError } from '../kubernetes/failures.ts';
import { keepSecrets } from './keep-secrets.ts';
import type { Kept } from './kept.ts';
import { finalizer } from './kinds.ts';
import type { Office } from './office.ts';
import { passOver } from './pass.ts';
import { readSet } from './read-set.ts';
import { tellEvent } from './tell.ts';
import { releaseSet } from './write-object.ts';

/** Waits while something hinders. */
const longestWaitMs = 30_000;

/** @returns after how many milliseconds it goes on; undefined: it has ended */
export async function end(office: Office, key: string, kept: Kept): Promise<number | undefined> {
  if (!kept.finalizers.includes(finalizer)) return undefined;
  const spec = Object(JSON.parse(kept.spec)) as Record<string, unknown>;
  if (spec['deletionPolicy'] === 'Retain') {
    await keepSecrets(office, kept);
    const note = 'Its tokens and Secrets are retained, as deletionPolicy says.';
    return await release(office, key, { kept, reason: 'Retained', type: 'Normal', note });
  }
  if (spec['suspend'] === true) {
    const note =
      'It was suspended, so its tokens live on. Revoke them with "keyturn revoke" if nobody needs them.';
    return await release(office, key, { kept, reason: 'Left', type: 'Warning', note });
  }
  const hindrance = await revokeAll(office, key, kept);
  if (hindrance === undefined) {
    const note = 'Every token of it is revoked.';
    return await release(office, key, { kept, reason: 'Revoked', type: 'Normal', note });
  }
  const { settings, runtime } = office;
  const waitedMs = runtime.wallMs() - (kept.deletedAtMs ?? 0);
  const leftMs = settings.abandonAfterMs - waitedMs;
  if (leftMs <= 0) {
    office.measures.abandoned.add({});
    const note = `Released although tokens of it may live: ${hindrance} Look for them with "keyturn tokens".`;
    return await release(office, key, { kept, reason: 'Abandoned', type: 'Warning', note });
  }
  const note = `Its tokens are not revoked yet: ${hindrance}`;
  await tellEvent(office, kept, { type: 'Warning', reason: 'DeletionWaits', action: 'Delete', note });
  return Math.max(1_000, Math.min(longestWaitMs, leftMs, waitedMs));
}

/** @returns what hinders, a sentence; undefined: nothing is left */
async function revokeAll(office: Office, key: string, kept: Kept): Promise<string | undefined> {
  const { world, clusterId, settings, connections } = office;
  const read = readSet(kept, { world, clusterId, ownNamespace: settings.ownNamespace });
  if (read.kind === 'blocked') return `${read.message}.`;
  try {
    const found = await connections.to(read.wanted, true);
    if (found.kind === 'blocked') return `the credential is missing: ${found.why}.`;
    const { connection } = found;
    const { outcome, isLeft, planned } = await passOver(office, {
      key,
      kept,
      read,
      connection,
      destroy: true,
    });
    const failed = outcome.entries.find((entry) => entry.outcome !== 'done');
    if (failed) return `${failed.change.subject}: ${failed.detail ?? failed.change.message}.`;
    const unread = planned.plan.changes.find(({ reason }) => reason === 'Unobserved' || reason === 'Busy');
    if (unread) return `${unread.subject}: ${unread.message}.`;
    return isLeft ? 'more is to be done.' : undefined;
  } catch (error) {
    if (error instanceof ProviderError || error instanceof KubernetesError) return error.message;
    throw error;
  }
}

async function release(
  office: Office,
  key: string,
  {
    kept,
    ...event
  }: {
    readonly kept: Kept;
    readonly reason: string;
    readonly type: 'Normal' | 'Warning';
    readonly note: string;
  },
): Promise<undefined> {
  // While there is something to tell it of; in a namespace that ends it is refused.
  await tellEvent(office, kept, { ...event, action: 'Delete' });
  await releaseSet(office, key, kept);
  office.measures.drop(kept);
  return undefined;
}
