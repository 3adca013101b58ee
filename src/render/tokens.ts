/** Every visible token as a table at a terminal: whose it is, how old, until when, and who used it last. */
import { clean, joinLines } from './escape.ts';
import { type Colour, columns, painter } from './layout.ts';
import type { TextOptions } from './lines.ts';
import type { TokenRow } from './token-rows.ts';
import { inTime, plural } from './words.ts';

const head = ['USER', 'TOKEN ID', 'OWNER', 'CREATED', 'EXPIRES', 'LAST USED', 'DESCRIPTION'];

/** The table and how many there are of each kind. `now` is the provider's time. No final line break. */
export function renderTokens(
  rows: readonly TokenRow[],
  now: number,
  { colours, owners }: TextOptions,
): string {
  const paint = painter(colours);
  if (rows.length === 0) return 'No tokens.';
  const cells = rows.map((row) => [
    clean(row.user),
    clean(row.tokenId),
    clean(describeOwner(row, owners)),
    inTime(row.createdAt, now),
    describeEnd(row, now),
    describeLastUse(row, now),
    clean(row.own ? `${row.description} (the credential in use)`.trim() : row.description),
  ]);
  const [title = '', ...lines] = columns([head, ...cells]);
  const painted = lines.map((line, rank) => paint(`  ${line}`, rowColour(rows[rank], now)));
  return joinLines([paint(`  ${title}`, 'bold'), ...painted, paint(countRows(rows, now), 'bold')]);
}

/** `ci/deploy, generation 7`, `payments-staging: etl/nightly` or `unmanaged`. */
function describeOwner({ owner }: TokenRow, names: ReadonlyMap<string, string> | undefined): string {
  switch (owner.kind) {
    case 'owned': {
      const { declaration, generation } = owner;
      const which = generation === undefined ? 'by a newer keyturn' : `generation ${generation}`;
      return `${declaration}, ${which}`;
    }
    case 'foreign':
      return `${owner.name ?? names?.get(owner.owner) ?? `owner ${owner.owner}`}: ${owner.declaration}`;
    case 'unmanaged':
      return 'unmanaged';
  }
}

/** `in 80d`, `never`, `revoked`, or `expired 3d ago`. */
function describeEnd({ expiresAt, ended }: TokenRow, now: number): string {
  if (ended === 'revoked') return ended;
  if (expiresAt === undefined) return 'never';
  return expiresAt <= now ? `expired ${inTime(expiresAt, now)}` : inTime(expiresAt, now);
}

/** `2h ago from 203.0.113.7`, `never`, or `not told`. */
export function describeLastUse(
  { lastUsedAt, lastUsedFrom, tellsLastUse }: Pick<TokenRow, 'lastUsedAt' | 'lastUsedFrom' | 'tellsLastUse'>,
  now: number,
): string {
  if (!tellsLastUse) return 'not told';
  if (lastUsedAt === undefined) return 'never';
  return clean(`${inTime(lastUsedAt, now)}${lastUsedFrom === undefined ? '' : ` from ${lastUsedFrom}`}`);
}

function rowColour(row: TokenRow | undefined, now: number): Colour | undefined {
  if (row && hasEnded(row, now)) return 'dim';
  return row?.owner.kind === 'unmanaged' ? 'yellow' : row?.owner.kind === 'foreign' ? 'dim' : undefined;
}

function hasEnded({ ended, expiresAt }: TokenRow, now: number): boolean {
  return ended !== undefined || (expiresAt !== undefined && expiresAt <= now);
}

/** `5 tokens: 2 owned, 1 foreign, 2 unmanaged; 1 of them no longer works.` */
function countRows(rows: readonly TokenRow[], now: number): string {
  const counts = (['owned', 'foreign', 'unmanaged'] as const).map(
    (kind) => `${rows.filter(({ owner }) => owner.kind === kind).length} ${kind}`,
  );
  const ended = rows.filter((row) => hasEnded(row, now)).length;
  const dead = ended === 0 ? '' : `; ${ended} of them no longer ${ended === 1 ? 'works' : 'work'}`;
  return `${plural(rows.length, 'token')}: ${counts.join(', ')}${dead}.`;
}
