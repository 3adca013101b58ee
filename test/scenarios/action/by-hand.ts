/** What people do at the provider besides, over its API. */
import type { Emulator } from '../../../src/emulator/start.ts';

export interface ByHand {
  /** Revokes a token, as in the console. */
  revokeByHand(id: string): Promise<void>;
  /** A token of an application user that is there, with a description that somebody chose. */
  issueFor(user: string, description: string): Promise<void>;
  /** A token of a new application user, made by someone else. */
  issue(user: string, fields: object): Promise<void>;
}

export function byHand({ url, controlUrl, organizationId, adminToken }: Emulator): ByHand {
  const users = `${url}/v1/organization/${organizationId}/application-users`;
  const headers = { authorization: `aivenv1 ${adminToken}`, 'content-type': 'application/json' };
  const send = async (method: string, address: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(address, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status}`);
    const text = await answer.text();
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  return {
    revokeByHand: async (id) => {
      const { tokens } = (await send('GET', `${controlUrl}/tokens`)) as {
        tokens: { prefix: string; userId: string }[];
      };
      const user = tokens.find(({ prefix }) => prefix === id)?.userId;
      await send('DELETE', `${users}/${user}/access-tokens/${encodeURIComponent(id)}`);
    },
    issueFor: async (name, description) => {
      const { application_users: all } = await send('GET', users);
      const found = (all as { name: string; user_id: string }[]).find((user) => user.name === name);
      await send('POST', `${users}/${found?.user_id}/access-tokens`, {
        description,
        scopes: ['projects:read'],
      });
    },
    issue: async (name, fields) => {
      const { user_id: id } = await send('POST', users, { name });
      await send('POST', `${users}/${String(id)}/access-tokens`, fields);
    },
  };
}
