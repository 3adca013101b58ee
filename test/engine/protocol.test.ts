// The life of a token on real parts: issue, rotate with an overlap, revoke; and what a quiet pass costs.
import { describe, expect, it } from '@jest/globals';
import { day, declare, destination, hour, minute } from '../core/plan/manifest.ts';
import { forever } from '../providers/aiven/harness.ts';
import { outcomes, startWorld } from './harness.ts';

const twoPlaces = { deliverTo: [destination('a'), destination('b')] };
const rotate = { rotate: new Set(['ci/deploy']) };

describe('a token', () => {
  it('is issued for a user that did not exist, and served', async () => {
    const world = await startWorld();
    expect(outcomes(await world.pass())).toEqual(['createUser Missing done', 'create Missing done']);
    expect(await world.isServed('a')).toBe(true);
    expect(await world.live()).toEqual([world.receipt('a')?.current?.id]);
  });

  it('costs no write, no POST and no DELETE while nothing changes', async () => {
    const world = await startWorld({ declarations: [declare(twoPlaces)] });
    await world.pass();
    await world.aiven.requests();
    const [before] = [world.place('a').writes + world.place('b').writes];
    expect(outcomes(await world.pass())).toEqual([]);
    expect(world.place('a').writes + world.place('b').writes).toBe(before);
    const asked = Object.entries(await world.aiven.requests()).map(([route, count]) => [
      route.split(' ')[0],
      count,
    ]);
    // Users, tokens of the one there is, and with a sweep who we are and our own tokens.
    expect(asked).toEqual(Array.from({ length: 4 }, () => ['GET', 1]));
  });

  it('rotates with both tokens alive, and revokes the old one once its overlap is over', async () => {
    const world = await startWorld({ declarations: [declare(twoPlaces)] });
    await world.pass();
    const old = world.place('a').value ?? '';
    expect(outcomes(await world.pass(rotate))).toEqual(['rotate Requested done']);
    expect(world.place('a').value).not.toBe(old);
    expect(world.place('b').value).toBe(world.place('a').value);
    expect(await world.isLive(old)).toBe(true);

    world.advance(day - hour);
    expect(outcomes(await world.pass())).toEqual([]);
    world.advance(2 * hour);
    expect(outcomes(await world.pass())).toEqual(['revoke Superseded done']);
    expect(await world.isLive(old)).toBe(false);
    expect(await world.isServed('a')).toBe(true);
    expect(world.receipt('a')?.previous).toEqual([]);
    expect(world.receipt('b')?.previous).toEqual([]);
  });

  it('waits for a consumer that still uses the old token, but not for ever', async () => {
    const world = await startWorld();
    await world.pass();
    const old = world.place('a').value ?? '';
    await world.pass(rotate);
    for (let days = 0; days < 6; days++) {
      world.advance(day);
      await useIt(world.aiven.emulator.url, old);
      expect(outcomes(await world.pass())).toEqual([]);
    }
    world.advance(day + minute);
    await useIt(world.aiven.emulator.url, old);
    expect(outcomes(await world.pass())).toEqual(['revoke Superseded done']);
  });

  it('is renewed before it expires, by the clock alone', async () => {
    const world = await startWorld();
    await world.pass();
    world.advance(77 * day);
    expect(outcomes(await world.pass())).toEqual(['rotate RotationDue done']);
    expect(world.receipt('a')?.current?.generation).toBe(2);
  });

  it('gets every older token revoked at once when it is compromised', async () => {
    const world = await startWorld();
    await world.pass();
    await world.pass(rotate);
    const compromised = { ...declare().rotation, compromised: 'INC-1' };
    world.set = { ...world.set, declarations: [declare({ rotation: compromised })] };
    const report = await world.pass();
    expect(outcomes(report)).toEqual(['rotate Compromised done']);
    expect(report.entries[0]?.detail).toBe('2 older tokens are revoked');
    expect(await world.live()).toEqual([world.receipt('a')?.current?.id]);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('that is compromised dies on the next run where one destination could not be reached', async () => {
    const world = await startWorld({ declarations: [declare(twoPlaces)] });
    await world.pass();
    const old = world.place('a').value ?? '';
    const compromised = { ...declare().rotation, compromised: 'INC-1' };
    world.set = { ...world.set, declarations: [declare({ ...twoPlaces, rotation: compromised })] };
    world.place('b').faults.push('refused');
    expect(outcomes(await world.pass())).toEqual(['rotate Compromised failed']);
    expect(await world.isLive(old)).toBe(true);
    world.advance(2 * minute);
    expect(outcomes(await world.pass())).toEqual(['deliver DestinationMissing done']);
    expect(outcomes(await world.pass())).toEqual(['revoke Superseded done']);
    expect(await world.isLive(old)).toBe(false);
  });

  it('that is compromised and lies where the manifest no longer leads dies once that is empty', async () => {
    const world = await startWorld({ declarations: [declare(twoPlaces)] });
    await world.pass();
    const old = world.place('a').value ?? '';
    const compromised = { ...declare().rotation, compromised: 'INC-1' };
    world.set = { ...world.set, declarations: [declare({ rotation: compromised })] };
    const report = await world.pass();
    expect(outcomes(report)).toEqual(['rotate Compromised done', 'withdraw Withdrawn done']);
    expect(report.entries[0]?.detail).toContain(
      'confirmed revoked because of what lies at "kubernetesSecret/b"',
    );
    expect(await world.isLive(old)).toBe(true);
    expect(outcomes(await world.pass())).toEqual(['revoke Superseded done']);
    expect(await world.isLive(old)).toBe(false);
  });

  it('deleted by hand is issued again, and the dead one forgotten', async () => {
    const world = await startWorld();
    await world.pass();
    const id = world.receipt('a')?.current?.id ?? '';
    const [user] = (await world.aiven.provider.listUsers(forever)).users;
    if (!user) throw new Error('no user');
    await world.aiven.provider.revoke(user, id, forever);
    world.advance(6 * minute);
    expect(outcomes(await world.pass())).toEqual(['rotate CurrentTokenGone done']);
    expect(await world.isServed('a')).toBe(true);
    world.advance(2 * day);
    expect(outcomes(await world.pass())).toEqual(['mend PreviousGone done']);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('that left the manifest is revoked; one that is absent is taken away first', async () => {
    const world = await startWorld();
    await world.pass();
    world.set = { ...world.set, declarations: [declare({ state: 'Absent' })] };
    expect(outcomes(await world.pass())).toEqual(['withdraw Absent done', 'revoke Absent done']);
    expect(world.place('a').value).toBeUndefined();
    expect(await world.live()).toEqual([]);
  });
});

describe('an issue', () => {
  it('sends one POST per token and names each attempt by another nonce', async () => {
    const world = await startWorld();
    await world.pass();
    await world.pass(rotate);
    const tokens = await world.aiven.tokens();
    const nonces = tokens.map(({ description }) => / n=(\w+) d=/.exec(description ?? '')?.[1]);
    expect(new Set(nonces).size).toBe(2);
    const posts = Object.entries(await world.aiven.requests()).find(([route]) =>
      /^POST .*access-tokens/.test(route),
    );
    expect(posts?.[1]).toBe(2);
  });

  it('is not attempted again at once after it failed', async () => {
    const world = await startWorld();
    await world.fault('serverErrorBeforeApply=1,on=POST access-tokens$');
    expect(outcomes(await world.pass())).toEqual(['createUser Missing done', 'create Missing failed']);
    expect((await world.plan()).sets[0]?.plan.changes[0]).toMatchObject({
      kind: 'keep',
      reason: 'BackingOff',
    });
    world.advance(2 * minute);
    expect(outcomes(await world.pass())).toEqual(['create Missing done']);
  });

  it('is taken back when the new token is refused for half a minute', async () => {
    const world = await startWorld();
    world.wrap = (provider) => ({ ...provider, verify: async () => 'refused' });
    const report = await world.pass();
    expect(outcomes(report)).toEqual(['createUser Missing done', 'create Missing failed']);
    expect(report.entries[1]?.detail).toContain('has been revoked again');
    expect(await world.live()).toEqual([]);
  });

  it('delivers a token that could not be tried, and says so', async () => {
    const world = await startWorld();
    world.wrap = (provider) => ({ ...provider, verify: async () => 'unknown' });
    const report = await world.pass();
    expect(report.entries[1]).toMatchObject({
      outcome: 'done',
      detail: expect.stringContaining('could not be tried'),
    });
    expect(await world.isServed('a')).toBe(true);
  });

  it('believes no refusal of a token that is bound to other addresses', async () => {
    const spec = { ...declare().spec, ipAllowlist: ['203.0.113.0/24'] };
    const world = await startWorld({ declarations: [declare({ spec })] });
    expect(outcomes(await world.pass())).toEqual(['createUser Missing done', 'create Missing done']);
  });
});

async function useIt(url: string, value: string): Promise<void> {
  await fetch(`${url}/v1/me`, { headers: { authorization: `aivenv1 ${value}`, 'user-agent': 'consumer/1' } });
}
