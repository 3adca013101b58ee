/**
 * `login`, `whoami`, `logout` and `expire-all` at a Determined master, as det does them. Keeps no credential:
 * where it lies between runs is `credentials.ts`.
 */
import { ProviderError } from '../../core/errors.ts';
import { SecretValue } from '../../core/secret.ts';
import { createHttp } from '../../net/http.ts';
import type { ByHand, ByHandOptions, Identity, LoginEntry, LoginOutcome } from '../by-hand.ts';
import { determinedApi } from './api.ts';
import * as calls from './calls.ts';
import { describeMaster } from './master.ts';
import { openRequests, type Requests } from './requests.ts';
import { openSession } from './session.ts';
import { readValue } from './token-value.ts';

export function determinedByHand({ url, version, runtime }: ByHandOptions): ByHand {
  const http = createHttp({
    baseUrl: url,
    title: 'determined',
    version,
    monotonicMs: () => runtime.monotonicMs(),
  });
  const within = async <T>(
    credential: SecretValue,
    use: (requests: Requests, value: SecretValue) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const session = openSession(http, credential);
    try {
      return await use(openRequests(http, session, runtime), await session.credential(signal));
    } finally {
      await session.end();
    }
  };
  return {
    login: async ({ user, password }: LoginEntry, signal): Promise<LoginOutcome> => {
      const call = calls.logIn({ user, password: password.reveal() });
      try {
        const answer = await determinedApi(http, undefined).request(call, signal);
        return {
          kind: 'loggedIn',
          credential: new SecretValue(answer.token),
          user: answer.user.username,
        };
      } catch (error) {
        throw error instanceof ProviderError && error.failure === 'credential' ? wrongLogin(user) : error;
      }
    },
    whoami: (credential, signal) => within(credential, (requests) => whoami(requests, signal), signal),
    logout: (credential, signal) =>
      within(credential, (requests, value) => logout(requests, value, signal), signal),
    expireAll: (credential, signal) =>
      within(credential, (requests, value) => expireAll(requests, value, signal), signal),
    close: () => http.close(),
  };
}

function wrongLogin(user: string): ProviderError {
  return new ProviderError(
    `determined: logging in as "${user}" failed: the master does not take this name and password. Names are` +
      ' case-sensitive; a remote user logs in through its identity provider and brings a token instead.',
    'refused',
    { status: 401 },
  );
}

async function whoami(requests: Requests, signal: AbortSignal): Promise<Identity> {
  const master = await requests.openly(calls.getMaster, signal);
  const { user } = await requests.again(calls.getCaller, signal);
  return {
    id: String(user.id),
    name: user.displayName || user.username,
    login: user.username,
    state: user.active === false ? 'inactive' : 'active',
    organizations: [
      {
        id: master.clusterId,
        name: master.clusterName || 'cluster',
        privilege: user.admin ? 'admin' : 'unknown',
      },
    ],
    notes: describeMaster(master),
  };
}

/** An access token outlives a logout; only a login session ends. */
async function logout(
  requests: Requests,
  value: SecretValue,
  signal: AbortSignal,
): Promise<string | undefined> {
  await requests.again(calls.logOut, signal);
  const claims = readValue(value);
  if (!claims?.isAccessToken) return undefined;
  return (
    'It was an access token, which a logout does not end: it still works until it expires. To end it, log' +
    ` in again and run "keyturn revoke ${claims.id}".`
  );
}

async function expireAll(requests: Requests, value: SecretValue, signal: AbortSignal): Promise<string> {
  const { user } = await requests.again(calls.getCaller, signal);
  const own = readValue(value)?.id;
  const list = async () =>
    (await requests.again(calls.listTokens({ username: user.username }), signal)).tokenInfo;
  const ids = (await list()).map(({ id }) => String(id));
  // The credential may be one of them: the others need it.
  for (const id of [...ids.filter((one) => one !== own), ...ids.filter((one) => one === own)]) {
    const hasEnded = async () => !(await list()).some((token) => String(token.id) === id);
    await requests.until(calls.revokeToken({ name: user.username }, id), hasEnded, signal);
  }
  return 'Login sessions, which no request can list, end within seven days, or with a new password.';
}
