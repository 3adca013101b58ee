/** Aiven's two kinds of tokens under every value of every toggle and every fault of its emulator. */
import { SecretValue } from '../../../src/core/secret.ts';
import { aivenToggles } from '../../../src/emulator/aiven/toggles.ts';
import { knownAivenFaults } from '../../../src/emulator/aiven/start.ts';
import { forever, openAiven } from '../aiven/harness.ts';
import { describeConformance } from './conformance.ts';
import type { Kind } from './subject.ts';
import { everyValue } from './variants.ts';

/** Values of toggles that are numbers or texts; those of the others are listed with them. */
const variants = everyValue(aivenToggles, {
  personalTokenQuota: [3, 'off'],
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
});

function aiven(personal: boolean): Kind {
  return {
    name: personal ? 'personal tokens of Aiven' : 'tokens of application users of Aiven',
    variants,
    faults: Object.keys(knownAivenFaults),
    start: async (toggles) => {
      const { control, ...aiven } = await openAiven();
      if (toggles) await control('toggles', toggles);
      const { provider } = aiven;
      return {
        provider,
        as: (credential) => aiven.as({ credential: credential.reveal() }),
        strange: new SecretValue('A'.repeat(372)),
        owner: async () => {
          if (personal) return await provider.me(forever);
          const { users } = await provider.listUsers(forever);
          return users.find(({ name }) => name === 'ci') ?? (await provider.createUser('ci', forever));
        },
        truth: async () =>
          (await aiven.tokens()).map(({ prefix, description, state }) => ({
            id: prefix,
            description: description ?? '',
            live: state === 'live',
          })),
        pass: async (ms) => await aiven.runtime.sleep(ms, forever),
        fault: async (name, method) => {
          await control('faults', { fault: `${name}=1,for=1ms,on=${method}` });
        },
        revokes: 'DELETE',
        close: aiven.close,
      };
    },
  };
}

describeConformance(aiven(false));
describeConformance(aiven(true));
