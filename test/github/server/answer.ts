// Answers as GitHub forms them: errors, pages, times.

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function fail(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return { status, body, headers };
}

export const notFound = fail(404, 'Not Found');

/** GitHub's times have no milliseconds. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** One page of a list, with the `Link` header that names the others. */
export function pageOf<Item>(
  items: readonly Item[],
  url: URL,
  fallback: number,
): { readonly items: readonly Item[]; readonly headers: Readonly<Record<string, string>> } {
  const size = Number(url.searchParams.get('per_page') ?? fallback);
  const page = Number(url.searchParams.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (number: number, rel: string) => {
    const target = new URL(url);
    target.searchParams.set('page', String(number));
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  return {
    items: items.slice((page - 1) * size, page * size),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  };
}
