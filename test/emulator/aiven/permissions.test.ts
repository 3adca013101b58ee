// How permissions of principals change: replaced as a whole, set, granted, revoked, removed when empty.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Api, start } from '../harness.ts';

const PATH = '/organization/{org}/permissions/project/demo';

let api: Api;

const entry = (principal_id: string, ...permissions: string[]): object => ({
  principal_id,
  principal_type: 'user',
  permissions,
});

const patch = (operation: string, ...permissions: object[]): Promise<{ readonly status: number }> =>
  api.call(`PATCH ${PATH}`, { operation, permissions });

/** Who holds what, as "principal: a b". */
async function held(): Promise<readonly string[]> {
  const { permissions } = JSON.parse((await api.call(`GET ${PATH}`)).text) as {
    readonly permissions: readonly {
      readonly principal_id: string;
      readonly permissions: readonly string[];
    }[];
  };
  return permissions.map((one) => `${one.principal_id}: ${one.permissions.join(' ')}`).sort();
}

beforeEach(async () => {
  api = await start();
  await api.call(`PUT ${PATH}`, { permissions: [entry('u1', 'a', 'b'), entry('u2', 'a')] });
});

describe('permissions', () => {
  it('are replaced as a whole by PUT', async () => {
    await api.call(`PUT ${PATH}`, { permissions: [entry('u3', 'c')] });
    expect(await held()).toEqual(['u3: c']);
  });

  it('are set, granted and revoked per principal by PATCH', async () => {
    await patch('grant', entry('u1', 'b', 'c'));
    await patch('set', entry('u2', 'd'));
    expect(await held()).toEqual(['u1: a b c', 'u2: d']);
    await patch('revoke', entry('u1', 'a', 'c'));
    expect(await held()).toEqual(['u1: b', 'u2: d']);
  });

  it('vanish when nothing is left of them', async () => {
    await patch('revoke', entry('u1', 'a', 'b'));
    await patch('set', entry('u2'));
    expect(await held()).toEqual([]);
  });

  it('refuse unknown operations, kinds of principal and of resource', async () => {
    expect((await patch('steal', entry('u1', 'a'))).status).toBe(400);
    expect((await patch('set', { ...entry('u1', 'a'), principal_type: 'robot' })).status).toBe(400);
    const elsewhere = await api.call('GET /organization/{org}/permissions/service/demo');
    expect(elsewhere.code).toBe('unsupported_resource_type');
    expect(await held()).toEqual(['u1: a b', 'u2: a']);
  });
});
