// A controller whose connections to the API server break and fall silent while it rotates.
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, sharedCluster } from '../kit/shared.ts';
import { type Wire, startWire } from '../stage/wire.ts';
import { tokenSet } from '../stage/set.ts';
import { openStage, type Stage } from '../stage/stage.ts';

const cluster = sharedCluster();
let wire: Wire;
let stage: Stage;

async function open(): Promise<void> {
  wire = await startWire(cluster.url);
  stage = await openStage(cluster, { serverUrl: wire.url });
  await stage.apply(tokenSet(stage));
  stage.launch();
  await stage.ready();
}

afterEach(async () => {
  await stage.close();
  await wire.close();
});

describe('a controller', () => {
  it('rotates while every connection to the API server is cut each second', async () => {
    await open();
    const consumer = stage.consume();
    const first = await stage.served();
    const cutting = setInterval(() => wire.cut(), 1000);
    try {
      await stage.apply(tokenSet(stage, { trigger: 'one' }));
      const second = await stage.replaced(first);
      await stage.apply(tokenSet(stage, { trigger: 'two' }));
      await stage.replaced(second);
    } finally {
      clearInterval(cutting);
    }
    await stage.ready();
    await stage.settled();
    expect(consumer.refusals).toEqual([]);
  });

  it('notices connections that stand and say nothing, and acts on what happened meanwhile', async () => {
    await open();
    const consumer = stage.consume();
    const first = await stage.served();
    const made = wire.made();
    wire.dam();
    await stage.apply(tokenSet(stage, { trigger: 'one' }));
    // It tries anew on other connections, which are as silent.
    await eventually('it tries another connection', () => wire.made() > made || undefined);
    wire.flow();
    await stage.replaced(first);
    await stage.ready();
    await stage.settled();
    expect(consumer.refusals).toEqual([]);
  });
});
