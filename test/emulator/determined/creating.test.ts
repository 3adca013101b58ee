// Creating tokens: what a request may hold, what the value is, what it lives by.
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { start } from './harness.ts';

/** The payload of a value, read the way anybody can. */
function payloadOf(value: string): Record<string, unknown> {
  const body = Buffer.from(value.split('.')[2] ?? '', 'base64url');
  return JSON.parse(body.subarray(0, -64).toString()) as Record<string, unknown>;
}

describe('a created token', () => {
  it('is answered with its id and its value, and listed without it', async () => {
    const api = await start();
    const { status, body, text } = await api.call('POST /tokens', { userId: 2, description: 'ci' });
    expect([status, Object.keys(body)]).toEqual([200, ['token', 'tokenId']]);
    const [token] = await api.tokensOf('determined');
    expect(token).toEqual({
      id: body.tokenId,
      userId: 2,
      expiry: '2026-12-02T10:00:00.000004Z',
      createdAt: '2026-11-02T10:00:00.000004Z',
      tokenType: 'TOKEN_TYPE_ACCESS_TOKEN',
      revoked: false,
      description: 'ci',
    });
    expect(text).toMatch(/^\{"token":"v2\.public\.[A-Za-z0-9_-]+\.bnVsbA","tokenId":3\}$/);
    expect(await api.use(body.token ?? '')).toBe('200');
  });

  it('has a payload that anybody can read, with nanoseconds that agree with the list', async () => {
    const api = await start();
    const { id, value } = await api.newToken(2, { description: 'a <b> & c' });
    const { expiry, created_at: created, ...rest } = payloadOf(value);
    expect(rest).toEqual({
      id,
      user_id: 2,
      token_type: 'ACCESS_TOKEN',
      revoked_at: null,
      description: 'a <b> & c',
      InheritedClaims: null,
    });
    expect(Object.keys(payloadOf(value))).toEqual([
      'id',
      'user_id',
      'expiry',
      'created_at',
      'token_type',
      'revoked_at',
      'description',
      'InheritedClaims',
    ]);
    const [listed] = await api.tokensOf('determined');
    const micros = (text: unknown): string => String(text).slice(0, 26);
    expect([micros(created), micros(expiry)]).toEqual([micros(listed?.createdAt), micros(listed?.expiry)]);
    const raw = Buffer.from(value.split('.')[2] ?? '', 'base64url').toString();
    expect(raw).toContain('a \\u003cb\\u003e \\u0026 c');
  });

  it('is signed over its payload and its footer by the one key of the cluster', async () => {
    const stateFile = join(tmpdir(), `keyturn-determined-${process.pid}-${Date.now()}.json`);
    try {
      const api = await start({}, { stateFile });
      const { value } = await api.newToken(2);
      const saved = JSON.parse(readFileSync(stateFile, 'utf8'));
      const der = Buffer.from(saved.services.determined.privateKey, 'base64');
      const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
      const body = Buffer.from(value.split('.')[2] ?? '', 'base64url');
      const piece = (bytes: Buffer): Buffer[] => [
        Buffer.from([bytes.length & 255, bytes.length >> 8, 0, 0, 0, 0, 0, 0]),
        bytes,
      ];
      const payload = body.subarray(0, -64);
      const signed = (footer: string): Buffer =>
        Buffer.concat([
          Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]),
          ...[Buffer.from('v2.public.'), payload, Buffer.from(footer)].flatMap(piece),
        ]);
      expect(verify(null, signed('null'), key, body.subarray(-64))).toBe(true);
      expect(verify(null, signed(''), key, body.subarray(-64))).toBe(false);
    } finally {
      rmSync(stateFile, { force: true });
    }
  });
});
