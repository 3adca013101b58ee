// The custom resource definitions on a real API server: what it accepts, refuses and shows.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { complete, findingsOf } from '../core/manifest/support.ts';
import { example, issuerExample } from '../core/manifest/example.ts';
import { installCustomResources } from './kit/install.ts';
import { admin, eventually, freshNamespace, kubectl, sharedCluster } from './kit/shared.ts';
import { type Answer, talk } from './kit/talk.ts';

const cluster = sharedCluster();
const api = '/apis/keyturn.dev/v1alpha1';
const strict = 'fieldValidation=Strict';
let namespace: string;

beforeAll(async () => {
  await installCustomResources(cluster);
  namespace = await freshNamespace(cluster);
  const served = async () => (await talk(cluster, 'GET', setsPath())).status === 200 || undefined;
  await eventually('TokenSets are served', served);
});

function setsPath(): string {
  return `${api}/namespaces/${namespace}/tokensets`;
}

// biome-ignore lint/suspicious/noExplicitAny: tests bend documents of any kind
type Bend = (document: any) => void;

/** The example of every field, as a cluster can have it, bent by the test. */
function bent(bend: Bend, name = 'payments'): object {
  const document = parse(example);
  document.metadata = { name, namespace };
  const { spec } = document;
  const [token] = spec.applicationUsers[0].tokens;
  token.scopes = ['projects:read'];
  token.deliverTo = token.deliverTo.filter((entry: object) => !('file' in entry));
  delete spec.personalTokens;
  bend(document);
  return document;
}

async function tryOut(document: object): Promise<Answer> {
  return await talk(cluster, 'POST', `${setsPath()}?dryRun=All&${strict}`, { body: document });
}

/** The words of the refusal; empty when there is none. */
function refusal({ status, body }: Answer): string {
  return status < 300 ? '' : String(body?.message);
}

const destinationOf = (spec: { applicationUsers: { tokens: { deliverTo: object[] }[] }[] }) =>
  spec.applicationUsers[0]?.tokens[0]?.deliverTo ?? [];

describe('the TokenSet of a cluster', () => {
  it('takes every field of tokens.yaml, strictly', async () => {
    expect(refusal(await tryOut(bent(() => undefined)))).toBe('');
  });

  it('keeps what it is given, and adds nothing', async () => {
    const document = bent(() => undefined, 'kept') as { spec: object };
    const { body } = await admin(cluster, 'POST', `${setsPath()}?${strict}`, { body: document });
    expect(body.spec).toEqual(document.spec);
  });

  const refused: readonly (readonly [string, Bend, RegExp])[] = [
    ['an unknown field', ({ spec }) => Object.assign(spec, { maxage: '1d' }), /unknown field "spec.maxage"/],
    [
      'no provider and no issuer',
      ({ spec }) => delete spec.provider,
      /exactly one of provider, issuerRef is needed/,
    ],
    [
      'a provider beside an issuer',
      ({ spec }) => Object.assign(spec, { issuerRef: { name: 'aiven-prod' } }),
      /exactly one of provider, issuerRef is needed/,
    ],
    [
      'two providers',
      ({ spec }) => Object.assign(spec.provider, { determined: { url: 'https://det.example' } }),
      /exactly one of aiven, determined is needed/,
    ],
    [
      'two destinations in one entry',
      ({ spec }) =>
        Object.assign(destinationOf(spec)[0] ?? {}, { kubernetesSecret: { name: 'a', key: 'b' } }),
      /exactly one of kubernetesSecret, file, githubSecret is needed/,
    ],
    [
      'a file',
      ({ spec }) => destinationOf(spec).push({ file: { path: 'a' } }),
      /a cluster delivers to no file/,
    ],
    [
      'a GitHub secret of a repository and an organization',
      ({ spec }) =>
        destinationOf(spec).push({ githubSecret: { repository: 'a/b', organization: 'a', name: 'A' } }),
      /exactly one of repository, organization is needed/,
    ],
    [
      'a duration without its unit',
      ({ spec }) => Object.assign(spec.defaults, { maxAge: '90' }),
      /spec\.defaults\.maxAge/,
    ],
    [
      'two users of one name',
      ({ spec }) => spec.applicationUsers.push({ name: 'ci-deployer' }),
      /Duplicate value/,
    ],
    [
      'the name of the calling user',
      ({ spec }) => spec.applicationUsers.push({ name: 'me' }),
      /write its tokens to personalTokens/,
    ],
    [
      '51 users',
      ({ spec }) => {
        spec.applicationUsers = Array.from({ length: 51 }, (_, index) => ({ name: `user-${index}` }));
      },
      /must have at most 50 items/,
    ],
  ];
  it.each(refused)('refuses %s', async (_, bend, words) => {
    expect(refusal(await tryOut(bent(bend)))).toMatch(words);
  });

  it('has room for 50 users of 50 tokens', async () => {
    const users = Array.from({ length: 50 }, (_, user) => ({
      name: `user-${user}`,
      tokens: Array.from({ length: 50 }, (__, token) => ({
        name: `token-${token}`,
        deliverTo: [{ kubernetesSecret: { name: `user-${user}-token-${token}`, key: 'token' } }],
      })),
    }));
    const document = bent(({ spec }) => Object.assign(spec, { applicationUsers: users }));
    expect(refusal(await tryOut(document))).toBe('');
  });
});

