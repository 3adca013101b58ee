/**
 * What a token may do, for how long and from where: normalised, and judged by what its provider can do.
 */
import { normaliseAllowlist, parseBlock } from '../allowlist.ts';
import type { ProviderDescriptor } from '../descriptor.ts';
import { formatDuration } from '../duration.ts';
import { markLength } from '../mark.ts';
import type { TokenSpec } from '../spec.ts';
import type { Inspection } from './inspection.ts';
import { type MergedToken, milliseconds } from './merge.ts';
import { quote } from './quote.ts';
import { suggest } from './suggest.ts';

/**
 * @param provider undefined when the issuer is not known: then only what holds for every provider is judged.
 */
export function buildSpec(
  token: MergedToken,
  provider: ProviderDescriptor | undefined,
  inspection: Inspection,
): TokenSpec {
  const { scopes = [], ipAllowlist = [], maxAge, extendWhenUsed = false } = token.fields;
  const can = provider?.capabilities;
  const refuse = (field: string, used: boolean, able: unknown, what: string) => {
    if (!used || !provider || able) return;
    inspection.error(
      'Unsupported',
      token.blame([field]),
      `${field} cannot be honoured: ${provider.title} ${what}. Remove it.`,
    );
  };
  refuse('scopes', scopes.length > 0, can?.scopes, 'tokens have no scopes');
  refuse('ipAllowlist', ipAllowlist.length > 0, can?.ipAllowlist, 'tokens have no IP allowlist');
  refuse(
    'extendWhenUsed',
    extendWhenUsed,
    can?.extendWhenUsed,
    'tokens do not live longer when they are used',
  );
  judgeScopes(token, provider, inspection);
  judgeAllowlist(token, provider, inspection);
  judgeMaxAge(token, provider, inspection);
  const maxAgeMs = milliseconds(maxAge);
  return {
    scopes: [...new Set(scopes)].sort(),
    maxAgeSeconds: maxAgeMs === undefined ? undefined : maxAgeMs / 1_000,
    extendWhenUsed,
    ipAllowlist: normaliseAllowlist(ipAllowlist),
  };
}

/**
 * The words of a description on one line, so that what a provider keeps compares equal; judged for length.
 */
export function buildDescription(
  token: MergedToken,
  { name, provider }: { readonly name: string; readonly provider: ProviderDescriptor | undefined },
  inspection: Inspection,
): string {
  const text = (token.fields.description ?? '').replace(/\s+/g, ' ').trim();
  const limit = provider?.capabilities.descriptionLimit;
  const length = markLength(name, token.fields.deliverTo?.length ?? 0);
  const room = limit === undefined ? Infinity : limit - length;
  if (text.length <= room) return text;
  const sums =
    `${text.length} characters, and ${provider?.title} takes ${limit}, of which keyturn's mark ` +
    `needs ${length}`;
  const fix = room > 0 ? `Shorten it to ${room}.` : 'Shorten the names of user and token.';
  inspection.error('DescriptionTooLong', token.blame(['description']), `description has ${sums}. ${fix}`);
  return text;
}

function judgeScopes(
  token: MergedToken,
  provider: ProviderDescriptor | undefined,
  inspection: Inspection,
): void {
  const { scopes } = token.fields;
  const path = token.pathOf(['scopes']);
  if (!scopes || !path) return;
  if (scopes.length === 0 && provider?.capabilities.scopes && !inspection.broken(path)) {
    const message =
      'scopes is an empty list, which restricts nothing: the token may do all its user may. Name scopes, ' +
      'or remove it.';
    inspection.warning('Unrestricted', path, message);
  }
  const known = provider?.capabilities.scopes;
  if (!known) return;
  if (scopes.length > known.most) {
    inspection.error(
      'TooManyScopes',
      path,
      `scopes has ${scopes.length} entries; ${provider.title} takes ${known.most}. Remove some.`,
    );
  }
  for (const [index, scope] of scopes.entries()) {
    if (known.known.includes(scope) || inspection.broken([...path, index])) continue;
    const meant = suggest(scope, known.known);
    const fix = meant ? `Did you mean ${quote(meant)}?` : 'Check its spelling.';
    inspection.warning(
      'UnknownScope',
      [...path, index],
      `scope ${quote(scope)} is not among those ${provider.title} publishes. ${fix}`,
    );
  }
}

function judgeAllowlist(
  token: MergedToken,
  provider: ProviderDescriptor | undefined,
  inspection: Inspection,
): void {
  const { ipAllowlist = [] } = token.fields;
  const path = token.pathOf(['ipAllowlist']) ?? token.path;
  const most = provider?.capabilities.ipAllowlist?.most ?? Infinity;
  if (ipAllowlist.length > most) {
    const message = `ipAllowlist has ${ipAllowlist.length} entries, over the limit of ${most}. Join some.`;
    inspection.error('AllowlistTooLong', path, message);
  }
  for (const [index, text] of ipAllowlist.entries()) {
    const block = parseBlock(text);
    const say = (message: string) => `ipAllowlist entry ${quote(text)} ${message}`;
    if (!block) {
      const message = say(
        'is not an IP address or CIDR block. Write one such as 203.0.113.0/24 or "2001:db8::/32".',
      );
      inspection.error('BadCidr', [...path, index], message);
    } else if (block.hostBits) {
      inspection.warning(
        'HostBits',
        [...path, index],
        say(`stands for the whole block ${block.text}. Write that, or a longer prefix.`),
      );
    }
  }
}

function judgeMaxAge(
  token: MergedToken,
  provider: ProviderDescriptor | undefined,
  inspection: Inspection,
): void {
  const { maxAge, extendWhenUsed } = token.fields;
  const path = token.blame(['maxAge']);
  if (extendWhenUsed && maxAge === undefined && !token.places(['maxAge']).some(inspection.broken)) {
    const message = 'extendWhenUsed means nothing without maxAge: there is no expiry to extend. Add maxAge.';
    inspection.error('ExtendWithoutMaxAge', token.blame(['extendWhenUsed']), message);
  }
  const ms = milliseconds(maxAge);
  if (ms === undefined || !provider) return;
  const { min, max } = provider.capabilities.maxAgeSeconds;
  const say = (words: string) =>
    inspection.error('MaxAgeOutOfRange', path, `maxAge ${quote(maxAge)} is ${words}`);
  if (ms > max * 1_000) say(`over ${provider.title}'s limit of ${formatDuration(max * 1_000)}. Lower it.`);
  if (ms < min * 1_000) say(`under ${provider.title}'s minimum of ${formatDuration(min * 1_000)}. Raise it.`);
}
