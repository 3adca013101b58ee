/**
 * The loopback GitHub and a client for one test. Time is virtual: a sleep passes at once and moves GitHub's
 * clock as far. After every test nothing may have been said that GitHub's description does not know.
 */
import { afterEach, expect } from '@jest/globals';
import { inspect } from 'node:util';
import { ProviderError } from '../../src/core/errors.ts';
import { SecretValue } from '../../src/core/secret.ts';
import { createGitHubClient, type GitHubClient, type GitHubOptions } from '../../src/github/client.ts';
import { type GitHub, startGitHub, type GitHubOptions as ServerOptions } from './server/start.ts';

export const forever = new AbortController().signal;
export const payments = { owner: 'acme', repo: 'payments' } as const;

export interface VirtualRuntime {
  monotonicMs(): number;
  wallMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  nonce(): string;
  /** Every sleep so far, in milliseconds. */
  readonly slept: number[];
}

const closing: (() => Promise<unknown>)[] = [];
const started: GitHub[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  for (const github of started.splice(0)) {
    await github.stop();
    expect(github.breaches).toEqual([]);
  }
});

/** With the repository acme/payments, its environment "production", and the organization acme. */
export async function github(options: ServerOptions = {}): Promise<GitHub> {
  const server = await startGitHub(options);
  started.push(server);
  server.repository('acme/payments', { environments: ['production'] });
  server.organization('acme');
  return server;
}

export function virtualRuntime(server: GitHub): VirtualRuntime {
  const slept: number[] = [];
  let offsetMs = 0;
  return {
    slept,
    monotonicMs: () => performance.now() + offsetMs,
    wallMs: () => server.now(),
    sleep: async (ms) => {
      slept.push(ms);
      offsetMs += ms;
      server.advance(ms);
      // As a timer, it gives others their turn.
      await new Promise((done) => setImmediate(done));
    },
    nonce: () => 'abc234',
  };
}

export interface ClientOptions extends Partial<Omit<GitHubOptions, 'token' | 'runtime'>> {
  readonly token?: string;
  readonly runtime?: GitHubOptions['runtime'];
}

/** A client of this server, closed after the test. */
export function clientOf(server: GitHub, options: ClientOptions = {}): GitHubClient {
  const { token = server.token(), runtime = virtualRuntime(server), ...rest } = options;
  const client = createGitHubClient({
    apiUrl: server.apiUrl,
    version: '1.2.3',
    env: {},
    ...rest,
    token: new SecretValue(token),
    runtime,
  });
  closing.push(() => client.close());
  return client;
}

/** The ProviderError that a request ends with. */
export async function failureOf(answer: Promise<unknown>): Promise<ProviderError> {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`expected a ProviderError, got ${inspect(error)}`);
}
