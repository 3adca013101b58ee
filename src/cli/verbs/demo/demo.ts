/**
 * `keyturn demo`: the whole story on emulators in this process, told with the real verbs. It asks
 * nothing, waits for nothing and leaves nothing behind.
 */
import type { Context } from '../../context.ts';
import { exitCodes } from '../../errors.ts';
import type { GlobalOptions } from '../../options.ts';
import { keepBothProviders } from './chapter-determined.ts';
import { applyFirst, changeScopes, rotateByClock } from './chapters-rotation.ts';
import { leaveForeignAlone, refuseMassRevoke, reissueDeleted, survivePowerCuts } from './chapters-trouble.ts';
import { onStage } from './stage.ts';

export async function demo(options: GlobalOptions, context: Context): Promise<number> {
  const startedAt = context.runtime.monotonicMs();
  await onStage(options, context, async (stage) => {
    const { organizationId, url } = stage.emulator;
    stage.say(
      `keyturn keeps API tokens as files in Git say they should be. Everything below is real but for the\n` +
        `services, both in this process: an emulated Aiven organization ${organizationId} at ${url}\n` +
        `and an emulated Determined cluster at ${stage.determined.url}.`,
    );
    await applyFirst(stage);
    await changeScopes(stage);
    await rotateByClock(stage);
    await reissueDeleted(stage);
    await survivePowerCuts(stage);
    await leaveForeignAlone(stage);
    await refuseMassRevoke(stage);
    await keepBothProviders(stage);
  });
  const seconds = Math.ceil((context.runtime.monotonicMs() - startedAt) / 1_000);
  context.stdout.write(closing(seconds));
  return exitCodes.done;
}

function closing(seconds: number): string {
  return `
That took ${seconds} s and left nothing behind. The same on your own organization:
  keyturn login                                        or set AIVEN_TOKEN; --provider determined for the other
  keyturn init --organization ID                       "keyturn whoami" lists your organizations
  keyturn plan                                         shows what would be done
  keyturn apply                                        does it
From a checkout of keyturn, write "npm run keyturn --" instead of "keyturn".
`;
}
