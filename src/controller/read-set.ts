/**
 * From a TokenSet as it is kept to what a pass works with: the set, who owns it, who issues, and which of
 * its declarations the issuer's policy stops. Or why nothing can be done about it.
 */
import type { Issuer, ProviderReference, TokenSet } from '../core/manifest/types.ts';
import { parseObject } from '../core/manifest/parse-object.ts';
import { buildOwner } from '../core/owner.ts';
import { type Breach, judgePolicy } from '../core/plan/policy.ts';
import type { Owner } from '../core/plan/types.ts';
import { matchesGlob } from '../core/glob.ts';
import type { WantedProvider } from './connections.ts';
import type { SecretKey } from './credentials.ts';
import { type Kept, manifestOf } from './kept.ts';
import { manifestParts, tokenSets } from './kinds.ts';
import type { Outcome } from './status.ts';
import type { World } from './world.ts';

export interface ReadSet {
  readonly kind: 'set';
  readonly set: TokenSet;
  readonly owner: Owner;
  readonly wanted: WantedProvider;
  /** What the issuer's policy stops, and why. */
  readonly breaches: readonly Breach[];
}

export interface Blocked {
  readonly kind: 'blocked';
  readonly reason: HeldReason;
  readonly message: string;
}

export interface Surroundings {
  readonly world: Pick<World, 'issuer' | 'labelsOf'>;
  /** Of the kube-system namespace: which cluster this is. */
  readonly clusterId: string;
  /** Where credentials of issuers are. */
  readonly ownNamespace: string;
}

type HeldReason = Extract<Outcome, { kind: 'held' }>['reason'];

/** Judges everything that needs no request. */
export function readSet(kept: Kept, around: Surroundings): ReadSet | Blocked {
  const namespace = kept.namespace ?? '';
  const object = manifestOf(kept, tokenSets);
  const named = around.world.issuer(issuerNameIn(object.spec) ?? '');
  const known = named?.kind === 'issuer' ? [named.issuer] : [];
  const { manifest, findings } = parseObject(object, manifestParts, { issuers: known });
  const [set] = manifest.sets;
  if (!set) return blocked('ManifestInvalid', errorsOf(findings));
  const local = set.declarations.find(({ deliverTo }) => deliverTo.some(({ kind }) => kind === 'file'));
  if (local) {
    const why = `"${local.name}" delivers to a file, which a cluster has not. Use a kubernetesSecret`;
    return blocked('ManifestInvalid', why);
  }
  if (set.issuer !== undefined && named === undefined)
    return blocked(
      'IssuerMissing',
      `there is no ClusterTokenIssuer "${set.issuer}". Make it, or correct issuerRef`,
    );
  if (named?.kind === 'invalid')
    return blocked('IssuerMissing', `ClusterTokenIssuer "${set.issuer}" cannot be used: ${named.why}`);
  return issuedBy(set, named?.issuer, { ...around, namespace });
}

function issuedBy(
  set: TokenSet,
  issuer: Issuer | undefined,
  { world, clusterId, ownNamespace, namespace }: Surroundings & { readonly namespace: string },
): ReadSet | Blocked {
  const reference = set.provider ?? issuer?.provider;
  const credential = reference && credentialOf(reference, issuer ? ownNamespace : namespace);
  if (!reference || !credential) {
    const why = 'spec.provider has no credentials: in a cluster they are in a Secret that it names. Add them';
    return blocked('ManifestInvalid', why);
  }
  const ownId = `kube:${clusterId}/${namespace}`;
  const { ownerId } = set;
  const admitted = issuer?.policy.allowedOwnerIds.some(
    (pattern) => ownerId !== undefined && matchesGlob(pattern, ownerId),
  );
  const owner = buildOwner(admitted && ownerId !== undefined ? ownerId : ownId, set, {
    explicit: admitted === true,
  });
  const labels = world.labelsOf(namespace);
  const asker = { ownerId: ownId, ...(labels === undefined ? {} : { namespaceLabels: labels }) };
  const breaches = issuer ? judgePolicy(issuer, set, asker) : [];
  return { kind: 'set', set, owner, wanted: { reference, credential }, breaches };
}

function issuerNameIn(spec: unknown): string | undefined {
  const reference = Object(Object(spec)['issuerRef']) as Record<string, unknown>;
  return typeof reference['name'] === 'string' ? reference['name'] : undefined;
}

function credentialOf({ config }: ProviderReference, namespace: string): SecretKey | undefined {
  const credentials = Object(config['credentials']) as Record<string, unknown>;
  const { name, key } = Object(credentials['secretKeyRef']) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof key !== 'string') return undefined;
  return { namespace, name, key };
}

function errorsOf(findings: ReturnType<typeof parseObject>['findings']): string {
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const more = errors.length > 3 ? ` And ${errors.length - 3} more.` : '';
  return errors.slice(0, 3).join(' ') + more;
}

function blocked(reason: HeldReason, message: string): Blocked {
  return { kind: 'blocked', reason, message };
}
