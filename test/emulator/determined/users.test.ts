// Users: finding, creating and editing them, and what the edits do to their tokens.
import { describe, expect, it } from '@jest/globals';
import { ADMIN_PASSWORD } from '../../../src/emulator/determined/seed.ts';
import { type Api, start } from './harness.ts';

async function logIn(api: Api, username: string, password = ADMIN_PASSWORD): Promise<string> {
  const fields = { username, password };
  return (await api.call('POST /auth/login', fields, { token: null })).body.token ?? '';
}

describe('finding users', () => {
  it('goes by exact name, by id, or by a filter of a list', async () => {
    const api = await start();
    await api.newUser('ann');
    await api.newUser('Ann');
    expect((await api.call('GET /users/ann/by-username')).body.user?.id).toBe(3);
    expect((await api.call('GET /users/Ann/by-username')).body.user?.id).toBe(4);
    expect((await api.call('GET /users/ANN/by-username')).verdict).toBe('404 5 user not found');
    expect((await api.call('GET /users/4')).body.user?.username).toBe('Ann');
    const names = async (query: string): Promise<unknown> =>
      (await api.call(`GET /users?${query}`)).body.users?.map(({ username }) => username);
    expect(await names('')).toEqual(['admin', 'determined', 'ann', 'Ann']);
    expect(await names('name=NN')).toEqual(['ann', 'Ann']);
    expect(await names('name=a_n')).toEqual(['ann', 'Ann']);
    expect(await names('name=d%25n')).toEqual(['admin', 'determined']);
    expect(await names('admin=true')).toEqual(['admin']);
    expect(await names('sortBy=SORT_BY_USER_NAME&orderBy=ORDER_BY_DESC&limit=1')).toEqual(['determined']);
    await api.call('PATCH /users', { userIds: [2], activate: false });
    expect(await names('active=true')).toEqual(['admin', 'ann', 'Ann']);
  });
});

describe('creating a user', () => {
  it('makes an inactive one unless told otherwise', async () => {
    const api = await start();
    const { body, text } = await api.call('POST /users', { user: { username: 'ann' }, password: 'pass' });
    expect(text).toBe(
      '{"user":{"id":3,"username":"ann","admin":false,"active":false,"agentUserGroup":null,' +
        '"displayName":"","modifiedAt":"2026-11-02T10:00:00.000004Z","remote":false}}',
    );
    expect(body.user?.active).toBe(false);
    await api.call('POST /users', { user: { username: 'bob', active: true }, password: 'pass' });
    expect(await api.use(await logIn(api, 'bob', 'pass'))).toBe('200');
  });

  it.each([
    [{}, '400 3 must specify user to create'],
    [{ user: { username: 'far', remote: true }, password: 'x' }, '400 3 cannot set password for remote user'],
    [{ user: { username: 'änn' } }, '400 3 Display name and username cannot contain non-ASCII characters.'],
    [{ user: { username: 'a' } }, '400 3 Display name or username value has minimum length.'],
    [{ user: { username: 'Admin' } }, "400 3 Non-admin user cannot be renamed 'admin'"],
    [{ user: { username: 'Determined' } }, "400 3 User cannot be renamed 'determined'"],
  ])('of %j is refused, whoever asks', async (body, verdict) => {
    const api = await start();
    const { token } = await api.newUser('ann');
    for (const caller of [token, api.emulator.adminToken]) {
      expect((await api.call('POST /users', body, { token: caller })).verdict).toBe(verdict);
    }
  });

  it('is for admins', async () => {
    const api = await start();
    const { token } = await api.newUser('ann');
    const { verdict } = await api.call('POST /users', { user: { username: 'bob' } }, { token });
    expect(verdict).toBe('403 7 only admin privileged users can create users');
  });

  it('a second time is 500 and uses up an id', async () => {
    const api = await start();
    const create = (): ReturnType<Api['call']> => api.call('POST /users', { user: { username: 'ann' } });
    expect((await create()).body.user?.id).toBe(3);
    expect((await create()).verdict).toBe('500 13 code=400, message=user already exists');
    const { body } = await api.call('POST /users', { user: { username: 'bob' } });
    expect(body.user?.id).toBe(5);
  });
});

