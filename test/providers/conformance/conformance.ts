/**
 * What the engine relies on, for any provider: the contract of `Provider` in engine/ports.ts, held against
 * the service over HTTP. A new provider passes it before anything is built on it.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import type { TokenSpec } from '../../../src/core/spec.ts';
import { ProviderError } from '../../../src/core/errors.ts';
import { issuing, listing } from './behaviour.ts';
import type { Kind, Subject } from './subject.ts';

const forever = new AbortController().signal;

/** Short enough for any service, and nothing in it that only some can do. */
const hour: TokenSpec = { scopes: [], maxAgeSeconds: 3600, extendWhenUsed: false, ipAllowlist: [] };

export function describeConformance(kind: Kind): void {
  const open: Subject[] = [];
  const start = async (toggles?: Readonly<Record<string, unknown>>): Promise<Subject> => {
    const subject = await kind.start(toggles);
    open.push(subject);
    return subject;
  };
  afterEach(async () => {
    for (const subject of open.splice(0)) await subject.close();
  });

  describe(kind.name, () => {
    issuing(start);
    listing(start);

    it('says of a credential that was never issued that it is dead, whatever is asked', async () => {
      const subject = await start();
      const owner = await subject.owner();
      const dead = subject.as(subject.strange);
      const asked = [
        () => dead.me(forever),
        () => dead.listUsers(forever),
        () => dead.listTokens(owner, forever),
        () => dead.createToken(owner, { spec: hour, description: 'a' }, forever),
        () => dead.revoke(owner, '4711', forever),
      ];
      for (const ask of asked) expect((await failureOf(ask)).failure).toBe('credential');
      expect(await subject.truth()).toEqual([]);
    });

    it('sends a create once, whatever becomes of its answer', async () => {
      for (const fault of ['dropAfterApply', 'serverErrorAfterApply']) {
        const subject = await start();
        const owner = await subject.owner();
        await subject.fault(fault, 'POST');
        const create = () => subject.provider.createToken(owner, { spec: hour, description: 'a' }, forever);
        expect((await failureOf(create)).failure).toBe('ambiguous');
        expect(await subject.truth()).toHaveLength(1);
      }
    });

    it('revokes although the answer is lost, and says nothing of it', async () => {
      for (const fault of ['dropAfterApply', 'serverErrorAfterApply', 'serverErrorBeforeApply']) {
        const subject = await start();
        const owner = await subject.owner();
        const { id } = await subject.provider.createToken(owner, { spec: hour, description: 'a' }, forever);
        await subject.fault(fault, subject.revokes);
        await subject.provider.revoke(owner, id, forever);
        expect((await subject.truth()).map(({ live }) => live)).toEqual([false]);
      }
    });

    it.each(kind.variants)('leaves no token alive at the end of its life under %j', async (toggles) => {
      await live(await start(toggles));
    });

    it.each(kind.faults)('leaves no token alive through %s at each kind of request', async (fault) => {
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
        const subject = await start();
        await subject.fault(fault, method);
        await live(subject);
      }
    });
  });
}

/** As the engine lives: what came back from an ambiguous create is found in a list and ended. */
async function live(subject: Subject): Promise<void> {
  const { provider } = subject;
  const owner = await untilDone(() => subject.owner());
  for (const description of ['a', 'b'])
    await untilDone(() => provider.createToken(owner, { spec: hour, description }, forever));
  // Twice, and past any lag: one list proves nothing.
  for (let look = 0; look < 2; look += 1) {
    await subject.pass(6_000);
    await untilDone(() => provider.listUsers(forever));
    for (const { id, own } of await untilDone(() => provider.listTokens(owner, forever))) {
      if (own) continue;
      await untilDone(() => provider.revoke(owner, id, forever));
      await untilDone(() => provider.revoke(owner, id, forever));
    }
  }
  await subject.pass(6_000);
  const truth = await subject.truth();
  expect(truth.length).toBeGreaterThanOrEqual(2);
  expect(truth.filter((token) => token.live)).toEqual([]);
}

/** A failure that a later pass would get over. */
async function untilDone<T>(act: () => Promise<T>, passes = 5): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ProviderError) || passes === 0) throw error;
    return untilDone(act, passes - 1);
  }
}

async function failureOf(act: () => Promise<unknown>): Promise<ProviderError> {
  const error = await act().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`expected a ProviderError, got ${inspect(error)}`);
}
