/** Works on one TokenSet: from what is known of it to what is told of it. */
import { ProviderError } from '../core/errors.ts';
import { KubernetesError } from '../kubernetes/failures.ts';
import { end } from './end.ts';
import type { Kept } from './kept.ts';
import { nextLookMs } from './look-again.ts';
import type { Office } from './office.ts';
import { passOver, type PassEnd } from './pass.ts';
import { readSet, type ReadSet } from './read-set.ts';
import { buildStatus, type Outcome } from './status.ts';
import { tellEvent } from './tell.ts';
import { holdSet, statusOf, writeStatus } from './write-object.ts';

/** A pass that is to be repeated soon; what happened is told already. */
class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

/** @returns after how many milliseconds it is looked at again; undefined: when something calls for it */
export async function work(office: Office, key: string): Promise<number | undefined> {
  const kept = office.world.set(key);
  if (!kept) {
    office.memories.delete(key);
    return undefined;
  }
  const startMs = office.runtime.monotonicMs();
  try {
    if (kept.deletedAtMs !== undefined) return await end(office, key, kept);
    const againMs = await reconcile(office, key, kept);
    office.measures.passes.add({ ended: 'done' });
    return againMs;
  } catch (error) {
    office.measures.passes.add({ ended: 'failed' });
    throw error;
  } finally {
    office.measures.reconcileSeconds.observe((office.runtime.monotonicMs() - startMs) / 1000);
  }
}

async function reconcile(office: Office, key: string, kept: Kept): Promise<number | undefined> {
  const { world, clusterId, settings, connections } = office;
  const read = readSet(kept, { world, clusterId, ownNamespace: settings.ownNamespace });
  if (read.kind === 'blocked') {
    await tellHeld(office, key, { kept, outcome: { ...read, kind: 'held' } });
    return undefined;
  }
  const found = await connections.to(read.wanted, false);
  if (found.kind === 'blocked') {
    const message = `The credential is missing: ${found.why}.`;
    await tellHeld(office, key, { kept, outcome: { kind: 'held', reason: 'CredentialsMissing', message } });
    return undefined;
  }
  // Before the first token, so that none is left behind by a deletion.
  const held = await holdSet(office, key, kept);
  if (!held) return undefined;
  const { connection } = found;
  try {
    const passed = await passOver(office, { key, kept: held, read, connection, destroy: false });
    return await settle(office, key, { kept: held, read, passed });
  } catch (error) {
    if (!(error instanceof ProviderError) || error instanceof KubernetesError) throw error;
    const reason = error.failure === 'credential' ? 'CredentialsRefused' : 'ProviderUnavailable';
    await tellHeld(office, key, { kept: held, outcome: { kind: 'held', reason, message: error.message } });
    throw new Incomplete(error.message);
  }
}

async function settle(
  office: Office,
  key: string,
  { kept, read, passed }: { readonly kept: Kept; readonly read: ReadSet; readonly passed: PassEnd },
): Promise<number> {
  const { outcome, planned } = passed;
  await say(office, key, { kept, outcome });
  const failed = outcome.entries.find((entry) => entry.outcome === 'failed' || entry.outcome === 'left');
  const { observation } = planned.input;
  if (observation.users.kind === 'unknown') throw new Incomplete(observation.users.why);
  // What rests after a failed issue comes again when its rest is over.
  if (failed && observation.backOff.size === 0) throw new Incomplete(failed.detail ?? failed.change.message);
  const { namespace = '', name } = kept;
  if (!failed)
    office.measures.lastSuccess.set({ namespace, name }, Math.floor(office.runtime.wallMs() / 1000));
  return nextLookMs({ input: planned.input, summary: outcome.summary }, turnOf(office, kept, read));
}

function turnOf({ settings, runtime }: Office, kept: Kept, { set, wanted }: ReadSet) {
  const user = set.users[0]?.name ?? kept.uid;
  const turn = `${JSON.stringify(wanted.reference.config)} ${user}`;
  return { lookEveryMs: settings.lookEveryMs, wallMs: runtime.wallMs(), turn };
}

/** Why nothing was done. */
async function tellHeld(
  office: Office,
  key: string,
  { kept, outcome }: { readonly kept: Kept; readonly outcome: Outcome & { readonly kind: 'held' } },
): Promise<void> {
  const { reason, message } = outcome;
  await tellEvent(office, kept, { type: 'Warning', reason, action: 'Reconcile', note: message });
  await say(office, key, { kept, outcome });
}

/** Writes the status, and what of it is measured. */
async function say(
  office: Office,
  key: string,
  { kept, outcome }: { readonly kept: Kept; readonly outcome: Outcome },
): Promise<void> {
  const before = statusOf(kept);
  const { generation } = kept;
  const status = buildStatus({ generation, outcome, before, wallMs: office.runtime.wallMs() });
  await writeStatus(office, key, { kept, status });
  const labels = { namespace: kept.namespace ?? '', name: kept.name };
  const isTrue = (type: string) =>
    Number(status.conditions?.some((one) => one.type === type && one.status === 'True') === true);
  office.measures.ready.set(labels, isTrue('Ready'));
  office.measures.stalled.set(labels, isTrue('Stalled'));
  const ends = (status.tokens ?? []).flatMap(({ expiresAt }) => (expiresAt ? [Date.parse(expiresAt)] : []));
  if (ends.length > 0) office.measures.expiry.set(labels, Math.min(...ends) / 1000);
  else office.measures.expiry.drop(labels);
}
