/** The status of a set at a terminal: one row per declaration, and below it what is not as it should be. */
import { roughDuration } from '../core/duration.ts';
import type { DeclarationStatus, Health, SetStatus } from '../core/status.ts';
import { clean, joinLines } from './escape.ts';
import { type Colour, columns, pad, painter } from './layout.ts';
import type { TextOptions } from './lines.ts';
import { describeLastUse } from './tokens.ts';
import { inTime } from './words.ts';

const head = ['TOKEN', 'HEALTH', 'GEN', 'ISSUED', 'EXPIRES', 'NEXT DUE', 'LAST USED'];

const colours: Readonly<Record<Health, Colour | undefined>> = {
  suspended: 'dim',
  absent: 'dim',
  expired: 'alarm',
  overdue: 'alarm',
  blocked: 'red',
  missing: 'yellow',
  due: 'yellow',
  rotating: 'cyan',
  ok: 'green',
};

/** Header, table with details, the ids of the users, and a count by health. No final line break. */
export function renderStatus(status: SetStatus, options: TextOptions): string {
  const paint = painter(options.colours);
  const { set, title, ownerId, declarations, now, tellsLastUse } = status;
  const lines = [paint(clean(`${set} · ${title} · owner ${ownerId}`), 'bold')];
  if (declarations.length === 0) return joinLines([...lines, 'No tokens are declared.']);
  const width = Math.max(...declarations.map(({ health }) => health.length), 'HEALTH'.length);
  const cells = declarations.map((row) => describeRow({ ...row, tellsLastUse }, now));
  const [first = '', ...rows] = columns([head, ...cells]);
  lines.push(paint(`  ${first}`, 'bold'));
  for (const [rank, row] of declarations.entries()) {
    const word = pad(row.health, width);
    // Only the word is coloured, so that a table of one colour does not hide the one row that matters.
    const at = (rows[rank] ?? '').indexOf(word, clean(row.name).length);
    const text = rows[rank] ?? '';
    lines.push(`  ${text.slice(0, at)}${paint(word, colours[row.health])}${text.slice(at + word.length)}`);
    lines.push(...describeDetails(row, now, options).map((detail) => paint(`      ${clean(detail)}`, 'dim')));
  }
  const users = new Map(declarations.map(({ user, userId }) => [user, userId ?? 'not there yet']));
  lines.push(clean(`Users: ${[...users].map(([name, id]) => `${name} (${id})`).join(', ')}.`));
  return joinLines([...lines, paint(countHealth(declarations), 'bold')]);
}

/** `12 declared: 1 overdue, 11 ok.`, worst first. */
function countHealth(declarations: readonly DeclarationStatus[]): string {
  const counts = Map.groupBy(declarations, ({ health }) => health);
  const order = [
    'expired',
    'overdue',
    'blocked',
    'missing',
    'due',
    'rotating',
    'suspended',
    'absent',
    'ok',
  ] as const;
  const words = order.flatMap((health) =>
    counts.has(health) ? `${counts.get(health)?.length} ${health}` : [],
  );
  return `${declarations.length} declared: ${words.join(', ')}.`;
}

type Row = DeclarationStatus & Pick<SetStatus, 'tellsLastUse'>;

function describeRow(row: Row, now: number): readonly string[] {
  const hasToken = row.issuedAt !== undefined;
  return [
    clean(row.name),
    row.health,
    row.generation === undefined ? '-' : String(row.generation),
    row.issuedAt === undefined ? '-' : inTime(row.issuedAt, now),
    describeExpiry(row, now),
    row.nextDueAt === undefined ? '-' : inTime(Math.max(row.nextDueAt, now), now),
    hasToken ? describeLastUse(row, now) : '-',
  ];
}

/** Without a listed token its expiry is not known, which is not the same as never. */
function describeExpiry({ expiresAt, health }: DeclarationStatus, now: number): string {
  if (expiresAt !== undefined) return inTime(expiresAt, now);
  return health === 'ok' || health === 'rotating' || health === 'due' ? 'never' : '-';
}

function describeDetails(row: DeclarationStatus, now: number, { verbose }: TextOptions): readonly string[] {
  const details: string[] = [];
  if (row.message !== undefined) details.push(`${row.reason}: ${row.message}`);
  if (verbose && row.tokenId !== undefined)
    details.push(`token ${row.tokenId} of user ${row.userId ?? 'unknown'}`);
  for (const { key, state, why } of row.destinations) {
    if (verbose || state !== 'current')
      details.push(`${state}: ${key}${why === undefined ? '' : ` (${why})`}`);
  }
  for (const { id, generation, revokeNotBefore, alive } of row.previous) {
    if (!alive && !verbose) continue;
    const when =
      revokeNotBefore > now
        ? `not revoked for ${roughDuration(revokeNotBefore - now)}`
        : 'revoked when nothing uses it';
    details.push(`generation ${generation} (${id}) ${alive ? `still works, ${when}` : 'is gone'}`);
  }
  return details;
}
