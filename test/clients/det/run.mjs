// The real det against the emulator: every command of tokens and the commands of users that touch them, exit
// codes, output, requests, the traps that a wrong answer of the server would spring; then det beside keyturn.
// Run with `node test/clients/det/run.mjs`.
import { startDetermined } from '../../../src/emulator/start.ts';
import { createChecks } from '../avn/avn.mjs';
import { createDet, DET_VERSION, installDet } from './det.mjs';
import { loginCommands } from './login-commands.mjs';
import { sideBySide } from './side-by-side.mjs';
import { tokenCommands } from './token-commands.mjs';
import { trapChecks } from './traps.mjs';
import { userCommands } from './user-commands.mjs';

const SUITES = [tokenCommands, loginCommands, userCommands, trapChecks, sideBySide];

const installed = await installDet();
if (installed.kind === 'skipped') {
  console.log(`SKIPPED: det ${DET_VERSION} was not run against the emulator: ${installed.reason}.`);
} else {
  const checks = createChecks('det');
  // Each suite has an emulator of its own, so they can run beside each other: det is slow to start.
  await Promise.all(SUITES.map((suite) => runSuite(suite, { checks, path: installed.path })));
  checks.finish();
}

async function runSuite(suite, { checks, path }) {
  const emulator = await startDetermined();
  const det = createDet({ path, url: emulator.url, user: 'admin', token: emulator.adminToken });
  try {
    await suite({ emulator, det, checks, path });
  } finally {
    det.remove();
    await emulator.close();
  }
}
