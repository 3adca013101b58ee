import { describe, expect, it } from '@jest/globals';
import { formatDescription, hashOwner } from '../../src/core/mark.ts';
import type { TokenRecord } from '../../src/core/observation.ts';
import { describeTokens, type TokenRow } from '../../src/render/token-rows.ts';
import { renderTokens } from '../../src/render/tokens.ts';
import { now } from './samples.ts';

const day = 86_400_000;
const hash = hashOwner('payments-k3x9ab', 'payments');
const theirs = hashOwner('staging-aaaaaa', 'payments');
const user = { id: 'u1', name: 'ci', personal: false, at: 'aiven/org1', createdAt: undefined };
const known = {
  sets: [{ name: 'payments', owner: { hash, former: new Map(), explicit: false } }],
  tellsLastUse: true,
};

function token(id: string, description: string, more: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id,
    description,
    createdAt: now - 10 * day,
    expiresAt: now + 80 * day,
    lastUsedAt: undefined,
    lastUsedFrom: undefined,
    lastUserAgent: undefined,
    spec: { scopes: [], maxAgeSeconds: undefined, extendWhenUsed: false, ipAllowlist: [] },
    own: false,
    ...more,
  };
}

const mark = {
  owner: hash,
  declaration: 'ci/deploy',
  generation: 7,
  specHash: '1abcdef0',
  nonce: 'aaaaaa',
};
const tokens = [
  token('XCJ3', formatDescription('Deploys', mark), {
    lastUsedAt: now - day,
    lastUsedFrom: '::1',
  }),
  token('6JsK', formatDescription('', { ...mark, owner: theirs, declaration: 'etl/nightly' })),
  token('p0Qm', '', { expiresAt: undefined, own: true }),
  token('q1', `[keyturn/9 o=${hash} t=ci/next]`),
];

describe('the list of tokens at a terminal', () => {
  it('says of each token whose it is and who used it last', () => {
    const rows = describeTokens(user, tokens, { ...known, names: new Map([[theirs, 'staging']]) });
    expect(`\n${renderTokens(rows, now, { colours: false })}\n`).toBe(`
  USER  TOKEN ID  OWNER                        CREATED  EXPIRES  LAST USED        DESCRIPTION
  ci    XCJ3      ci/deploy, generation 7      10d ago  in 80d   1d ago from ::1  Deploys
  ci    6JsK      staging: etl/nightly         10d ago  in 80d   never
  ci    p0Qm      unmanaged                    10d ago  never    never            (the credential in use)
  ci    q1        ci/next, by a newer keyturn  10d ago  in 80d   never
4 tokens: 2 owned, 1 foreign, 1 unmanaged.
`);
  });

  it('says what no longer works, and what the provider does not tell', () => {
    const untold = { ...known, tellsLastUse: false };
    const [live, other] = describeTokens(user, [token('1', 'a'), token('2', 'b')], untold);
    const past = describeTokens(user, [token('3', 'c', { expiresAt: now - day })], untold);
    const rows = [live, { ...other, ended: 'revoked' }, ...past] as TokenRow[];
    expect(`\n${renderTokens(rows, now, { colours: false })}\n`).toBe(`
  USER  TOKEN ID  OWNER      CREATED  EXPIRES         LAST USED  DESCRIPTION
  ci    1         unmanaged  10d ago  in 80d          not told   a
  ci    2         unmanaged  10d ago  revoked         not told   b
  ci    3         unmanaged  10d ago  expired 1d ago  not told   c
3 tokens: 0 owned, 0 foreign, 3 unmanaged; 2 of them no longer work.
`);
  });

  it('names an owner it does not know by its hash', () => {
    const [, foreign] = describeTokens(user, tokens, known);
    expect(foreign?.owner).toEqual({
      kind: 'foreign',
      owner: theirs,
      name: undefined,
      declaration: 'etl/nightly',
    });
  });

  it('takes every mark for another owner without a manifest', () => {
    const rows = describeTokens(user, tokens, { sets: [], tellsLastUse: true });
    expect(rows.map(({ owner }) => owner.kind)).toEqual(['foreign', 'foreign', 'unmanaged', 'foreign']);
  });

  it('lets no description begin a line or move the cursor', () => {
    const hostile = [token('::error::id', '::error::\n::error::\u001b[1A')];
    const rows = describeTokens({ ...user, name: '::error::' }, hostile, known);
    const text = renderTokens(rows, now, { colours: false });
    expect(text).not.toMatch(/^\s*::/m);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('says when there is none', () => {
    expect(renderTokens([], now, { colours: true })).toBe('No tokens.');
  });
});
