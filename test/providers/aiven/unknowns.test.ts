/** The whole life of tokens under every value of every toggle and every fault: none is left at its end. */
import { describe, expect, it } from '@jest/globals';
import type { UserRecord } from '../../../src/core/observation.ts';
import { aivenToggles } from '../../../src/emulator/aiven/toggles.ts';
import { knownAivenFaults as knownFaults } from '../../../src/emulator/aiven/start.ts';
import type { ConnectedProvider } from '../../../src/providers/adapter.ts';
import { ProviderError } from '../../../src/core/errors.ts';
import { forever, openSpec, startAiven } from './harness.ts';

/** Values of toggles that are numbers or texts; those of the others are listed with them. */
const open: Readonly<Record<string, readonly (number | string)[]>> = {
  personalTokenQuota: [2, 'off'],
  appTokenQuota: [2, 'off'],
  appUserQuota: [1, 'off'],
  personalDefaultMaxAge: ['none', 2_592_000],
  appDefaultMaxAge: ['none', 2_592_000],
  rateLimit: ['120', '2', '1/10', 'off'],
  listLagMs: [0, 6000],
  revokeLagMs: [0, 6000],
  lastUsedResolutionSeconds: [1, 3600],
  lastUsedLagSeconds: [0, 3600],
  callerAddress: ['127.0.0.1', '2001:db8::1'],
};

const cases = Object.entries(aivenToggles).flatMap(([name, { values }]) =>
  (open[name] ?? values.split(', ')).map((value) => ({ [name]: value })),
);

const spec = { ...openSpec, scopes: ['user:read'], maxAgeSeconds: 3600 };

/** As the engine does: what came back from an ambiguous create is looked for and ended. */
async function live(provider: ConnectedProvider): Promise<void> {
  const user = await untilDone(() => provider.createUser('ci', forever));
  await untilDone(() => provider.createToken(user, { spec, description: 'a' }, forever));
  await untilDone(() => provider.createToken(user, { spec: openSpec, description: 'b' }, forever));
  const me = await untilDone(() => provider.me(forever));
  await untilDone(() => provider.createToken(me, { spec, description: 'mine' }, forever));
  // Twice, and past any lag: one list proves nothing.
  for (let pass = 0; pass < 2; pass += 1) {
    for (const owner of [...(await untilDone(() => provider.listUsers(forever))).users, me])
      await end(provider, owner);
  }
}

async function end(provider: ConnectedProvider, owner: UserRecord): Promise<void> {
  for (const { id, own } of await untilDone(() => provider.listTokens(owner, forever))) {
    if (own) continue;
    await untilDone(() => provider.revoke(owner, id, forever));
    await untilDone(() => provider.revoke(owner, id, forever));
  }
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

describe('the life of tokens', () => {
  it.each(cases)('leaves none alive under %j', async (toggles) => {
    const aiven = await startAiven();
    await aiven.control('toggles', toggles);
    const lagging = aiven.runtime.sleep;
    await live(withPauses(aiven.provider, () => lagging(6000, forever)));
    expect((await aiven.tokens()).map(({ description, state }) => [description, state])).toEqual([
      ['a', 'revoked'],
      ['b', 'revoked'],
      ['mine', 'revoked'],
    ]);
  });

  it.each(Object.keys(knownFaults))('leaves none alive through %s at each kind of request', async (fault) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const aiven = await startAiven();
      await aiven.control('faults', { fault: `${fault}=1,for=1ms,on=${method}` });
      await live(aiven.provider);
      const states = (await aiven.tokens()).map(({ state }) => state);
      expect(states.length).toBeGreaterThanOrEqual(3);
      expect(states.filter((state) => state === 'live')).toEqual([]);
    }
  });
});

/** Lets time pass before each list, as there does between passes. */
function withPauses(provider: ConnectedProvider, pause: () => Promise<void>): ConnectedProvider {
  return {
    ...provider,
    listUsers: async (signal) => {
      await pause();
      return provider.listUsers(signal);
    },
  };
}
