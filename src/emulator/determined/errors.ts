// The error bodies of the emulated master. Below /api/v1 an error has a gRPC code, which decides its status;
// outside it has a message only.
import type { Reply } from '../exchange.ts';
import { printJson } from './json.ts';

/** gRPC codes by name, with their number and HTTP status. */
const CODES = {
  Canceled: [1, 408],
  InvalidArgument: [3, 400],
  DeadlineExceeded: [4, 504],
  NotFound: [5, 404],
  AlreadyExists: [6, 409],
  PermissionDenied: [7, 403],
  ResourceExhausted: [8, 429],
  FailedPrecondition: [9, 400],
  Unimplemented: [12, 501],
  Internal: [13, 500],
  Unavailable: [14, 503],
  Unauthenticated: [16, 401],
} as const;

export type Code = keyof typeof CODES;

/** A request the master refuses; becomes the error envelope. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** 400 for an input that cannot be read or is out of bounds. */
export function invalid(message: string): ApiError {
  return new ApiError('InvalidArgument', message);
}

/** 403 for a caller who may not. */
export function denied(message: string): ApiError {
  return new ApiError('PermissionDenied', message);
}

/** 500, which is what becomes of a plain error. */
export function internal(message: string): ApiError {
  return new ApiError('Internal', message);
}

/** 401 for a credential that is none. */
export function invalidCredentials(): ApiError {
  return new ApiError('Unauthenticated', 'invalid credentials');
}

/** The answer to an unknown path or a wrong method. */
export function notImplemented(): ApiError {
  return new ApiError('Unimplemented', 'Not Implemented');
}

/** `{"error":{"code","reason","error"}}` and a line end; errors are never printed prettily. */
export function errorReply({ code, message }: ApiError): Reply {
  const [number, status] = CODES[code];
  const body = { error: { code: number, reason: code, error: message } };
  return { status, raw: `${printJson(body)}\n`, headers: { 'Content-Type': 'application/json' } };
}

/** The shape of errors outside /api/v1. */
export function plainError(status: number, message: string): Reply {
  return {
    status,
    raw: `${printJson({ message })}\n`,
    headers: { 'Content-Type': 'application/json; charset=UTF-8' },
  };
}
