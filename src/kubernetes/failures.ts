/**
 * What an answer of an API server that is no success means. Messages say what was done, to what, and what
 * to do; the server's own words are quoted with what was sent taken out.
 */
import * as z from 'zod';
import { assertNever, ProviderError, type ProviderFailure } from '../core/errors.ts';
import type { HttpAnswer } from '../net/http.ts';
import { parseJson } from '../net/json.ts';
import { quoteRemote } from '../net/remote-words.ts';
import { readRetryAfter } from '../net/retry.ts';

/**
 * What a caller may want to tell apart:
 * - `unauthorized`: 401, the credential is dead.
 * - `forbidden`: 403, RBAC or an admission policy says no; see `reason` and the message.
 * - `missing`: 404.
 * - `exists`: 409, there is one of that name already. `conflict`: 409, it changed since it was read.
 * - `gone`: 410, the version that was asked for is forgotten: list again.
 * - `invalid`: 400, 413, 415 or 422, the object is not one the server takes.
 * - `limited`: 429, not processed; may go again after `retryAfterMs`.
 * - `broken`: 5xx, no full answer, or one that is not Kubernetes: it may or may not have taken effect.
 * - `unreachable`: never sent.
 */
export type KubernetesFailure =
  | 'unauthorized'
  | 'forbidden'
  | 'missing'
  | 'exists'
  | 'conflict'
  | 'gone'
  | 'invalid'
  | 'limited'
  | 'broken'
  | 'unreachable';

/** A field that the server does not take. */
export interface Cause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** A Kubernetes API said no, or its answer never came. */
export class KubernetesError extends ProviderError {
  readonly kind: KubernetesFailure;
  /** `reason` of the Status, such as `NamespaceTerminating` in a cause or `Forbidden`; empty without one. */
  readonly reason: string;
  readonly causes: readonly Cause[];
  constructor(
    message: string,
    kind: KubernetesFailure,
    detail: {
      readonly status?: number;
      readonly reason?: string;
      readonly causes?: readonly Cause[];
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, failureFor[kind], detail);
    this.kind = kind;
    this.reason = detail.reason ?? '';
    this.causes = detail.causes ?? [];
  }
}

const failureFor: Readonly<Record<KubernetesFailure, ProviderFailure>> = {
  unauthorized: 'credential',
  forbidden: 'refused',
  missing: 'missing',
  exists: 'refused',
  conflict: 'refused',
  gone: 'refused',
  invalid: 'refused',
  limited: 'rateLimited',
  broken: 'ambiguous',
  unreachable: 'unreachable',
};

export interface FailedCall {
  /** `reading Secret payments/aiven-deploy`. */
  readonly what: string;
  readonly isRead: boolean;
  /** Values this request carried that must not appear in a message. */
  readonly hidden?: readonly string[];
}

const CauseSchema = z.object({ field: z.string(), reason: z.string(), message: z.string() }).partial();
const StatusSchema = z.object({
  message: z.string().nullish(),
  reason: z.string().nullish(),
  code: z.number().nullish(),
  details: z
    .object({ causes: z.array(CauseSchema).nullish(), retryAfterSeconds: z.number().nullish() })
    .nullish(),
});

/** @param answer anything but a success */
export function failureOf(answer: HttpAnswer, call: FailedCall): KubernetesError {
  const retryAfterMs = readRetryAfter(answer.headers);
  const body = parseJson(answer.text);
  // Without fairness a 429 comes as plain text; a page of a proxy says more by its reason.
  const words = body === undefined ? answer.reason : undefined;
  return failureOfStatus(body, call, {
    status: answer.status,
    ...(words === undefined ? {} : { words }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The same for a Status that came without an answer of its own: the ERROR event of a watch. */
export function failureOfStatus(
  body: unknown,
  call: FailedCall,
  given: { readonly status?: number; readonly retryAfterMs?: number; readonly words?: string } = {},
): KubernetesError {
  const parsed = StatusSchema.safeParse(body);
  const told = parsed.success ? parsed.data : undefined;
  const status = given.status ?? told?.code ?? 500;
  const reason = told?.reason ?? '';
  const kind = kindOf(status, reason);
  const causes = (told?.details?.causes ?? []).map((cause) => ({
    field: cause.field ?? '',
    reason: cause.reason ?? '',
    message: quoteRemote(cause.message ?? '', call.hidden),
  }));
  const seconds = told?.details?.retryAfterSeconds;
  const retryAfterMs = given.retryAfterMs ?? (seconds ? seconds * 1000 : undefined);
  const words = quoteRemote(told?.message ?? given.words ?? '', call.hidden);
  const parts = [
    `kubernetes: ${call.what} failed: ${status}.`,
    advise(kind, call),
    words && `The API server says: "${words.replace(/\.$/, '')}".`,
  ];
  return new KubernetesError(parts.filter(Boolean).join(' '), kind, {
    status,
    reason,
    causes,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** A request that found no answer, in the words of this folder. */
export function withoutAnswer(error: ProviderError): KubernetesError {
  return new KubernetesError(error.message, error.failure === 'unreachable' ? 'unreachable' : 'broken', {
    cause: error,
  });
}

/** A success that is not what a Kubernetes API answers. Names the field, never what was in it. */
export function unreadable(error: z.ZodError, status: number, call: FailedCall): KubernetesError {
  const field = error.issues[0]?.path.join('.') || 'the body';
  const why = `the answer (${status}) cannot be read at ${field}. Check that the server is a Kubernetes API.`;
  return new KubernetesError(`kubernetes: ${call.what} failed: ${why}${effect(call)}`, 'broken', { status });
}

function kindOf(status: number, reason: string): KubernetesFailure {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'missing';
  if (status === 409) return reason === 'AlreadyExists' ? 'exists' : 'conflict';
  if (status === 410) return 'gone';
  if (status === 429) return 'limited';
  return status < 500 && status !== 408 ? 'invalid' : 'broken';
}

function advise(kind: KubernetesFailure, call: FailedCall): string {
  switch (kind) {
    case 'unauthorized':
      return 'The credential is expired, revoked or garbled. Name a new one.';
    case 'forbidden':
      return 'RBAC or an admission policy does not allow it.';
    case 'missing':
      return 'It is not there.';
    case 'exists':
      return 'It is there already.';
    case 'conflict':
      return 'It changed since it was read, or is being deleted.';
    case 'gone':
      return 'That version is forgotten.';
    case 'limited':
      return 'The API server asks for a pause.';
    case 'broken':
      return `The API server failed.${effect(call)}`;
    case 'invalid':
    case 'unreachable':
      return '';
    default:
      return assertNever(kind);
  }
}

function effect({ isRead }: FailedCall): string {
  return isRead ? '' : ' Whether it took effect is unknown; the next pass finds out.';
}
