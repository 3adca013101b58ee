// What holds for every call below /api/v1: how input is read, how answers are printed, what is an error.
import { describe, expect, it } from '@jest/globals';
import { type Api, start } from './harness.ts';

async function fresh(): Promise<{ readonly api: Api; readonly id: number }> {
  const api = await start();
  const { id } = await api.newToken(2, { description: 'old' });
  return { api, id };
}

describe('answers', () => {
  it('are compact JSON in one order, with zero values and these headers', async () => {
    const { api, id } = await fresh();
    const { text, headers } = await api.call('GET /tokens?username=determined');
    expect(text).toBe(
      `{"tokenInfo":[{"id":${id},"userId":2,"expiry":"2026-12-02T10:00:00.000004Z",` +
        '"createdAt":"2026-11-02T10:00:00.000004Z","tokenType":"TOKEN_TYPE_ACCESS_TOKEN","revoked":false,' +
        '"description":"old"}],"pagination":{"offset":0,"limit":0,"startIndex":0,"endIndex":1,"total":1}}',
    );
    expect((await api.call('GET /users/2')).text).toBe(
      '{"user":{"id":2,"username":"determined","admin":false,"active":true,"agentUserGroup":null,' +
        '"displayName":"","modifiedAt":"2026-11-02T10:00:00.000003Z","remote":false}}',
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'grpc-metadata-content-type': 'application/grpc',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'x-xss-protection': '1; mode=block',
      vary: 'Accept-Encoding',
      date: 'Mon, 02 Nov 2026 10:00:00 GMT',
    });
  });

  it('escape what Go escapes, and leave other scripts alone', async () => {
    const { api, id } = await fresh();
    const { text } = await api.call(`PATCH /tokens/${id}`, { description: '<a> & \u2028\u2029 é' });
    expect(text).toContain('"description":"\\u003ca\\u003e \\u0026 \\u2028\\u2029 é"');
  });

  it('are pretty for those who ask, errors never', async () => {
    const { api } = await fresh();
    const accept = { headers: { accept: 'application/json+pretty' } };
    for (const { text } of [
      await api.call('GET /me?pretty'),
      await api.call('GET /me?pretty=false'),
      await api.call('GET /me', undefined, accept),
    ]) {
      expect(text).toMatch(/^\{\n {4}"user": \{\n {8}"id": 1,/);
    }
    expect((await api.call('GET /users/9?pretty')).text).toMatch(/^\{"error":/);
  });

  it('are compressed for those who ask, and sent in chunks when they are large', async () => {
    const { api } = await fresh();
    const plain = { headers: { 'accept-encoding': 'identity' } };
    const zipped = await api.call('GET /me', undefined, { headers: { 'accept-encoding': 'gzip' } });
    const small = await api.call('GET /me', undefined, plain);
    expect([zipped.headers.get('content-encoding'), zipped.text]).toEqual(['gzip', small.text]);
    expect(Number(small.headers.get('content-length'))).toBe(small.text.length);
    await api.control('POST tokens', { username: 'determined', count: 20 });
    const large = await api.call('GET /tokens', undefined, plain);
    expect([large.list.length, large.headers.get('content-length')]).toEqual([22, null]);
  });
});

describe('errors', () => {
  it('have one envelope, with a line end and without the gRPC header', async () => {
    const { api } = await fresh();
    const { status, text, headers } = await api.call('GET /users/99');
    const body = '{"error":{"code":5,"reason":"NotFound","error":"user not found"}}\n';
    expect([status, text]).toEqual([404, body]);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('grpc-metadata-content-type')).toBeNull();
  });

  it.each([
    'GET /tokens/3',
    'DELETE /tokens/3',
    'PUT /tokens',
    'PATCH /tokens/',
    'OPTIONS /tokens',
    'GET //tokens',
    'GET /nothing',
    'GET /users/a%2Fb/by-username',
  ])('%s is not implemented, whoever asks', async (endpoint) => {
    const { api } = await fresh();
    for (const token of [api.emulator.adminToken, null]) {
      const { status, text } = await api.call(endpoint, undefined, { token });
      const body = '{"error":{"code":12,"reason":"Unimplemented","error":"Not Implemented"}}\n';
      expect([status, text]).toEqual([501, body]);
    }
    expect((await api.call('HEAD /tokens')).status).toBe(501);
  });
});

describe('paths', () => {
  it('may end in a slash', async () => {
    const { api, id } = await fresh();
    expect((await api.call('GET /tokens/')).list).toHaveLength(2);
    expect((await api.call(`PATCH /tokens/${id}/`, {})).status).toBe(200);
  });
});

describe('bodies', () => {
  it.each([
    ['camel case', { setRevoked: true }, true],
    ['snake case', { set_revoked: true }, true],
    ['both, where camel wins', { set_revoked: true, setRevoked: false }, false],
    ['null, which is unset', { setRevoked: null }, false],
    ['unknown fields', { revoked: true, setRevoke: true }, false],
    ['a repeated key, where the last counts', '{"setRevoked":true,"setRevoked":false}', false],
    ['text after the first value', '{"setRevoked":true} and more', true],
    ['brackets in a text', '{"description":"]} \\" [{","setRevoked":true}', true],
    ['nothing', '', false],
    ['null alone', 'null', false],
    ['white space', ' \n', false],
    ['a quoted id', { tokenId: '2', setRevoked: true }, true],
  ])('may hold %s', async (_, body, revoked) => {
    const { api, id } = await fresh();
    const { verdict, one } = await api.call(`PATCH /tokens/${id}`, body);
    expect([verdict, one?.revoked]).toEqual(['200', revoked]);
  });

  it.each([
    ['{"a":1', 'unexpected EOF'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['\u001f\u008b', "invalid character '\\x1f' looking for beginning of value"],
    ['[1]', 'json: cannot unmarshal array into Go value of type map[string]json.RawMessage'],
    ['{"tokenId":"abc"}', "invalid character 'a' looking for beginning of value"],
    ['{"tokenId":1.0}', 'json: cannot unmarshal number 1.0 into Go value of type int32'],
    ['{"tokenId":2147483648}', 'json: cannot unmarshal number 2147483648 into Go value of type int32'],
    ['{"setRevoked":"true"}', 'json: cannot unmarshal string into Go value of type bool'],
    ['{"description":5}', 'json: cannot unmarshal number into Go value of type string'],
  ])('that read %s are 400, before anybody is asked who they are', async (body, why) => {
    const { api, id } = await fresh();
    const { verdict } = await api.call(`PATCH /tokens/${id}`, body, { token: null });
    expect(verdict).toBe(`400 3 ${why}`);
  });

  it('are 400 with a byte-order mark', async () => {
    const { api, id } = await fresh();
    expect((await api.call(`PATCH /tokens/${id}`, '\ufeff{}')).status).toBe(400);
  });

  it('need no content type, and are 429 only when they are absurdly large', async () => {
    const { api } = await fresh();
    const headers = { 'content-type': 'text/html' };
    expect((await api.call('POST /tokens', { userId: 2 }, { headers })).status).toBe(200);
    const half = { userId: 2, description: 'x'.repeat(2_000_000) };
    expect((await api.call('POST /tokens', half)).status).toBe(200);
    const most = 96 * 1024 * 1024;
    const { verdict } = await api.call('POST /tokens', 'x'.repeat(most + 1));
    expect(verdict).toContain('429 8 grpc: received message larger than max');
  });
});

describe('the order of checks', () => {
  it('is body, path, query, and then the caller', async () => {
    const { api } = await fresh();
    const without = { token: null };
    expect((await api.call('PATCH /tokens/abc', 'x', without)).verdict).toContain('looking for beginning');
    expect((await api.call('PATCH /tokens/abc', {}, without)).verdict).toBe(
      '400 3 type mismatch, parameter: token_id, error: strconv.ParseInt: parsing "abc": invalid syntax',
    );
    expect((await api.call('GET /tokens?limit=x', undefined, without)).status).toBe(400);
    expect((await api.call('GET /tokens', undefined, without)).verdict).toBe('401 16 token missing');
    expect((await api.call('PATCH /tokens/99', {}, without)).status).toBe(401);
  });
});
