/**
 * The rules of a policy about one token, as a list: each gives a sentence for what it does not allow. A token
 * that is being revoked or has moved asks for nothing and breaks none of them.
 */
import { containsBlock } from '../allowlist.ts';
import { formatDuration } from '../duration.ts';
import type { Finding } from '../errors.ts';
import { matchesGlob } from '../glob.ts';
import { quote } from '../manifest/quote.ts';
import type { Declaration, Issuer, JudgedField, Policy } from '../manifest/types.ts';

interface Rule {
  readonly code: string;
  /** Where the finding points, when the field is written; otherwise at the token. */
  readonly field: JudgedField | undefined;
  readonly judge: (policy: Policy, declaration: Declaration) => readonly string[];
}

const rules: readonly Rule[] = [
  { code: 'PersonalNotAllowed', field: undefined, judge: judgePersonal },
  { code: 'ScopeNotAllowed', field: 'scopes', judge: judgeScopes },
  { code: 'MaxAgeNotAllowed', field: 'maxAge', judge: judgeMaxAge },
  { code: 'AllowlistNotAllowed', field: 'ipAllowlist', judge: judgeAllowlist },
  { code: 'OverlapNotAllowed', field: 'overlap', judge: judgeOverlap },
];

/** What the issuer's policy does not allow about one token. */
export function judgeDeclaration(issuer: Issuer, declaration: Declaration): readonly Finding[] {
  if (declaration.state !== 'Present') return [];
  return rules.flatMap(({ code, field, judge }) =>
    judge(issuer.policy, declaration).map((sentence) => ({
      severity: 'error' as const,
      code,
      message: `${quote(declaration.name)}: ${sentence} The policy of issuer ${quote(issuer.name)} says so.`,
      position: (field && declaration.fieldPositions?.[field]) ?? declaration.position,
    })),
  );
}

/**
 * Personal tokens are tokens of the issuer's own credential: no pattern admits them, only the word itself.
 */
function judgePersonal({ allowedUsers = [] }: Policy, { personal }: Declaration): readonly string[] {
  if (!personal || allowedUsers.includes('me')) return [];
  return ['personal tokens are not allowed. Declare the token for an application user.'];
}

function judgeScopes({ allowedScopes }: Policy, { spec }: Declaration): readonly string[] {
  if (!allowedScopes) return [];
  const allowed = allowedScopes.join(', ') || 'none';
  if (spec.scopes.length === 0 && !allowedScopes.includes('*')) {
    return [`without scopes it may do all its user may. Name some of: ${allowed}.`];
  }
  return spec.scopes
    .filter((scope) => !allowedScopes.some((pattern) => matchesGlob(pattern, scope)))
    .map((scope) => `scope ${quote(scope)} is not allowed. Allowed are: ${allowed}.`);
}

function judgeMaxAge(policy: Policy, { spec }: Declaration): readonly string[] {
  const { longestMaxAgeMs } = policy;
  if (spec.maxAgeSeconds === undefined) {
    if (longestMaxAgeMs !== undefined)
      return [`maxAge is missing. Add one of at most ${formatDuration(longestMaxAgeMs)}.`];
    return policy.requireMaxAge ? ['maxAge is missing. Add it.'] : [];
  }
  if (longestMaxAgeMs === undefined || spec.maxAgeSeconds * 1_000 <= longestMaxAgeMs) return [];
  const maxAge = formatDuration(spec.maxAgeSeconds * 1_000);
  return [`maxAge (${maxAge}) is over ${formatDuration(longestMaxAgeMs)}. Lower it.`];
}

function judgeAllowlist(
  { requireIpAllowlist, allowedCidrs }: Policy,
  { spec }: Declaration,
): readonly string[] {
  if (spec.ipAllowlist.length === 0) {
    return requireIpAllowlist || allowedCidrs
      ? ['ipAllowlist is missing: it works from anywhere. Add one.']
      : [];
  }
  if (!allowedCidrs) return [];
  return spec.ipAllowlist
    .filter((block) => !allowedCidrs.some((allowed) => containsBlock(allowed, block)))
    .map(
      (block) => `${block} does not lie in an allowed block: ${allowedCidrs.join(', ') || 'there is none'}.`,
    );
}

function judgeOverlap({ shortestOverlapMs }: Policy, { rotation }: Declaration): readonly string[] {
  if (shortestOverlapMs === undefined || rotation.overlapMs >= shortestOverlapMs) return [];
  const overlap = formatDuration(rotation.overlapMs);
  return [`overlap (${overlap}) is under ${formatDuration(shortestOverlapMs)}. Raise it.`];
}
