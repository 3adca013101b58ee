/**
 * `login`, `whoami`, `logout` and `expire-all` at Aiven, as avn does them. Keeps no credential: where it lies
 * between runs is `credentials.ts`.
 */
import type * as z from 'zod';
import { ProviderError } from '../../core/errors.ts';
import { SecretValue } from '../../core/secret.ts';
import { createHttp, type Http } from '../../net/http.ts';
import { repeatable, retry } from '../../net/retry.ts';
import type {
  ByHand,
  ByHandOptions,
  Identity,
  LoginEntry,
  LoginOutcome,
  Membership,
  Privilege,
} from '../by-hand.ts';
import { aivenApi, type Call } from './api.ts';
import * as calls from './calls.ts';

/** Asks for a one-time code (aiven/aiven-client). */
const otpNeeded = 510;

export function aivenByHand({ url, version, runtime }: ByHandOptions): ByHand {
  const http = createHttp({
    baseUrl: url,
    title: 'aiven',
    version,
    monotonicMs: () => runtime.monotonicMs(),
  });
  return {
    login: (entry, signal) => login(http, entry, signal),
    whoami: (credential, signal) =>
      whoami((call) => {
        const request = () => aivenApi(http, credential).request(call, signal);
        return retry(request, repeatable, { runtime, signal });
      }),
    logout: async (credential, signal) => {
      const request = () => aivenApi(http, credential).request(calls.logOut(credential.reveal()), signal);
      await unlessDead(() => retry(request, repeatable, { runtime, signal }));
      return undefined;
    },
    expireAll: async (credential, signal) => {
      await aivenApi(http, credential).request(calls.expireTokens, signal);
      return undefined;
    },
    close: () => http.close(),
  };
}

async function login(
  http: Http,
  { user, password, otp }: LoginEntry,
  signal: AbortSignal,
): Promise<LoginOutcome> {
  const call = calls.logIn({ email: user, password: password.reveal(), otp });
  try {
    const answer = await aivenApi(http, undefined).request(call, signal);
    return { kind: 'loggedIn', credential: new SecretValue(answer.token), user: answer.user_email ?? user };
  } catch (error) {
    if (error instanceof ProviderError && error.status === otpNeeded) return { kind: 'otpNeeded' };
    throw error;
  }
}

type Ask = <Schema extends z.ZodType>(call: Call<Schema>) => Promise<z.output<Schema>>;

async function whoami(ask: Ask): Promise<Identity> {
  const { user } = await ask(calls.getCaller);
  const listed = (await whenAllowed(() => ask(calls.listOrganizations)))?.organizations ?? [];
  const organizations = await Promise.all(
    listed.map(async ({ organization_id: id, organization_name: name }): Promise<Membership> => {
      return { id, name: name ?? id, privilege: await privilegeOf(ask, user.user_id, id) };
    }),
  );
  const login = user.user ?? undefined;
  return {
    id: user.user_id,
    name: user.real_name || login || user.user_id,
    login,
    state: user.state ?? undefined,
    organizations,
  };
}

/** A role held through a user group does not show, so that "not an admin" cannot be told. */
async function privilegeOf(ask: Ask, userId: string, organizationId: string): Promise<Privilege> {
  const members = await whenAllowed(() => ask(calls.listMembers(organizationId)));
  const member = members?.users.find(({ user_id }) => user_id === userId);
  if (member?.is_super_admin) return 'superAdmin';
  const held = await whenAllowed(() => ask(calls.listPermissions(organizationId)));
  const isAdmin = held?.permissions.some(
    ({ principal_id, permissions }) =>
      principal_id === userId && permissions.includes('role:organization:admin'),
  );
  return isAdmin === true ? 'organizationAdmin' : 'unknown';
}

/** Undefined where the credential may not look. */
async function whenAllowed<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ProviderError && (error.failure === 'refused' || error.failure === 'missing'))
      return undefined;
    throw error;
  }
}

async function unlessDead(end: () => Promise<unknown>): Promise<void> {
  try {
    await end();
  } catch (error) {
    const isDead =
      error instanceof ProviderError && (error.failure === 'missing' || error.failure === 'credential');
    if (!isDead) throw error;
  }
}
