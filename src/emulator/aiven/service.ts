// Aiven as an emulated service: takes a request through fault, rate limit, authentication and its endpoint.
import type { EmulatorRequest, InjectedError, Reply, Service } from '../exchange.ts';
import { authorize, identify } from './auth.ts';
import { aivenControls } from './controls.ts';
import { ApiError, errorReply, notFound } from './errors.ts';
import { saveModel } from './model.ts';
import { createRateLimiter, limitExceeded, type RateLimiter } from './rate-limit.ts';
import { matchRoute } from './routes.ts';
import type { OpenCall, Route, World } from './world.ts';

/** How long an injected 429 asks to wait, as in the published quote. */
const INJECTED_WAIT_SECONDS = 28;

export function createAivenService(world: World): Service {
  const limiter = createRateLimiter();
  return {
    handle: (request) => answering(() => dispatch(world, limiter, request)),
    routeOf: (request) => {
      const match = matchRoute(request);
      return match.kind === 'found'
        ? `${match.route.method} /v1${match.route.path}`
        : `${request.method} (unknown)`;
    },
    injectedError: (kind) => injectedError(world, kind),
    controls: aivenControls(world),
    snapshot: () => saveModel(world.model),
  };
}

function dispatch(world: World, limiter: RateLimiter, request: EmulatorRequest): Reply {
  const match = matchRoute(request);
  if (match.kind === 'wrongMethod') throw new ApiError(405, 'Method not allowed');
  if (match.kind === 'unknown') throw notFound.route();
  refuseLargeLimit(world, request);
  return callRoute(world, match.route, { request, params: match.params, limiter });
}

function callRoute(world: World, route: Route, call: OpenCall & { readonly limiter: RateLimiter }): Reply {
  if (route.kind === 'open') {
    call.limiter.check(world, 'without token');
    return route.handle(world, call);
  }
  const caller = identify(world, call);
  call.limiter.check(world, caller.token.hash);
  authorize(world, caller, { ...call, scopes: route.scopes });
  return route.handle(world, { ...call, caller });
}

/** The incident of 2026-06-25, when the Go clients' `?limit=999` was refused for a while. */
function refuseLargeLimit({ faults }: World, request: EmulatorRequest): void {
  if (Number(request.query.get('limit') ?? 0) <= 250 || !faults.take('limitMax250', request)) return;
  throw new ApiError(400, 'Invalid value for limit parameter: maximum allowed value is 250');
}

function injectedError(world: World, kind: InjectedError): Reply {
  switch (kind) {
    case 'serverError':
      return errorReply(new ApiError(500, 'Internal server error', { code: 'internal_server_error' }));
    case 'rateLimited':
      return errorReply(limitExceeded(world, INJECTED_WAIT_SECONDS));
    case 'timeoutPage':
      return {
        status: 408,
        html: '<html><head><title>408 Request Timeout</title></head><body>408</body></html>',
      };
  }
}

function answering(work: () => Reply): Reply {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiError) return errorReply(error);
    const why = error instanceof Error ? error.message : String(error);
    return errorReply(new ApiError(500, `Defect of the emulator: ${why}`));
  }
}
