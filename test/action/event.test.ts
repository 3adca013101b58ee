// What started a run, told from what the runner gives.
import { describe, expect, it } from '@jest/globals';
import { readFacts } from '../../src/action/event.ts';

const env = {
  GITHUB_REPOSITORY: 'acme/payments',
  GITHUB_REPOSITORY_ID: '7001',
  GITHUB_WORKSPACE: '/work',
  RUNNER_TEMP: '/temp',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_ACTOR: 'octocat',
  GITHUB_REF: 'refs/pull/1/merge',
};

function pullRequest(fullName: string | null): object {
  const repo = fullName === null ? null : { full_name: fullName };
  return { pull_request: { number: 1, head: { sha: 'a', repo }, base: { sha: 'b', ref: 'main' } } };
}

describe('a pull request', () => {
  it.each([
    ['of the repository', 'acme/payments', 'octocat', undefined],
    ['of the repository, spelt otherwise', 'Acme/Payments', 'octocat', undefined],
    ['from a fork', 'mallory/payments', 'mallory', 'fork'],
    ['from a fork that was deleted', null, 'mallory', 'fork'],
    ['by Dependabot', 'acme/payments', 'dependabot[bot]', 'dependabot'],
  ])('%s is told', (_what, from, actor, untrusted) => {
    const facts = readFacts({ ...env, GITHUB_ACTOR: actor }, pullRequest(from));
    expect(facts.event).toMatchObject({ kind: 'pullRequest', number: 1, baseBranch: 'main', untrusted });
  });

  it('without what GitHub sends is refused', () => {
    expect(() => readFacts(env, { pull_request: { number: 'x' } })).toThrow('no pull_request');
    expect(() => readFacts(env, undefined)).toThrow('no pull_request');
  });
});

describe('a push', () => {
  const push = { ...env, GITHUB_EVENT_NAME: 'push' };

  it.each([
    ['refs/heads/main', { branch: 'main', isDefault: true }],
    ['refs/heads/feature/x', { branch: 'feature/x', isDefault: false }],
    ['refs/tags/v1', { branch: undefined, isDefault: false }],
  ])('to %s knows its branch', (ref, expected) => {
    const payload = { repository: { default_branch: 'main' } };
    expect(readFacts({ ...push, GITHUB_REF: ref }, payload).event).toMatchObject(expected);
  });
});

describe('an event', () => {
  it.each([
    ['workflow_dispatch', 'dispatch'],
    ['workflow_run', 'unknown'],
    ['issue_comment', 'unknown'],
    ['repository_dispatch', 'unknown'],
    ['pull_request_review', 'unknown'],
    ['pull_request_target', 'pullRequestTarget'],
    ['something_of_tomorrow', 'unknown'],
  ])('%s is %s', (name, kind) => {
    const main = { ...env, GITHUB_EVENT_NAME: name, GITHUB_REF: 'refs/heads/main' };
    const payload = { repository: { default_branch: 'main' }, pull_request: {} };
    expect(readFacts(main, payload).event.kind).toBe(kind);
  });
});

describe('the identity of the repository', () => {
  it('is its id, also where only the payload has it', () => {
    const { GITHUB_REPOSITORY_ID: _, ...without } = env;
    const payload = { ...pullRequest('acme/payments'), repository: { id: 9 } };
    expect(readFacts(without, payload).repositoryId).toBe('9');
    expect(() => readFacts(without, pullRequest('acme/payments'))).toThrow('GITHUB_REPOSITORY_ID');
  });
});
