// The choices this emulator makes where a master may be set, built or behave one way or another: its
// configuration, its release, and what nobody has seen (the open points of the wire reference). A client
// must pass its tests under every value.
import { EmulatorOptionError } from '../option-error.ts';
import { count, matching, oneOf, type ToggleDefinition, type TogglesOf } from '../toggles.ts';

/** As many days as fit into Go's durations; what -1 stands for. */
export const MOST_DAYS = 106_751;

export const determinedToggles = {
  authz: oneOf(['basic', 'rbac'], 'security.authz.type: who may do what'),
  maxLifespanDays: days('security.token.max_lifespan_days'),
  defaultLifespanDays: days('security.token.default_lifespan_days'),
  version: matching('0.38.1', (text) => /^\d+(\.\d+)+((a|b|rc|\.dev)\d+)?$/.test(text), {
    values: '0.38.1, any version',
    help: 'the release it says it is; below 0.38 there are no token endpoints',
  }),
  userEdits: oneOf(
    ['faithful', 'fixed'],
    'whether an edit of a user without "active":true revokes all their tokens, as 0.38.1 does',
  ),
  enterpriseGate: oneOf(['off', 'on'], 'the token endpoints answer 400 FailedPrecondition, as some 0.38.0rc'),
  externalSessions: oneOf(['off', 'on'], 'login answers 400, as on clusters with external sessions'),
  timeResolution: oneOf(
    ['micros', 'millis', 'seconds'],
    'what stored times happen to end in: 6, 3 or no digits of a second',
  ),
  bothSpellings: oneOf(
    ['random', 'camel', 'snake'],
    'which of two spellings of one query parameter counts where both are given',
  ),
  collation: oneOf(['bytes', 'language'], 'how the database orders descriptions'),
  databaseClockAheadMs: count(0, 'how far the clock of lastAuthAt and modifiedAt is ahead'),
  syntaxErrorTexts: oneOf(['go', 'other'], 'the wording of 400 for bodies that are no JSON'),
  internalErrorTexts: oneOf(['seen', 'other'], 'the wording of 500, that for inactive tokens apart'),
} as const;

export type Toggles = TogglesOf<typeof determinedToggles>;

/** Faults only this service has, with their meaning; they pass over requests they do not fit. */
export const determinedFaults = {
  databaseDown: '500 with the text of a database driver, nothing was done',
  tokenLookupFails: 'PATCH of a token that is there answers 404, nothing was done',
  alreadyExists: '409 AlreadyExists, nothing was done',
  unavailable: '503 Unavailable, nothing was done',
  unavailableAfterApply: '503 Unavailable although a successful write was done',
  deadlineAfterApply: '504 DeadlineExceeded although a successful write was done',
  canceledAfterApply: '408 Canceled although a successful write was done',
  credentialRevoked: "the caller's token is revoked just before the request, as by an edit of its user",
  listMissingOnce: 'a list of tokens or users lacks its newest entry',
  listEmptyOnce: 'a list of tokens or users is empty',
} as const;

/**
 * Holds the bounds to what a master accepts at its start.
 * @throws EmulatorOptionError where the master would refuse to start
 */
export function checkToggles({ maxLifespanDays, defaultLifespanDays }: Toggles): void {
  if (daysOf(defaultLifespanDays) <= daysOf(maxLifespanDays)) return;
  throw new EmulatorOptionError(
    `A master does not start with a default lifespan of ${defaultLifespanDays} days above the maximum of ` +
      `${maxLifespanDays}. Set maxLifespanDays and defaultLifespanDays together.`,
  );
}

/** The days that a configured number stands for. */
export function daysOf(configured: number): number {
  return configured === -1 ? MOST_DAYS : configured;
}

function days(help: string): ToggleDefinition<number> {
  const read = (text: string): number | undefined => {
    const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    return number >= -1 && number <= MOST_DAYS ? number : undefined;
  };
  return { initial: 30, values: `30, 0 to ${MOST_DAYS}, -1 (the same as ${MOST_DAYS})`, help, read };
}
