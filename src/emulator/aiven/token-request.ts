// The part of creating a token that personal and application tokens share: body fields, checks, quota.
import { isIpRange } from '../ip-ranges.ts';
import { type Body, type Field, invalid, readBody } from './body.ts';
import { ApiError } from './errors.ts';
import type { StoredToken } from './model.ts';
import { liveTokens, type TokenFields } from './tokens.ts';
import type { World } from './world.ts';

const MIN_AGE_SECONDS = 600;
const MAX_AGE_SECONDS = 315_360_000;

/** The published vocabulary: `all`, and each area alone, with `:read` and with `:write`. */
const AREAS = [
  'accounts',
  'authentication',
  'billing',
  'payments',
  'privatelink',
  'projects',
  'scim',
  'services',
  'static_ips',
  'tickets',
  'user',
];
const SCOPES = new Set(['all', ...AREAS.flatMap((area) => [area, `${area}:read`, `${area}:write`])]);

const DESCRIPTION = { kind: 'string', required: true, max: 1000 } as const satisfies Field;

/** Body of the update of a personal token; nothing else of a token can change. */
export const descriptionField = { description: DESCRIPTION } as const;

const commonFields = {
  description: DESCRIPTION,
  extend_when_used: { kind: 'boolean' },
  ip_allowlist: { kind: 'strings', max: 100 },
  scopes: { kind: 'strings', max: 100 },
} as const;

const personalFields = { ...commonFields, max_age_seconds: { kind: 'number', nullable: true } } as const;
const applicationFields = { ...commonFields, max_age_seconds: { kind: 'integer' } } as const;

export type TokenKind = 'personal' | 'application';

type Requested = Pick<
  TokenFields,
  'description' | 'maxAgeSeconds' | 'extendWhenUsed' | 'ipAllowlist' | 'scopes'
>;

/**
 * Reads the body of a token creation.
 * @throws ApiError for whatever the toggles have the service refuse
 */
export function readTokenRequest(world: World, text: string, kind: TokenKind): Requested {
  const body = readBody(world, text, kind === 'personal' ? personalFields : applicationFields);
  const maxAge = body.max_age_seconds;
  checkMaxAge(world, maxAge);
  if (body.extend_when_used && maxAge === undefined && world.toggles.extendWithoutMaxAge === 'reject') {
    throw invalid(world, 'extend_when_used needs max_age_seconds');
  }
  checkLists(world, body);
  const { personalDefaultMaxAge, appDefaultMaxAge } = world.toggles;
  const fallback = kind === 'personal' ? personalDefaultMaxAge : appDefaultMaxAge;
  return {
    description: body.description,
    maxAgeSeconds: maxAge ?? (fallback === 'none' ? null : fallback),
    extendWhenUsed: body.extend_when_used ?? false,
    ipAllowlist: body.ip_allowlist ?? null,
    scopes: body.scopes ?? null,
  };
}

/** @throws ApiError with the toggled status when a user has no free slot, or 409 for a second description */
export function checkRoom(
  world: World,
  userId: string,
  { kind, description }: { readonly kind: TokenKind; readonly description: string | null },
): void {
  const live = liveTokens(world, userId);
  const quota = kind === 'personal' ? world.toggles.personalTokenQuota : world.toggles.appTokenQuota;
  if (quota !== 'off' && countAgainstQuota(live) >= quota) throw quotaReached(world, 'tokens of this user');
  if (world.toggles.uniqueNames === 'off' || !live.some((token) => token.description === description)) return;
  throw new ApiError(409, 'A token of this description exists already');
}

/** The answer at a quota, with the toggled status. */
export function quotaReached(world: World, what: string): ApiError {
  return new ApiError(world.toggles.quotaErrorStatus, `The maximum number of ${what} has been reached`);
}

/** Login tokens do not count, nor the administrator tokens of earlier starts of the emulator. */
function countAgainstQuota(live: readonly StoredToken[]): number {
  const manual = live.filter((token) => token.createdManually);
  const seeded = manual.filter((token) => token.seeded).length;
  return manual.length - Math.max(0, seeded - 1);
}

function checkMaxAge(world: World, seconds: number | undefined): void {
  if (seconds === undefined) return;
  if (seconds < MIN_AGE_SECONDS) {
    throw invalid(world, `max_age_seconds is below ${MIN_AGE_SECONDS}`, world.toggles.maxAgeTooLowCode);
  }
  if (seconds > MAX_AGE_SECONDS) throw invalid(world, `max_age_seconds is above ${MAX_AGE_SECONDS}`);
}

function checkLists(
  world: World,
  { scopes = [], ip_allowlist: ranges = [] }: Body<typeof commonFields>,
): void {
  if (world.toggles.scopeValidation === 'reject' && !scopes.every((scope) => SCOPES.has(scope))) {
    throw invalid(world, 'a scope is unknown');
  }
  if (world.toggles.cidrValidation === 'reject' && !ranges.every(isIpRange)) {
    throw new ApiError(400, 'An IP address or range is not valid', { code: 'ip_address_not_valid' });
  }
}
