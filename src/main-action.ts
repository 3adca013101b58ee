/** The GitHub Action: hands the runner's environment to `action/main.ts` and ends with its exit code. */
import { main } from './action/main.ts';
import { actionsRunner } from './action/runner.ts';
import { version } from './version.ts';

process.exitCode = await main(actionsRunner(process.env), process.env, version);
