/**
 * The mark: the suffix of a token's description that says whose it is, for which declaration, which
 * generation, which spec and which attempt. It is complete when the token is created, because some providers
 * never let it be changed. Whoever can write descriptions can write marks, so a mark alone never makes a
 * value served; receipts do that.
 */
import { hash } from 'node:crypto';
import { currentHashForm } from './spec.ts';
import { targetsLength } from './targets.ts';

/** What a mark says. */
export interface Mark {
  /** Ten hex digits, see {@link hashOwner}. */
  readonly owner: string;
  /** `user/token`, or `me/token` for a personal one. */
  readonly declaration: string;
  readonly generation: number;
  /** {@link hashSpec} of what was asked for. */
  readonly specHash: string;
  /** Six base32 characters, fresh for every attempt. */
  readonly nonce: string;
  /** For which destinations it was issued, see `targets.ts`; undefined in a mark of the first format. */
  readonly targets?: string;
}

/** A description taken apart. `newer` is a mark that a later keyturn wrote: ours to leave alone. */
export type MarkReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'mark'; readonly mark: Mark; readonly human: string }
  | { readonly kind: 'newer'; readonly owner: string; readonly declaration: string };

const name = '([^\\s/\\]]+/[^\\s/\\]]+)';
// The second format adds the destinations; an older keyturn sees that it is newer, and leaves it alone.
const pattern = new RegExp(
  `(?:^|\\s)\\[keyturn(?:/2(?=.* d=)|(?!.* d=)) o=([0-9a-f]{10}) t=${name} g=([1-9][0-9]{0,8})` +
    ' s=([0-9])([0-9a-f]{7}) n=([a-z2-7]{6})(?: d=((?:[\\w-]{10})*|\\*[\\w-]{16}))?\\]$',
);
const newerPattern =
  /(?:^|\s)\[keyturn\/(?:[3-9]|[1-9][0-9]+) (?:\S+ )*?o=([0-9a-f]{10}) t=([^\s/\]]+\/[^\s/\]]+)(?: \S+)*\]$/;

/** The owner part of a mark: a hash of the owner id and the name of the set. */
export function hashOwner(ownerId: string, setName: string): string {
  return hash('sha256', `${ownerId}\0${setName}`).slice(0, 10);
}

/** The whole description of a token: the person's words, then the mark. */
export function formatDescription(human: string, mark: Mark): string {
  const { targets } = mark;
  const text =
    `[keyturn${targets === undefined ? '' : '/2'} o=${mark.owner} t=${encodeName(mark.declaration)}` +
    ` g=${mark.generation} s=${mark.specHash} n=${mark.nonce}` +
    (targets === undefined ? ']' : ` d=${targets}]`);
  return human === '' ? text : `${human} ${text}`;
}

/**
 * How many characters a mark may take for this declaration, the space before it included.
 *
 * @param destinations how many it has
 */
export function markLength(declaration: string, destinations: number): number {
  const targets = '-'.repeat(targetsLength(destinations));
  const fixed = { owner: '0'.repeat(10), generation: 999_999_999, specHash: '00000000', nonce: 'aaaaaa' };
  const widest = { ...fixed, targets };
  return formatDescription('', { ...widest, declaration }).length + 1;
}

/** Reads the mark at the end of a description. What does not parse is no mark: such a token is unmanaged. */
export function parseDescription(description: string): MarkReading {
  const found = pattern.exec(description);
  if (!found) return parseNewer(description);
  const [, owner = '', name = '', generation = '', form = '', digits = '', nonce = '', targets] = found;
  const declaration = decodeName(name);
  if (declaration === undefined) return { kind: 'none' };
  if (Number(form) > currentHashForm) return { kind: 'newer', owner, declaration };
  const mark = {
    owner,
    declaration,
    generation: Number(generation),
    specHash: form + digits,
    nonce,
    ...(targets === undefined ? {} : { targets }),
  };
  return { kind: 'mark', mark, human: description.slice(0, found.index) };
}

function parseNewer(description: string): MarkReading {
  const [, owner, name = ''] = newerPattern.exec(description) ?? [];
  const declaration = decodeName(name);
  return owner === undefined || declaration === undefined
    ? { kind: 'none' }
    : { kind: 'newer', owner, declaration };
}

function encodeName(declaration: string): string {
  // The last slash parts user and token: a user's name may hold anything, a token's name holds no slash.
  const slash = declaration.lastIndexOf('/');
  const [user, token] = [declaration.slice(0, slash), declaration.slice(slash + 1)];
  return `${encodeURIComponent(user)}/${encodeURIComponent(token)}`;
}

function decodeName(name: string): string | undefined {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
