/**
 * What requests are authorised with: the token that was given, or a login session that is opened with a name
 * and a password at the first request and ended with the connection, since each one lives for seven days.
 */
import * as z from 'zod';
import { SecretValue } from '../../core/secret.ts';
import type { Http } from '../../net/http.ts';
import { parseJson } from '../../net/json.ts';
import { determinedApi } from './api.ts';
import * as calls from './calls.ts';

export interface Session {
  /** @throws ProviderError `credential` when name or password are wrong */
  credential(signal: AbortSignal): Promise<SecretValue>;
  /** Ends the session if one was opened. It would expire anyway, so a failure is of no account. */
  end(): Promise<void>;
}

const login = z.strictObject({ username: z.string(), password: z.string() });

/** Name and password as one credential, for front ends that carry credentials without looking at them. */
export function loginCredential(username: string, password: string): SecretValue {
  return new SecretValue(JSON.stringify({ username, password }));
}

/** @param given a token value, or what {@link loginCredential} made */
export function openSession(http: Http, given: SecretValue): Session {
  const entry = login.safeParse(parseJson(given.reveal()));
  if (!entry.success) return { credential: async () => given, end: async () => {} };
  const { username, password } = entry.data;
  let opened: Promise<SecretValue> | undefined;
  const open = async (signal: AbortSignal): Promise<SecretValue> => {
    const call = calls.logIn({ user: username, password });
    const answer = await determinedApi(http, undefined).request(call, signal);
    return new SecretValue(answer.token);
  };
  return {
    credential: async (signal) => {
      opened ??= open(signal);
      try {
        return await opened;
      } catch (error) {
        opened = undefined;
        throw error;
      }
    },
    end: async () => {
      const value = await opened?.catch(() => undefined);
      if (value === undefined) return;
      const patienceMs = 5_000;
      await determinedApi(http, value)
        .request(calls.logOut, AbortSignal.timeout(patienceMs))
        .catch(() => undefined);
    },
  };
}
