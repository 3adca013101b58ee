// What passes between the HTTP server and an emulated service. A service answers synchronously, so that
// every request is applied as a whole before the next one; delays and broken connections are the server's
// business.
import type { IncomingHttpHeaders } from 'node:http';

export interface EmulatorRequest {
  readonly method: string;
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** The path split on "/" first and percent-decoded after, so that "%2F" stays inside its segment. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** The query as sent, without "?". */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The peer's address; always loopback. */
  readonly peerAddress: string;
}

export interface Reply {
  readonly status: number;
  /** Sent as JSON; absent for an empty body. */
  readonly json?: unknown;
  /** Sent instead of JSON. */
  readonly html?: string;
  /** Sent as it is instead; `headers` names its type. */
  readonly raw?: string | Uint8Array;
  /** Sent without its length. */
  readonly isChunked?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export type InjectedError = 'serverError' | 'rateLimited' | 'timeoutPage';

/** A control endpoint: `input` is the parsed JSON body ({} if none). */
export type Control = (method: string, input: Readonly<Record<string, unknown>>) => Reply;

/** An emulated API. */
export interface Service {
  readonly handle: (request: EmulatorRequest) => Reply;
  /** The route a request belongs to, with placeholders, so that counters hold no ids and no token values. */
  readonly routeOf: (request: EmulatorRequest) => string;
  readonly injectedError: (kind: InjectedError) => Reply;
  /** Where bodies get too large and what is said then; 1 MiB and an empty 400 unless told. */
  readonly largestBody?: { readonly bytes: number; readonly refuse: () => Reply };
  /** Throws if toggles that fit one by one do not fit together. */
  readonly checkToggles?: () => void;
  /** Control endpoints of this service, by the path below `/_control/`. */
  readonly controls: Readonly<Record<string, Control>>;
  /** What a restart needs; no token value. */
  readonly snapshot: () => unknown;
}

/** Splits a raw path into decoded segments; undefined if an escape is malformed. */
export function splitPath(path: string): readonly string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
