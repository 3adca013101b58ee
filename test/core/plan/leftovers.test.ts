// DESIGN 4.3: what happens to owned tokens that are not current.
import { describe, expect, it } from '@jest/globals';
import {
  day,
  declare,
  destination,
  hour,
  minute,
  now,
  owner,
  planOf,
  previous,
  reading,
  receipt,
  rows,
  token,
  type World,
} from './world.ts';

const two = declare({ deliverTo: [destination('a'), destination('b')] });
const keys = ['kubernetesSecret/a', 'kubernetesSecret/b'];
const t1 = token('t1');
const t2 = token('t2', { generation: 2 });
/** t2 was delivered three days ago, t1 waits for its revocation. */
const rotated = (waits = {}, deliveredAt = now - 3 * day) => {
  const made = receipt('t2', { generation: 2, previous: [previous('t1', waits)], destinations: keys });
  return { ...made, current: made.current && { ...made.current, deliveredAt } };
};
const unread = { kind: 'unknown', why: 'x' } as const;

const table: readonly [string, World, readonly string[]][] = [
  [
    'revokes a superseded token after its overlap',
    { tokens: [t1, t2], places: { a: reading(rotated()) } },
    ['keep Current', 'revoke Superseded clock'],
  ],
  [
    'keeps it while its overlap runs',
    { tokens: [t1, t2], places: { a: reading(rotated({ revokeNotBefore: now + 1 })) } },
    ['keep Current'],
  ],
  [
    'counts the overlap from the delivery, not from the commit',
    { tokens: [t1, t2], places: { a: reading(rotated({}, now - hour)) } },
    ['keep Current'],
  ],
  [
    'keeps it while another destination was delivered too recently',
    {
      declarations: [two],
      tokens: [t1, t2],
      places: { a: reading(rotated()), b: reading(rotated({}, now - hour)) },
    },
    ['keep Current'],
  ],
  [
    'keeps it while another destination serves it',
    {
      declarations: [two],
      tokens: [t1, t2],
      places: { a: reading(rotated()), b: reading(receipt('t1', { destinations: keys })) },
    },
    ['deliver DestinationMissing drift'],
  ],
  [
    'keeps it while a destination cannot be read',
    { declarations: [two], tokens: [t1, t2], places: { a: reading(rotated()), b: unread } },
    ['keep Current'],
  ],
  [
    'keeps it while someone uses it',
    { tokens: [token('t1', { lastUsedAt: now - minute }), t2], places: { a: reading(rotated()) } },
    ['keep Current'],
  ],
  [
    'does not count our own verification as use',
    {
      tokens: [token('t1', { lastUsedAt: now - minute, lastUserAgent: 'keyturn/0.1.0' }), t2],
      places: { a: reading(rotated()) },
    },
    ['keep Current', 'revoke Superseded clock'],
  ],
  [
    'revokes it in use once the longest wait is over',
    {
      tokens: [token('t1', { lastUsedAt: now - minute }), t2],
      places: { a: reading(rotated({ revokeNotBefore: now - 7 * day }, now - 8 * day)) },
    },
    ['keep Current', 'revoke Superseded clock'],
  ],
  [
    'never revokes what lies at a readable destination',
    {
      tokens: [t1, t2],
      places: { a: reading(rotated()), x: reading(undefined, { kind: 'held', tokenId: 't1' }) },
    },
    ['keep Current'],
  ],
  [
    'never revokes what another receipt names as current',
    { tokens: [t1, t2], places: { a: reading(rotated()), x: reading(receipt('t1')) } },
    ['keep Current'],
  ],
  [
    'revokes a compromised token at once, in use or not',
    {
      tokens: [token('t1', { lastUsedAt: now - minute }), t2],
      places: { a: reading(rotated({ compromised: true, overlap: 0, revokeNotBefore: now })) },
    },
    ['keep Current', 'revoke Superseded clock'],
  ],
  [
    'gives other destinations an hour before a compromised token dies',
    {
      declarations: [two],
      tokens: [t1, t2],
      places: {
        a: reading(rotated({ compromised: true, overlap: 0, revokeNotBefore: now - 50 * minute })),
        b: reading(receipt('t1', { destinations: keys })),
      },
    },
    ['deliver DestinationMissing drift'],
  ],
  [
    'then revokes a compromised token although another destination names it',
    {
      declarations: [two],
      tokens: [t1, t2],
      places: {
        a: reading(rotated({ compromised: true, overlap: 0, revokeNotBefore: now - 61 * minute })),
        b: reading(receipt('t1', { destinations: keys })),
      },
    },
    ['deliver DestinationMissing drift', 'revoke Superseded clock'],
  ],
  [
    "spares a compromised token that another declaration serves and that is that one's by its mark",
    {
      declarations: [declare(), declare({ name: 'ci/other', deliverTo: [destination('x')] })],
      tokens: [token('t1', { declaration: 'ci/former' }), t2],
      places: {
        a: reading(rotated({ compromised: true, overlap: 0, revokeNotBefore: now - day })),
        x: reading({ ...receipt('t1'), token: 'ci/other' }),
      },
    },
    ['keep Current', 'keep Current'],
  ],
  [
    'forgets a superseded token that is gone from the list',
    { tokens: [t2], places: { a: reading(rotated()) } },
    ['keep Current', 'mend PreviousGone drift'],
  ],
  [
    'does not forget it before its time',
    { tokens: [t2], places: { a: reading(rotated({ revokeNotBefore: now + 1 })) } },
    ['keep Current'],
  ],
  [
    'drains an orphan',
    { tokens: [t1, token('t2', { generation: 2, createdAt: now - 16 * minute })] },
    ['keep Current', 'drain Orphaned drift'],
  ],
  [
    'leaves a young orphan to whoever made it',
    { tokens: [t1, token('t2', { generation: 2, createdAt: now - 14 * minute })] },
    ['keep Current'],
  ],
  [
    'drains nothing while a destination cannot be read',
    {
      declarations: [two],
      tokens: [t1, t2],
      places: { a: reading(receipt('t1', { destinations: keys })), b: unread },
    },
    ['keep Current'],
  ],
  [
    'revokes what left the manifest',
    { tokens: [t1, token('t9', { declaration: 'ci/gone' })] },
    ['keep Current', 'revoke Removed config'],
  ],
  [
    'keeps what left the manifest while a destination of this run names it',
    {
      tokens: [t1, token('t9', { declaration: 'ci/gone' })],
      places: { a: reading(receipt('t1')), x: reading(receipt('t9')) },
    },
    ['keep Current'],
  ],
  [
    'keeps what another set of this run takes over',
    {
      tokens: [t1, token('t9', { declaration: 'ci/gone' })],
      neighbours: [
        {
          name: 'other',
          owner: { hash: 'ffffffffff', former: new Map([[owner.hash, 'payments']]), explicit: false },
          declarations: new Set(['ci/gone']),
          ending: new Set(),
          destinations: new Set(),
        },
      ],
    },
    ['keep Current'],
  ],
  [
    'keeps what another run issued since this one began: it may know a newer manifest',
    {
      tokens: [t1, token('t9', { declaration: 'ci/gone', createdAt: now - 5 * minute })],
      observation: { begunAt: now - hour },
    },
    ['keep Current'],
  ],
  [
    'removes nothing where the clocks of the machine disagree about when the run began',
    {
      tokens: [t1, token('t9', { declaration: 'ci/gone', createdAt: now - day })],
      observation: { begunAt: undefined },
    },
    ['keep Current'],
  ],
  [
    "never revokes a former owner's token as removed",
    {
      tokens: [t1, token('t9', { declaration: 'ci/gone', owner: 'eeeeeeeeee' })],
      owner: { ...owner, former: new Map([['eeeeeeeeee', 'old']]) },
    },
    ['keep Current'],
  ],
  [
    'leaves expired tokens to themselves',
    { tokens: [t1, token('t9', { declaration: 'ci/gone', expiresAt: now - 1 })] },
    ['keep Current'],
  ],
];

describe('what is left over', () => {
  it.each(table)('%s', (_sentence, world, expected) => {
    expect(rows(planOf(world))).toEqual(expected);
  });
});
