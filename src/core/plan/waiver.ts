/**
 * How a person waives a refusal: by its word for one run, or in the manifest by its word and what it counted.
 */
import { digestOf } from './digest.ts';
import type { PlanInput } from './types.ts';

/** The digest of refusing one declaration for one reason. */
export function refusalDigest(rule: string, subject: string): string {
  return digestOf('refusal', rule, subject);
}

/** Whether the run, or the manifest with the digest of this very refusal, says that it is intended. */
export function isWaived(
  { requests, set }: PlanInput,
  { waiver, digest }: { readonly waiver: string | undefined; readonly digest: string },
): boolean {
  if (waiver === undefined) return false;
  if (requests.acknowledge.has(waiver)) return true;
  // Where changes are approved in reviews no change of the plan shows what the manifest waives, so that only
  // guards, which stop what was approved by itself, can be waived there.
  const isOfOne = waiver === 'reissue' || waiver.startsWith('take-over:');
  if (isOfOne && requests.approved !== 'all') return false;
  return set.guards.acknowledge.some((entry) => entry.rule === waiver && entry.digest === digest);
}
