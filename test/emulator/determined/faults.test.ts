// Every fault of the Determined emulator: what the client sees, and what was done all the same.
import { describe, expect, it } from '@jest/globals';
import { type Api, start } from './harness.ts';

async function withFault(...faults: readonly string[]): Promise<Api> {
  return await start({}, { faults });
}

/** Creates a token; "broken" if the connection breaks. */
async function create(api: Api): Promise<string> {
  return await api.call('POST /tokens', { userId: 2 }).then(
    ({ verdict }) => verdict,
    () => 'broken',
  );
}

const driver = 'FATAL: terminating connection due to administrator command (SQLSTATE 57P01)';

describe('a create', () => {
  it.each([
    ['serverErrorBeforeApply', '500 13 failed to connect to the database', 0],
    ['serverErrorAfterApply', '500 13 failed to connect to the database', 1],
    ['dropBeforeApply', 'broken', 0],
    ['dropAfterApply', 'broken', 1],
    ['rateLimited', '429 8 grpc: received message larger than max (100663297 vs. 100663296)', 0],
    ['html408', '408', 0],
    ['databaseDown', `500 13 ${driver}`, 0],
    ['alreadyExists', '409 6 already exists', 0],
    ['unavailable', '503 14 connection error', 0],
    ['unavailableAfterApply', '503 14 transport is closing', 1],
    ['deadlineAfterApply', '504 4 context deadline exceeded', 1],
    ['canceledAfterApply', '408 1 context canceled', 1],
  ] as const)('under %s ends in %s and leaves %i tokens', async (name, seen, count) => {
    const api = await withFault(`${name}=1,on=POST tokens$`);
    expect(await create(api)).toBe(seen);
    expect(await api.tokensOf('determined')).toHaveLength(count);
    expect(await create(api)).toBe('200');
  });
});

describe('other faults', () => {
  it('tokenLookupFails makes a token that is there look missing', async () => {
    const api = await withFault('tokenLookupFails');
    const { id } = await api.newToken(2);
    const revoke = async (): Promise<string> =>
      (await api.call(`PATCH /tokens/${id}`, { setRevoked: true })).verdict;
    expect(await revoke()).toBe(`404 5 Token with id: {${id}} not found`);
    expect((await api.tokensOf('determined'))[0]?.revoked).toBe(false);
    expect(await revoke()).toBe('200');
  });

  it('credentialRevoked ends the credential between two calls', async () => {
    const api = await withFault('credentialRevoked=1,after=1');
    const { emulator } = api;
    expect(await api.use(emulator.adminToken)).toBe('200');
    expect(await api.use(emulator.adminToken)).toBe('401 16 user access token revoked');
    expect(await api.use(emulator.adminToken)).toBe('401 16 user access token revoked');
  });

  it('listMissingOnce and listEmptyOnce lose entries for one answer', async () => {
    const api = await withFault('listMissingOnce=1,on=tokens', 'listEmptyOnce=1,after=1,on=tokens');
    await api.newToken(2);
    await api.newToken(2);
    const sizes = [];
    for (let i = 0; i < 3; i += 1) sizes.push((await api.tokensOf('determined')).length);
    expect(sizes).toEqual([1, 0, 2]);
    expect((await api.call('GET /users')).body.users).toHaveLength(2);
  });
});