describe('a TokenSet that exists', () => {
  const aiven = 'provider.aiven';
  const changes: readonly (readonly [string, Bend, RegExp | ''])[] = [
    [
      'lets its credentials be replaced',
      ({ spec }) => (spec.provider.aiven.credentials.secretKeyRef.name = 'b'),
      '',
    ],
    ['lets the default address be left out', ({ spec }) => delete spec.provider.aiven.url, ''],
    [
      'keeps its organization',
      ({ spec }) => (spec.provider.aiven.organizationId = 'org2'),
      /organizationId is immutable/,
    ],
    [
      `keeps the address of ${aiven}`,
      ({ spec }) => (spec.provider.aiven.url = 'https://b.example'),
      /url is imm/,
    ],
    [
      'keeps its provider',
      ({ spec }) => (spec.provider = { determined: { url: 'https://det.example' } }),
      /the provider is immutable/,
    ],
    [
      'does not move to an issuer',
      ({ spec }) => {
        delete spec.provider;
        spec.issuerRef = { name: 'aiven-prod' };
      },
      /cannot take the place of each other/,
    ],
  ];
  it.each(changes)('%s', async (sentence, bend, words) => {
    const name = sentence.replaceAll(/[^a-z]+/g, '-');
    await admin(cluster, 'POST', setsPath(), { body: bent(() => undefined, name) });
    const patch = `${setsPath()}/${name}?dryRun=All&fieldManager=test&${strict}`;
    const current = (await admin(cluster, 'GET', `${setsPath()}/${name}`)).body;
    const next = { ...current, spec: structuredClone(current.spec) };
    bend(next);
    const said = refusal(await talk(cluster, 'PUT', patch, { body: next }));
    if (words === '') expect(said).toBe('');
    else expect(said).toMatch(words);
  });

  it('keeps its issuer', async () => {
    const byIssuer: Bend = ({ spec }) => {
      delete spec.provider;
      spec.issuerRef = { name: 'aiven-prod' };
    };
    await admin(cluster, 'POST', setsPath(), { body: bent(byIssuer, 'by-issuer') });
    const current = (await admin(cluster, 'GET', `${setsPath()}/by-issuer`)).body;
    current.spec.issuerRef = { name: 'another' };
    const answer = await talk(cluster, 'PUT', `${setsPath()}/by-issuer?dryRun=All`, { body: current });
    expect(refusal(answer)).toMatch(/issuerRef is immutable/);
    const path = `${setsPath()}?fieldSelector=spec.issuerRef.name%3Daiven-prod`;
    const { items } = (await admin(cluster, 'GET', path)).body;
    expect(items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['by-issuer']);
  });

  it('shows in a table how it is doing', async () => {
    await admin(cluster, 'POST', setsPath(), { body: bent(() => undefined, 'shown') });
    const time = '2026-12-01T00:00:00Z';
    const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'm', lastTransitionTime: time };
    const status = {
      observedGeneration: 1,
      conditions: [ready],
      ready: '1/1',
      nextRotationAt: '2027-02-01T00:00:00Z',
      tokens: [
        { name: 'ci-deployer/deploy', health: 'ok', id: 'x', generation: 1, issuedAt: time, previous: [] },
      ],
    };
    const body = {
      apiVersion: 'keyturn.dev/v1alpha1',
      kind: 'TokenSet',
      metadata: { name: 'shown' },
      status,
    };
    const path = `${setsPath()}/shown/status?fieldManager=keyturn&force=true&${strict}`;
    await admin(cluster, 'PATCH', path, { body, type: 'application/apply-patch+yaml' });
    const { stdout } = await kubectl(cluster, ['get', 'tokensets', 'shown', '-n', namespace]);
    expect(
      stdout
        .split('\n')[0]
        ?.split(/ {2,}/)
        .map((word) => word.trim()),
    ).toEqual(['NAME', 'READY', 'REASON', 'TOKENS', 'NEXT ROTATION', 'AGE']);
    expect(stdout).toMatch(/shown +True +Ready +1\/1 +2027-02-01T00:00:00Z +\d+s/);
  });
});

describe('a ClusterTokenIssuer', () => {
  it('takes every field, strictly', async () => {
    const [document] = parseAllDocuments(issuerExample);
    const path = `${api}/clustertokenissuers?dryRun=All&${strict}`;
    const answer = await talk(cluster, 'POST', path, { body: document?.toJS() });
    expect(refusal(answer)).toBe('');
  });
});

describe('the examples of these tests', () => {
  it('are manifests', () => {
    expect(findingsOf([example, issuerExample], complete)).toEqual([]);
  });
});
