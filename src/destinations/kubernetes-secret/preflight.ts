/**
 * Tries the exact write at the API server without storing it: RBAC, admission, validation, quotas all speak.
 */
import { DeliveryError } from '../../core/errors.ts';
import { endSentence } from '../../core/sentence.ts';
import { SecretValue } from '../../core/secret.ts';
import { KubernetesError } from '../../kubernetes/failures.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { bodyOf } from './body.ts';
import { failedAs, isRace } from './failure.ts';
import type { Look, Target } from './open-secret.ts';
import { dataOf } from './state.ts';

/** No value exists yet. */
const placeholder = new SecretValue('keyturn-preflight');
const mostTries = 5;

/** @see Destination.preflight */
export async function preflight(target: Target, look: Look, signal: AbortSignal): Promise<readonly string[]> {
  for (let tried = 1; ; tried += 1) {
    try {
      const before = await look();
      await tryWrite(target, before, signal);
      return warningsOf(target, before);
    } catch (error) {
      if (isWithoutDryRun(error)) return [];
      // Somebody changed the Secret between look and trial, which says nothing about the write.
      if (!isRace(error) || tried === mostTries) throw refusal(target, error);
    }
  }
}

async function tryWrite(
  { client, place, ref, owner }: Target,
  before: KubernetesObject | undefined,
  signal: AbortSignal,
): Promise<void> {
  const value = dataOf(before)[ref.key] === undefined ? placeholder : undefined;
  const body = bodyOf({ ref, owner, before, receipt: undefined, value });
  const receipt = before?.metadata.annotations;
  // Without its receipt the trial would take it away; nothing is stored, but a policy may guard it.
  const metadata = { ...body.metadata, annotations: { ...receipt, ...ref.annotations } };
  await client.apply(place, { ...body, metadata }, { dryRun: true, signal });
}

/** A webhook that may have effects of its own makes the API server refuse any dry run. */
function isWithoutDryRun(error: unknown): boolean {
  return error instanceof KubernetesError && /does not support dry ?-?run/i.test(error.message);
}

function warningsOf({ ref, key }: Target, before: KubernetesObject | undefined): readonly string[] {
  const type = before?.['type'];
  if (before === undefined || ref.type === undefined || type === ref.type) return [];
  return [
    `"${key}" stays of type "${String(type)}": Kubernetes never changes the type of a Secret. To have` +
      ` one of type "${ref.type}", name another Secret, or delete this one; it is then made anew.`,
  ];
}

function refusal({ key }: Target, error: unknown): unknown {
  const failed = failedAs('refused', key, error);
  if (!(failed instanceof DeliveryError) || !(error instanceof KubernetesError)) return failed;
  if (error.kind !== 'forbidden') return failed;
  const advice = 'Allow get, create and patch of Secrets there, or change the policy that refused it.';
  return new DeliveryError(`${endSentence(failed.message)} ${advice}`, 'refused', {
    destination: key,
    cause: error,
  });
}
