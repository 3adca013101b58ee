/**
 * The floor: the fewest requests that can do what keyturn does, over plain node:http with keep-alive. It
 * parses the answers and does nothing with them. As a process: `node floor.mjs URL ORGANIZATION CONCURRENCY
 * [USERS TOKENS]`, with the credential in AIVEN_TOKEN; with the last two it creates.
 */
import { Agent, request } from 'node:http';

/** One list of users, one list of tokens for each. Gives the number of tokens seen. */
export async function observeBarely({ url, organizationId, token, concurrency }) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const users = `${url}/v1/organization/${organizationId}/application-users`;
  const get = (address) => send(address, { agent, method: 'GET', token });
  const { application_users: listed } = await get(users);
  const lists = await Promise.all(listed.map((user) => get(`${users}/${user.user_id}/access-tokens`)));
  agent.destroy();
  return lists.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

/** One list of users; each user made; each token made, then tried. Nothing is kept. */
async function createBarely({ url, organizationId, token, concurrency, users: count, tokens }) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const users = `${url}/v1/organization/${organizationId}/application-users`;
  const post = (address, body) => send(address, { agent, method: 'POST', token, body });
  await send(users, { agent, method: 'GET', token });
  const names = Array.from({ length: count }, (_, rank) => `user-${rank + 1}`);
  const made = await Promise.all(names.map((name) => post(users, { name })));
  const create = async ({ user_id: userId }, rank) => {
    const description = `Token token-${rank + 1}`;
    const issued = await post(`${users}/${userId}/access-tokens`, { description });
    // 200 or 403: it is alive either way.
    await send(`${url}/v1/me`, { agent, method: 'GET', token: issued.full_token }).catch(() => undefined);
  };
  await Promise.all(made.flatMap((user) => Array.from({ length: tokens }, (_, rank) => create(user, rank))));
  agent.destroy();
}

/** One request with a JSON answer. */
export function send(address, { agent, method, token, body }) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const headers = { authorization: `aivenv1 ${token}`, 'content-type': 'application/json' };
  const call = request(address, { agent, method, headers }, (answer) => {
    const chunks = [];
    answer.on('data', (chunk) => chunks.push(chunk));
    answer.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      if (answer.statusCode < 400) resolve(text === '' ? {} : JSON.parse(text));
      else reject(new Error(`${method} ${answer.statusCode}: ${text}`));
    });
  });
  call.on('error', reject);
  call.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

if (import.meta.main) {
  const [url, organizationId, concurrency, users, tokens] = process.argv.slice(2);
  const options = { url, organizationId, token: process.env.AIVEN_TOKEN, concurrency: Number(concurrency) };
  if (users === undefined) await observeBarely(options);
  else await createBarely({ ...options, users: Number(users), tokens: Number(tokens) });
}
