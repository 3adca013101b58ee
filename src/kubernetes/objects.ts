/**
 * Objects of a Kubernetes API as they come over the wire: what every kind has is checked, the rest is kept as
 * it is. What is inside `spec`, `data` or `status` is for whoever reads it.
 */
import * as z from 'zod';

const StringMap = z.record(z.string(), z.string());

const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  labels: StringMap.optional(),
  annotations: StringMap.optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z
    .array(z.looseObject({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() }))
    .optional(),
});

export const ObjectSchema = z.looseObject({ metadata: Metadata });

/** Any object. Items of a list carry neither `apiVersion` nor `kind`. */
export type KubernetesObject = z.output<typeof ObjectSchema>;

/** What is sent: the server fills in the rest. */
export interface ObjectBody {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A kind of object, and where its API is. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As in paths: `secrets`. */
  readonly plural: string;
  readonly kind: string;
}

export const secrets = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' } as const;
export const namespaces = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' } as const;
export const leases = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
} as const;
export const events = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' } as const;

/** All objects of a kind, or those of one namespace. */
export interface Collection {
  readonly resource: Resource;
  readonly namespace?: string;
}

/** One object. Without a namespace: an object of the cluster itself. */
export interface Place extends Collection {
  readonly name: string;
}

/** `v1`, `coordination.k8s.io/v1`: as objects name it. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** For messages: `Secret payments/aiven-deploy`. */
export function describePlace({ resource, namespace, name }: Place): string {
  return `${resource.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
