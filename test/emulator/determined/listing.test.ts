// Listing tokens: filters, order, pages, and the answers that surprise.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Api, start } from './harness.ts';

let api: Api;
/** A live, a revoked and an expired token of one user. */
let live: number;
let revoked: number;
let expired: number;

beforeEach(async () => {
  api = await start();
  live = (await api.newToken(2, { description: 'b' })).id;
  revoked = (await api.newToken(2, { description: 'a' })).id;
  expired = (await api.newToken(2, { lifespan: '1h' })).id;
  await api.call(`PATCH /tokens/${revoked}`, { setRevoked: true });
  api.emulator.clock.advance(3_600_000);
});

async function ids(query: string): Promise<readonly number[]> {
  return (await api.call(`GET /tokens?${query}`)).list.map(({ id }) => id);
}

async function verdict(query: string): Promise<string> {
  return (await api.call(`GET /tokens?${query}`)).verdict;
}

describe('filters', () => {
  it('leave out inactive tokens unless told otherwise, and login sessions always', async () => {
    expect(await ids('username=determined')).toEqual([live]);
    expect(await ids('username=determined&showInactive=true')).toEqual([live, revoked, expired]);
    expect(await ids('show_inactive=T')).toEqual([2, live, revoked, expired]);
    const { tokens } = JSON.parse((await api.control('GET tokens')).text) as {
      readonly tokens: readonly { readonly id: number; readonly type: string }[];
    };
    expect(tokens[0]).toMatchObject({ id: 1, type: 'USER_SESSION' });
  });

  it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('read showInactive=%s as yes', async (text) => {
    expect(await ids(`username=determined&showInactive=${text}`)).toHaveLength(3);
  });

  it.each(['yes', 'tRUE', '', '2'])('refuse showInactive=%s', async (text) => {
    expect(await verdict(`showInactive=${text}`)).toBe(
      `400 3 strconv.ParseBool: parsing "${text}": invalid syntax`,
    );
  });

  it('by ids are one more condition, and unknown ids are missing', async () => {
    expect(await ids(`tokenIds=${live}&tokenIds=${revoked}&tokenIds=1&tokenIds=99`)).toEqual([live]);
    expect(await ids(`tokenIds=${live}&tokenIds=${revoked}&showInactive=true`)).toEqual([live, revoked]);
    expect(await ids(`token_ids=0x${live.toString(16)}`)).toEqual([live]);
  });

  it('by ids disappear when no id can be one', async () => {
    expect(await ids(`tokenIds=0&tokenIds=${live}`)).toEqual([live]);
    expect(await ids('tokenIds=0&tokenIds=-5')).toEqual([2, live]);
  });

  it.each([
    ['tokenIds=2,4', '"2,4": invalid syntax'],
    ['tokenIds[]=2', '"": invalid syntax'],
    ['tokenIds=', '"": invalid syntax'],
    ['tokenIds=99999999999', '"99999999999": value out of range'],
  ])('refuse %s', async (query, why) => {
    expect(await verdict(query)).toBe(`400 3 strconv.ParseInt: parsing ${why}`);
  });

  it('by name are exact, and an unknown one is 500 before anybody is asked who they are', async () => {
    expect(await ids('username=')).toEqual([2, live]);
    expect(await verdict('username=Determined')).toBe('500 13 sql: no rows in result set');
    const { token } = await api.newUser('ann');
    const asked = await api.call('GET /tokens?username=nobody', undefined, { token });
    expect(asked.verdict).toBe('500 13 sql: no rows in result set');
  });

  it('count the first of a repeated parameter, and ignore what they do not know', async () => {
    expect(await ids('showInactive=false&showInactive=true&nonsense=1')).toEqual([2, live]);
  });

  it('refuse a semicolon', async () => {
    expect(await verdict('showInactive=true;limit=1')).toBe('400 3 invalid semicolon separator in query');
  });

  it('pick one of two spellings at random', async () => {
    const seen = new Set<number>();
    for (let tries = 0; tries < 200 && seen.size < 2; tries += 1) {
      seen.add((await ids('username=determined&showInactive=true&show_inactive=false')).length);
    }
    expect([...seen].sort()).toEqual([1, 3]);
  });
});

describe('the order', () => {
  const own = 'username=determined&showInactive=true';

  it.each([
    ['', () => [live, revoked, expired]],
    ['&orderBy=ORDER_BY_DESC', () => [expired, revoked, live]],
    ['&sortBy=SORT_BY_EXPIRY', () => [expired, live, revoked]],
    ['&sortBy=2&orderBy=2', () => [revoked, live, expired]],
    ['&sortBy=SORT_BY_REVOKED', () => [revoked, live, expired]],
    ['&sort_by=SORT_BY_REVOKED&order_by=ORDER_BY_DESC', () => [live, expired, revoked]],
    ['&sortBy=SORT_BY_DESCRIPTION', () => [revoked, live, expired]],
    ['&sortBy=SORT_BY_DESCRIPTION&orderBy=ORDER_BY_DESC', () => [expired, live, revoked]],
    ['&sortBy=SORT_BY_USER_ID&orderBy=ORDER_BY_DESC', () => [live, revoked, expired]],
  ])('of %s puts NULLs last, or first when descending, and ties by id', async (query, wanted) => {
    expect(await ids(`${own}${query}`)).toEqual(wanted());
  });

  it('tells a description that was emptied from one that never was', async () => {
    await api.call(`PATCH /tokens/${live}`, { description: '' });
    expect(await ids(`${own}&sortBy=SORT_BY_DESCRIPTION`)).toEqual([live, revoked, expired]);
  });

  it.each([
    ['sortBy=x', 'x is not a valid apiv1.GetAccessTokensRequest_SortBy'],
    ['sortBy=', ' is not a valid apiv1.GetAccessTokensRequest_SortBy'],
    ['orderBy=7', '7 is not a valid apiv1.OrderBy'],
  ])('refuses %s', async (query, why) => {
    expect(await verdict(query)).toBe(`400 3 ${why}`);
  });
});

describe('pages', () => {
  const all = 'showInactive=true';

  it.each([
    ['offset=1&limit=2', [1, 3]],
    ['offset=3&limit=2', [3, 4]],
    ['offset=-1', [3, 4]],
    ['offset=-4&limit=1', [0, 1]],
    ['offset=4', [4, 4]],
    ['limit=0', [0, 4]],
    ['limit=100', [0, 4]],
  ])('of %s are cut out of the whole result', async (query, [startIndex, endIndex]) => {
    const { body, list } = await api.call(`GET /tokens?${all}&${query}`);
    expect(body.pagination).toMatchObject({ startIndex, endIndex, total: 4 });
    expect(list.map(({ id }) => id)).toEqual([2, live, revoked, expired].slice(startIndex, endIndex));
  });

  it('echo what was asked for', async () => {
    const { body } = await api.call(`GET /tokens?${all}&offset=-2&limit=1`);
    expect(body.pagination).toEqual({ offset: -2, limit: 1, startIndex: 2, endIndex: 3, total: 4 });
  });

  it.each([
    ['offset=5', '400 3 offset out of bounds'],
    ['offset=-5', '400 3 offset out of bounds'],
    ['limit=-1', '500 13 reflect.Value.Slice: slice index out of bounds'],
    ['limit=-1&tokenIds=99', '500 13 reflect.Value.Slice: slice index out of bounds'],
    ['limit=', '400 3 strconv.ParseInt: parsing "": invalid syntax'],
  ])('refuse %s', async (query, expected) => {
    expect(await verdict(`${all}&${query}`)).toBe(expected);
  });
});
