/**
 * `keyturn demo`: the whole story on an emulator in this process, told with the real verbs. It asks
 * nothing, waits for nothing and leaves nothing behind.
 */
import type { Context } from '../../context.ts';
import { exitCodes } from '../../errors.ts';
import type { GlobalOptions } from '../../options.ts';
import { applyFirst, changeScopes, rotateByClock } from './chapters-rotation.ts';
import { leaveForeignAlone, refuseMassRevoke, reissueDeleted, survivePowerCuts } from './chapters-trouble.ts';
import { onStage } from './stage.ts';

export async function demo(options: GlobalOptions, context: Context): Promise<number> {
  const startedAt = context.runtime.monotonicMs();
  await onStage(options, context, async (stage) => {
    const { organizationId, url } = stage.emulator;
    stage.say(
      `keyturn keeps API tokens as a file in Git says they should be. Everything below is real\n` +
        `but for the service: an emulated Aiven organization ${organizationId} at ${url}, in this process.`,
    );
    await applyFirst(stage);
    await changeScopes(stage);
    await rotateByClock(stage);
    await reissueDeleted(stage);
    await survivePowerCuts(stage);
    await leaveForeignAlone(stage);
    await refuseMassRevoke(stage);
  });
  const seconds = Math.ceil((context.runtime.monotonicMs() - startedAt) / 1_000);
  context.stdout.write(closing(seconds));
  return exitCodes.done;
}

function closing(seconds: number): string {
  return `
That took ${seconds} s and left nothing behind. The same on your own organization:
  keyturn login                                        or set AIVEN_TOKEN
  keyturn init --organization ID                       "keyturn whoami" lists your organizations
  keyturn plan                                         shows what would be done
  keyturn apply                                        does it
From a checkout of keyturn, write "npm run keyturn --" instead of "keyturn".
`;
}
