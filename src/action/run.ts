/**
 * One run of the Action from its inputs to its end: opens GitHub, runs the mode, publishes what it found.
 * What a mode does is in `modes/`.
 */
import { assertNever } from '../core/errors.ts';
import { gitHubSecretsOnDemand } from '../destinations/registry.ts';
import { createGitHubClient } from '../github/client.ts';
import { systemRuntime } from '../net/runtime.ts';
import type { ChosenMode } from './choose-mode.ts';
import type { ActionContext } from './context.ts';
import { emptyContent } from './content.ts';
import type { Facts } from './event.ts';
import type { Inputs } from './inputs.ts';
import { apply } from './modes/apply.ts';
import { plan } from './modes/plan.ts';
import { scheduled } from './modes/scheduled.ts';
import { validate } from './modes/validate.ts';
import { explain, type Failure, type Outcome } from './outcome.ts';
import { publish } from './publish.ts';
import type { Runner } from './runner.ts';

export interface RunOptions {
  readonly version: string;
  readonly env: ActionContext['env'];
  readonly homeFolder: string;
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly runner: Runner;
  readonly chosen: ChosenMode;
}

/** @returns why the run failed; undefined when it did not */
export async function run(options: RunOptions): Promise<Failure | undefined> {
  const { inputs, facts, runner, version, env } = options;
  const runtime = systemRuntime();
  const access = { apiUrl: inputs.githubApiUrl, version, runtime };
  const { githubToken, secretsToken } = inputs;
  const github = githubToken && createGitHubClient({ ...access, token: githubToken, env });
  const secrets = secretsToken && gitHubSecretsOnDemand({ ...access, token: secretsToken });
  const [owner = '', repo = ''] = facts.repository.split('/');
  const cancellation = listenForCancel(runner);
  const context: ActionContext = {
    ...options,
    runtime,
    github,
    secrets,
    repository: { owner, repo },
    ...cancellation,
  };
  try {
    const outcome = await runMode(context, options.chosen);
    await publish(context, outcome);
    return outcome.failure;
  } finally {
    cancellation.end();
    await github?.close();
    await secrets?.close();
  }
}

/** A mode that cannot go on ends with what is known, so that outputs and summary are there all the same. */
async function runMode(context: ActionContext, chosen: ChosenMode): Promise<Outcome> {
  try {
    return await startMode(context, chosen);
  } catch (error) {
    const failure: Failure =
      context.stop.aborted && !(error instanceof TypeError)
        ? { reason: 'interrupted', message: describeCancelled(context) }
        : explain(error);
    const state = { kind: 'failed', why: failure.message } as const;
    return { content: { ...emptyContent(context), state }, failure, annotations: [] };
  }
}

function describeCancelled({ hasBegun }: ActionContext): string {
  return hasBegun()
    ? 'The run was cancelled while it changed something. The next run goes on from what it left.'
    : 'The run was cancelled before anything was changed.';
}

async function startMode(context: ActionContext, { mode, because }: ChosenMode): Promise<Outcome> {
  switch (mode) {
    case 'validate':
      return await validate(context, because);
    case 'plan':
      return await plan(context);
    case 'apply':
      return await apply(context);
    case 'scheduled':
      return await scheduled(context);
    default:
      return assertNever(mode);
  }
}

/**
 * A cancelled run gets SIGINT, after 7.5 s SIGTERM, and is killed after 10 s. Before anything is being
 * changed it ends at once; after that what is in flight is finished, and what is killed all the same the next
 * run heals.
 */
function listenForCancel(runner: Runner) {
  const everything = new AbortController();
  const further = new AbortController();
  let isApplying = false;
  const end = runner.onCancel(() => {
    if (!further.signal.aborted)
      runner.log(isApplying ? 'Cancelled: what is in flight is finished first.' : 'Cancelled.');
    further.abort();
    if (!isApplying) everything.abort();
  });
  return {
    signal: everything.signal,
    stop: further.signal,
    beginApplying: () => {
      isApplying = true;
    },
    hasBegun: () => isApplying,
    end,
  };
}
