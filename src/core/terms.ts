/**
 * The terms of a declaration: what the manifest says about how its tokens are replaced, by whom they are
 * issued and whose they were. No token shows them, so receipts keep the terms that were last approved
 * (docs/adr/0027): an edit that nobody approved shortens no overlap and takes no token over.
 */
import { hash } from 'node:crypto';
import { formatDuration } from './duration.ts';
import type { Declaration, ProviderReference, Rotation, TokenSet } from './manifest/types.ts';
import { hashOwner } from './mark.ts';
import type { FieldChange } from './spec.ts';

/** Times in milliseconds. */
export interface Terms {
  /** Hash of the provider and how it is reached. */
  readonly provider: string;
  /** Hashes of the former owners whose tokens and receipts count as ours, sorted. */
  readonly owners: readonly string[];
  readonly overlap: number;
  readonly renewBefore?: number | undefined;
  readonly every?: number | undefined;
  readonly idleFor?: number | undefined;
  readonly idleAtMost?: number | undefined;
}

type SetTerms = Pick<TokenSet, 'provider' | 'formerOwners'>;

/** What the manifest says. */
export function termsOf(set: SetTerms, { rotation }: Pick<Declaration, 'rotation'>): Terms {
  const { overlapMs, renewBeforeMs, everyMs, idle } = rotation;
  return {
    provider: hashProvider(set),
    owners: ownersOf(set),
    overlap: overlapMs,
    ...(renewBeforeMs === undefined ? {} : { renewBefore: renewBeforeMs }),
    ...(everyMs === undefined ? {} : { every: everyMs }),
    ...(idle === undefined ? {} : { idleFor: idle.forMs, idleAtMost: idle.atMostMs }),
  };
}

/** The rotation with the approved terms in place of the declared ones. */
export function underTerms(rotation: Rotation, terms: Terms): Rotation {
  const { overlap, renewBefore, every, idleFor, idleAtMost } = terms;
  const isAwaited = idleFor !== undefined && idleAtMost !== undefined;
  return {
    ...rotation,
    overlapMs: overlap,
    renewBeforeMs: renewBefore,
    everyMs: every,
    idle: isAwaited ? { forMs: idleFor, atMostMs: idleAtMost } : undefined,
  };
}

/** Everything but the former owners, which are the whole set's. */
export function compareTerms(old: Terms, next: Terms, set: SetTerms): readonly FieldChange[] {
  const providers =
    old.provider === next.provider ? [] : ([['provider', 'another', describeProvider(set)]] as const);
  const duration = (ms: number | undefined): string => (ms === undefined ? 'none' : formatDuration(ms));
  const rows: readonly (readonly [string, string, string])[] = [
    ...providers,
    ['rotation.overlap', duration(old.overlap), duration(next.overlap)],
    ['rotation.renewBefore', duration(old.renewBefore), duration(next.renewBefore)],
    ['rotation.every', duration(old.every), duration(next.every)],
    ['rotation.revokeWhenIdle.for', duration(old.idleFor), duration(next.idleFor)],
    ['rotation.revokeWhenIdle.atMost', duration(old.idleAtMost), duration(next.idleAtMost)],
  ];
  return rows
    .filter(([, before, after]) => before !== after)
    .map(([field, before, after]) => ({ field, old: before, new: after, widens: false }));
}

/** Every declaration of a set asks for them. */
const hashes = new WeakMap<object, string>();

/** Whom a credential goes to, and for which organization or cluster. */
export function hashProvider({ provider }: Pick<TokenSet, 'provider'>): string {
  if (!provider) return 'issuer';
  const known = hashes.get(provider) ?? computeHash(provider);
  hashes.set(provider, known);
  return known;
}

function computeHash(provider: ProviderReference): string {
  // Where a cluster keeps the credential says nothing about whom it is for.
  const { credentials: _, ...config } = provider.config;
  const entries = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([provider.kind, entries])).slice(0, 12);
}

function describeProvider({ provider }: SetTerms): string {
  const { credentials: _, ...config } = provider?.config ?? {};
  return [provider?.kind ?? 'an issuer', ...Object.values(config).map(String)].join(' ');
}

/** Hashes as marks and receipts name them, sorted. */
export function ownersOf({ formerOwners }: Pick<TokenSet, 'formerOwners'>): readonly string[] {
  if (formerOwners.length === 0) return [];
  return [...new Set(formerOwners.map(({ ownerId, name }) => hashOwner(ownerId, name)))].sort();
}
