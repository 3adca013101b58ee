/**
 * Reference tables in Markdown, made from the JSON Schema and from the descriptors of providers and
 * destinations.
 */
import { formatDuration } from '../src/core/duration.ts';
import { buildJsonSchema } from '../src/core/manifest/json-schema.ts';
import { destinationDescriptors } from '../src/destinations/registry.ts';
import { providers } from '../src/providers/registry.ts';

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

const descriptors = {
  providers: [...providers.values()].map(({ descriptor }) => descriptor),
  destinations: destinationDescriptors,
};
const defs = buildJsonSchema(descriptors)['$defs'] as Readonly<
  Record<'TokenSet' | 'ClusterTokenIssuer', Schema>
>;

export const setSchema = defs.TokenSet;
export const issuerSchema = defs.ClusterTokenIssuer;

/** A Markdown table; a pipe in a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Every field below the place in the schema that the path leads to. */
export function fieldsTable(
  schema: Schema,
  path: readonly string[],
  { leaveOut = [] }: { readonly leaveOut?: readonly string[] } = {},
): string {
  const start = path.reduce((at: unknown, key) => Object(at)[key], schema) as Schema;
  const rows = fieldsOf(start, '', leaveOut);
  return table(['Field', 'Type', 'Default', 'Meaning'], rows);
}

function fieldsOf(
  schema: Schema,
  prefix: string,
  leaveOut: readonly string[],
): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if (leaveOut.includes(name)) return [];
    const path = `${prefix}${name}`;
    const isNeeded = schema.required?.includes(name) ?? false;
    const row = [
      `\`${path}\``,
      typeOf(field),
      isNeeded ? 'required' : defaultOf(field),
      field.description ?? '',
    ];
    const below = field.items?.properties ? fieldsOf(field.items, `${path}[].`, leaveOut) : [];
    return [row, ...fieldsOf(field, `${path}.`, leaveOut), ...below];
  });
}

function typeOf(field: Schema): string {
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  if (field.enum) return field.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (field.pattern?.includes('[0-9]+w')) return 'duration';
  if (field.type === 'array') return field.items?.properties ? 'list of maps' : 'list of text';
  return words[field.type ?? ''] ?? '';
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  boolean: 'true, false',
  object: 'map',
};

function defaultOf({ default: value, const: only }: Schema): string {
  const isShown = value !== undefined && only === undefined && typeof value !== 'object';
  return isShown ? `\`${String(value)}\`` : '';
}

/** What each provider can do, a row for each ability. */
export function capabilitiesTable(): string {
  const list = descriptors.providers;
  const yes = (able: unknown): string => (able ? 'yes' : 'no');
  const rows: readonly (readonly [string, (provider: (typeof list)[number]) => string])[] = [
    ['scopes', ({ capabilities }) => yes(capabilities.scopes)],
    ['IP allowlist', ({ capabilities }) => yes(capabilities.ipAllowlist)],
    ['`extendWhenUsed`', ({ capabilities }) => yes(capabilities.extendWhenUsed)],
    ['tells when a token was last used', ({ capabilities }) => yes(capabilities.lastUsed)],
    [
      'description can be changed later',
      ({ capabilities: { updateDescription: can } }) =>
        can.application === can.personal ? yes(can.personal) : 'of personal tokens only',
    ],
    [
      '`maxAge`',
      ({ capabilities: { maxAgeSeconds } }) =>
        `${formatDuration(maxAgeSeconds.min * 1_000)} to ${formatDuration(maxAgeSeconds.max * 1_000)}`,
    ],
    [
      'without `maxAge` a token',
      ({ capabilities }) =>
        capabilities.expiresWithoutMaxAge ? 'lives as long as the server says' : 'never expires',
    ],
    ['a removed user', ({ capabilities }) => (capabilities.removesUsers ? 'is deleted' : 'becomes inactive')],
    [
      'personal tokens per user',
      ({ capabilities: { personalTokenQuota: most } }) => String(most ?? 'no known limit'),
    ],
  ];
  return table(
    ['', ...list.map(({ title }) => title)],
    rows.map(([name, tell]) => [name, ...list.map(tell)]),
  );
}

/** The kinds of destinations, in the order in which they are written. */
export function destinationsTable(): string {
  const byRank = descriptors.destinations.toSorted((one, other) => one.rank - other.rank);
  return table(
    ['Destination', 'In this version', 'Its receipt speaks for'],
    byRank.map(({ kind, available, local }) => [
      `\`${kind}\``,
      available ? 'works' : 'refused with a finding',
      local ? 'this machine' : 'every machine',
    ]),
  );
}
