/**
 * What the GitHub secrets of one run share: the client, what was learned once (public keys, which places can
 * be read, ids of repositories), and one queue of writes per owner. Never holds a token value.
 */
import type { Runtime } from '../../engine/ports.ts';
import type { GitHubClient } from '../../github/client.ts';
import { getRepository } from '../../github/repositories.ts';
import { type PublicKey, readPublicKey, type Sharing } from '../../github/secrets.ts';
import { tryVariables } from '../../github/variables.ts';
import type { Place } from './place.ts';

export interface Connection {
  readonly client: GitHubClient;
  readonly runtime: Pick<Runtime, 'sleep'>;
  /** The key that values are sealed for, asked for once per place. */
  publicKey(place: Place, signal: AbortSignal): Promise<PublicKey>;
  /** After GitHub refused what was sealed for it. */
  forgetKey(place: Place): void;
  /** Shows that variables can be read there; asked once per place. */
  variablesReadable(place: Place, signal: AbortSignal): Promise<void>;
  /** Who may read the secret, with ids for names; undefined outside organizations. */
  sharing(place: Place, signal: AbortSignal): Promise<Sharing | undefined>;
  /** Runs one write after the other for each owner, as GitHub asks; nothing comes between its requests. */
  inTurn<T>(place: Place, write: () => Promise<T>): Promise<T>;
}

export interface ConnectionOptions {
  readonly client: GitHubClient;
  readonly runtime: Pick<Runtime, 'sleep'>;
}

export function createConnection({ client, runtime }: ConnectionOptions): Connection {
  const keys = remembered<PublicKey>();
  const readable = remembered<void>();
  const ids = remembered<number>();
  const queues = new Map<string, Promise<unknown>>();
  return {
    client,
    runtime,
    publicKey: ({ secrets }, signal) =>
      keys.get(pathOf(secrets), () => readPublicKey(client, secrets, signal)),
    forgetKey: ({ secrets }) => keys.forget(pathOf(secrets)),
    variablesReadable: ({ variables }, signal) =>
      readable.get(pathOf(variables), () => tryVariables(client, variables, signal)),
    sharing: async ({ shared, owner }, signal) => {
      if (shared === undefined) return undefined;
      const { visibility, repositories } = shared;
      if (visibility !== 'selected') return { visibility };
      const found: number[] = [];
      for (const repo of repositories) {
        const idOf = async () => (await getRepository(client, { owner, repo }, signal)).id;
        found.push(await ids.get(`${owner}/${repo.toLowerCase()}`, idOf));
      }
      return { visibility, selected_repository_ids: found };
    },
    inTurn: async ({ owner }, write) => {
      const turn = (queues.get(owner) ?? Promise.resolve()).then(write);
      queues.set(
        owner,
        turn.catch(() => undefined),
      );
      return await turn;
    },
  };
}

function pathOf({ path }: { readonly path: readonly string[] }): string {
  return JSON.stringify(path).toLowerCase();
}

interface Remembered<T> {
  get(name: string, learn: () => Promise<T>): Promise<T>;
  forget(name: string): void;
}

/** Learns each thing once, also for those who ask while it is being learned. A failure is not remembered. */
function remembered<T>(): Remembered<T> {
  const known = new Map<string, Promise<T>>();
  return {
    get: async (name, learn) => {
      const learning = known.get(name) ?? learn();
      known.set(name, learning);
      try {
        return await learning;
      } catch (error) {
        if (known.get(name) === learning) known.delete(name);
        throw error;
      }
    },
    forget: (name) => void known.delete(name),
  };
}
