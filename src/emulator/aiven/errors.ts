// The error bodies of the emulated API. Messages never repeat what the request held, which may be a secret.
import type { Reply } from '../exchange.ts';

interface ErrorDetails {
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request the API refuses; becomes the documented error body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** The reply for an error, in the shape `{"errors":[{…}],"message":"…"}`. */
export function errorReply({ status, message, details }: ApiError): Reply {
  const { code, headers } = details;
  const entry =
    code === undefined ? { message, status } : { error_code: code, message, status, metadata: {} };
  return { status, json: { errors: [entry], message }, ...(headers ? { headers } : {}) };
}

export const notFound = {
  organization: () => new ApiError(404, 'Organization not found.', { code: 'organization_not_found' }),
  user: () => new ApiError(404, 'User not in organization', { code: 'organization_user_not_found' }),
  route: () => new ApiError(404, 'Not found'),
};

/** 403 for a caller without the role, permission or scope an operation needs. */
export function permissionDenied(message = 'Permission denied'): ApiError {
  return new ApiError(403, message, { code: 'permission_denied' });
}

/** 403 for a wrong password or one-time password. */
export function authenticationFailed(): ApiError {
  return new ApiError(403, 'Authentication failed', { code: 'authentication_failed' });
}

/** The published 429 text: the countdown is in the message, in a header only where told. */
export function rateLimited(
  limit: number,
  seconds: number,
  { header }: { readonly header: boolean },
): ApiError {
  const message =
    'The user has sent too many requests in a given amount of time: ' +
    `Rate limit ${limit} exceeded - try again in ${seconds}s`;
  return new ApiError(429, message, header ? { headers: { 'Retry-After': String(seconds) } } : {});
}
