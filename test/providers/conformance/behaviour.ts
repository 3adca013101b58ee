/** The part of the conformance suite about single requests: what is issued, listed, changed and revoked. */
import { expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import type { Subject } from './subject.ts';

const forever = new AbortController().signal;
const hour = { scopes: [], maxAgeSeconds: 3600, extendWhenUsed: false, ipAllowlist: [] };
const mark = '[keyturn o=3f9c2e71ab t=ci/deploy g=1 s=11234567 n=abcdef]';
type Start = () => Promise<Subject>;

export function issuing(start: Start): void {
  it('issues a token whose value works, and tells offline which one a value is', async () => {
    const { provider, owner } = await start();
    const { id, value } = await provider.createToken(
      await owner(),
      { spec: hour, description: mark },
      forever,
    );
    expect(await provider.verify(value, forever)).toBe('alive');
    expect(provider.idOf(value)).toBe(id);
    for (const other of ['', 'x', id, `${value.reveal()}x`.slice(5)])
      expect(provider.idOf(new SecretValue(other))).toBeUndefined();
  });

  it('issues another token each time, under one description too', async () => {
    const { provider, owner, truth } = await start();
    const user = await owner();
    const first = await provider.createToken(user, { spec: hour, description: mark }, forever);
    const second = await provider.createToken(user, { spec: hour, description: mark }, forever);
    expect(second.id).not.toBe(first.id);
    expect((await truth()).map(({ description }) => description)).toEqual([mark, mark]);
  });

  it('ends a token for good, and a second time without complaint', async () => {
    const { provider, owner, truth, pass } = await start();
    const user = await owner();
    const kept = await provider.createToken(user, { spec: hour, description: 'kept' }, forever);
    const { id, value } = await provider.createToken(user, { spec: hour, description: 'gone' }, forever);
    await provider.revoke(user, id, forever);
    await provider.revoke(user, id, forever);
    await pass(6_000);
    expect(await provider.verify(value, forever)).toBe('refused');
    expect((await provider.listTokens(user, forever)).map((token) => token.id)).not.toContain(id);
    expect((await truth()).filter(({ live }) => live).map((token) => token.id)).toEqual([kept.id]);
  });

  it('lists nothing that has expired as alive, and lets it be revoked', async () => {
    const { provider, owner, pass } = await start();
    const user = await owner();
    const { id, value } = await provider.createToken(user, { spec: hour, description: 'a' }, forever);
    await pass(3_601_000);
    expect(await provider.verify(value, forever)).toBe('refused');
    const alive = (await provider.listTokens(user, forever)).filter(
      ({ expiresAt }) => expiresAt === undefined || expiresAt > provider.now(),
    );
    expect(alive.map((token) => token.id)).not.toContain(id);
    await provider.revoke(user, id, forever);
  });

  it('changes a description exactly where it says that it can', async () => {
    const { provider, owner } = await start();
    const user = await owner();
    const { updateDescription } = provider.capabilities;
    const { id } = await provider.createToken(user, { spec: hour, description: 'old' }, forever);
    const update = provider.updateDescription(user, id, `new ${mark}`, forever);
    const able = user.personal ? updateDescription.personal : updateDescription.application;
    if (!able) return await expect(update).rejects.toThrow();
    await update;
    const found = (await provider.listTokens(user, forever)).find((token) => token.id === id);
    expect(found?.description).toBe(`new ${mark}`);
  });
}

export function listing(start: Start): void {
  it('lists what it issued: description, spec and times by the clock of the service', async () => {
    const { provider, owner, pass } = await start();
    const user = await owner();
    await pass(2_000);
    const { id } = await provider.createToken(user, { spec: hour, description: mark }, forever);
    const found = (await provider.listTokens(user, forever)).find((token) => token.id === id);
    expect(found).toMatchObject({ description: mark, spec: hour, own: false });
    const { createdAt = 0, expiresAt = 0 } = found ?? {};
    // `now` goes by a header that is cut to seconds.
    expect(Math.abs(provider.now() - createdAt)).toBeLessThan(60_000);
    expect(Math.round((expiresAt - createdAt) / 1000)).toBe(3600);
  });

  it('lists a user once, under the place that receipts name', async () => {
    const { provider, owner } = await start();
    const user = await owner();
    const { at, users } = await provider.listUsers(forever);
    expect(user.at.startsWith(at)).toBe(true);
    if (user.personal) return expect(user.name).toBe('me');
    expect(users.filter(({ id }) => id === user.id)).toEqual([user]);
  });

  it('has no user any more once it is removed, and removes it again without complaint', async () => {
    const { provider, owner } = await start();
    await owner();
    const user = await provider.createUser('leaving', forever);
    expect((await provider.listUsers(forever)).users.map(({ name }) => name)).toContain('leaving');
    await provider.removeUser(user, forever);
    await provider.removeUser(user, forever);
    expect((await provider.listUsers(forever)).users.map(({ name }) => name)).not.toContain('leaving');
  });

  it('knows its own credential in a list, where it is one of the tokens', async () => {
    const { provider, owner, as } = await start();
    const user = await owner();
    const { id, value } = await provider.createToken(user, { spec: hour, description: 'a' }, forever);
    const list = await as(value)
      .listTokens(user, forever)
      .catch(() => undefined);
    // A token of an application user need not be able to list.
    if (list) expect(list.filter(({ own }) => own).map((token) => token.id)).toEqual([id]);
    expect((await provider.listTokens(user, forever)).find((token) => token.id === id)?.own).toBe(false);
  });
}
