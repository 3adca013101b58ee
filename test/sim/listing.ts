/** What the provider tells about users and tokens, which is late at times, and at times untrue. */
import type { TokenRecord, UserRecord } from '../../src/core/observation.ts';
import { count } from './coverage.ts';
import { listOf, type OrganizationToken, type OrganizationUser } from './organization.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

const longestLagMs = 4.5 * 60_000;

/** The tokens of a user as one list tells them: late, in part, or not at all. */
export function tell(world: World, process: Process, userId: string): readonly TokenRecord[] {
  const { organization, scheduler, rates } = world;
  const honest = listOf(organization, userId, scheduler.now());
  let rows = honest;
  const dice = world.dice('lists');
  if (!world.calm && rates.emptyList > 0 && dice.chance(rates.emptyList)) rows = [];
  if (!world.calm && rates.partialList > 0 && dice.chance(rates.partialList))
    rows = rows.filter(() => dice.chance(0.5));
  if (rows.length < honest.length) {
    process.faults++;
    world.liedAt = scheduler.now();
    world.trace.say('world', 'hides', honest.length - rows.length, 'rows of the list');
    count(world.coverage, 'fault: list that hides tokens');
  }
  if (rates.repeatedRows > 0 && dice.chance(rates.repeatedRows)) rows = [...rows, ...rows.slice(0, 1)];
  return rows.map((token) => toRecord(token, world.episode.credentialId));
}

/** A new token may not be listed, nor work, for a while. */
export function drawLags(world: World): { readonly lagMs: number; readonly unknownMs: number } {
  const dice = world.dice('lags');
  const { verifyRefused } = world.rates;
  const lagMs = drawLag(world);
  const unknownMs = dice.chance(verifyRefused) ? dice.pick([10_000, 120_000]) : 0;
  return world.calm ? { lagMs: 0, unknownMs: 0 } : { lagMs, unknownMs };
}

/** How long until lists tell of what happened, in milliseconds. */
export function drawLag(world: World): number {
  const dice = world.dice('lags');
  return !world.calm && dice.chance(world.rates.listLag) ? dice.between(0, longestLagMs) : 0;
}

export function toUser({ id, name, personal, createdAt }: OrganizationUser, at: string): UserRecord {
  return { id, name: personal ? 'me' : name, personal, at, createdAt };
}

function toRecord(token: OrganizationToken, credentialId: string | undefined): TokenRecord {
  const { id, description, createdAt, expiresAt, lastUsedAt, lastUserAgent, spec, whose } = token;
  return {
    id,
    description,
    createdAt,
    expiresAt,
    lastUsedAt,
    lastUsedFrom: lastUsedAt === undefined ? undefined : '203.0.113.7',
    lastUserAgent,
    spec,
    own: credentialId === undefined ? whose === 'credential' : id === credentialId,
  };
}
