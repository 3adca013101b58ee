/**
 * What the controller knows of its cluster: TokenSets, issuers, namespaces and the versions of Secrets, kept
 * up to date by watches, and which sets a change of one of them concerns. Reads no value of a Secret.
 */
import type { Issuer } from '../core/manifest/types.ts';
import { parseObject } from '../core/manifest/parse-object.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { KubernetesError } from '../kubernetes/failures.ts';
import { type Mirror, mirrorCollection } from '../kubernetes/mirror.ts';
import { type KubernetesObject, namespaces, secrets } from '../kubernetes/objects.ts';
import type { SystemRuntime } from '../net/runtime.ts';
import { asksForPass, type Kept, keep, manifestOf } from './kept.ts';
import { issuers, manifestParts, tokenSets } from './kinds.ts';

export interface World {
  /** By `namespace/name`. */
  readonly sets: ReadonlyMap<string, Kept>;
  /** The set as last seen or written, whichever is newer. */
  set(key: string): Kept | undefined;
  /** After a write of ours, until the watch tells of it. */
  noteWritten(key: string, kept: Kept): void;
  issuer(name: string): KeptIssuer | undefined;
  /** Names of issuers whose credential is in a Secret of that name. */
  issuersWith(secret: string): readonly string[];
  labelsOf(namespace: string): Readonly<Record<string, string>> | undefined;
  /** The resourceVersion of a Secret; undefined: there is none. */
  secretVersion(namespace: string, name: string): string | undefined;
  /** Whether everything was listed once. */
  isSynced(): boolean;
  /** Resolves when the signal is aborted. */
  readonly ended: Promise<unknown>;
}

type KeptIssuer =
  | { readonly kind: 'issuer'; readonly issuer: Issuer; readonly kept: Kept }
  | { readonly kind: 'invalid'; readonly why: string; readonly kept: Kept };

export interface WorldOptions {
  readonly runtime: SystemRuntime;
  readonly signal: AbortSignal;
  /** Of the controller; credentials of issuers are there. */
  readonly ownNamespace: string;
  /** The only namespace whose sets are looked after; undefined: all. */
  readonly namespace: string | undefined;
  readonly onSet: (key: string, kept: Kept | undefined) => void;
  readonly onIssuer: (name: string) => void;
  readonly onNamespace: (name: string) => void;
  /** A Secret came, changed or went. */
  readonly onSecret: (namespace: string, name: string, version: string | undefined) => void;
  readonly onTrouble: (error: KubernetesError) => void;
}

export function watchWorld(client: KubernetesClient, options: WorldOptions): World {
  const written = new Map<string, Kept>();
  const sets = watchSets(client, options, (key) => written.delete(key));
  const known = watchIssuers(client, options);
  const places = watchNamespaces(client, options);
  const versions = watchSecrets(client, options);
  const mirrors: readonly Pick<Mirror<unknown>, 'isSynced' | 'ended'>[] = [sets, known, places, ...versions];
  return {
    sets: sets.entries,
    set: (key) => written.get(key) ?? sets.entries.get(key),
    noteWritten: (key, kept) => void (sets.entries.has(key) && written.set(key, kept)),
    issuer: (name) => known.entries.get(name),
    issuersWith: (secret) =>
      [...known.entries]
        .filter(([, { kept }]) => kept.spec.includes(`"name":${JSON.stringify(secret)}`))
        .map(([name]) => name),
    labelsOf: (name) => places.entries.get(name),
    secretVersion: (inNamespace, name) =>
      versions.map(({ entries }) => entries.get(`${inNamespace}/${name}`)).find((version) => version),
    isSynced: () => mirrors.every((mirror) => mirror.isSynced()),
    ended: Promise.all(mirrors.map(({ ended }) => ended)),
  };
}

function watchSets(
  client: KubernetesClient,
  { namespace, onSet, ...watching }: WorldOptions,
  onSeen: (key: string) => void,
): Mirror<Kept> {
  const scope = namespace === undefined ? {} : { namespace };
  return mirrorCollection(
    client,
    { resource: tokenSets, ...scope },
    {
      ...watching,
      keep,
      onChange: (key, kept, before) => {
        onSeen(key);
        if (kept === undefined || asksForPass(kept, before)) onSet(key, kept);
      },
    },
  );
}

function watchIssuers(client: KubernetesClient, { onIssuer, ...watching }: WorldOptions): Mirror<KeptIssuer> {
  return mirrorCollection(
    client,
    { resource: issuers },
    {
      ...watching,
      keep: readIssuer,
      onChange: (key, kept, before) => {
        if (kept?.kept.generation !== before?.kept.generation || kept?.kept.uid !== before?.kept.uid)
          onIssuer(key);
      },
    },
  );
}

function readIssuer(object: KubernetesObject): KeptIssuer {
  const kept = keep(object);
  const { manifest, findings } = parseObject(manifestOf(kept, issuers), manifestParts);
  const [issuer] = manifest.issuers;
  const why = findings.find(({ severity }) => severity === 'error')?.message ?? '';
  return issuer ? { kind: 'issuer', issuer, kept } : { kind: 'invalid', why, kept };
}

function watchNamespaces(
  client: KubernetesClient,
  { namespace, onNamespace, ...watching }: WorldOptions,
): Mirror<Readonly<Record<string, string>>> {
  return mirrorCollection(
    client,
    { resource: namespaces },
    {
      ...watching,
      metadataOnly: true,
      ...(namespace === undefined ? {} : { fieldSelector: `metadata.name=${namespace}` }),
      keep: ({ metadata }) => metadata.labels ?? {},
      onChange: (key, labels, before) => {
        if (before && JSON.stringify(labels) !== JSON.stringify(before)) onNamespace(key);
      },
    },
  );
}

/** One watch for all of them, or one for each of two namespaces. */
function watchSecrets(
  client: KubernetesClient,
  { namespace, ownNamespace, onSecret, ...watching }: WorldOptions,
): readonly Mirror<string>[] {
  const scopes =
    namespace === undefined
      ? [{}]
      : [...new Set([namespace, ownNamespace])].map((one) => ({ namespace: one }));
  return scopes.map((scope) =>
    mirrorCollection(
      client,
      { resource: secrets, ...scope },
      {
        ...watching,
        metadataOnly: true,
        keep: ({ metadata }) => metadata.resourceVersion ?? '',
        onChange: (key, version) => {
          const [inNamespace = '', name = ''] = key.split('/');
          onSecret(inNamespace, name, version);
        },
      },
    ),
  );
}
