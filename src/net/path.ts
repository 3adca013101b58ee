/** Paths of requests, put together from parts that others wrote: ids, names, branches. */

/** `/a/b%2Fc` of `a` and `b/c`: each part is encoded on its own, since it may hold `/`, `+`, `=` or `?`. */
export function encodeSegments(segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

/**
 * The first segment that must not be sent. One of dots would be taken for another path by servers and
 * proxies: a DELETE of token `..` for one of its user.
 */
export function wrongSegment(segments: readonly string[]): string | undefined {
  return segments.find((segment) => /^\.{0,2}$/.test(segment));
}
