/** Everything a simulated run consists of, in one object that is handed to whoever acts. */
import type { Approvals } from './invariants/approval.ts';
import type { Coverage } from './coverage.ts';
import type { Dice } from './dice.ts';
import type { Draft } from './draft.ts';
import type { Rates } from './features.ts';
import type { Organization } from './organization.ts';
import { createPlace, kindOf, type Place } from './place.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

export interface World {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly coverage: Coverage;
  readonly rates: Rates;
  readonly organization: Organization;
  readonly draft: Draft;
  readonly processes: Process[];
  readonly places: Map<string, Place>;
  /** A stream of chance, by what it is for. */
  readonly dice: (name: string) => Dice;
  /** Counts everything that changes or reads the world. */
  step: number;
  /** Faults and people have stopped. */
  calm: boolean;
  /** When processes began with no memory. */
  readonly restarts: number[];
  /** When people did something to manifest or destinations. */
  readonly deeds: number[];
  /** Tokens that somebody wrote into receipts of others. */
  readonly forged: Set<string>;
  /** Lists that hid tokens: when the last one was told. */
  liedAt: number | undefined;
  /** What the current faults are, per episode. */
  readonly episode: {
    credential: 'alive' | 'dead' | 'foreign';
    /** The token that keyturn works with, when it is one that it issued itself. */
    credentialId: string | undefined;
    wrongOrganization: boolean;
    /** A declaration whose destinations somebody empties again after every pass, so many times. */
    deleting: { readonly shape: number; times: number } | undefined;
  };
  readonly capabilities: { readonly updateApplication: boolean; personalTokenQuota: number };
  readonly explicitOwner: boolean;
  /** Digests that somebody approved; `all` where applying is the approval. */
  approved: 'all' | Set<string>;
  /** What they approved with them, by the manifest of that time. */
  readonly approvals: Approvals;
}

/** A broken promise. Thrown where it is seen, and never caught by what is simulated. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(message);
    this.invariant = invariant;
  }
}

const longestSkewMs = 9 * 60_000;

/** A place by name; a file exists once per machine. */
export function placeOf(world: World, name: string, machine: string): Place {
  const { places } = world;
  const key = kindOf(name) === 'local' ? `${machine}:${name}` : name;
  let place = places.get(key);
  if (!place) {
    place = createPlace(name, skewOf(world, key));
    places.set(key, place);
  }
  return place;
}

/** GitHub's clock and the provider's are not one. */
function skewOf({ dice, rates }: World, key: string): number {
  return rates.clocksApart > 0 ? dice(`clock/${key}`).between(-longestSkewMs, longestSkewMs) : 0;
}
