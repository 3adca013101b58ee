/**
 * The start of the Action: inputs, event and mode, with little code loaded, so that a run that cannot go on
 * says so at once. The rest is loaded when there is something to do.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { chooseMode } from './choose-mode.ts';
import { readFacts } from './event.ts';
import { ActionFailure, type FailureReason } from './failure.ts';
import { readInputs } from './inputs.ts';
import type { Runner } from './runner.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** @returns the exit code */
export async function main(runner: Runner, env: Env, version: string): Promise<number> {
  const failure = await start(runner, env, version);
  runner.output('failure-reason', failure?.reason ?? '');
  if (!failure) return 0;
  runner.annotate({ severity: 'error', title: failure.reason, message: failure.message });
  return 1;
}

async function start(
  runner: Runner,
  env: Env,
  version: string,
): Promise<{ readonly reason: FailureReason; readonly message: string } | undefined> {
  try {
    const inputs = readInputs(runner, env);
    const facts = readFacts(env, await readPayload(env));
    const chosen = chooseMode(inputs.mode, facts.event);
    const { run } = await import('./run.ts');
    return await run({ version, env, homeFolder: homedir(), inputs, facts, runner, chosen });
  } catch (error) {
    if (error instanceof ActionFailure) return { reason: error.reason, message: error.message };
    const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      reason: 'bug',
      message: `keyturn met something that was not foreseen. Please report it:\n${shown}`,
    };
  }
}

async function readPayload(env: Env): Promise<unknown> {
  const path = env['GITHUB_EVENT_PATH'];
  if (!path) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    throw new ActionFailure('invalid-input', 'The event of this run (GITHUB_EVENT_PATH) cannot be read.');
  }
}
