// A run that is cancelled, and one that is killed at any request it sends: consumers are served throughout,
// and the next run heals. The destination can only be written, so nothing is read back from it.
import { describe, expect, it } from '@jest/globals';
import { manifest } from './manifests.ts';
import { day, startStage, type Stage } from './stage.ts';

const minute = 60_000;

const variables = 'PATCH /repos/{owner}/{repo}/environments/{environment_name}/variables';
const comments = 'PATCH /repos/{owner}/{repo}/issues/comments';
const secrets = 'PUT /repos/{owner}/{repo}/environments/{environment_name}/secrets';

/** Each word asks for a rotation. */
function rotating(word: string): string {
  return manifest([{ name: 'deploy', more: `\n          rotation: {trigger: ${word}}` }]);
}

describe('a cancelled run', () => {
  it('that has changed nothing yet ends at once', async () => {
    const stage = await startStage();
    await stage.applied(manifest());
    await stage.control('latency', { ms: 15_000 });
    let kill: ((signal: 'SIGINT') => void) | undefined;
    const act = () => kill?.('SIGINT');
    stage.github.fault({ on: 'variables/{name}', what: { kind: 'meanwhile', act } });
    const run = await stage.onSchedule({
      onStart: (killer) => {
        kill = killer;
      },
    });
    await stage.control('latency', { ms: 0 });
    expect(run).toMatchObject({ code: 1, outputs: { 'failure-reason': 'interrupted' } });
    expect(run.stdout).toContain('Cancelled.');
  });

  it('finishes what is in flight, begins nothing further, and says so', async () => {
    const stage = await startStage();
    const text = manifest([{ name: 'deploy' }, { name: 'audit' }]);
    stage.propose(1, { 'tokens.yaml': text });
    await stage.onPull(1);
    stage.merge(1);
    let isKilled = false;
    const run = await stage.onPush({
      onOutput: (out, kill) => {
        if (isKilled || !out.includes('createUser')) return;
        isKilled = true;
        kill('SIGTERM');
      },
    });
    expect(run).toMatchObject({ code: 1, signal: null, outputs: { 'failure-reason': 'interrupted' } });
    expect(stage.comments(1)[0]).toContain('**Failed** with');
    expect((await stage.onPush()).code).toBe(0);
    for (const name of ['AIVEN_TOKEN', 'AUDIT_TOKEN']) expect((await stage.served(name)).live).toBe(true);
  });

  it('that hangs after that is killed, and loses nothing', async () => {
    const stage = await startStage();
    await stage.applied(rotating('one'));
    stage.propose(2, { 'tokens.yaml': rotating('two') });
    await stage.onPull(2);
    stage.merge(2);
    // GitHub does not answer; the runner cancels, and does not wait for ever.
    let kill: ((signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL') => void) | undefined;
    const act = () => {
      kill?.('SIGINT');
      kill?.('SIGTERM');
    };
    stage.github.fault({ on: secrets, what: { kind: 'meanwhile', act } });
    stage.github.fault({ on: secrets, what: { kind: 'latency', ms: 10 * minute } });
    const run = await stage.onPush({
      onStart: (killer) => {
        kill = killer;
      },
      onOutput: (text, killer) => {
        if (text.includes('what is in flight is finished first')) killer('SIGKILL');
      },
    });
    expect(run.signal).toBe('SIGKILL');
    expect((await stage.served()).live).toBe(true);
    stage.advance(16 * minute);
    expect((await stage.onPush()).code).toBe(0);
    expect(await stage.served()).toEqual({ id: stage.receipt()?.current?.id, live: true });
  });
});

/** Every write to GitHub in a rotation, in the order they are sent. */
const writes = [
  ['the comment says that it is being applied', comments, 0],
  ['the attempt is on record', variables, 0],
  ['the value is written', secrets, 0],
  ['the receipt is written', variables, 1],
  ['the comment says that it is applied', comments, 1],
] as const;

/** Merges a rotation and kills the run that applies it, before or after the nth write of this kind. */
async function killAt(
  stage: Stage,
  { on, skip, when }: { readonly on: string; readonly skip: number; readonly when: 'before' | 'after' },
): Promise<void> {
  const first = await stage.applied(rotating('one'));
  stage.propose(2, { 'tokens.yaml': rotating('two') });
  await stage.onPull(2);
  stage.merge(2);
  let kill: ((signal: 'SIGKILL') => void) | undefined;
  stage.github.fault({ on, skip, what: { kind: 'meanwhile', act: () => kill?.('SIGKILL') } });
  stage.github.fault({ on, skip, what: { kind: 'reset', when } });
  const run = await stage.onPush({
    onStart: (killer) => {
      kill = killer;
    },
  });
  expect(run.signal).toBe('SIGKILL');
  // Whatever was issued by then was masked before anything else was done with it.
  const masks = [...first.masks, ...run.masks].filter(({ length }) => length > 200);
  for (const id of await stage.live()) expect(masks.some((mask) => mask.startsWith(id))).toBe(true);
  stage.github.clearFaults();
}

describe('a run that is killed', () => {
  const moments = writes.flatMap(([what, on, skip]) =>
    (['before', 'after'] as const).map((when) => ({ what, on, skip, when })),
  );

  it.each(moments)('$when $what loses nothing', async ({ on, skip, when }) => {
    const stage = await startStage();
    await killAt(stage, { on, skip, when });
    expect((await stage.served()).live).toBe(true);
    stage.advance(16 * minute);
    expect((await stage.onPush()).code).toBe(0);
    expect(await stage.served()).toEqual({ id: stage.receipt()?.current?.id, live: true });
    stage.advance(3 * day);
    await stage.onSchedule();
    expect(await stage.live()).toEqual([(await stage.served()).id]);
  });
});
