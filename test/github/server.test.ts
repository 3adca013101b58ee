// The loopback GitHub itself, spoken to without our client: its description bites, and it answers as GitHub
// does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import sodium from 'libsodium-wrappers';
import { github } from './harness.ts';
import { answerFaults, operations, requestFaults, routeOf } from './server/contract.ts';
import type { GitHub } from './server/start.ts';

const secret = '/repos/acme/payments/actions/secrets/TOKEN';
const place = { repository: 'acme/payments', name: 'TOKEN' };

function judge(method: string, path: string, body?: unknown): readonly string[] {
  const url = new URL(`http://x${path}`);
  const route = routeOf(method, url.pathname);
  return route ? requestFaults(route, url, body) : ['not in the contract'];
}

describe("GitHub's description", () => {
  it.each([
    ['PUT', secret, { encrypted_value: 'aGk=' }, /required property 'key_id'/],
    ['PUT', secret, { encrypted_value: 'not base64!', key_id: '1' }, /pattern/],
    ['PUT', secret, { encrypted_value: 'aGk=', key_id: '1', encryptedValue: 'x' }, /additional properties/],
    ['PUT', secret, undefined, /no body/],
    ['GET', '/repos/a/b/actions/variables?perpage=5', undefined, /unknown query/],
    ['GET', '/repos/a/b/actions/variables?per_page=100', undefined, /over 30/],
    ['GET', '/repos/a/b/pulls?state=merged', undefined, /allowed values/],
    ['PUT', '/repositories/1/environments/e/secrets/S', {}, /not in the contract/],
    ['PUT', '/orgs/a/actions/secrets/S', { encrypted_value: 'aGk=', key_id: '1' }, /visibility/],
    ['POST', '/repos/a/b/dependabot/variables', {}, /not in the contract/],
    ['PUT', '/repos/a/b/environments/e', {}, /not in the contract/],
  ])('refuses %s %s %j', (method, path, body, complaint) => {
    expect(judge(method, path, body)[0]).toMatch(complaint);
  });

  it.each([
    ['PUT', secret, 200, {}, /not a documented success/],
    ['PUT', secret, 204, {}, /no body/],
    ['PUT', secret, 201, { a: 1 }, /additional properties/],
    [
      'GET',
      secret,
      200,
      { name: 'TOKEN', created_at: 'yesterday', updated_at: '2026-01-01T00:00:00Z' },
      /date/,
    ],
    ['GET', secret, 404, 'gone', /must be object/],
  ])('refuses %s %s answered with %i %j', (method, path, status, body, complaint) => {
    const route = routeOf(method, path);
    expect(route && answerFaults(route, status, body)[0]).toMatch(complaint);
  });

  it('is cut down to what keyturn asks for', () => {
    expect(operations).toHaveLength(50);
  });
});

describe('the loopback GitHub', () => {
  const ask = async (server: GitHub, method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${server.token()}`, 'user-agent': 'test' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(`${server.apiUrl}${path}`, init);
    const text = await answer.text();
    return {
      status: answer.status,
      body: text === '' ? undefined : JSON.parse(text),
      headers: answer.headers,
    };
  };
  const put = async (server: GitHub, value: string, key: { key_id: string; key: string }) => {
    const base64 = sodium.base64_variants.ORIGINAL;
    const box = sodium.crypto_box_seal(value, sodium.from_base64(key.key, base64));
    const body = { encrypted_value: sodium.to_base64(box, base64), key_id: key.key_id };
    return (await ask(server, 'PUT', secret, body)).status;
  };

  it('opens what is sealed for its key, and nothing else', async () => {
    const server = await github();
    const keyPath = '/repos/acme/payments/actions/secrets/public-key';
    const { body: key } = await ask(server, 'GET', keyPath);
    expect([await put(server, 'one', key), await put(server, 'two ü', key)]).toEqual([201, 204]);
    expect(server.secret(place)?.value).toBe('two ü');
    server.rotateKey({ repository: 'acme/payments' });
    expect(await put(server, 'three', key)).toBe(422);
    const { body: fresh } = await ask(server, 'GET', keyPath);
    expect(await put(server, 'three', { ...key, key_id: fresh.key_id })).toBe(422);
    expect(server.secret(place)?.value).toBe('two ü');
  });

  it('knows a variable once', async () => {
    const server = await github();
    const path = '/repos/acme/payments/environments/production/variables';
    const create = () => ask(server, 'POST', path, { name: 'A', value: '1' });
    expect([(await create()).status, (await create()).status]).toEqual([201, 409]);
    expect((await ask(server, 'PATCH', `${path}/A`, { value: '2' })).status).toBe(204);
    expect((await ask(server, 'GET', `${path}/A`)).body.value).toBe('2');
    expect((await ask(server, 'GET', '/repos/acme/payments/actions/variables/A')).status).toBe(404);
  });

  it('tells how much of the rate limit is left', async () => {
    const server = await github();
    const { headers } = await ask(server, 'GET', '/repos/acme/payments');
    expect(headers.get('x-ratelimit-remaining')).toBe('4999');
    expect(headers.get('x-ratelimit-resource')).toBe('core');
  });

  it('also runs as a process of its own', async () => {
    const main = fileURLToPath(new URL('./server/main.ts', import.meta.url));
    const seed = { token: 't1', prefix: '/api/v3', repositories: { 'acme/web': ['production'] } };
    const child = spawn(process.execPath, [main, JSON.stringify(seed)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const headers = { authorization: 'Bearer t1', 'user-agent': 'test' };
      const answer = await fetch(`${line.toString().trim()}/repos/acme/web/environments/production`, {
        headers,
      });
      expect(answer.status).toBe(200);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});
