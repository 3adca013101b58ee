/** Creating users and tokens: exactly one request, whatever becomes of it. */
import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { serveHttp } from '../../net/servers.ts';
import { failureOf, forever, openSpec, startAiven } from './harness.ts';

const createRoute = 'POST /v1/organization/{organization_id}/application-users/{user_id}/access-tokens';

describe('creating a token', () => {
  it.each([
    ['the connection breaks before', 'dropBeforeApply', 0],
    ['the connection breaks after', 'dropAfterApply', 1],
    ['the service fails before', 'serverErrorBeforeApply', 0],
    ['the service fails after', 'serverErrorAfterApply', 1],
    ['a proxy gives up before', 'html408', 0],
  ])('is one request and ambiguous when %s it takes effect', async (_, fault, issued) => {
    const aiven = await startAiven();
    const user = await aiven.provider.createUser('ci', forever);
    await aiven.requests();
    await aiven.control('faults', { fault: `${fault}=1,on=POST` });
    const create = aiven.provider.createToken(user, { spec: openSpec, description: 'x' }, forever);
    expect(await failureOf(create)).toMatchObject({ failure: 'ambiguous' });
    expect(await aiven.requests()).toEqual({ [createRoute]: 1 });
    expect(await aiven.tokens()).toHaveLength(issued);
  });

  it.each(['{}', '{"full_token":null,"token_prefix":"x"}', '<html>canary-value</html>', ''])(
    'is ambiguous when the answer is a 200 without a value: %p',
    async (body) => {
      const aiven = await startAiven();
      const server = await serveHttp((_request, response) => response.end(body));
      const provider = aiven.as({ url: server.url });
      const user = { id: 'u1', name: 'ci', personal: false, at: '', createdAt: undefined };
      const error = await failureOf(
        provider.createToken(user, { spec: openSpec, description: 'x' }, forever),
      );
      await server.close();
      expect(error).toMatchObject({ failure: 'ambiguous', status: 200 });
      expect(inspect(error, { depth: 9 })).not.toContain('canary');
    },
  );

  it.each(['absent', 'seconds'] as const)(
    'waits out a rate limit told in words or a header: %s',
    async (header) => {
      const aiven = await startAiven({ toggles: { retryAfterHeader: header } });
      const user = await aiven.provider.createUser('ci', forever);
      const startMs = aiven.emulator.clock.now();
      await aiven.control('faults', { fault: 'rateLimited=1,on=POST access-tokens$' });
      await aiven.provider.createToken(user, { spec: openSpec, description: 'x' }, forever);
      expect(await aiven.tokens()).toHaveLength(1);
      expect(aiven.emulator.clock.now() - startMs).toBeGreaterThanOrEqual(28_000);
    },
  );

  it('goes on through several windows of a tight rate limit', async () => {
    const aiven = await startAiven({ toggles: { rateLimit: '3', appTokenQuota: 'off' } });
    const user = await aiven.provider.createUser('ci', forever);
    for (let made = 0; made < 8; made += 1)
      await aiven.provider.createToken(user, { spec: openSpec, description: 'x' }, forever);
    expect(await aiven.tokens()).toHaveLength(8);
  });

  it.each([400, 403, 409, 429] as const)(
    'is refused at a full quota, answered %p, and not tried again',
    async (status) => {
      const aiven = await startAiven({ toggles: { appTokenQuota: 1, quotaErrorStatus: status } });
      const user = await aiven.provider.createUser('ci', forever);
      await aiven.provider.createToken(user, { spec: openSpec, description: 'x' }, forever);
      await aiven.requests();
      const error = await failureOf(
        aiven.provider.createToken(user, { spec: openSpec, description: 'x' }, forever),
      );
      expect(error).toMatchObject({ failure: 'refused', status });
      expect(error.message).toContain('A quota is full. Revoke what is no longer needed');
      expect(await aiven.requests()).toEqual({ [createRoute]: 1 });
    },
  );

  it.each(['permission_denied', 'user_not_organization_admin', 'none'] as const)(
    'explains the privilege guard, whose code is %s',
    async (privilegeGuardCode) => {
      const aiven = await startAiven({ toggles: { privilegeGuardCode } });
      const { organizationId } = aiven.emulator;
      const user = await aiven.provider.createUser('ci', forever);
      const granted = {
        permissions: [
          { principal_id: user.id, principal_type: 'user', permissions: ['organization:projects:write'] },
        ],
      };
      const here = `organization/${organizationId}`;
      const path = `${aiven.emulator.url}/v1/${here}/permissions/${here}`;
      const headers = { authorization: `aivenv1 ${aiven.emulator.adminToken}` };
      const put = await fetch(path, { method: 'PUT', headers, body: JSON.stringify(granted) });
      expect(put.status).toBe(204);
      const permissions = ['organization:app_users:write'];
      const limited = await aiven.control('users', {
        email: 'limited@example.com',
        organizationId,
        permissions,
      });
      const provider = aiven.as({ credential: String(limited['token']) });
      const error = await failureOf(
        provider.createToken(user, { spec: openSpec, description: 'x' }, forever),
      );
      expect(error).toMatchObject({ failure: 'refused', status: 403 });
      expect(error.message).toContain(
        'aiven: creating a token for "ci" failed: 403. The credential may not create tokens for an ' +
          'application user that holds permissions; it needs the organization admin role. Aiven says: "',
      );
    },
  );

  it('sends only what was declared, and what the service accepts', async () => {
    const aiven = await startAiven({ toggles: { extendWithoutMaxAge: 'reject' } });
    const user = await aiven.provider.createUser('ci', forever);
    const spec = { ...openSpec, extendWhenUsed: true };
    await aiven.provider.createToken(user, { spec, description: '' }, forever);
    expect(await aiven.tokens()).toMatchObject([{ scopes: null, ipAllowlist: null, maxAgeSeconds: null }]);
  });
});

describe('creating an application user', () => {
  it('is one request and ambiguous when its answer is lost', async () => {
    const aiven = await startAiven();
    await aiven.control('faults', { fault: 'dropAfterApply=1' });
    expect(await failureOf(aiven.provider.createUser('ci', forever))).toMatchObject({ failure: 'ambiguous' });
    expect((await aiven.provider.listUsers(forever)).users).toHaveLength(1);
  });

  it('cannot break the line of a message with a name', async () => {
    const { provider } = await startAiven({ toggles: { appUserQuota: 0 } });
    const error = await failureOf(provider.createUser('ci\n::error::gotcha', forever));
    expect(error.message).toContain('creating the application user "ci ::error::gotcha" failed: 400.');
    expect(error.message).not.toContain('\n');
  });
});