describe('editing a user', () => {
  /** Whether an edit of the user `ann` ends her token and her session. */
  async function ends(patch: object, toggles = {}): Promise<readonly boolean[]> {
    const api = await start(toggles);
    const { id, token } = await api.newUser('ann', { password: ADMIN_PASSWORD });
    const session = await logIn(api, 'ann');
    expect((await api.call(`PATCH /users/${id}`, patch)).status).toBe(200);
    await api.call('PATCH /users', { userIds: [id], activate: true });
    return [(await api.use(token)) !== '200', (await api.use(session)) !== '200'];
  }

  it.each([
    [{ displayName: 'Ann A.' }, [true, false]],
    [{ username: 'anna' }, [true, false]],
    [{ admin: false }, [true, false]],
    [{ active: false }, [true, false]],
    [{ remote: false }, [true, false]],
    [{ remote: true }, [true, true]],
    [{ password: 'new' }, [true, true]],
    [{ password: 'new', active: true }, [false, true]],
    [{ display_name: 'Ann A.', active: true }, [false, false]],
    [{ active: true }, [false, false]],
    [{ username: 'ann', displayName: '' }, [false, false]],
    [{ agentUserGroup: { agentUid: 1 } }, [false, false]],
    [{ user: { active: false } }, [false, false]],
    [{ nonsense: 1 }, [false, false]],
    [{}, [false, false]],
  ])('by %j ends her access tokens and her sessions: %j', async (patch, ended) => {
    expect(await ends(patch)).toEqual(ended);
  });

  it.each([
    [{ displayName: 'Ann A.' }, [false, false]],
    [{ password: 'new' }, [false, true]],
    [{ active: false }, [true, false]],
  ])('by %j ends what it should where that is mended: %j', async (patch, ended) => {
    expect(await ends(patch, { userEdits: 'fixed' })).toEqual(ended);
  });

  it('revokes expired tokens too, and the revoked ones again', async () => {
    const api = await start();
    await api.newToken(2, { lifespan: '1h' });
    const { id } = await api.newToken(2);
    await api.call(`PATCH /tokens/${id}`, { setRevoked: true });
    const times = async (): Promise<readonly (string | null)[]> => {
      const { text } = await api.control('GET tokens');
      const { tokens } = JSON.parse(text) as {
        readonly tokens: readonly { readonly userId: number; readonly revokedAt: string | null }[];
      };
      return tokens.filter(({ userId }) => userId === 2).map(({ revokedAt }) => revokedAt);
    };
    expect(await times()).toEqual([null, expect.stringContaining('T10:00:00')]);
    api.emulator.clock.advance(7_200_000);
    await api.call('PATCH /users/2', { displayName: 'D' + 'd' });
    expect(await times()).toEqual([
      expect.stringContaining('T12:00:00'),
      expect.stringContaining('T12:00:00'),
    ]);
  });

  it('by an admin of themselves ends the token they use', async () => {
    const api = await start();
    await api.call('PATCH /users/1', { displayName: 'Boss' });
    expect(await api.use(api.emulator.adminToken)).toBe('401 16 user access token revoked');
  });

  it('is open to people themselves for names and password, but not with "active"', async () => {
    const api = await start();
    const { id, token } = await api.newUser('ann');
    const edit = async (patch: object, of = id): Promise<number> =>
      (await api.call(`PATCH /users/${of}`, patch, { token })).status;
    expect(await edit({ displayName: 'Ann A.', active: true })).toBe(403);
    expect(await edit({ admin: true })).toBe(403);
    expect(await edit({ displayName: 'Ann A.' }, 2)).toBe(403);
    expect(await edit({ displayName: 'Ann A.' })).toBe(200);
    expect(await edit({})).toBe(401);
  });

  it.each([
    [{ displayName: 'ADMIN' }, 400],
    [{ username: 'admin' }, 400],
    [{ username: 'ann' }, 500],
    [{ username: 'x' }, 400],
  ])('refuses %j', async (patch, status) => {
    const api = await start();
    await api.newUser('ann');
    expect((await api.call('PATCH /users/2', patch)).status).toBe(status);
  });

  it('refuses name and password of a remote user', async () => {
    const api = await start();
    const { id } = await api.newUser('far', { remote: true });
    expect((await api.call(`PATCH /users/${id}`, { password: 'x' })).status).toBe(400);
    expect((await api.call(`PATCH /users/${id}`, { username: 'near' })).status).toBe(400);
    expect((await api.call('PATCH /users/99', {})).verdict).toBe('404 5 user not found');
  });
});

describe('other edits', () => {
  it('deactivate many at once without revoking, and answer 200 whatever happens', async () => {
    const api = await start();
    const { token } = await api.newUser('ann');
    const { value } = await api.newToken(2);
    const patch = { user_ids: [2, '99'], activate: false };
    const refused = await api.call('PATCH /users', patch, { token });
    expect(refused.status).toBe(200);
    expect(refused.text).toContain('{"error":"only admin');
    expect(await api.use(value)).toBe('200');
    const done = await api.call('PATCH /users', patch);
    expect(done.text).toBe('{"results":[{"error":"","id":2},{"error":"","id":99}]}');
    expect(await api.use(value)).toBe('403 7 user does not have permission');
  });

  it('change a password, which ends sessions, and tokens only while the user is inactive', async () => {
    const api = await start();
    const { value } = await api.newToken(2);
    const session = await logIn(api, 'determined');
    expect((await api.call('POST /users/2/password', '"another"')).body.user?.id).toBe(2);
    expect(await api.use(session)).toBe('401 16 invalid credentials');
    expect(await api.use(value)).toBe('200');
    expect(await api.use(await logIn(api, 'determined', 'another'))).toBe('200');
    await api.call('PATCH /users', { userIds: [2], activate: false });
    await api.call('POST /users/2/password', '"third"');
    await api.call('PATCH /users', { userIds: [2], activate: true });
    expect(await api.use(value)).toBe('401 16 user access token revoked');
  });

  it('let SCIM delete the rows of tokens', async () => {
    const api = await start();
    const { id, value } = await api.newToken(2);
    await api.control('POST scim-deactivate', { username: 'determined' });
    expect(await api.tokensOf('determined')).toEqual([]);
    expect(await api.use(value)).toBe('401 16 invalid credentials');
    expect((await api.call(`PATCH /tokens/${id}`, {})).status).toBe(404);
  });
});
