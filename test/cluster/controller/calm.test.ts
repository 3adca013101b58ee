// What must not issue, rotate or write: restarts, labels, objects made anew, what Git replays, suspension.
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../kit/shared.ts';
import { giveCredential, tokenSet, type Wish } from './sets.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

afterEach(async () => {
  await stage?.end();
});

async function setUp(wish: Wish = {}) {
  stage = await setStage();
  await giveCredential(stage);
  const controller = await stage.startController();
  await stage.put('tokensets', tokenSet(stage, 'payments', wish));
  await stage.ready('payments');
  return controller;
}

/** Versions of everything that the controller may write. */
async function versions(): Promise<readonly (string | undefined)[]> {
  const paths = ['tokensets/payments', 'secrets/payments'];
  const objects = await Promise.all(paths.map((path) => stage.get(path)));
  return objects.map((object) => object?.metadata.resourceVersion);
}

/** Two passes of the set after now. */
async function twoPasses(controller: { metrics(): Promise<string> }): Promise<void> {
  const count = async (): Promise<number> =>
    Number(/keyturn_reconciles_total\{ended="done"\} (\d+)/.exec(await controller.metrics())?.[1] ?? 0);
  const before = await count();
  await eventually('two more passes', async () => ((await count()) >= before + 2 ? true : undefined));
}

/** How often the provider was asked to make a token. */
async function creates(): Promise<number> {
  const { arrived } = (await stage.control('requests')) as { arrived: Record<string, number> };
  const posts = Object.entries(arrived).filter(([route]) => /^POST .*access-tokens/.test(route));
  return posts.reduce((sum, [, count]) => sum + count, 0);
}

describe('a controller where nothing is to be done', () => {
  it('writes nothing, neither by itself nor after a restart or a new label', async () => {
    const controller = await setUp();
    await twoPasses(controller);
    const before = await versions();
    const posts = await creates();
    expect(posts).toBe(1);
    await twoPasses(controller);
    expect(await controller.stop()).toBe(0);
    const next = await stage.startController();
    await twoPasses(next);
    expect(await versions()).toEqual(before);
    await stage.patch('tokensets/payments', { metadata: { labels: { team: 'other' } } });
    await twoPasses(next);
    expect((await versions())[1]).toBe(before[1]);
    expect(await creates()).toBe(posts);
    expect(await stage.live()).toHaveLength(1);
  });

  it('finds its receipts again in a set that is made anew under Retain', async () => {
    await setUp({ spec: { deletionPolicy: 'Retain' } });
    const value = await stage.value('payments');
    expect((await stage.get('secrets/payments')).metadata.ownerReferences).toBeUndefined();
    await stage.remove('tokensets/payments');
    await eventually(
      'it is gone',
      async () => (await stage.get('tokensets/payments')) === undefined || undefined,
    );
    expect(await stage.works(value)).toBe(true);
    await stage.put('tokensets', tokenSet(stage, 'payments', { spec: { deletionPolicy: 'Retain' } }));
    await stage.ready('payments');
    expect(await stage.value('payments')).toBe(value);
    expect(await stage.live()).toHaveLength(1);
  });

  it('lets Secrets outlast a set that came to Retain later', async () => {
    await setUp();
    const value = await stage.value('payments');
    expect((await stage.get('secrets/payments')).metadata.ownerReferences).toHaveLength(1);
    await stage.patch('tokensets/payments', { spec: { deletionPolicy: 'Retain' } });
    await stage.remove('tokensets/payments');
    await eventually(
      'it is gone',
      async () => (await stage.get('tokensets/payments')) === undefined || undefined,
    );
    expect((await stage.get('secrets/payments')).metadata.ownerReferences).toBeUndefined();
    expect(await stage.works(value)).toBe(true);
  });

  it('rotates once for a trigger, whatever Git replays', async () => {
    const controller = await setUp();
    const rotation = (trigger?: string) => ({
      spec: {
        ...tokenSet(stage, 'payments', {
          token: { rotation: { renewBefore: '14d', overlap: '24h', ...(trigger && { trigger }) } },
        }).spec,
      },
    });
    const first = await stage.value('payments');
    await stage.patch('tokensets/payments', rotation('audit-1'));
    await eventually('another value', async () => (await stage.value('payments')) !== first || undefined);
    await stage.ready('payments');
    const second = await stage.value('payments');
    for (const trigger of [undefined, 'audit-1']) {
      await stage.patch('tokensets/payments', rotation(trigger));
      await twoPasses(controller);
      await stage.ready('payments');
    }
    expect(await stage.value('payments')).toBe(second);
    expect(await stage.live()).toHaveLength(2);
  });

  it('touches nothing of a suspended set, and goes on when it is told to', async () => {
    const controller = await setUp();
    const value = await stage.value('payments');
    await stage.patch('tokensets/payments', { spec: { suspend: true } });
    await stage.until('payments', 'Ready', 'True', 'Suspended');
    await stage.control('clock', { advance: '77d' });
    await twoPasses(controller);
    expect(await stage.value('payments')).toBe(value);
    await stage.patch('tokensets/payments', { spec: { suspend: false } });
    await eventually('another value', async () => (await stage.value('payments')) !== value || undefined);
  });

  it('revokes what a user had who left the manifest', async () => {
    await setUp();
    const spec = tokenSet(stage, 'payments').spec;
    const [user] = spec.applicationUsers;
    const guards = { maxRevokePercent: 100, minTokens: 100 };
    const other = {
      name: 'other',
      tokens: [{ ...user?.tokens[0], deliverTo: [{ kubernetesSecret: { name: 'other', key: 'token' } }] }],
    };
    await stage.patch('tokensets/payments', { spec: { applicationUsers: [user, other], guards } });
    await stage.ready('payments');
    expect(await stage.live('other')).toHaveLength(1);
    await stage.remove('secrets/other');
    await stage.patch('tokensets/payments', { spec: { applicationUsers: [user] } });
    await eventually(
      'its tokens are revoked',
      async () => (await stage.live('other')).length === 0 || undefined,
    );
    expect(await stage.live('payments')).toHaveLength(1);
  });
});
