// Who a token is and what it may do. The names of permissions are GitHub's, as in the header
// `x-accepted-github-permissions` and in https://docs.github.com/rest/overview/permissions-required-for-...
import { type Answer, fail, notFound } from './answer.ts';
import type { Route } from './contract.ts';

type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;

export interface Token {
  readonly value: string;
  /** Under which name it writes. */
  readonly login: string;
  readonly permissions: Permissions;
  /** Full names of the repositories it sees; undefined: all. */
  readonly repositories: readonly string[] | undefined;
  /** Permissions whose lack is answered with 404 instead of 403. */
  readonly hidden: readonly string[];
}

/** What the token of a workflow has at most, of what matters here. */
export const workflowPermissions: Permissions = {
  metadata: 'read',
  actions: 'read',
  contents: 'read',
  issues: 'write',
  pull_requests: 'write',
};

/** What delivering to any secret takes. */
export const deliveryPermissions: Permissions = {
  metadata: 'read',
  actions: 'read',
  secrets: 'write',
  actions_variables: 'write',
  environments: 'write',
  dependabot_secrets: 'write',
  organization_secrets: 'write',
  organization_actions_variables: 'write',
  organization_dependabot_secrets: 'write',
};

export function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(Object.keys(permissions).map((name) => [name, 'read'] as const));
}

/** What stands in the way of this request. */
export function refusal(token: Token, { key, params }: Route): Answer | undefined {
  const { owner, repo } = params;
  if (owner !== undefined && repo !== undefined && token.repositories !== undefined) {
    const fullName = `${owner}/${repo}`.toLowerCase();
    if (!token.repositories.some((name) => name.toLowerCase() === fullName)) return notFound;
  }
  const level: Level = key.startsWith('GET ') ? 'read' : 'write';
  const names = permissionsFor(key);
  if (names.length === 0 || names.some((name) => grants(token, name, level))) return undefined;
  if (names.some((name) => token.hidden.includes(name))) return notFound;
  const accepted = names.map((name) => `${name}=${level}`).join('; ');
  return fail(403, 'Resource not accessible by integration', { 'x-accepted-github-permissions': accepted });
}

function grants({ permissions }: Token, name: string, level: Level): boolean {
  const given = permissions[name];
  return given === 'write' || given === level;
}

/** Any one of these suffices. */
function permissionsFor(key: string): readonly string[] {
  const path = key.slice(key.indexOf(' ') + 1);
  const ofOrganization = path.startsWith('/orgs/') ? 'organization_' : '';
  if (/\/environments\/\{environment_name\}\//.test(path)) return ['environments'];
  if (path.includes('/dependabot/')) return [`${ofOrganization}dependabot_secrets`];
  if (path.includes('/secrets')) return [`${ofOrganization}secrets`];
  if (path.includes('/variables')) return [`${ofOrganization}actions_variables`];
  if (path.endsWith('/environments/{environment_name}')) return ['actions'];
  if (path.includes('/issues/')) return ['issues', 'pull_requests'];
  if (/\/pulls(\/\{pull_number\})?$/.test(path)) return ['pull_requests'];
  if (/\/(branches|compare|contents|git)\//.test(path)) return ['contents'];
  return path === '/user' ? ['user'] : ['metadata'];
}
