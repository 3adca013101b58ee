/**
 * The five kinds of failure keyturn knows, each for the person who must act. A message says what happened, to
 * what, why, and what to do; it never holds a token value or a response body verbatim. Everything that is
 * not one of the first four is our own bug.
 */

/** A place in a manifest: line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A remark about a manifest or its tokens. `code` is a stable machine word, `message` one or two sentences.
 */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly position: Position;
}

/** The manifest cannot be used. Carries every finding of the run, so that all of them are fixed at once. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly findings: readonly Finding[];
  constructor(findings: readonly Finding[]) {
    super(findings.map(formatFinding).join('\n'));
    this.findings = findings;
  }
}

/** One finding on one line, led by `file:line:column` as editors and terminals link it. */
export function formatFinding(finding: Finding): string {
  const { file, line, column } = finding.position;
  const word = finding.severity === 'warning' ? 'warning: ' : '';
  return `${file}:${line}:${column}  ${word}${finding.message}`;
}

/**
 * What is known about a request that did not succeed:
 * - `credential`: our credential is dead; stop and change nothing.
 * - `refused`: the provider said no (4xx), so nothing took effect.
 * - `missing`: what was addressed is not there, or not there yet.
 * - `rateLimited`: refused before processing; may go again after `retryAfterMs`.
 * - `unreachable`: the request was never sent.
 * - `ambiguous`: it may or may not have taken effect (timeout, reset, 5xx).
 */
export type ProviderFailure =
  | 'credential'
  | 'refused'
  | 'missing'
  | 'rateLimited'
  | 'unreachable'
  | 'ambiguous';

/** A provider said no, or its answer never came. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly failure: ProviderFailure;
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** How long the provider asked us to wait. */
  readonly retryAfterMs: number | undefined;
  constructor(
    message: string,
    failure: ProviderFailure,
    detail: { readonly status?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.failure = failure;
    this.status = detail.status;
    this.retryAfterMs = detail.retryAfterMs;
  }
  /** Whether the same request may be sent again, if it is one that may be repeated at all. */
  get retryable(): boolean {
    return this.failure === 'rateLimited' || this.failure === 'unreachable' || this.failure === 'ambiguous';
  }
}

/**
 * What is known about a write to a destination that did not succeed:
 * - `refused`: nothing was written.
 * - `conflict`: someone else wrote since we read; nothing was written.
 * - `unknown`: it may or may not have been written; read back before anything else.
 */
export type DeliveryFailure = 'refused' | 'conflict' | 'unknown';

/** A destination could not be read or written. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failure: DeliveryFailure;
  /** The key of the destination, as in a receipt. */
  readonly destination: string;
  constructor(message: string, failure: DeliveryFailure, detail: { destination: string; cause?: unknown }) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.failure = failure;
    this.destination = detail.destination;
  }
}

/** A guard's veto over a plan. `waiver` is the word for `--acknowledge`; undefined when there is none. */
export class GuardRefusal extends Error {
  override readonly name = 'GuardRefusal';
  readonly rule: string;
  readonly waiver: string | undefined;
  constructor(message: string, rule: string, waiver?: string) {
    super(message);
    this.rule = rule;
    this.waiver = waiver;
  }
}

/** Something happened that the code rules out: our bug, to be reported with its stack. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Ends an exhaustive `switch`. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected ${JSON.stringify(value)}`);
}
