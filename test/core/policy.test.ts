import { describe, expect, it } from '@jest/globals';
import type { Issuer, TokenSet } from '../../src/core/manifest/types.ts';
import { type Asker, judgePolicy } from '../../src/core/plan/policy.ts';
import { delivered, head, parse } from './manifest/support.ts';

const top = head
  .replace(/provider: .*/, 'issuerRef: {name: prod}')
  .replace('name: payments', 'name: payments, namespace: pay');

/** An issuer with these lines of policy; it admits the namespace "pay". */
function issuer(policy: string, namespaces = '{names: [pay]}'): Issuer {
  const text = `apiVersion: keyturn.dev/v1alpha1
kind: ClusterTokenIssuer
metadata: {name: prod}
spec:
  provider: {aiven: {organizationId: org1, credentials: {secretKeyRef: {name: a, key: b}}}}
  allowedNamespaces: ${namespaces}
  policy: {${policy}}
`;
  const [only] = parse(text).manifest.issuers;
  if (!only) throw new Error(JSON.stringify(parse(text).findings));
  return only;
}

/** A set of one token whose fields stand on line 11, from column 9 on. */
function asking(token: string, user = 'name: pay-ci', spec = ''): TokenSet {
  const text = `${top}${spec}  applicationUsers:
    - ${user}
      tokens:
      - ${delivered}        name: deploy
        ${token}
`;
  const [only] = parse(text).manifest.sets;
  if (!only) throw new Error(JSON.stringify(parse(text).findings));
  return only;
}

/** `line:column code message | what it stops`. */
function judge(policy: Issuer, set: TokenSet, asker?: Asker): readonly string[] {
  return judgePolicy(policy, set, asker).map(({ finding, declarations, users }) => {
    const { line, column } = finding.position;
    return `${line}:${column} ${finding.code} ${finding.message} | ${[...declarations, ...users]}`;
  });
}

