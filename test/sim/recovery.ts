/**
 * The ways in which the protocol gets over what went wrong, told from what the engine reports, so that the
 * coverage can count them. When a sentence of the engine changes, its way is counted no more and the coverage
 * report says so.
 */
import { DeliveryError } from '../../src/core/errors.ts';
import type { Change } from '../../src/core/plan/types.ts';
import type { ReportEntry } from '../../src/core/report.ts';
import type { Destination } from '../../src/engine/ports.ts';
import { type Coverage, count } from './coverage.ts';

type Told = (entry: ReportEntry) => boolean;

/** Each with how it is told. What is in quotation marks stands so in `src/engine`. */
const told = {
  // Steps 2 to 4: the new token.
  'create without an answer': failed('If a token was made all the same'),
  'new token not tried, delivered all the same': done('could not be tried'),
  'new token refused, taken back': failed('was refused (401)', 'has been revoked again'),
  'commit refused, taken back': all(failed('has been revoked again'), not(failed('was refused (401)'))),
  'commit deadline passed, taken back': failed('the deadline to write', 'has been revoked again'),
  'taken back and could not be revoked': failed('could not be revoked either'),
  'nobody can tell, nothing revoked': failed('Nobody can tell whether'),
  'interrupted attempt replaced': because('Interrupted', 'create', 'rotate'),
  'not begun for lack of room': left('too many tokens of it are alive'),
  // Step 5: the other destinations.
  'not delivered everywhere': failed('The first destination has the new token'),
  'delivery made up for': all(because('DestinationMissing', 'deliver'), drifted),
  'delivery given up, source changed': failed('no longer holds the token to deliver'),
  // What happened to a destination or a token behind our back.
  'tampered place, delivered again': because('Tampered', 'deliver'),
  'tampered place, rotated': because('Tampered', 'create', 'rotate'),
  'vanished token replaced': because('CurrentTokenGone', 'create', 'rotate'),
  'expired token replaced': because('Expired', 'create', 'rotate'),
  'issued anew without a receipt': all(because('Missing', 'create', 'rotate'), drifted),
  'receipt mended': mended('receipt'),
  'mark mended': mended('mark'),
  'mark lost, rotated': because('MarkLost', 'rotate'),
  'receipt cleaned of what is gone': mended('previous'),
  fence: mended('fence'),
  'orphan drained': because('Orphaned', 'drain'),
  // Step 7: the old token.
  'revoke stopped by the last look': failed('holds the token that was to be revoked'),
  'revoke sent, still listed': done('the provider still lists it'),
  'compromised token revoked at once': done('older token'),
  'compromised token not confirmed revoked': done('could not be confirmed revoked'),
  'compromised token revoked after its hour': ({ change, outcome }) =>
    outcome === 'done' && change.notes.some((note) => note.includes('compromised an hour ago')),
  // The run and its surroundings.
  'lost a race for a write': failed('was written by someone else'),
  'rest not begun after a dead credential': left('the credential is dead'),
  'rest not begun after SIGTERM': left('the run was stopped'),
  'the oldest of two users of a name used': done('the oldest is used'),
  'user kept for its live tokens': failed('and was kept'),
} as const satisfies Record<string, Told>;

/** What no report tells: seen where the engine reads back. */
const watched = ['commit read back as ours', 'commit read back as undone, written again'] as const;

/** Every way that is known. */
export const recoveries: readonly string[] = [...Object.keys(told), ...watched];

/** The ways that an entry of a report tells of; most tell of none. */
export function recoveriesOf(entry: ReportEntry): readonly string[] {
  return Object.entries(told).flatMap(([way, isTold]: readonly [string, Told]) => (isTold(entry) ? way : []));
}

/**
 * Counts what becomes of a value whose write failed: the engine reads back, and either finds it there and
 * goes on, or writes it again.
 *
 * @returns a wrapper for the destinations of one pass.
 */
export function watchCommits(coverage: Coverage): (destination: Destination) => Destination {
  const tell = (way: (typeof watched)[number]): void => count(coverage, `recovery: ${way}`);
  /** Destination → id of the token whose write there failed. */
  const failures = new Map<string, string>();
  return (destination) => ({
    ...destination,
    read: async (signal) => {
      const state = await destination.read(signal);
      const id = failures.get(destination.key);
      if (id === undefined || state.receipt.kind !== 'receipt') return state;
      if (state.receipt.receipt.current?.id !== id) return state;
      failures.delete(destination.key);
      tell('commit read back as ours');
      return state;
    },
    write: async (next, signal) => {
      const id = next.value === undefined ? undefined : next.receipt.current?.id;
      try {
        const version = await destination.write(next, signal);
        if (id !== undefined && failures.get(destination.key) === id)
          tell('commit read back as undone, written again');
        return version;
      } catch (error) {
        if (id !== undefined && error instanceof DeliveryError) failures.set(destination.key, id);
        throw error;
      }
    },
  });
}

function failed(...words: readonly string[]): Told {
  return says('failed', words);
}

function done(...words: readonly string[]): Told {
  return says('done', words);
}

function left(...words: readonly string[]): Told {
  return says('left', words);
}

function says(wanted: ReportEntry['outcome'], words: readonly string[]): Told {
  return ({ outcome, detail = '' }) => outcome === wanted && words.every((word) => detail.includes(word));
}

function because(reason: Change['reason'], ...kinds: readonly Change['kind'][]): Told {
  return ({ change, outcome }) =>
    outcome === 'done' && change.reason === reason && kinds.includes(change.kind);
}

function mended(what: (Change & { readonly kind: 'mend' })['mend']['what']): Told {
  return ({ change, outcome }) => outcome === 'done' && change.kind === 'mend' && change.mend.what === what;
}

function all(...conditions: readonly Told[]): Told {
  return (entry) => conditions.every((condition) => condition(entry));
}

function not(condition: Told): Told {
  return (entry) => !condition(entry);
}

function drifted({ change }: ReportEntry): boolean {
  return change.cause === 'drift';
}
