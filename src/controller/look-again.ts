/** When a set is looked at again although nothing calls for it: pure. */
import type { PlannedSet } from '../engine/reconcile.ts';
import type { SetStatus } from '../core/status.ts';
import { placeOf } from './kept.ts';

export interface LookOptions {
  readonly lookEveryMs: number;
  /** This machine's clock, for the turns. */
  readonly wallMs: number;
  /** Sets of one user take turns together, so that they share its list. */
  readonly turn: string;
}

/** Beyond what is due, for clocks that differ. */
const slackMs = 1_000;

/** @returns milliseconds */
export function nextLookMs(
  { input, summary }: { readonly input: PlannedSet['input']; readonly summary: SetStatus },
  { lookEveryMs, wallMs, turn }: LookOptions,
): number {
  const { now, backOff } = input.observation;
  const times = [
    ...summary.declarations.flatMap(({ nextDueAt, previous, expiresAt }) => [
      ...(nextDueAt === undefined ? [] : [nextDueAt]),
      ...(expiresAt === undefined ? [] : [expiresAt]),
      ...previous.filter(({ alive }) => alive).map(({ revokeNotBefore }) => revokeNotBefore),
    ]),
    ...backOff.values(),
  ];
  // What is past waits for something else than time.
  const waits = times.filter((time) => time > now).map((time) => time - now + slackMs);
  return Math.min(turnInMs({ lookEveryMs, wallMs, turn }), ...waits);
}

function turnInMs({ lookEveryMs, wallMs, turn }: LookOptions): number {
  const offset = placeOf(turn) * lookEveryMs;
  const since = (wallMs - offset) % lookEveryMs;
  return lookEveryMs - (since < 0 ? since + lookEveryMs : since);
}
