// DESIGN 4.4: what a plan refuses, with which numbers, and how a person waives it.
import { describe, expect, it } from '@jest/globals';
import { declare, destination, listed, now, owner, planOf, reading, receipt, token, user } from './world.ts';

const names = ['ci/a', 'ci/b', 'ci/c', 'ci/d'];
const declarations = names.map((name) => declare({ name, deliverTo: [destination(name)] }));
const tokens = names.map((name) => token(`id-${name}`, { declaration: name }));
const places = Object.fromEntries(
  names.map((name) => [name, reading(receipt(`id-${name}`, { token: name }))]),
);

/** The places of the first declarations only. */
const placesOf = (count: number) => Object.fromEntries(Object.entries(places).slice(0, count));

describe('guards', () => {
  it('refuses to revoke more of the owned tokens than the limit', () => {
    const made = planOf({
      declarations: declarations.slice(0, 2),
      tokens,
      places: placesOf(2),
    });
    expect(made.refusals).toMatchObject([{ rule: 'revoke-threshold', waiver: 'revoke-threshold' }]);
    expect(made.refusals[0]?.message).toContain(
      'revokes 2 of 4 owned tokens without replacement (50 %, limit 25 %)',
    );
    expect(made.refusals[0]?.stops).toEqual(['revoke ci/c id-ci/c', 'revoke ci/d id-ci/d']);
  });

  it('says so when a plan removes everything', () => {
    expect(planOf({ declarations: [], tokens, places: {} }).refusals[0]?.message).toContain(
      'removes everything',
    );
  });

  it('lets a small share go', () => {
    expect(planOf({ declarations: declarations.slice(0, 3), tokens, places: placesOf(3) }).refusals).toEqual(
      [],
    );
  });

  it('lets few tokens go whatever their share is', () => {
    expect(planOf({ declarations: [], tokens: tokens.slice(0, 3), places: {} }).refusals).toEqual([]);
  });

  it('is waived by its word', () => {
    const requests = { acknowledge: new Set(['revoke-threshold']) };
    expect(planOf({ declarations: [], tokens, places: {}, requests }).refusals).toEqual([]);
  });

  it('is waived in the manifest only with the digest of what it counts', () => {
    const digest = planOf({ declarations: [], tokens, places: {} }).refusals[0]?.digest ?? '';
    const acknowledge = (entry: string) => ({
      guards: {
        maxRevokePercent: 25,
        minTokens: 4,
        acknowledge: [{ rule: 'revoke-threshold', digest: entry }],
      },
    });
    expect(planOf({ declarations: [], tokens, places: {}, set: acknowledge(digest) }).refusals).toEqual([]);
    expect(
      planOf({ declarations: [], tokens, places: {}, set: acknowledge('0'.repeat(12)) }).refusals,
    ).toHaveLength(1);
    const fewer = planOf({
      declarations: declarations.slice(0, 1),
      tokens,
      places: placesOf(1),
      set: acknowledge(digest),
    });
    expect(fewer.refusals).toHaveLength(1);
  });

  it('lets the manifest waive the refusal of a declaration too', () => {
    const strange = { a: reading(receipt('x', { owner: 'ffffffffff' })) };
    const digest = planOf({ tokens: [], places: strange }).refusals[0]?.digest ?? '';
    const acknowledge = [{ rule: 'take-over:ci/deploy', digest }];
    const set = { guards: { maxRevokePercent: 25, minTokens: 4, acknowledge } };
    expect(planOf({ tokens: [], places: strange, set }).refusals).toEqual([]);
  });

  it('never revokes the credential in use, and nothing waives that', () => {
    const own = token('t9', { declaration: 'ci/gone', own: true });
    const made = planOf({ tokens: [token('t1'), own] });
    expect(made.refusals).toMatchObject([
      { rule: 'own-credential', waiver: undefined, stops: ['revoke ci/gone t9'] },
    ]);
  });

  it('does not believe that most tokens vanished at once', () => {
    const made = planOf({ declarations, tokens: listed([]), places });
    expect(made.refusals).toMatchObject([{ rule: 'mass-disappearance' }]);
    expect(made.refusals[0]?.message).toContain('4 of 4 delivered tokens vanished');
  });

  it('does not create users anew that vanished with them', () => {
    const users = { kind: 'listed' as const, at: user.at, users: [] };
    const made = planOf({ declarations, tokens: [], places, observation: { users } });
    expect(made.refusals[0]).toMatchObject({ stops: expect.arrayContaining(['createUser ci ']) });
  });

  it('believes that a few did', () => {
    expect(planOf({ declarations, tokens: listed(tokens.slice(0, 3)), places }).refusals).toEqual([]);
  });

  it('keeps a user that holds tokens of others', () => {
    const made = planOf({
      users: [{ state: 'Absent' }],
      tokens: [token('t1'), token('t9', { description: 'by hand' })],
    });
    expect(made.refusals).toMatchObject([{ rule: 'user-in-use', waiver: undefined }]);
  });
});

describe('warnings', () => {
  it('says that a compromise cannot be judged without a receipt', () => {
    const rotation = { ...declare().rotation, compromised: 'INC-1' };
    const made = planOf({ declarations: [declare({ rotation })], places: { a: reading(undefined) } });
    expect(made.warnings.join()).toContain('CompromisedNotJudged');
  });

  it('names users of equal names, and uses the oldest', () => {
    const younger = { ...user, id: 'u0', createdAt: now };
    const tokensOf = new Map([
      ['u1', listed([token('t1')])],
      ['u0', listed([])],
    ]);
    const users = { kind: 'listed' as const, at: user.at, users: [younger, user] };
    const made = planOf({ observation: { users, tokens: tokensOf } });
    expect(made.changes).toMatchObject([{ kind: 'keep', reason: 'Current' }]);
    expect(made.warnings).toEqual(['There are 2 application users named "ci"; the oldest is used.']);
  });

  it('says when a former owner can go', () => {
    const made = planOf({ owner: { ...owner, former: new Map([['eeeeeeeeee', '"old" (set "payments")']]) } });
    expect(made.warnings.join()).toContain('its entry can go');
  });
});
