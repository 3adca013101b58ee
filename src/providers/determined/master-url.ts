/**
 * Addresses of masters as det reads and keeps them (determined/common/api/_util.py, 0.38.1), so that both
 * tools find each other's logins.
 */

/** Of `DET_MASTER` and det's auth file. */
export const masterVariables = ['DET_MASTER', 'DET_MASTER_ADDR'] as const;

/**
 * Scheme, host, port and path, each written out: a bare host has http and port 8080.
 *
 * @returns undefined for what is no address
 */
export function canonicalMaster(text: string): string | undefined {
  const hasScheme = /^https?:\/\//.test(text);
  const full = hasScheme ? text : `http://${text}`;
  if (!URL.canParse(full)) return undefined;
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(full);
  if ([username, password, search, hash].some((part) => part !== '')) return undefined;
  const standard = protocol === 'https:' ? '443' : '80';
  // A port that is the standard one of its scheme is dropped by URL, also where it was written.
  const isWritten = /^https?:\/\/[^/]*:\d+(\/|$)/.test(full);
  const usual = hasScheme || isWritten ? standard : '8080';
  return `${protocol}//${hostname}:${port || usual}${pathname.replace(/\/+$/, '')}`;
}
