// Editing and revoking a token: what can change, when, and the 500s.
import { describe, expect, it } from '@jest/globals';
import { start } from './harness.ts';

const inactive = (id: number): string => `500 13 unable to update inactive token with ID ${id}`;

describe('an update', () => {
  it('changes description and revocation together, and nothing else', async () => {
    const api = await start();
    const { id, value } = await api.newToken(2, { description: 'old' });
    const [before] = await api.tokensOf('determined');
    const change = { description: 'final words', setRevoked: true, lifespan: '1h', userId: 1 };
    const { one } = await api.call(`PATCH /tokens/${id}`, change);
    expect(one).toEqual({ ...before, description: 'final words', revoked: true });
    expect(await api.use(value)).toBe('401 16 user access token revoked');
  });

  it.each([
    [{}, 'old'],
    [{ description: null }, 'old'],
    [{ description: '' }, ''],
    [{ description: 'new', setRevoked: false }, 'new'],
  ])('of %j leaves the description %j and the token alive', async (body, description) => {
    const api = await start();
    const { id } = await api.newToken(2, { description: 'old' });
    const { one } = await api.call(`PATCH /tokens/${id}?setRevoked=true`, body);
    expect(one).toMatchObject({ description, revoked: false });
  });

  it('shows a NUL character that it does not keep', async () => {
    const api = await start();
    const { id } = await api.newToken(2);
    expect((await api.call(`PATCH /tokens/${id}`, { description: 'a\0b' })).one?.description).toBe('a\0b');
    expect((await api.tokensOf('determined'))[0]?.description).toBe('ab');
  });

  it('goes by the id of the path, whatever the body says', async () => {
    const api = await start();
    const [one, other] = [await api.newToken(2), await api.newToken(2)];
    const hexadecimal = `0x${one.id.toString(16)}`;
    await api.call(`PATCH /tokens/${hexadecimal}`, { tokenId: other.id, setRevoked: true });
    expect((await api.tokensOf('determined')).map(({ revoked }) => revoked)).toEqual([true, false]);
  });

  it('of a revoked token is 500 whatever it asks for, and nothing brings it back', async () => {
    const api = await start();
    const { id } = await api.newToken(2);
    await api.call(`PATCH /tokens/${id}`, { setRevoked: true });
    for (const body of [{ setRevoked: true }, { setRevoked: false }, { description: 'x' }, {}]) {
      expect((await api.call(`PATCH /tokens/${id}`, body)).verdict).toBe(inactive(id));
    }
    expect((await api.tokensOf('determined'))[0]).toMatchObject({ revoked: true, description: '' });
  });

  it('of an expired token is 500, and it does not become revoked', async () => {
    const api = await start();
    const { id } = await api.newToken(2, { lifespan: '1h' });
    api.emulator.clock.advance(3_600_000);
    expect((await api.call(`PATCH /tokens/${id}`, { setRevoked: true })).verdict).toBe(inactive(id));
    expect((await api.tokensOf('determined'))[0]?.revoked).toBe(false);
  });

  it.each([99, 0, -3])('of the unknown id %i is 404, with braces', async (id) => {
    const api = await start();
    const { verdict } = await api.call(`PATCH /tokens/${id}`, { setRevoked: true });
    expect(verdict).toBe(`404 5 Token with id: {${id}} not found`);
  });

  it('of a login session is 500, and 403 for those who may not', async () => {
    const api = await start();
    const { token } = await api.newUser('ann');
    expect((await api.call('PATCH /tokens/1', {})).verdict).toBe('500 13 sql: no rows in result set');
    expect((await api.call('PATCH /tokens/1', {}, { token })).status).toBe(403);
  });

  it('by somebody who may not is 403, after the 404 and before the 500', async () => {
    const api = await start();
    const { token } = await api.newUser('ann');
    const { id } = await api.newToken(2);
    await api.call(`PATCH /tokens/${id}`, { setRevoked: true });
    expect((await api.call('PATCH /tokens/99', {}, { token })).status).toBe(404);
    expect((await api.call(`PATCH /tokens/${id}`, {}, { token })).verdict).toBe(
      '403 7 only admin privileged users can update access tokens',
    );
  });

  it('revokes once, however many ask at once', async () => {
    const api = await start();
    const { id } = await api.newToken(2);
    const revoke = (): Promise<{ readonly status: number }> =>
      api.call(`PATCH /tokens/${id}`, { setRevoked: true });
    const statuses = (await Promise.all([revoke(), revoke(), revoke()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 500, 500]);
  });
});
