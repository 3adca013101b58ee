/**
 * A Lease as two controllers write and read it: who holds it and for how long. Times in it are for people;
 * nobody here compares them with a clock (see `leader.ts`).
 */
import * as z from 'zod';
import type { KubernetesClient } from './client.ts';
import { KubernetesError } from './failures.ts';
import { apiVersionOf, leases, type ObjectBody, type Place } from './objects.ts';

const SpecSchema = z.looseObject({
  holderIdentity: z.string().nullish(),
  leaseDurationSeconds: z.number().nullish(),
  acquireTime: z.string().nullish(),
  leaseTransitions: z.number().nullish(),
});

export interface LeaseRecord {
  /** Empty when it was given up. */
  readonly holder: string;
  readonly durationMs: number | undefined;
  readonly acquireTime: string | undefined;
  readonly transitions: number;
  /** Changes with every renewal. */
  readonly resourceVersion: string;
}

export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

export interface LeaseWrite {
  readonly holder: string;
  readonly durationMs: number;
  /** The clock of this machine, for people who look at the Lease. */
  readonly wallMs: number;
}

/** Undefined where there is none. */
export async function readLease(
  client: KubernetesClient,
  place: LeasePlace,
  signal: AbortSignal,
): Promise<LeaseRecord | undefined> {
  const found = await client.find(placeOf(place), signal, { retry: false });
  return found && recordOf(found);
}

/**
 * Writes what the holder says, over `before` and nothing else.
 *
 * @returns the record, or undefined when somebody else wrote first
 */
export async function writeLease(
  client: KubernetesClient,
  place: LeasePlace,
  {
    before,
    signal,
    ...next
  }: LeaseWrite & { readonly before: LeaseRecord | undefined; readonly signal: AbortSignal },
): Promise<LeaseRecord | undefined> {
  const body = bodyOf(place, before, next);
  const options = { signal, retry: false };
  try {
    const write = before === undefined ? client.create : client.replace;
    return recordOf(await write(placeOf(place), body, options));
  } catch (error) {
    if (error instanceof KubernetesError && (error.kind === 'conflict' || error.kind === 'exists'))
      return undefined;
    throw error;
  }
}

function placeOf({ namespace, name }: LeasePlace): Place {
  return { resource: leases, namespace, name };
}

function bodyOf(
  { name }: LeasePlace,
  before: LeaseRecord | undefined,
  { holder, durationMs, wallMs }: LeaseWrite,
): ObjectBody {
  const isRenewal = before?.holder === holder;
  // A MicroTime; a plain one is refused.
  const time = new Date(wallMs).toISOString().replace('Z', '000Z');
  const transitions = before === undefined ? 0 : before.transitions + (isRenewal ? 0 : 1);
  const version = before === undefined ? {} : { resourceVersion: before.resourceVersion };
  return {
    apiVersion: apiVersionOf(leases),
    kind: leases.kind,
    metadata: { name, ...version },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: isRenewal ? (before.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: transitions,
    },
  };
}

function recordOf(object: {
  readonly metadata: { resourceVersion?: string | undefined };
  [field: string]: unknown;
}) {
  const spec = SpecSchema.safeParse(object['spec'] ?? {});
  const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = spec.success
    ? spec.data
    : {};
  return {
    holder: holderIdentity ?? '',
    durationMs: leaseDurationSeconds ? leaseDurationSeconds * 1000 : undefined,
    acquireTime: acquireTime ?? undefined,
    transitions: leaseTransitions ?? 0,
    resourceVersion: object.metadata.resourceVersion ?? '',
  };
}
