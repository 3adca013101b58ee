// The choices this emulator makes where Aiven's behaviour is unknown (U1 to U28 of the wire reference,
// named in each entry), plus one to state where callers come from. A client must pass its tests under every
// value.
import { isIP } from 'node:net';
import { count, countOr, matching, oneOf, type TogglesOf } from '../toggles.ts';

export const aivenToggles = {
  revokeMissingPersonalToken: oneOf(
    [404, 200, 400, 403],
    'U1: DELETE or PUT of a missing personal token (PUT: 404 for 200)',
  ),
  revokeMissingAppToken: oneOf([404, 204, 400, 403], 'U1: DELETE of a missing application token'),
  personalTokenQuota: countOr('off', 10, 'U2: personal tokens created explicitly per user'),
  appTokenQuota: countOr('off', 10, 'U2: application tokens per application user'),
  appUserQuota: countOr('off', 'off', 'U2: application users per organization'),
  quotaErrorStatus: oneOf([400, 403, 409, 429], 'U3: status at a quota'),
  invalidTokenStatus: oneOf([401, 403], 'U4: status of "Invalid token"'),
  missingAuthStatus: oneOf([401, 403], 'U5: status without a usable Authorization header'),
  revokedTokenMessage: oneOf(
    ['Missing (expired) db token', 'Invalid token'],
    'U6: what a revoked token is told',
  ),
  appListIncludesExpired: oneOf([false, true], 'U7: expired tokens stay in the application-token list'),
  scopeValidation: oneOf(['reject', 'accept'], 'U8: scopes outside the published vocabulary'),
  cidrValidation: oneOf(['reject', 'accept'], 'U9: invalid allowlist entries'),
  cidrNormalisation: oneOf(['verbatim', 'canonical'], 'U9: allowlist entries as they read back'),
  unsetListValue: oneOf(['null', '[]'], 'U10: unset ip_allowlist and scopes as they read back'),
  extendWithoutMaxAge: oneOf(['accept', 'reject'], 'U11: extend_when_used without max_age_seconds'),
  personalDefaultMaxAge: countOr(
    'none',
    'none',
    'U12: seconds where max_age_seconds is omitted; Aiven: none or 2592000',
  ),
  appDefaultMaxAge: countOr('none', 'none', 'U12: the same for application tokens'),
  rateLimit: matching('120', (text) => /^(off|[1-9]\d*(\/[1-9]\d*)?)$/.test(text), {
    values: '120, N (per 60 s), N/SECONDS, off',
    help: 'U13: requests per token and window of the virtual clock',
  }),
  retryAfterHeader: oneOf(['absent', 'seconds'], 'U14: Retry-After on 429'),
  appUserSelfService: oneOf(['forbid', 'allow'], 'U15: an application user calling /access_token'),
  appUserMe: oneOf(['allow', 'forbid'], 'U16: GET /me with an application token'),
  listLagMs: count(0, 'U17: how long lists lack what was just created'),
  revokeLagMs: count(0, 'U17: how long a revoked token still works and is listed'),
  prefixMatch: oneOf(
    ['exact', 'unique'],
    'U18: exact prefix or whole token, or any unambiguous leading part',
  ),
  unknownBodyFields: oneOf(['reject', 'ignore'], 'U19: unknown fields in request bodies'),
  validationStatus: oneOf([400, 422], 'U20: status of validation failures'),
  maxAgeTooLowCode: oneOf(['bad_request', 'auth_token_max_age_too_low'], 'U20: code for a max age below 600'),
  superAdminStatus: oneOf([400, 403], 'U21: status of the super-admin rejection'),
  privilegeGuardCode: oneOf(
    ['permission_denied', 'user_not_organization_admin', 'none'],
    'U22: code of the privilege guard',
  ),
  ipViolation: oneOf([403, 401], 'U23: status of an IP allowlist violation'),
  lastUsedResolutionSeconds: count(1, 'U24: resolution of last_used_time'),
  lastUsedLagSeconds: count(0, 'U24: how late a use shows'),
  timestampFractions: oneOf(['off', 'micros'], 'U25: fractions in timestamps'),
  uniqueNames: oneOf(
    ['off', 'on'],
    'U26: 409 for a second application user or token of one name or description',
  ),
  expireTokensScope: oneOf(['all', 'login-only'], 'U27: what expire_tokens ends'),
  tokenOpsNotFound: oneOf([404, 403], 'U28: unknown organization or user on token operations'),
  callerAddress: matching('127.0.0.1', (text) => isIP(text) !== 0, {
    values: '127.0.0.1, any IP address',
    help: 'where callers seem to come from; a request with X-Forwarded-For states its own',
  }),
} as const;

export type Toggles = TogglesOf<typeof aivenToggles>;

/** Faults only this service has, with their meaning; they pass over requests they do not fit. */
export const aivenFaults = {
  appUserDeleteSpurious400: 'DELETE of an application user fails with 400, nothing was done',
  limitMax250: '400 for a request with ?limit= above 250 (the incident of 2026-06-25)',
  forbiddenAfterGrant: '403 on an application user within 60 s of its creation, a token of it, or a grant',
  accountList404: 'GET /account answers 404',
  loginTokenEviction: "the caller's least recently used login token is gone, as at the limit of 1000",
  listMissingOnce: 'a list of tokens or application users lacks its newest entry',
  listEmptyOnce: 'a list of tokens or application users is empty',
} as const;
