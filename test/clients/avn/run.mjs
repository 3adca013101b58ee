// The real avn against the emulator: every command keyturn's users run, its exit code, its columns, and the
// traps that a wrong answer of the server would spring. Run with `node test/clients/avn/run.mjs`.
import { startEmulator } from '../../../src/emulator/start.ts';
import { applicationUserCommands } from './application-user-commands.mjs';
import { AVN_VERSION, createAvn, createChecks, installAvn } from './avn.mjs';
import { sideBySide } from './side-by-side.mjs';
import { trapChecks } from './traps.mjs';
import { userCommands } from './user-commands.mjs';

const SUITES = [userCommands, applicationUserCommands, trapChecks, sideBySide];

const installed = await installAvn();
if (installed.kind === 'skipped') {
  console.log(`SKIPPED: avn ${AVN_VERSION} was not run against the emulator: ${installed.reason}.`);
} else {
  const checks = createChecks('avn');
  for (const suite of SUITES) await runSuite(suite, { checks, path: installed.path });
  checks.finish();
}

/** Each suite has an emulator of its own, so that the order of suites does not matter. */
async function runSuite(suite, { checks, path }) {
  const emulator = await startEmulator();
  const avn = createAvn({ path, url: emulator.url, token: emulator.adminToken });
  try {
    await suite({ emulator, avn, checks, path });
  } finally {
    avn.remove();
    await emulator.close();
  }
}
