// What the master tells about itself: below /api/v1, and outside it (`/info`, `/health`).
import type { EmulatorRequest, Reply } from '../exchange.ts';
import { identify } from './auth.ts';
import { ApiError, plainError } from './errors.ts';
import { printJson } from './json.ts';
import { checkAdmin } from './permissions.ts';
import { daysOf } from './toggles.ts';
import type { Answer, Caller, World } from './world.ts';

const PLAIN_JSON = { 'Content-Type': 'application/json; charset=UTF-8' };
const CLUSTER_NAME = '';

export function getMaster({ model, toggles }: World): Answer {
  return {
    json: {
      version: toggles.version,
      masterId: model.masterId,
      clusterId: model.clusterId,
      clusterName: CLUSTER_NAME,
      telemetryEnabled: false,
      ssoProviders: [],
      externalLoginUri: '',
      externalLogoutUri: '',
      branding: 'determined',
      rbacEnabled: toggles.authz === 'rbac',
      product: 'PRODUCT_UNSPECIFIED',
      featureSwitches: [],
      userManagementEnabled: true,
      strictJobQueueControl: false,
      hasCustomLogo: false,
    },
  };
}

export function getTelemetry(): Answer {
  return { json: { enabled: false, segmentKey: '' } };
}

/** The way to learn the bounds of lifespans; -1 shows as the days it stands for. */
export function getMasterConfig(): (world: World, caller: Caller) => Answer {
  return (world, { user }) => {
    const text = 'user does not have permission';
    checkAdmin(world, user, { text, permission: 'VIEW_MASTER_CONFIG' });
    const { authz, defaultLifespanDays, maxLifespanDays } = world.toggles;
    const token = {
      default_lifespan_days: daysOf(defaultLifespanDays),
      max_lifespan_days: daysOf(maxLifespanDays),
    };
    const config = { cluster_name: CLUSTER_NAME, port: 8080, security: { authz: { type: authz }, token } };
    return { json: { config } };
  };
}

/** Everything outside /api/v1; only `/info` and `/` are public. */
export function answerOutside(world: World, request: EmulatorRequest): Reply {
  const { method, path } = request;
  if (method === 'GET' && path === '/info') return info(world);
  if (method === 'GET' && path === '/') return { status: 301, headers: { Location: '/det/' } };
  try {
    identify(world, request);
  } catch (error) {
    if (error instanceof ApiError) return refusal(error);
    throw error;
  }
  if (method !== 'GET' || path !== '/health') return plainError(404, `api not found: ${method} ${path}`);
  const health = {
    status: 'up',
    database: 'up',
    resource_managers: [{ cluster_name: CLUSTER_NAME, status: 'up' }],
  };
  return { status: 200, raw: `${printJson(health)}\n`, headers: PLAIN_JSON };
}

function info({ model, toggles }: World): Reply {
  const body = {
    version: toggles.version,
    master_id: model.masterId,
    cluster_id: model.clusterId,
    cluster_name: CLUSTER_NAME,
    telemetry: { enabled: false, otel_enabled: false, otel_endpoint: '' },
    sso_providers: null,
  };
  return { status: 200, raw: `${printJson(body)}\n`, headers: PLAIN_JSON };
}

/** A revoked token is 500 here. */
function refusal({ code, message }: ApiError): Reply {
  if (code === 'PermissionDenied') return plainError(403, 'user not active');
  if (message === 'user access token revoked') {
    return plainError(500, `rpc error: code = ${code} desc = ${message}`);
  }
  return plainError(401, 'Unauthorized');
}
