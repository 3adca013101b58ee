// Which mode a run is in, by event and input.
import { describe, expect, it } from '@jest/globals';
import { chooseMode, type ModeInput } from '../../src/action/choose-mode.ts';
import type { Event } from '../../src/action/event.ts';
import { ActionFailure } from '../../src/action/failure.ts';

function pull(untrusted?: 'fork' | 'dependabot'): Event {
  return { kind: 'pullRequest', number: 1, headSha: 'a', baseSha: 'b', baseBranch: 'main', untrusted };
}

const push = { kind: 'push', branch: 'main', isDefault: true } as const;
const topic = { kind: 'push', branch: 'topic', isDefault: false } as const;
const tag = { kind: 'push', branch: undefined, isDefault: false } as const;
const schedule = { kind: 'schedule', branch: 'main' } as const;
const dispatch = { kind: 'dispatch', branch: 'main', isDefault: true } as const;
const unknown = { kind: 'unknown', name: 'workflow_run' } as const;
const queue = { kind: 'mergeGroup' } as const;
const target = { kind: 'pullRequestTarget' } as const;

describe('the mode', () => {
  it.each<[string, Event, ModeInput, string]>([
    ['a pull request of the repository', pull(), 'auto', 'plan'],
    ['one from a fork', pull('fork'), 'auto', 'validate'],
    ['one from a fork that asks for a plan', pull('fork'), 'plan', 'validate'],
    ['one by Dependabot', pull('dependabot'), 'auto', 'validate'],
    ['a push to the default branch', push, 'auto', 'apply'],
    ['a push to another branch', topic, 'auto', 'validate'],
    ['a push of a tag', tag, 'auto', 'validate'],
    ['a schedule', schedule, 'auto', 'scheduled'],
    ['a schedule that asks to apply', schedule, 'apply', 'apply'],
    ['a merge queue', queue, 'auto', 'validate'],
    ['a dispatch that names it', dispatch, 'scheduled', 'scheduled'],
    ['a push that asks for a plan', topic, 'plan', 'plan'],
  ])('of %s is chosen', (_what, event, asked, mode) => {
    expect(chooseMode(asked, event).mode).toBe(mode);
  });

  it.each<[string, Event, ModeInput, string]>([
    ['pull_request_target', target, 'auto', 'event-refused'],
    ['pull_request_target that only validates', target, 'validate', 'event-refused'],
    ['an event of the default branch that nobody judged', unknown, 'apply', 'event-refused'],
    ['such an event that only validates', unknown, 'validate', 'event-refused'],
    ['a dispatch that names none', dispatch, 'auto', 'invalid-input'],
    ['a pull request that asks to apply', pull(), 'apply', 'event-refused'],
    ['a fork that asks to apply', pull('fork'), 'apply', 'event-refused'],
    ['another branch that asks to rotate', topic, 'scheduled', 'event-refused'],
    ['a tag that asks to apply', tag, 'apply', 'event-refused'],
    ['a merge queue that asks to apply', queue, 'apply', 'event-refused'],
  ])('of %s is refused', (_what, event, asked, reason) => {
    expect(() => chooseMode(asked, event)).toThrow(ActionFailure);
    expect(() => chooseMode(asked, event)).toThrow(expect.objectContaining({ reason }));
  });
});
