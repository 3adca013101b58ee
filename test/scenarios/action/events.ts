/** What the runner tells a step about the event that started it. */
import type { Emulator } from '../../../src/emulator/start.ts';
import { type Pull, shaOf } from './history.ts';

export const repository = 'acme/payments';
export const repositoryId = 7001;

export interface EventRun {
  readonly name: string;
  readonly sha: string;
  readonly ref?: string;
  readonly actor?: string;
  readonly payload: object;
  /** The commit whose files the workspace holds. */
  readonly files: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export function runnerOf(
  { name, sha, ref = 'refs/heads/main', actor = 'octocat' }: EventRun,
  apiUrl: string,
): Record<string, string> {
  return {
    GITHUB_EVENT_NAME: name,
    GITHUB_SHA: sha,
    GITHUB_REF: ref,
    GITHUB_ACTOR: actor,
    GITHUB_API_URL: apiUrl,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: String(repositoryId),
    GITHUB_RUN_ID: '42',
  };
}

export function applying({ adminToken }: Emulator, secretsToken: string): Record<string, string> {
  return { 'provider-token': adminToken, 'secrets-token': secretsToken };
}

/** Runs of strangers get no secrets. */
export function readingCredentials(
  { adminToken }: Emulator,
  from: string,
  actor: string,
): Record<string, string> {
  return from === repository && actor !== 'dependabot[bot]' ? { 'provider-token': adminToken } : {};
}

export function pullRun(
  { number, base, head }: Pull,
  {
    from,
    actor,
    credentials,
  }: { readonly from: string; readonly actor: string; readonly credentials: Record<string, string> },
): EventRun {
  const payload = {
    pull_request: {
      number,
      head: { sha: head, repo: { full_name: from } },
      base: { sha: base, ref: 'main' },
    },
  };
  const ref = `refs/pull/${number}/merge`;
  return {
    name: 'pull_request',
    sha: shaOf(`merge of ${head}`),
    ref,
    actor,
    payload,
    files: head,
    inputs: credentials,
  };
}
