// Who may create, list and change whose tokens, in basic and in RBAC mode.
import { describe, expect, it } from '@jest/globals';
import { type Api, start } from './harness.ts';

type Caller = 'nobody' | 'creator' | 'clusterAdmin' | 'flagged';

/** The verdicts on one's own and on somebody else's token: create, list, change. */
async function verdicts(api: Api, caller: Caller): Promise<Readonly<Record<string, string>>> {
  const roles = { nobody: [], creator: ['TokenCreator'], clusterAdmin: ['ClusterAdmin'], flagged: [] };
  const admin = caller === 'flagged';
  const self = await api.newUser(caller, { admin, roles: roles[caller] });
  const [mine, other] = [await api.newToken(self.id), await api.newToken(2)];
  const ask = async (endpoint: string, body?: object): Promise<string> =>
    (await api.call(endpoint, body, { token: self.token })).verdict;
  return {
    createOwn: await ask('POST /tokens', { userId: self.id }),
    createOther: await ask('POST /tokens', { userId: 2 }),
    listOwn: await ask(`GET /tokens?username=${caller}`),
    listOther: await ask('GET /tokens?username=determined'),
    listAll: await ask('GET /tokens'),
    listOwnIds: await ask(`GET /tokens?tokenIds=${mine.id}`),
    changeOwn: await ask(`PATCH /tokens/${mine.id}`, {}),
    changeOther: await ask(`PATCH /tokens/${other.id}`, {}),
  };
}

const everything = {
  createOwn: '200',
  createOther: '200',
  listOwn: '200',
  listOther: '200',
  listAll: '200',
  listOwnIds: '200',
  changeOwn: '200',
  changeOther: '200',
};

describe('basic mode', () => {
  it('lets an admin do everything', async () => {
    expect(await verdicts(await start(), 'flagged')).toEqual(everything);
  });

  it('lets anybody else list their own tokens by their own name, and nothing more', async () => {
    const create = '403 7 only admin privileged users can create token for own/other users';
    const view = '403 7 only admin privileged users can view other users';
    const update = '403 7 only admin privileged users can update access tokens';
    expect(await verdicts(await start(), 'nobody')).toEqual({
      createOwn: create,
      createOther: create,
      listOwn: '200',
      listOther: view,
      listAll: view,
      listOwnIds: view,
      changeOwn: update,
      changeOther: update,
    });
  });
});

describe('RBAC mode', () => {
  const rbac = { authz: 'rbac' } as const;
  const get = '403 7 unable to get token due to insufficient permissions';
  const need = (permission: string): string =>
    `access denied; required permissions: PERMISSION_TYPE_${permission}`;
  const update = '403 7 unable to update token due to insufficient permissions: ';
  const createOther = "403 7 only admin privileged users can create other user's token";

  it('lets a ClusterAdmin do everything', async () => {
    expect(await verdicts(await start(rbac), 'clusterAdmin')).toEqual(everything);
  });

  it('lets a TokenCreator manage their own tokens, and list them by name only', async () => {
    expect(await verdicts(await start(rbac), 'creator')).toEqual({
      createOwn: '200',
      createOther,
      listOwn: '200',
      listOther: get,
      listAll: get,
      listOwnIds: get,
      changeOwn: '200',
      changeOther: `${update}${need('ADMINISTRATE_TOKEN')}`,
    });
  });

  it.each(['nobody', 'flagged'] as const)(
    'gives %s nothing, for the flag counts for nothing',
    async (who) => {
      expect(await verdicts(await start(rbac), who)).toEqual({
        createOwn: `403 7 unable to create token due to insufficient permissions: ${need('CREATE_TOKEN')}`,
        createOther,
        listOwn: `${get}: ${need('VIEW_TOKEN')}`,
        listOther: get,
        listAll: get,
        listOwnIds: get,
        changeOwn: `${update}${need('UPDATE_TOKEN')}`,
        changeOther: `${update}${need('ADMINISTRATE_TOKEN')}`,
      });
    },
  );

  it('says more about an unknown user, and keeps 404 and 500 before 403', async () => {
    const api = await start(rbac);
    const { token } = await api.newUser('ann');
    const ask = async (endpoint: string, body?: object): Promise<string> =>
      (await api.call(endpoint, body, { token })).verdict;
    expect(await ask('POST /tokens', { userId: 99 })).toBe(
      '404 5 user not found, please check your permissions.',
    );
    expect(await ask('PATCH /tokens/99', {})).toContain('404 5 ');
    expect(await ask('GET /tokens?username=x')).toContain('500 13 ');
  });

  it('gives the first user the role, and asks for it where the configuration is read', async () => {
    const api = await start(rbac);
    expect((await api.call('GET /master/config')).status).toBe(200);
    const { token } = await api.newUser('ann', { admin: true, roles: [] });
    expect((await api.call('GET /master/config', undefined, { token })).verdict).toBe(
      `403 7 ${need('VIEW_MASTER_CONFIG')}`,
    );
  });
});
