/**
 * Who acts when a person runs keyturn: the command line has no identity of its own and takes the one that the
 * manifest names (DESIGN 3.3).
 */
import { randomBytes } from 'node:crypto';
import { ManifestError } from '../core/errors.ts';
import type { TokenSet } from '../core/manifest/types.ts';
import { buildOwner } from '../core/owner.ts';
import type { Owner } from '../core/plan/types.ts';

/** @throws ManifestError when the set names no owner id */
export function ownerOf(set: TokenSet): Owner {
  if (set.ownerId === undefined) {
    const message =
      `set "${set.name}" has no ownerId, by which keyturn tells its tokens from those of others. Add to` +
      ` its spec:  ownerId: ${makeOwnerId(set.name)}  ("keyturn init" makes one too), and never change it.`;
    throw new ManifestError([{ severity: 'error', code: 'OwnerMissing', message, position: set.position }]);
  }
  return buildOwner(set.ownerId, set, { explicit: true });
}

/** The name and six random characters, so that two people who choose one name do not share an identity. */
export function makeOwnerId(name: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  return `${name}-${Array.from(randomBytes(6), (byte) => letters.charAt(byte % letters.length)).join('')}`;
}
