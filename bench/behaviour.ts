/**
 * What keyturn does to the tokens of a world while something happens to it: rotation under a consumer that
 * never stops asking, a token revoked by hand, a `kill -9` in the middle of the first apply. Everything is
 * counted at the emulator, which knows what is alive.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { basename, join } from 'node:path';
import { send } from './bare.ts';
import { keyturn } from './run-process.ts';
import { openFilledWorld, openWorld, type World } from './world.ts';

interface LiveToken {
  readonly prefix: string;
  readonly userId: string;
  readonly declaration: string;
}

/** Tokens that work now, administrators' apart. */
async function liveTokens({ emulator }: World): Promise<readonly LiveToken[]> {
  const { tokens } = (await emulator.control('tokens')) as unknown as {
    readonly tokens: readonly {
      readonly prefix: string;
      readonly userId: string;
      readonly state: string;
      readonly description: string;
      readonly userKind: string;
    }[];
  };
  return tokens
    .filter(({ state, userKind }) => state === 'live' && userKind === 'application')
    .map(({ prefix, userId, description }) => {
      const declaration = / t=(\S+) /.exec(description)?.[1] ?? '';
      return { prefix, userId, declaration };
    });
}

/** Every value that lies at a destination, by its file. */
function delivered({ folder }: World): ReadonlyMap<string, string> {
  const secrets = join(folder, 'secrets');
  const files = readdirSync(secrets, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(secrets, name),
  );
  const values = files.filter((path) => statSync(path).isFile() && !basename(path).includes('.'));
  return new Map(values.map((path) => [path, readFileSync(path, 'utf8').trim()]));
}

async function isLive({ emulator }: World, token: string): Promise<boolean> {
  return (await emulator.control('check', { token }))['live'] === true;
}

/** Does something again and again until the work has ended. */
async function meanwhile(work: Promise<unknown>, act: () => Promise<void>): Promise<void> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  work.then(end, end);
  while (!ended) await act();
  await work;
}

export interface Rotation {
  /** How often the consumer asked, and how often it was refused. */
  readonly asked: number;
  readonly refused: number;
  /** Whether the old value worked so long after the delivery of the new one, with an apply in between. */
  readonly beforeOverlapEnds: boolean;
  readonly afterOverlapEnds: boolean;
}

/** One token rotates while a consumer reads its file and uses the value, again and again. */
export async function rotateOne(): Promise<Rotation> {
  const world = await openFilledWorld({ users: 1, tokens: 1 });
  try {
    const file = join(world.folder, 'secrets', 'user-1', 'token-1');
    const old = readFileSync(file, 'utf8').trim();
    let [asked, refused] = [0, 0];
    await meanwhile(world.keyturn('rotate', 'user-1/token-1', '--yes'), async () => {
      asked += 1;
      if (!(await isLive(world, readFileSync(file, 'utf8').trim()))) refused += 1;
    });
    const applyAfter = async (advance: string) => {
      await world.emulator.control('clock', { advance });
      await world.keyturn('apply', '--yes');
      return await isLive(world, old);
    };
    const beforeOverlapEnds = await applyAfter('23h50m');
    return { asked, refused, beforeOverlapEnds, afterOverlapEnds: await applyAfter('20m') };
  } finally {
    await world.close();
  }
}

/** All of 100 tokens rotate in one apply. Gives the fewest declarations with a live token at any moment. */
export async function rotateMany(latencyMs: number): Promise<number> {
  const world = await openFilledWorld({ users: 10, tokens: 10 });
  try {
    await world.emulator.setLatency(latencyMs);
    const manifest = join(world.folder, 'tokens.yaml');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replaceAll('services:write', 'services:read'));
    let fewest = Number.POSITIVE_INFINITY;
    await meanwhile(world.keyturn('apply', '--yes'), async () => {
      const alive = new Set((await liveTokens(world)).map(({ declaration }) => declaration));
      fewest = Math.min(fewest, alive.size);
    });
    return fewest;
  } finally {
    await world.close();
  }
}

