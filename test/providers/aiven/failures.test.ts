/** What the service says when it says no, as a sentence that says what to do; and never a secret in it. */
import { describe, expect, it } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import type { Provider } from '../../../src/engine/ports.ts';
import { serveHttp } from '../../net/servers.ts';
import { failureOf, forever, openSpec, startAiven } from './harness.ts';

/** Values that must not come back: our own, and one that only the service knows. */
const credential = `${'canaryCredential/'.repeat(21)}+==`;
const issued = `${'canaryIssued12345+'.repeat(20)}/=`;

describe('a dead credential', () => {
  it.each([{}, { invalidTokenStatus: 403 }] as const)(
    'that Aiven does not know stops everything, under %j',
    async (toggles) => {
      const aiven = await startAiven({ toggles });
      const error = await failureOf(aiven.as({ credential: 'A'.repeat(372) }).listUsers(forever));
      expect(error.failure).toBe('credential');
      const organization = aiven.emulator.organizationId;
      expect(error.message.replace(/40[13]/, '401')).toBe(
        `aiven: listing the application users of "${organization}" failed: 401. The credential is expired, ` +
          'revoked or garbled. Name a new one, or log in again. Aiven says: "Invalid token".',
      );
      expect(await aiven.requests()).toEqual({
        'GET /v1/organization/{organization_id}/application-users': 1,
      });
    },
  );

  it('that has expired stops everything, for writes too', async () => {
    const aiven = await startAiven();
    const me = await aiven.provider.me(forever);
    const spec = { ...openSpec, maxAgeSeconds: 600 };
    const { value } = await aiven.provider.createToken(me, { spec, description: '' }, forever);
    aiven.emulator.clock.advance(601_000);
    const dead = aiven.as({ credential: value.reveal() });
    for (const action of [
      dead.createUser('ci', forever),
      dead.revoke(me, 'AAAAAAAAAAAA', forever),
      dead.createToken(me, { spec, description: '' }, forever),
    ]) {
      const error = await failureOf(action);
      expect(error.failure).toBe('credential');
      expect(error.message).toContain('Aiven says: "Missing (expired) db token".');
    }
  });
});

describe('a credential that lives', () => {
  it('is said to lack the role for what it may not do', async () => {
    const aiven = await startAiven();
    const { organizationId } = aiven.emulator;
    const { token } = await aiven.control('users', { email: 'member@example.com', organizationId });
    const error = await failureOf(aiven.as({ credential: String(token) }).listUsers(forever));
    expect(error).toMatchObject({ failure: 'refused', status: 403 });
    expect(error.message).toContain('it needs the organization admin role');
  });

  it.each([403, 401] as const)('is told from where it may be used, with status %p', async (ipViolation) => {
    const aiven = await startAiven({ toggles: { ipViolation } });
    const me = await aiven.provider.me(forever);
    const spec = { ...openSpec, ipAllowlist: ['203.0.113.0/24'] };
    const { value } = await aiven.provider.createToken(me, { spec, description: '' }, forever);
    const error = await failureOf(aiven.as({ credential: value.reveal() }).listUsers(forever));
    expect(error.failure).toBe(ipViolation === 403 ? 'refused' : 'credential');
    expect(error.message).toContain('Aiven says: "The IP address of the client is not allowed".');
  });

  it('is told that an organization is not there', async () => {
    const aiven = await startAiven();
    const error = await failureOf(aiven.as({ organizationId: 'org000000000' }).listUsers(forever));
    expect(error).toMatchObject({ failure: 'missing', status: 404 });
    expect(error.message).toContain(
      '"org000000000" failed: 404. It is not there, or not yet. Check the organization id',
    );
  });
});