describe('the policy of an issuer', () => {
  it('lets pass what it allows', () => {
    const policy =
      issuer(`allowedApplicationUsers: ["{namespace}-*"], allowedScopes: ["projects:*"], longestMaxAge: 90d,
    requireMaxAge: true, requireIpAllowlist: true, allowedCidrs: [10.0.0.0/8], shortestOverlap: 1h`);
    const token = 'maxAge: 90d\n        scopes: [projects:read]\n        ipAllowlist: [10.1.0.0/16]';
    expect(judge(policy, asking(token))).toEqual([]);
  });

  it('allows everything when it is left out', () => {
    expect(judge(issuer(''), asking('maxAge: 3650d'))).toEqual([]);
  });

  it.each([
    [
      'a scope',
      'allowedScopes: ["projects:*"]',
      'scopes: [projects:read, services:read]',
      /^11:17 ScopeNotAllowed .*"services:read"/,
    ],
    [
      'no scopes at all',
      'allowedScopes: ["projects:*"]',
      'maxAge: 1d',
      /^9:9 ScopeNotAllowed .*all its user may/,
    ],
    ['any scope', 'allowedScopes: []', 'scopes: [all]', /^11:17 ScopeNotAllowed .*Allowed are: none/],
    [
      'a longer maxAge',
      'longestMaxAge: 30d',
      'maxAge: 31d',
      /^11:17 MaxAgeNotAllowed .*maxAge \(31d\) is over 30d/,
    ],
    [
      'no maxAge where there is a longest',
      'longestMaxAge: 30d',
      'rotation: {every: 1d}',
      /^9:9 MaxAgeNotAllowed .*at most 30d/,
    ],
    [
      'no maxAge where one is required',
      'requireMaxAge: true',
      'rotation: {every: 1d}',
      /^9:9 MaxAgeNotAllowed .*missing/,
    ],
    [
      'no allowlist where one is required',
      'requireIpAllowlist: true',
      'maxAge: 1d',
      /^9:9 AllowlistNotAllowed .*from anywhere/,
    ],
    [
      'no allowlist where blocks are named',
      'allowedCidrs: [10.0.0.0/8]',
      'maxAge: 1d',
      /^9:9 AllowlistNotAllowed /,
    ],
    [
      'a block outside',
      'allowedCidrs: [10.0.0.0/8]',
      'ipAllowlist: [10.0.0.0/7]',
      /^11:22 AllowlistNotAllowed .*10\.0\.0\.0\/7 does not lie/,
    ],
    [
      'a shorter overlap',
      'shortestOverlap: 2h',
      'rotation: {every: 1d, overlap: 1h}',
      /^11:40 OverlapNotAllowed .*overlap \(1h\) is under 2h/,
    ],
  ])('refuses %s, and stops that declaration only', (_, policy, token, expected) => {
    const found = judge(issuer(policy), asking(token));
    expect(found).toEqual([expect.stringMatching(expected)]);
    expect(found[0]).toMatch(/The policy of issuer "prod" says so\. \| pay-ci\/deploy$/);
  });

  it('lets a token without scopes pass when every scope is allowed', () => {
    expect(judge(issuer('allowedScopes: ["*"]'), asking('maxAge: 1d'))).toEqual([]);
  });

  it('asks nothing of a token that is being revoked or has moved', () => {
    const strict = issuer('allowedScopes: [], longestMaxAge: 1h, requireIpAllowlist: true');
    expect(judge(strict, asking('state: Absent'))).toEqual([]);
    expect(judge(strict, asking('state: Moved'))).toEqual([]);
  });

  it('refuses a user of another namespace, also to remove it', () => {
    const policy = issuer('allowedApplicationUsers: ["{namespace}-*", shared]');
    const expected =
      /^7:7 UserNotAllowed .* "web-ci" .*\({namespace}-\*, shared\).* \| web-ci\/deploy,web-ci$/;
    expect(judge(policy, asking('maxAge: 1d', 'name: web-ci'))).toEqual([expect.stringMatching(expected)]);
    const removed = asking('maxAge: 1d', 'name: web-ci\n      state: Absent');
    expect(judge(policy, removed)).toEqual([expect.stringMatching(expected)]);
    expect(judge(policy, asking('maxAge: 1d', 'name: shared'))).toEqual([]);
  });

  it('never takes a pattern for leave to make tokens of its own credential', () => {
    const personal = asking(
      'maxAge: 1d',
      'name: pay-ci',
      `  personalTokens: [{name: a, maxAge: 1d, deliverTo: [{file: {path: b}}]}]\n`,
    );
    const set = { ...personal, declarations: personal.declarations.filter((one) => one.personal) };
    const refused = [expect.stringMatching(/^6:20 PersonalNotAllowed "me\/a": .* \| me\/a$/)];
    expect(judge(issuer(''), set)).toEqual(refused);
    expect(judge(issuer('allowedApplicationUsers: ["*"]'), set)).toEqual(refused);
    expect(judge(issuer('allowedApplicationUsers: [me, "*"]'), set)).toEqual([]);
  });

  it('stops a whole set of a namespace that it does not admit', () => {
    const found = judge(issuer('', '{names: [other]}'), asking('maxAge: 1d'));
    expect(found).toEqual([
      expect.stringMatching(
        /^3:18 NamespaceNotAllowed .*"prod" does not admit namespace "pay".* \| pay-ci\/deploy,pay-ci$/,
      ),
    ]);
  });

  it('admits a namespace by all of its labels, and warns where nobody knows them', () => {
    const policy = issuer('', '{selector: {matchLabels: {team: pay, tier: gold}}}');
    const set = asking('maxAge: 1d');
    expect(judge(policy, set, { namespaceLabels: { team: 'pay', tier: 'gold', more: 'x' } })).toEqual([]);
    expect(judge(policy, set, { namespaceLabels: { team: 'pay' } })).toEqual([
      expect.stringMatching(/NamespaceNotAllowed .* \| pay-ci\/deploy,pay-ci$/),
    ]);
    expect(judge(policy, set)).toEqual([
      expect.stringMatching(/NamespaceUnknown .*only the cluster knows\. \| $/),
    ]);
  });

  it('warns when the manifest does not name a namespace', () => {
    const set = { ...asking('maxAge: 1d'), namespace: undefined };
    const policy = issuer('allowedApplicationUsers: ["{namespace}-*"]');
    expect(judge(policy, set)).toEqual([
      expect.stringMatching(/NamespaceUnknown metadata.namespace is missing.* \| $/),
    ]);
  });

  it('refuses to take over from an owner that it does not name', () => {
    const former = (ownerId: string) =>
      asking('maxAge: 1d', 'name: pay-ci', `  formerOwners: [{ownerId: "${ownerId}", name: a}]\n`);
    const refused = [expect.stringMatching(/OwnerIdNotAllowed .* \| pay-ci\/deploy,pay-ci$/)];
    const policy = issuer('allowedOwnerIds: ["github:*"]');
    expect(judge(policy, former('github:1'))).toEqual([]);
    expect(judge(policy, former('other'))).toEqual(refused);
    expect(judge(policy, former('kube:uid/pay'))).toEqual([]);
    expect(judge(policy, former('kube:uid/web'))).toEqual(refused);
    expect(judge(policy, former('kube:uid/pay'), { ownerId: 'kube:uid/pay' })).toEqual([]);
    expect(judge(policy, former('kube:else/pay'), { ownerId: 'kube:uid/pay' })).toEqual(refused);
  });

  it('warns that an owner id which it does not admit will not be used', () => {
    const set = asking('maxAge: 1d', 'name: pay-ci', '  ownerId: pay-k3x9ab\n');
    expect(judge(issuer(''), set)).toEqual([
      expect.stringMatching(/OwnerIdIgnored ownerId "pay-k3x9ab" .* \| $/),
    ]);
    expect(judge(issuer('allowedOwnerIds: [pay-k3x9ab]'), set)).toEqual([]);
  });
});
