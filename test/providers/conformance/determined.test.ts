/** Determined's tokens under every value of every toggle and every fault of its emulator. */
import { knownDeterminedFaults } from '../../../src/emulator/determined/start.ts';
import { determinedToggles } from '../../../src/emulator/determined/toggles.ts';
import { forever, openDetermined, strangeToken } from '../determined/harness.ts';
import { describeConformance } from './conformance.ts';
import type { Kind } from './subject.ts';
import { everyValue } from './variants.ts';

/** Where tokens cannot be issued at all, there is no life of a token: those have tests of their own. */
const withoutTokens = ['enterpriseGate', 'version'];

const variants = everyValue(determinedToggles, {
  maxLifespanDays: [30, -1],
  defaultLifespanDays: [30, 1],
  databaseClockAheadMs: [0, 600_000],
}).filter((variant) => !withoutTokens.some((name) => name in variant));

function determined(personal: boolean): Kind {
  return {
    name: personal ? 'personal tokens of Determined' : 'tokens of users of Determined',
    variants,
    faults: Object.keys(knownDeterminedFaults).filter((fault) => fault !== 'credentialRevoked'),
    start: async (toggles) => {
      const master = await openDetermined({ toggles: toggles ?? {} });
      const { provider } = master;
      return {
        provider,
        as: master.as,
        strange: strangeToken(),
        owner: async () => {
          if (personal) return await provider.me(forever);
          const { users } = await provider.listUsers(forever);
          return users.find(({ name }) => name === 'ci') ?? (await provider.createUser('ci', forever));
        },
        truth: async () =>
          (await master.tokens()).map(({ id, description, state }) => ({
            id: String(id),
            description: description ?? '',
            live: state === 'live',
          })),
        pass: async (ms) => await master.runtime.sleep(ms, forever),
        fault: async (name, method) => {
          await master.control('faults', { fault: `${name}=1,for=1ms,on=${method}` });
        },
        revokes: 'PATCH',
        close: master.close,
      };
    },
  };
}

describeConformance(determined(false));
describeConformance(determined(true));
