/** The tests' own way to an API server, which shares nothing with the client under test. */
import { request } from 'node:https';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of any kind
  readonly body: any;
  readonly text: string;
}

export interface Target {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

/** One request on a connection of its own. @throws when no answer comes */
export function talk(
  { url, ca, token }: Target,
  method: string,
  path: string,
  { body, type = 'application/json' }: { readonly body?: object; readonly type?: string } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body) headers['content-type'] = type;
  const sent = request(url + path, { method, ca, headers, agent: false, timeout: 30_000 }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    response.on('error', reject);
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(text), text }));
  });
  sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer`)));
  sent.on('error', reject);
  sent.end(body && JSON.stringify(body));
  return promise;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
