/** Under which name this run comments. What anybody else writes is no comment of ours. */
import { authenticatedLogin } from '../github/login.ts';
import type { GitHubClient } from '../github/client.ts';

/** Who writes with the token of a workflow. */
const workflowLogin = 'github-actions[bot]';

const asked = new WeakMap<GitHubClient, Promise<string>>();

/** Asked once for each client. */
export async function loginOf(github: GitHubClient, signal: AbortSignal): Promise<string> {
  const known = asked.get(github) ?? ask(github, signal);
  asked.set(github, known);
  return await known;
}

async function ask(github: GitHubClient, signal: AbortSignal): Promise<string> {
  return (await authenticatedLogin(github, signal)) ?? workflowLogin;
}
