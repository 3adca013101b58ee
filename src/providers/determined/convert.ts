/** A master's words into keyturn's. Pure; nothing is decided here. */
import type { TokenRecord, UserRecord } from '../../core/observation.ts';
import type { TokenInfo, User } from './answers.ts';

/** Where a cluster's tokens live, as receipts name it. Its id is stable; that of a master is not. */
export function whereOf(clusterId: string): string {
  return `determined/${clusterId}`;
}

export function userRecord(user: User, clusterId: string): UserRecord {
  const at = whereOf(clusterId);
  return { id: String(user.id), name: user.username, personal: false, at, createdAt: undefined };
}

/** The calling user. Its tokens are its own, so `at` names it besides the cluster. */
export function callerRecord(user: User, clusterId: string): UserRecord {
  const at = `${whereOf(clusterId)}/${user.id}`;
  return { id: String(user.id), name: 'me', personal: true, at, createdAt: undefined };
}

/** @param ownId of the credential that made the list */
export function tokenRecord(item: TokenInfo, ownId: string | undefined): TokenRecord {
  const id = String(item.id);
  return {
    id,
    description: item.description ?? '',
    createdAt: item.createdAt,
    expiresAt: item.expiry,
    lastUsedAt: undefined,
    lastUsedFrom: undefined,
    lastUserAgent: undefined,
    spec: {
      scopes: [],
      // The lifespan that was asked for, plus up to 2 µs.
      maxAgeSeconds: Math.round((item.expiry - item.createdAt) / 1_000),
      extendWhenUsed: false,
      ipAllowlist: [],
    },
    own: id === ownId,
  };
}
