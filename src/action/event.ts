/**
 * What started the run, from the variables and the payload that the runner gives. Reads the payload field by
 * field and believes nothing of it that it does not need.
 */
import { ActionFailure } from './failure.ts';

/** The facts of a run, whatever started it. */
export interface Facts {
  /** `acme/payments`. */
  readonly repository: string;
  /** Never changes, other than the name. */
  readonly repositoryId: string;
  readonly sha: string;
  /** `refs/heads/main`. */
  readonly ref: string;
  /** Where a person sees this run. */
  readonly runUrl: string;
  readonly workspace: string;
  /** A folder of this job; nothing in it outlives the job. */
  readonly temporary: string;
  readonly event: Event;
}

export type Event =
  | PullRequestEvent
  /** `default` tells whether it is the branch that is applied from; undefined when nobody knows. */
  | { readonly kind: 'push'; readonly branch: string | undefined; readonly isDefault: boolean }
  | { readonly kind: 'schedule'; readonly branch: string | undefined }
  | { readonly kind: 'mergeGroup' }
  | { readonly kind: 'pullRequestTarget' }
  /** By a person. */
  | { readonly kind: 'dispatch'; readonly branch: string | undefined; readonly isDefault: boolean }
  /** Anything else, known or not yet: what such a run has and whose files it works on nobody has judged. */
  | { readonly kind: 'unknown'; readonly name: string };

export interface PullRequestEvent {
  readonly kind: 'pullRequest';
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** Into which it is to be merged. */
  readonly baseBranch: string;
  /** Why it gets no secrets; undefined: it gets them. */
  readonly untrusted: 'fork' | 'dependabot' | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * @param payload of `GITHUB_EVENT_PATH`, as JSON
 * @throws ActionFailure when the variables of a runner are missing
 */
export function readFacts(env: Env, payload: unknown): Facts {
  const repository = need(env, 'GITHUB_REPOSITORY');
  const server = env['GITHUB_SERVER_URL'] || 'https://github.com';
  const repositoryId = env['GITHUB_REPOSITORY_ID'] || textAt(payload, 'repository', 'id');
  if (repositoryId === undefined) throw missing('GITHUB_REPOSITORY_ID');
  return {
    repository,
    repositoryId,
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    runUrl: `${server}/${repository}/actions/runs/${env['GITHUB_RUN_ID'] ?? ''}`,
    workspace: need(env, 'GITHUB_WORKSPACE'),
    temporary: need(env, 'RUNNER_TEMP'),
    event: readEvent(env, payload, repository),
  };
}

function readEvent(env: Env, payload: unknown, repository: string): Event {
  const name = need(env, 'GITHUB_EVENT_NAME');
  const branch = /^refs\/heads\/(.+)$/.exec(env['GITHUB_REF'] ?? '')?.[1];
  const isDefault = branch !== undefined && branch === textAt(payload, 'repository', 'default_branch');
  switch (name) {
    case 'pull_request':
      return readPullRequest(env, payload, repository);
    case 'push':
      return { kind: 'push', branch, isDefault };
    case 'schedule':
      return { kind: 'schedule', branch };
    case 'merge_group':
      return { kind: 'mergeGroup' };
    case 'pull_request_target':
      return { kind: 'pullRequestTarget' };
    case 'workflow_dispatch':
      return { kind: 'dispatch', branch, isDefault };
    default:
      return { kind: 'unknown', name };
  }
}

function readPullRequest(env: Env, payload: unknown, repository: string): PullRequestEvent {
  const number = Number(textAt(payload, 'pull_request', 'number'));
  const headSha = textAt(payload, 'pull_request', 'head', 'sha');
  const baseSha = textAt(payload, 'pull_request', 'base', 'sha');
  const baseBranch = textAt(payload, 'pull_request', 'base', 'ref');
  if (!Number.isInteger(number) || headSha === undefined || baseSha === undefined || baseBranch === undefined)
    throw new ActionFailure('invalid-input', 'The event of this run is no pull_request as GitHub sends it.');
  // The repository of a head is null once a fork is deleted.
  const head = textAt(payload, 'pull_request', 'head', 'repo', 'full_name');
  const isFork = head?.toLowerCase() !== repository.toLowerCase();
  const untrusted = isFork ? 'fork' : env['GITHUB_ACTOR'] === 'dependabot[bot]' ? 'dependabot' : undefined;
  return { kind: 'pullRequest', number, headSha, baseSha, baseBranch, untrusted };
}

/** Text or number in a payload; undefined where there is none. */
function textAt(payload: unknown, ...path: readonly string[]): string | undefined {
  let found = payload;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

function need(env: Env, name: string): string {
  const value = env[name];
  if (value) return value;
  throw missing(name);
}

function missing(name: string): ActionFailure {
  const message =
    `${name} is not set: this is the Action and runs in a GitHub workflow. On a command` +
    ` line use "keyturn".`;
  return new ActionFailure('invalid-input', message);
}
