#!/usr/bin/env node
/**
 * The command `keyturn`: hands its arguments to the verb they name. `--version` alone is answered before
 * anything else is loaded, because loading code is most of a start.
 */
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${version}\n`);
} else if (args.length === 1 && args[0] === 'controller') {
  // A process of its own kind: it has no terminal, no manifest and none of the options.
  const { controllerProcess } = await import('./controller/process.ts');
  process.exitCode = await controllerProcess(version);
} else {
  const { startLean } = await import('./cli/start-lean.ts');
  startLean(process.env);
  const { main } = await import('./cli/program.ts');
  const { systemContext } = await import('./cli/system-context.ts');
  process.exitCode = await main(args, systemContext(version));
}
