/**
 * The whole engine between two real parts: the Aiven emulator and the loopback GitHub, on one clock. Every
 * pass is a process of its own: it shares no connection and no memory with the one before.
 */
import { expect } from '@jest/globals';
import type { DestinationReference, TokenSet } from '../../../src/core/manifest/types.ts';
import { hashOwner } from '../../../src/core/mark.ts';
import type { Requests } from '../../../src/core/plan/types.ts';
import type { Receipt } from '../../../src/core/receipt.ts';
import { githubSecretDescriptor } from '../../../src/destinations/github-secret/descriptor.ts';
import { connectGitHubSecrets } from '../../../src/destinations/github-secret/open-secret.ts';
import { openDestination } from '../../../src/destinations/registry.ts';
import { resolveKey } from '../../../src/destinations/resolve.ts';
import { reconcile } from '../../../src/engine/reconcile.ts';
import { emptyMemory, type Run, type SetReport } from '../../../src/engine/run.ts';
import type { GitHubClient } from '../../../src/github/client.ts';
import { buildSet, day, declare, minute } from '../../core/plan/manifest.ts';
import { Crash } from '../../engine/places.ts';
import { clientOf, github } from '../../github/harness.ts';
import type { SecretPlace } from '../../github/server/control.ts';
import type { GitHub } from '../../github/server/start.ts';
import { type Aiven, forever, startAiven } from '../../providers/aiven/harness.ts';
import { refOf, storedReceipt } from './harness.ts';

export interface World {
  readonly aiven: Aiven;
  readonly github: GitHub;
  set: TokenSet;
  /** The token that the next passes use at GitHub. */
  token: string;
  /** The process dies at so many-th write to GitHub of the next pass; undefined: it lives. */
  death: { readonly write: number; readonly moment: 'before' | 'after' } | undefined;
  pass(requests?: Partial<Requests>): Promise<SetReport>;
  /** A pass that dies. */
  crash(requests?: Partial<Requests>): Promise<void>;
  advance(ms: number): void;
  receipt(at: SecretPlace): Receipt;
  /** Fails the test when what a workflow would read at one of the places is not live. */
  expectServed(): Promise<void>;
  /** Ids of live tokens, oldest first. */
  live(): Promise<readonly string[]>;
}

export const first: SecretPlace = { repository: 'acme/payments', name: 'TOKEN' };
export const second: SecretPlace = { ...first, environment: 'production' };

export async function startWorld(places: readonly SecretPlace[]): Promise<World> {
  const aiven = await startAiven({ toggles: { rateLimit: 'off' } });
  const server = await github({ clock: aiven.emulator.clock.now });
  const world: World = {
    aiven,
    github: server,
    set: buildSet({ declarations: [declare({ deliverTo: places.map(reference) })] }),
    token: server.token(),
    death: undefined,
    pass: async (requests) => {
      const [report] = await reconcile(runOf(world, requests));
      if (!report) throw new Error('the run had no set');
      return report;
    },
    crash: async (requests) => {
      const ended = await reconcile(runOf(world, requests)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(ended instanceof Crash)) throw new Error('the pass was to crash and did not', { cause: ended });
      world.death = undefined;
    },
    advance: (ms) => aiven.emulator.clock.advance(ms),
    receipt: (at) => storedReceipt(server, { ...at, name: `${at.name}_RECEIPT` }),
    expectServed: async () => {
      for (const at of places) {
        const token = server.secret(at)?.value ?? '';
        expect([at, (await aiven.control('check', { token }))['live']]).toEqual([at, true]);
      }
    },
    live: async () => {
      const tokens = await aiven.tokens();
      return tokens.filter(({ state }) => state === 'live').map(({ prefix }) => prefix);
    },
  };
  return world;
}

/** Plain passes until nothing is left to heal; consumers are served before and after each. */
export async function expectHealed(world: World, places: readonly SecretPlace[]): Promise<void> {
  for (const waitMs of [16 * minute, 16 * minute, 2 * day, 8 * day, minute]) {
    world.advance(waitMs);
    await world.expectServed();
    await world.pass();
    await world.expectServed();
  }
  const receipts = places.map((at) => world.receipt(at));
  const id = receipts[0]?.current?.id;
  expect(await world.live()).toEqual([id]);
  for (const receipt of receipts)
    expect(receipt).toMatchObject({ current: { id }, pending: null, previous: [] });
  const from = world.github.requests.length;
  expect((await world.pass()).entries).toEqual([]);
  expect(world.github.requests.slice(from).filter(({ method }) => method !== 'GET')).toEqual([]);
}

export function reference(at: SecretPlace): DestinationReference {
  const ref = refOf(at);
  const key = githubSecretDescriptor.key(ref);
  const position = { file: 'tokens.yaml', line: 9, column: 11 };
  return { kind: 'githubSecret', key, identity: key, ref, local: false, position };
}

function runOf(world: World, requests: Partial<Requests> = {}): Run {
  const { aiven, set } = world;
  const { provider, runtime } = aiven;
  const client = mortal(world, clientOf(world.github, { token: world.token, runtime }));
  const secrets = connectGitHubSecrets({ client, runtime });
  const asked: Requests = {
    rotate: new Set(),
    only: undefined,
    destroy: false,
    acknowledge: new Set(),
    approved: 'all',
    ...requests,
  };
  const owner = { hash: hashOwner(set.ownerId ?? '', set.name), former: new Map(), explicit: false };
  return {
    sets: [{ set, owner, provider, requests: asked }],
    runtime,
    open: (wanted) => openDestination(wanted, { folder: '.', github: secrets }),
    resolve: resolveKey,
    sweep: true,
    concurrency: 4,
    memory: emptyMemory(),
    signal: forever,
    stop: forever,
    onEvent: () => undefined,
  };
}

/** A client whose process dies where the world says: before a write is sent, or after its answer. */
function mortal(world: World, client: GitHubClient): GitHubClient {
  let writes = 0;
  return {
    ...client,
    request: async (call, signal) => {
      if (call.method === 'GET') return await client.request(call, signal);
      writes += 1;
      const isLast = world.death?.write === writes;
      if (isLast && world.death?.moment === 'before') throw new Crash();
      const answer = await client.request(call, signal);
      if (isLast) throw new Crash();
      return answer;
    },
  };
}
