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
    row.expiresAt === undefined ? 'never' : inTime(row.expiresAt, now),
    describeLastUse(row, now),
    clean(row.own ? `${row.description} (the credential in use)`.trim() : row.description),
  ]);
  const [title = '', ...lines] = columns([head, ...cells]);
  const painted = lines.map((line, rank) => paint(`  ${line}`, rowColour(rows[rank], now)));
  return joinLines([paint(`  ${title}`, 'bold'), ...painted, paint(countRows(rows), 'bold')]);
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

/** `2h ago from 203.0.113.7`, or `never`. */
export function describeLastUse(
  { lastUsedAt, lastUsedFrom }: Pick<TokenRow, 'lastUsedAt' | 'lastUsedFrom'>,
  now: number,
): string {
  if (lastUsedAt === undefined) return 'never';
  return clean(`${inTime(lastUsedAt, now)}${lastUsedFrom === undefined ? '' : ` from ${lastUsedFrom}`}`);
}

function rowColour(row: TokenRow | undefined, now: number): Colour | undefined {
  if (row?.expiresAt !== undefined && row.expiresAt <= now) return 'dim';
  return row?.owner.kind === 'unmanaged' ? 'yellow' : row?.owner.kind === 'foreign' ? 'dim' : undefined;
}

function countRows(rows: readonly TokenRow[]): string {
  const counts = (['owned', 'foreign', 'unmanaged'] as const).map(
    (kind) => `${rows.filter(({ owner }) => owner.kind === kind).length} ${kind}`,
  );
  return `${plural(rows.length, 'token')}: ${counts.join(', ')}.`;
}
