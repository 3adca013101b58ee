/** The next page of a list, as GitHub names it in the `Link` header (RFC 8288). */
import { ProviderError } from '../core/errors.ts';

/**
 * @param options.apiUrl where requests go
 * @returns path and query below `apiUrl`; undefined on the last page
 * @throws ProviderError `refused` for a link to anywhere else: following it would carry the token there, and
 * stopping without a word would take half a list for the whole
 */
export function nextPage(
  header: string | string[] | undefined,
  { apiUrl, what }: { readonly apiUrl: string; readonly what: string },
): string | undefined {
  const links = Array.isArray(header) ? header.join(', ') : (header ?? '');
  const found = /<([^>]*)>\s*;[^,<]*\brel="?next"?/.exec(links)?.[1];
  if (found === undefined) return undefined;
  const base = new URL(apiUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  const next = URL.canParse(found, apiUrl) ? new URL(found, base) : undefined;
  if (next?.origin === base.origin && next.pathname.startsWith(`${prefix}/`))
    return `${next.pathname.slice(prefix.length)}${next.search}`;
  const why = `its next page is not below ${base.origin}${prefix}, where the token may go`;
  throw new ProviderError(`github: ${what} failed: ${why}. Check the url of the API.`, 'refused');
}