/** A token is revoked by hand. Gives what the next plan says, and whether an apply serves a live one. */
export async function revokeOutside(): Promise<{ readonly said: string; readonly served: boolean }> {
  const world = await openFilledWorld({ users: 2, tokens: 2 });
  try {
    const { url, organizationId, adminToken: token } = world.emulator;
    const [victim] = await liveTokens(world);
    if (!victim) throw new Error('There is no token to revoke.');
    const users = `${url}/v1/organization/${organizationId}/application-users`;
    const address = `${users}/${victim.userId}/access-tokens/${encodeURIComponent(victim.prefix)}`;
    const agent = new Agent();
    await send(address, { agent, method: 'DELETE', token });
    agent.destroy();
    // Past the time for which a list may lag behind.
    await world.emulator.control('clock', { advance: '10m' });
    const { stdout } = await world.keyturn('plan');
    await world.keyturn('apply', '--yes');
    const live = await Promise.all([...delivered(world).values()].map((value) => isLive(world, value)));
    return { said: /^ {2}\S .*$/m.exec(stdout)?.[0].trim() ?? stdout, served: live.every(Boolean) };
  } finally {
    await world.close();
  }
}

export interface Killed {
  /** Live tokens right after the kill, and how many of them no destination held. */
  readonly alive: number;
  readonly undelivered: number;
  /** The same after the next runs, once the overlap is past. */
  readonly aliveLater: number;
  readonly orphansLater: number;
}

/** `kill -9` after 51 of 100 creates were answered, then plain runs. */
export async function killFirstApply(): Promise<Killed> {
  const world = await openWorld({ users: 10, tokens: 10 });
  try {
    await world.emulator.setLatency(20);
    const { env, cwd } = world.environment;
    const child = spawn(process.execPath, [keyturn, 'apply', '--yes'], {
      env: { ...env },
      cwd,
      stdio: 'ignore',
    });
    const gone = Promise.withResolvers<void>();
    child.once('close', () => gone.resolve());
    while ((await liveTokens(world)).length < 51);
    child.kill('SIGKILL');
    await gone.promise;
    const [alive, undelivered] = await countOrphans(world);
    await world.emulator.setLatency(0);
    // An attempt may be under way for 2 minutes; orphans are drained after 15, and revoked an overlap later.
    for (const advance of ['1s', '20m', '8d', '1h']) {
      await world.emulator.control('clock', { advance });
      await world.keyturn('apply', '--yes');
    }
    const [aliveLater, orphansLater] = await countOrphans(world);
    return { alive, undelivered, aliveLater, orphansLater };
  } finally {
    await world.close();
  }
}

async function countOrphans(world: World): Promise<readonly [number, number]> {
  const live = await liveTokens(world);
  const held = new Set([...delivered(world).values()].map((value) => value.slice(0, 12)));
  return [live.length, live.filter(({ prefix }) => !held.has(prefix)).length];
}

/** Files besides its destination that hold a value after an apply, and the modes of those that should. */
export async function findSecrets(): Promise<{
  readonly elsewhere: number;
  readonly modes: readonly string[];
}> {
  const world = await openWorld({ users: 2, tokens: 2 });
  try {
    await world.keyturn('apply', '--yes');
    await world.keyturn('plan', '--save', 'plan.json');
    const values = delivered(world);
    const everything = readdirSync(world.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(world.folder, name))
      .filter((path) => statSync(path).isFile() && !values.has(path));
    const texts = everything.map((path) => readFileSync(path, 'latin1'));
    const elsewhere = texts.filter((text) =>
      [...values.values()].some((value) => text.includes(value)),
    ).length;
    const modes = [...values.keys()].map((path) => (statSync(path).mode & 0o777).toString(8));
    return { elsewhere, modes: [...new Set(modes)] };
  } finally {
    await world.close();
  }
}
