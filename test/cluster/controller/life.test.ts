// A TokenSet from the first token to the last, kept by a controller on a real API server.
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../kit/shared.ts';
import { giveCredential, tokenSet } from './sets.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

afterEach(async () => {
  await stage?.end();
});

describe('a TokenSet of a cluster', () => {
  it('becomes a Secret, rotates with an overlap, and takes its tokens with it', async () => {
    stage = await setStage();
    await giveCredential(stage);
    const controller = await stage.startController();
    await stage.put('tokensets', tokenSet(stage, 'payments'));
    const object = await stage.ready('payments');
    expect(object.status.ready).toBe('1/1');
    const first = await stage.value('payments');
    expect(await stage.works(first)).toBe(true);

    await stage.control('clock', { advance: '77d' });
    const second = await eventually('another value', async () => {
      const value = await stage.value('payments');
      return value === first ? undefined : value;
    });
    expect(await stage.works(first)).toBe(true);
    await stage.until('payments', 'PreviousTokenActive', 'True');
    await stage.control('clock', { advance: '26h' });
    await eventually('the old one is revoked', async () => !(await stage.works(first)) || undefined);
    expect(await stage.works(second)).toBe(true);
    await stage.until('payments', 'PreviousTokenActive', 'False');

    await stage.remove('tokensets/payments');
    await eventually(
      'the set is gone',
      async () => (await stage.get('tokensets/payments')) === undefined || undefined,
    );
    expect(await stage.live()).toEqual([]);
    expect(await controller.stop()).toBe(0);
  });
});
