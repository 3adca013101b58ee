/** The engine between a Determined master and destinations in memory: the whole life, and what goes wrong. */
import { describe, expect, it } from '@jest/globals';
import type { Provider } from '../../src/engine/ports.ts';
import { day, declare, destination, hour, minute, spec } from '../core/plan/manifest.ts';
import { forever, type Master, startMaster } from '../providers/determined/harness.ts';
import { outcomes, startWorld, type World } from './harness.ts';

const month = spec({ scopes: [], maxAgeSeconds: 30 * 86_400 });
const rotation = {
  renewBeforeMs: 7 * day,
  everyMs: undefined,
  overlapMs: day,
  idle: undefined,
  trigger: undefined,
  compromised: undefined,
};

interface Lab {
  readonly master: Master;
  readonly world: World;
  /** By the value that a consumer of the place reads. */
  isServed(name: string): Promise<boolean>;
  live(): Promise<readonly number[]>;
  advance(ms: number): void;
}

/** Two declarations of one user, one of them at two places. */
async function startLab(description = 'Trains'): Promise<Lab> {
  const master = await startMaster();
  const world = await startWorld({
    declarations: [
      declare({ spec: month, rotation, description, deliverTo: [destination('a'), destination('w')] }),
      declare({ name: 'ci/other', spec: month, rotation, deliverTo: [destination('b')] }),
    ],
  });
  world.wrap = (): Provider => master.provider;
  return {
    master,
    world,
    isServed: async (name) =>
      (await master.control('check', { token: world.place(name).value }))['live'] === true,
    live: async () => (await master.tokens()).filter(({ state }) => state === 'live').map(({ id }) => id),
    advance: (ms) => {
      master.emulator.clock.advance(ms);
      world.advance(ms);
    },
  };
}

describe('tokens of Determined', () => {
  it('are created, kept, rotated with an overlap and revoked after it', async () => {
    const { world, isServed, live, advance } = await startLab();
    await world.pass();
    expect(await live()).toHaveLength(2);
    expect(outcomes(await world.pass())).toEqual([]);
    advance(23 * day);
    expect(outcomes(await world.pass())).toEqual(['rotate RotationDue done', 'rotate RotationDue done']);
    for (const name of ['a', 'b', 'w']) expect(await isServed(name)).toBe(true);
    expect(await live()).toHaveLength(4);
    advance(day + 5 * minute);
    await world.pass();
    expect(await live()).toHaveLength(2);
    for (const name of ['a', 'b', 'w']) expect(await isServed(name)).toBe(true);
  });

  it('take a new description in place, mark and all', async () => {
    const { master, world, live } = await startLab();
    await world.pass();
    const before = await live();
    const [first, ...rest] = world.set.declarations;
    if (!first) throw new Error('there is no declaration');
    world.set = { ...world.set, declarations: [{ ...first, description: 'Trains at night' }, ...rest] };
    expect(outcomes(await world.pass())).toEqual(['update DescriptionChanged done']);
    expect(await live()).toEqual(before);
    const texts = (await master.tokens()).map(({ description }) => description ?? '');
    expect(
      texts.filter((text) => /^Trains at night \[keyturn\/2 o=.* t=ci\/deploy /.test(text)),
    ).toHaveLength(1);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('get their mark back when somebody edits it away and the value can be read', async () => {
    const { master, world, live } = await startLab();
    await world.pass();
    const before = await live();
    const id = world.receipt('a')?.current?.id;
    await master.ask(`PATCH /tokens/${id}`, { description: 'mine now' });
    expect(outcomes(await world.pass())).toEqual(['mend MarkLost done']);
    expect(await live()).toEqual(before);
    expect(outcomes(await world.pass())).toEqual([]);
  });

  it('that end at once because their user was edited are issued anew, and it is told so', async () => {
    const { master, world, isServed, live, advance } = await startLab();
    await world.pass();
    advance(hour);
    const user = (await master.provider.listUsers(forever)).users.find(({ name }) => name === 'ci');
    await master.ask(`PATCH /users/${user?.id}`, { displayName: 'Trainer' });
    expect(await live()).toEqual([]);
    const { sets } = await world.plan();
    expect(sets[0]?.plan.warnings).toContainEqual(
      expect.stringMatching(/^Every token of user "ci" ended at once\. Determined revokes every token/),
    );
    await world.pass();
    for (const name of ['a', 'b', 'w']) expect(await isServed(name)).toBe(true);
    expect(await live()).toHaveLength(2);
  });

  it('are left alone when another cluster answers at the same url', async () => {
    const { master, world } = await startLab();
    await world.pass();
    const before = (await master.tokens()).length;
    await master.control('cluster', { clusterId: 'another-one' });
    const { sets } = await world.plan();
    expect(sets[0]?.plan.changes.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'keep ProviderChanged',
      'keep ProviderChanged',
    ]);
    await world.pass();
    expect(await master.tokens()).toHaveLength(before);
  });

  it('are neither issued nor revoked while their user is inactive', async () => {
    const { master, world, live } = await startLab();
    await world.pass();
    const before = (await master.tokens()).length;
    const user = (await master.provider.listUsers(forever)).users.find(({ name }) => name === 'ci');
    await master.ask('PATCH /users', { userIds: [Number(user?.id)], activate: false });
    const { sets } = await world.plan();
    expect(sets[0]?.plan.changes.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'keep Unobserved',
      'keep Unobserved',
    ]);
    await world.pass();
    await master.ask('PATCH /users', { userIds: [Number(user?.id)], activate: true });
    expect(outcomes(await world.pass())).toEqual([]);
    expect(await master.tokens()).toHaveLength(before);
    expect(await live()).toHaveLength(2);
  });

  it('that expire between a list and their revoke count as revoked', async () => {
    const { master, world, advance } = await startLab();
    await world.pass();
    const { revoke } = master.provider;
    world.wrap = () => ({
      ...master.provider,
      revoke: async (...input) => {
        advance(31 * day);
        await revoke(...input);
      },
    });
    const [first, ...rest] = world.set.declarations;
    if (!first) throw new Error('there is no declaration');
    world.set = { ...world.set, declarations: [{ ...first, state: 'Absent' }, ...rest] };
    expect(outcomes(await world.pass())).toContain('revoke Absent done');
  });

  it('go with their user, who becomes inactive', async () => {
    const { master, world, live } = await startLab();
    await world.pass();
    world.set = {
      ...world.set,
      users: world.set.users.map((user) => ({ ...user, state: 'Absent' as const })),
    };
    expect(outcomes(await world.pass()).filter((outcome) => !outcome.endsWith('done'))).toEqual([]);
    expect(await live()).toEqual([]);
    const users = (await master.control('users'))['users'] as { username: string; active: boolean }[];
    expect(users.find(({ username }) => username === 'ci')?.active).toBe(false);
    expect(outcomes(await world.pass())).toEqual([]);
  });
});
