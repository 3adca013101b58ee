import { describe, expect, it } from '@jest/globals';
import { parseManifests } from '../../../src/core/manifest/parse.ts';
import { issuerExample } from './example.ts';
import { compare, complete, delivered, findingsOf, head, parse } from './support.ts';

const asking = head.replace(/provider: .*/, 'issuerRef: {kind: ClusterTokenIssuer, name: aiven-prod}');
const tooLong = `${asking}  personalTokens:\n    - name: a\n      maxAge: 600w\n      ${delivered}`;

describe('issuers', () => {
  it('reads every field of the example', () => {
    const { manifest, findings } = parse(issuerExample);
    expect(findings).toEqual([]);
    expect(manifest.issuers).toEqual([
      {
        name: 'aiven-prod',
        position: { file: 'a.yaml', line: 3, column: 18 },
        provider: {
          kind: 'aiven',
          config: {
            organizationId: 'org1a23f456789',
            url: 'https://api.aiven.io',
            credentials: { secretKeyRef: { name: 'aiven-admin', key: 'token' } },
          },
          position: { file: 'a.yaml', line: 6, column: 5 },
        },
        allowedNamespaces: ['payments'],
        namespaceLabels: { team: 'payments' },
        policy: {
          allowedUsers: ['{namespace}-*'],
          allowedScopes: ['projects:*'],
          longestMaxAgeMs: 7_776_000_000,
          requireMaxAge: true,
          requireIpAllowlist: true,
          allowedCidrs: ['203.0.113.0/24'],
          shortestOverlapMs: 3_600_000,
          allowedOwnerIds: ['github:*'],
        },
      },
    ]);
  });

  it('judges a set by the provider of an issuer of the same run, before or after it', () => {
    const expected = ['8:15 MaxAgeOutOfRange … Aiven'];
    expect(compare(`${tooLong}---\n${issuerExample}`, expected)).toEqual(expected);
    expect(compare([issuerExample, tooLong], expected)).toEqual(expected);
  });

  it('judges a set by an issuer that the caller knows besides the files', () => {
    const { issuers } = parse(issuerExample).manifest;
    const { findings } = parseManifests([{ file: 'a', folder: '/m', text: tooLong }], complete, { issuers });
    expect(findings).toMatchObject([{ code: 'MaxAgeOutOfRange', position: { line: 8, column: 15 } }]);
  });

  it('takes a set whose issuer is not known here', () => {
    const { manifest, findings } = parse(tooLong);
    expect(findings).toEqual([]);
    expect(manifest.sets).toMatchObject([{ issuer: 'aiven-prod', provider: undefined }]);
  });

  it.each([
    [
      'needs a credential',
      issuerExample.replace(/, credentials: .*}}}/, '}'),
      '6:12 Missing an issuer needs credentials',
    ],
    [
      'refuses a bad block of its policy',
      issuerExample.replace('203.0.113.0/24', '203.0.113.0/40'),
      '14:20 BadCidr allowedCidrs entry "203.0.113.0/40"',
    ],
    [
      'refuses an unknown rule',
      issuerExample.replace('requireMaxAge', 'requiresMaxAge'),
      '12:5 UnknownKey unknown key "requiresMaxAge" in policy. Did you mean "requireMaxAge"?',
    ],
    [
      'needs to say which namespaces it serves',
      issuerExample.replace(/ {2}allowedNamespaces.*\n/, ''),
      '4:1 Missing allowedNamespaces is missing.',
    ],
  ])('%s', (_, text, expected) => {
    expect(compare(text, [expected])).toEqual([expected]);
  });

  it('refuses two issuers of one name', () => {
    expect(findingsOf([issuerExample, issuerExample])).toEqual([
      expect.stringMatching(/^3:18 DuplicateName issuer "aiven-prod" is declared at a.yaml:3:18 already/),
    ]);
  });
});