describe('a read', () => {
  it.each(['dropBeforeApply', 'serverErrorBeforeApply', 'html408', 'rateLimited'])(
    'goes again through %s',
    async (fault) => {
      const { provider, control } = await startAiven();
      await control('faults', { fault: `${fault}=3` });
      expect((await provider.listUsers(forever)).users).toEqual([]);
    },
  );

  it('says how long a rate limit lasts when that is too long to wait', async () => {
    const { provider } = await startAiven({ toggles: { rateLimit: '1/3600' } });
    await provider.listUsers(forever);
    const error = await failureOf(provider.listUsers(forever));
    expect(error).toMatchObject({ failure: 'rateLimited', status: 429 });
    expect(error.message).toContain('The rate limit of the credential is used up. Aiven says: "');
    expect(error.message).toMatch(/ try again in 3600s"\. The service asks to wait 3600s/);
  });

  it('waits as long as a Retry-After asks for that comes without words', async () => {
    const asked: number[] = [];
    const { emulator, as } = await startAiven();
    const server = await serveHttp((_request, response) => {
      asked.push(emulator.clock.now());
      if (asked.length === 1) response.writeHead(429, { 'retry-after': '40' }).end();
      else response.end('{"application_users":[]}');
    });
    await as({ url: server.url }).listUsers(forever);
    await server.close();
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(40_000);
  });

  it('names an HTML page by its status and reason only', async () => {
    const { provider, control } = await startAiven();
    await control('faults', { fault: 'html408=always' });
    const error = await failureOf(provider.listUsers(forever));
    expect(error.message).toMatch(/^aiven: listing .* failed: 408 Request Timeout\. The service failed\.$/);
  });

  it('names the field of an answer that it cannot read, and none of its content', async () => {
    const row = { token_prefix: 'AAAAAAAAAAAA', create_time: 'canary' };
    const error = await against(
      (_request, response) => {
        response.end(JSON.stringify({ tokens: [row] }));
      },
      (provider) => provider.listTokens(user, forever),
    );
    expect(error).toMatchObject({ failure: 'refused', status: 200 });
    expect(error.message).toContain(
      'cannot be read at tokens.0.create_time. Check that the url is that of Aiven',
    );
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
  });

  it('does not follow a redirect', async () => {
    const error = await against(
      (_request, response) => {
        response.writeHead(302, { location: 'http://keyturn.invalid/' }).end();
      },
      (provider) => provider.listUsers(forever),
    );
    expect(error).toMatchObject({ failure: 'refused', status: 302 });
    expect(error.message).toContain('following could carry the credential to another host');
  });
});

describe('an error', () => {
  it('does not repeat the credential, even one that looks like a word', async () => {
    const error = await against(
      (request, response) => {
        const message = `what is ${request.headers.authorization}?`;
        response.writeHead(400).end(JSON.stringify({ message }));
      },
      (provider) => provider.listUsers(forever),
      'swordfish',
    );
    expect(error.message).toContain('Aiven says: "what is aivenv1 [removed]?".');
  });

  it('that is a page repeats neither its text nor a value in its reason', async () => {
    const error = await against(
      (_request, response) => {
        response.writeHead(418, `Refused ${issued}`).end(`<html>${issued}</html>`);
      },
      (provider) => provider.listUsers(forever),
    );
    expect(error.message).toMatch(/failed: 418 Refused \[removed\]\.$/);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/Issued1/i);
  });

  it.each([400, 401, 403, 404, 409, 418, 429, 500, 503])(
    'of status %p holds neither what the service repeats nor what it leaks',
    async (status) => {
      const echo: RequestListener = (request, response) => {
        const { authorization } = request.headers;
        const leak = `${encodeURIComponent(issued)} ${issued}`;
        const message = `bad header "${authorization}" on ${request.url}\n::error::${leak}`;
        response.writeHead(status, `Bad ${issued}`, {
          'retry-after': '0',
          'content-type': 'application/json',
        });
        response.end(JSON.stringify({ message, errors: [{ message, status, error_code: issued }] }));
      };
      const acts: ((provider: Provider) => Promise<unknown>)[] = [
        (provider) => provider.listUsers(forever),
        (provider) => provider.createToken(user, { spec: openSpec, description: '' }, forever),
      ];
      // A 404 on a revoke is success, and leaves no error to look at.
      if (status !== 404) acts.push((provider) => provider.revoke(user, issued, forever));
      for (const act of acts) {
        const error = await against(echo, act, credential);
        const shown = inspect(error, { depth: 9, showHidden: true });
        expect(shown).toContain('aiven: ');
        // The id of a token, its first 12 characters, is public: "canaryIssued".
        expect(shown).not.toMatch(/canaryC|Issued1/i);
        expect(error.message).not.toContain('\n');
      }
    },
  );
});

const user = { id: 'u1', name: 'ci', personal: false, at: '', createdAt: undefined };

/** The failure of an action against a server that is not Aiven's. */
async function against(
  listener: RequestListener,
  act: (provider: Provider) => Promise<unknown>,
  credential?: string,
) {
  const aiven = await startAiven();
  const server = await serveHttp(listener);
  const provider = aiven.as({ url: server.url, ...(credential === undefined ? {} : { credential }) });
  try {
    return await failureOf(act(provider));
  } finally {
    await server.close();
  }
}
