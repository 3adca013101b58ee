import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { example, issuerExample } from './example.ts';
import { compare, delivered, findingsOf, head, parse, set, setOf, token } from './support.ts';

describe('parsing manifests', () => {
  it('reads every field of the example', () => {
    expect(findingsOf(example)).toEqual([]);
    expect(setOf(example)).toMatchObject({
      name: 'payments',
      namespace: 'payments',
      folder: '/m',
      position: { file: 'a.yaml', line: 4, column: 9 },
      provider: { kind: 'aiven', config: { organizationId: 'org1a23f456789', url: 'https://api.aiven.io' } },
      issuer: undefined,
      ownerId: 'payments-k3x9ab',
      formerOwners: [{ ownerId: 'payments-old', name: 'payments' }],
      suspend: false,
      deletionPolicy: 'Revoke',
      users: [{ name: 'ci-deployer', create: true, state: 'Present', position: { line: 21, column: 7 } }],
      guards: { maxRevokePercent: 25, minTokens: 4, acknowledge: [{ rule: 'revoke-threshold' }] },
      githubCredentials: { name: 'github-app-token', key: 'token' },
    });
  });

  it('normalises what a token says, and orders destinations by rank', () => {
    const [deploy, laptop] = setOf(example).declarations;
    expect(deploy).toMatchObject({
      name: 'ci-deployer/deploy',
      user: 'ci-deployer',
      personal: false,
      state: 'Present',
      position: { line: 25, column: 11 },
      description: 'Deploys services from CI',
      spec: {
        scopes: ['projects:read', 'services:write'],
        maxAgeSeconds: 7_776_000,
        extendWhenUsed: false,
        ipAllowlist: ['2001:db8::/32', '203.0.113.0/24', '203.0.113.7/32'],
      },
      rotation: { trigger: '2026-q4-audit', compromised: 'INC-1234', everyMs: 2_592_000_000 },
    });
    expect(deploy?.deliverTo.map(({ key, position }) => [key, position.line])).toEqual([
      ['kubernetesSecret/aiven-deploy#token', 46],
      ['file/Dotenv:secrets/aiven.env#AIVEN_TOKEN', 44],
      ['githubSecret/acme/payments:production:AIVEN_TOKEN', 43],
      ['githubSecret/acme::AIVEN_TOKEN', 45],
    ]);
    expect(laptop).toMatchObject({ name: 'me/laptop', personal: true, spec: { maxAgeSeconds: 7_776_000 } });
  });

  it('fills in what a short set leaves open', () => {
    expect(setOf(head)).toMatchObject({
      provider: { config: { url: 'https://api.aiven.io' } },
      namespace: undefined,
      ownerId: undefined,
      formerOwners: [],
      suspend: false,
      deletionPolicy: 'Revoke',
      users: [],
      declarations: [],
      guards: { maxRevokePercent: 25, minTokens: 4, acknowledge: [] },
    });
  });

  it('replaces lists of the defaults and keeps what a token leaves open', () => {
    const text = set(`defaults: {maxAge: 1d, scopes: [all], ipAllowlist: [10.0.0.0/8]}
personalTokens:
  - {name: a, scopes: [user:read], deliverTo: [{file: {path: a}}]}
`);
    expect(setOf(text).declarations[0]?.spec).toMatchObject({
      scopes: ['user:read'],
      ipAllowlist: ['10.0.0.0/8'],
    });
  });

  it('lets the state of a user and the suspension of a set flow to their tokens', () => {
    const text = set(`suspend: true
applicationUsers:
  - {name: gone, state: Absent, tokens: [{name: a, maxAge: 1d}, {name: b, state: Moved, maxAge: 1d}]}
`);
    expect(setOf(text).declarations).toMatchObject([
      { state: 'Absent', suspend: true },
      { state: 'Moved', suspend: true },
    ]);
  });

  it('reads several documents and files, and leaves out the sets with errors', () => {
    const other = (name: string, more = '') => head.replace('payments', name) + more;
    const { manifest, findings } = parse([
      `${head}---\n${other('etl', '  unknown: 1\n')}---\n${other('web')}`,
      issuerExample,
    ]);
    expect(manifest.sets.map(({ name }) => name)).toEqual(['payments', 'web']);
    expect(manifest.issuers.map(({ name }) => name)).toEqual(['aiven-prod']);
    expect(findings).toMatchObject([
      { code: 'UnknownKey', position: { file: 'a.yaml', line: 12, column: 3 } },
    ]);
  });

  it('follows anchors, aliases and merge keys, and points at where a value is written', () => {
    const text = set(`defaults: &common {maxAge: 600w, scopes: &scopes [all]}
personalTokens:
  - {<<: *common, name: a, ${delivered.trim()}}
  - {name: b, maxAge: 1d, scopes: *scopes, deliverTo: [{file: {path: b}}]}
`);
    expect(compare(text, ['6:30 MaxAgeOutOfRange'])).toEqual(['6:30 MaxAgeOutOfRange']);
  });

  it('tells all problems of a run in the order of files and lines', () => {
    const broken = token('maxage: 1d\nscopes: [1, project:read]\nrotation: {overlap: 1s}');
    const found = findingsOf([broken, 'kind: Secret\n', token('maxAge: 1d')]);
    expect(found.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '9:11 Missing',
      '10:11 UnknownKey',
      '11:20 WrongType',
      '11:23 UnknownScope',
      '12:31 OverlapTooShort',
      '1:7 WrongKind',
      '3:18 DuplicateName',
      '9:11 Missing',
    ]);
  });

  it('judges what is sound beside what is broken, at its own place', () => {
    const text = set(`applicationUsers:
  - foo
  - name: 007
    tokens: [{name: a, state: Moved, maxAge: 1d}, {name: -x}, {name: b, state: Moved, maxAge: 600w}]
`).replace('v1alpha1', 'v1');
    const expected = [
      '1:13 WrongValue apiVersion "keyturn.dev/v1"',
      '7:7 WrongType applicationUsers entry "foo"',
      '8:13 WrongType name 007',
      '9:60 WrongValue name "-x"',
      '9:97 MaxAgeOutOfRange maxAge "600w"',
    ];
    expect(compare(text, expected)).toEqual(expected);
  });

  it('lets a key of a map win over what is merged into it', () => {
    const text = set(`defaults: &common {maxAge: 2d, scopes: [all]}
personalTokens:
  - {<<: *common, name: a, maxAge: 1d, ${delivered.trim()}}
  - {name: b, maxAge: 1d, <<: *common, deliverTo: [{file: {path: b}}]}
`);
    const specs = setOf(text).declarations.map(({ spec }) => [spec.maxAgeSeconds, ...spec.scopes]);
    expect(specs).toEqual([
      [86_400, 'all'],
      [86_400, 'all'],
    ]);
  });

  it('takes as many declarations as a run may have, and refuses one more', () => {
    const users = (count: number) =>
      Array.from({ length: count }, (_, user) => {
        const tokens = Array.from({ length: 100 }, (_, index) => `{name: t${index}, state: Moved}`);
        return `- {name: u${user}, tokens: [${tokens}]}\n`;
      }).join('');
    const full = parse(set(`defaults: {maxAge: 1d}\napplicationUsers:\n${users(100)}`));
    expect([full.findings, full.manifest.sets[0]?.declarations.length]).toEqual([[], 10_000]);
    const over = head.replace('payments', 'etl').concat('  personalTokens: [{name: a, state: Moved}]\n');
    expect(findingsOf([set(`defaults: {maxAge: 1d}\napplicationUsers:\n${users(100)}`), over])).toEqual([
      expect.stringMatching(/^3:18 TooManyDeclarations .* 10000 declarations \(10001\)/),
    ]);
  });

  it('never throws, whatever is cut out of or put into a manifest', () => {
    const junk = fc.constantFrom(
      '',
      '\t',
      ': ',
      '- ',
      '[',
      '{',
      '*a',
      '&a ',
      '"',
      '!x ',
      '<<',
      '\n',
      '1',
      '~',
      '\0',
    );
    const edit = fc.tuple(fc.nat(example.length), fc.nat(40), junk);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, issuer) => {
        let text = issuer ? issuerExample : example;
        for (const [at, length, put] of edits) text = text.slice(0, at) + put + text.slice(at + length);
        const { manifest, findings } = parse(text);
        const failed = findings.some(({ severity }) => severity === 'error');
        return failed || manifest.sets.length + manifest.issuers.length > 0;
      }),
      { numRuns: 50 },
    );
  });
});
