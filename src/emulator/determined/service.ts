// A Determined master as an emulated service: takes a request through faults, reading, authentication and
// its endpoint, and prints the answer the way the master does.
import { gzipSync } from 'node:zlib';
import type { EmulatorRequest, InjectedError, Reply, Service } from '../exchange.ts';
import { identify } from './auth.ts';
import { determinedControls } from './controls.ts';
import { ApiError, errorReply, internal, notImplemented } from './errors.ts';
import { printJson } from './json.ts';
import { answerOutside } from './master.ts';
import { saveModel } from './model.ts';
import { matchRoute } from './routes.ts';
import { checkToggles } from './toggles.ts';
import type { Answer, World } from './world.ts';

/** A body above this is refused as too large a message. */
const LARGEST_BODY_BYTES = 96 * 1024 * 1024;
/** Where answers begin to be sent in chunks, without a length. */
const CHUNKED_FROM_BYTES = 2048;

const API_HEADERS = {
  'Content-Type': 'application/json',
  'Grpc-Metadata-Content-Type': 'application/grpc',
} as const;
const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-XSS-Protection': '1; mode=block',
  Vary: 'Accept-Encoding',
} as const;

export function createDeterminedService(world: World): Service {
  return {
    handle: (request) => encode(request, handle(world, request)),
    routeOf: (request) => {
      const match = matchRoute(request);
      if (match) return `${match.route.method} /api/v1${match.route.path}`;
      const isKnown = request.path === '/info' || request.path === '/health';
      return `${request.method} ${isKnown ? request.path : '(unknown)'}`;
    },
    injectedError: (kind) => injectedError(kind),
    largestBody: { bytes: LARGEST_BODY_BYTES, refuse: () => tooLarge() },
    checkToggles: () => checkToggles(world.toggles),
    controls: determinedControls(world),
    snapshot: () => saveModel(world.model),
  };
}

function handle(world: World, request: EmulatorRequest): Reply {
  try {
    const { segments } = request;
    if (segments[0] !== 'api' || segments[1] !== 'v1') return answerOutside(world, request);
    refuseByFault(world, request);
    const answer = dispatch(world, request);
    if (request.method !== 'GET') failAfterApply(world, request);
    return print(request, answer);
  } catch (error) {
    if (error instanceof ApiError) return errorReply(reworded(world, error));
    const why = error instanceof Error ? error.message : String(error);
    return errorReply(internal(`Defect of the emulator: ${why}`));
  }
}

function dispatch(world: World, request: EmulatorRequest): Answer {
  const match = matchRoute(request);
  if (!match) throw notImplemented();
  const { route, params } = match;
  const isOfTokens = route.path.startsWith('/tokens');
  if (isOfTokens && isBefore038(world.toggles.version)) throw notImplemented();
  if (route.kind === 'open') return route.handle(world, { request, params });
  const proceed = route.prepare(world, { request, params });
  const caller = identify(world, request);
  if (isOfTokens && world.toggles.enterpriseGate === 'on') {
    throw new ApiError('FailedPrecondition', 'access tokens are an enterprise feature');
  }
  return proceed(world, caller);
}

function isBefore038(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major === 0 && minor < 38;
}

function refuseByFault({ faults }: World, request: EmulatorRequest): void {
  if (faults.take('databaseDown', request)) {
    throw internal('FATAL: terminating connection due to administrator command (SQLSTATE 57P01)');
  }
  if (faults.take('alreadyExists', request)) throw new ApiError('AlreadyExists', 'already exists');
  if (faults.take('unavailable', request)) throw new ApiError('Unavailable', 'connection error');
}

function failAfterApply({ faults }: World, request: EmulatorRequest): void {
  if (faults.take('unavailableAfterApply', request))
    throw new ApiError('Unavailable', 'transport is closing');
  if (faults.take('deadlineAfterApply', request)) {
    throw new ApiError('DeadlineExceeded', 'context deadline exceeded');
  }
  if (faults.take('canceledAfterApply', request)) throw new ApiError('Canceled', 'context canceled');
}

/** Only the text for inactive tokens is one to go by. */
function reworded({ toggles }: World, error: ApiError): ApiError {
  const isKept = error.code !== 'Internal' || error.message.startsWith('unable to update inactive');
  return isKept || toggles.internalErrorTexts === 'seen' ? error : internal('something went wrong');
}

function print({ query, headers }: EmulatorRequest, { json, headers: more }: Answer): Reply {
  const pretty = query.has('pretty') || headers.accept === 'application/json+pretty';
  return { status: 200, raw: printJson(json, { pretty }), headers: { ...API_HEADERS, ...more } };
}

/** Adds what every answer has, and compresses it for those who ask. */
function encode({ headers }: EmulatorRequest, reply: Reply): Reply {
  const raw = Buffer.from(reply.raw ?? '');
  const isPacked = /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')) && raw.length > 0;
  return {
    ...reply,
    raw: isPacked ? gzipSync(raw) : raw,
    isChunked: raw.length > CHUNKED_FROM_BYTES,
    headers: {
      ...SECURITY_HEADERS,
      ...reply.headers,
      ...(isPacked ? { 'Content-Encoding': 'gzip' } : {}),
    },
  };
}

function injectedError(kind: InjectedError): Reply {
  switch (kind) {
    case 'serverError':
      return errorReply(internal('failed to connect to the database'));
    case 'rateLimited':
      return tooLarge();
    case 'timeoutPage':
      return {
        status: 408,
        html: '<html><head><title>408 Request Timeout</title></head><body>408</body></html>',
      };
  }
}

/** The only 429 a master has. */
function tooLarge(): Reply {
  const sizes = `${LARGEST_BODY_BYTES + 1} vs. ${LARGEST_BODY_BYTES}`;
  const message = `grpc: received message larger than max (${sizes})`;
  return errorReply(new ApiError('ResourceExhausted', message));
}
