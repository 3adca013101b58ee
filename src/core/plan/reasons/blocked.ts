/** Reasons to leave a token alone: it is not ours to touch now, or too little is known to act. */
import { isElsewhere, unagreedReceipt } from '../agreed.ts';
import { isOurs } from '../index.ts';
import { isOfAnother, type Place, type Situation } from '../situation.ts';
import type { Verdict } from '../verdict.ts';
import { isWaived, refusalDigest } from '../waiver.ts';

/**
 * How long an attempt may take from the create to the commit: what it made may still be written until then.
 */
const commitDeadlineMs = 120_000;
const commitDeadlineWriteOnlyMs = 10 * 60_000;

export function suspended({ declaration, input }: Situation): Verdict | undefined {
  if (!declaration.suspend && !input.set.suspend) return undefined;
  return {
    kind: 'keep',
    reason: 'Suspended',
    message: 'suspended in the manifest; nothing of it is touched',
  };
}

export function moved({ declaration }: Situation): Verdict | undefined {
  if (declaration.state !== 'Moved') return undefined;
  return {
    kind: 'keep',
    reason: 'Moved',
    message: 'another set took it over; nothing of it is touched here',
  };
}

export function unobserved({ unknown, places, index, declaration, ledger }: Situation): Verdict | undefined {
  // Where no receipt was read, one that cannot be read now may be the ledger.
  const why =
    unknown ??
    newerMark() ??
    places.flatMap((place, rank) => whyUnread(place, rank === 0 || !ledger) ?? [])[0];
  if (why === undefined) return undefined;
  return { kind: 'keep', reason: 'Unobserved', message: `nothing is changed, because ${why}` };

  function newerMark(): string | undefined {
    if (!index.newer.has(declaration.name)) return undefined;
    return 'one of its tokens was issued by a newer keyturn; upgrade this one';
  }
}

export function providerChanged({ places, at }: Situation): Verdict | undefined {
  const other = places.find(({ receipt }) => receipt && at !== undefined && receipt.at !== at);
  if (!other) return undefined;
  return {
    kind: 'keep',
    reason: 'ProviderChanged',
    message:
      `its receipt at "${other.reference.key}" is for "${other.receipt?.at}", the manifest names "${at}";` +
      ' undo that, or make a new set with other destinations',
  };
}

/** The other provider answers, and says nothing of what was issued before. */
export function elsewhere({ declaration, ledger, input }: Situation): Verdict | undefined {
  if (!ledger || !isElsewhere(input, declaration, ledger)) return undefined;
  const message =
    'the manifest names another provider than the one it was issued by, and nobody approved that';
  return { kind: 'keep', reason: 'AwaitingApproval', message };
}

export function notHandedOver({ places, ledger, input }: Situation): Verdict | undefined {
  if (ledger || !unagreedReceipt(input, places)) return undefined;
  const message = 'it belongs to a former owner, and nobody approved that it is taken over';
  return { kind: 'keep', reason: 'AwaitingApproval', message };
}

export function destinationTaken(situation: Situation): Verdict | undefined {
  const { places, declaration, input } = situation;
  for (const place of places) {
    const holder = whoElse(situation, place);
    if (holder === undefined) continue;
    const waiver = `take-over:${declaration.name}`;
    const digest = refusalDigest('DestinationTaken', declaration.name);
    if (isWaived(input, { waiver, digest })) return undefined;
    const message = `"${place.reference.key}" ${holder}; what is there would be overwritten`;
    return { kind: 'refuse', reason: 'DestinationTaken', message, waiver };
  }
  return undefined;
}

export function absent({ declaration, index, input }: Situation): Verdict | undefined {
  const end = (message: string): Verdict => ({ kind: 'end', reason: 'Absent', message });
  if (input.requests.destroy) return end('the whole set is being destroyed');
  if (index.absentUsers.has(declaration.user)) return end(`user "${declaration.user}" has state: Absent`);
  return declaration.state === 'Absent' ? end('state: Absent') : undefined;
}

export function userMissing({ declaration, input, user }: Situation): Verdict | undefined {
  if (user || declaration.personal) return undefined;
  if (input.set.users.find(({ name }) => name === declaration.user)?.create !== false) return undefined;
  return {
    kind: 'refuse',
    reason: 'UserMissing',
    message: `there is no application user "${declaration.user}", and the manifest says create: false`,
    waiver: undefined,
  };
}

export function busy({ places, now }: Situation): Verdict | undefined {
  const place = places.find((candidate) => isWithinDeadline(candidate, now));
  if (!place) return undefined;
  const message = `an attempt that began less than ${deadlineOf(place) / 60_000}m ago may still deliver`;
  return { kind: 'keep', reason: 'Busy', message };
}

/** Whether the place's `pending` attempt may still be committed. */
function isWithinDeadline(place: Place, now: number): boolean {
  const since = place.receipt?.pending?.since;
  return since !== undefined && now - since < deadlineOf(place);
}

/**
 * Attempts are on record at files and at write-only places; of the latter an empty one looks like a file.
 */
function deadlineOf({ reading, reference }: Place): number {
  const isReadable =
    reading.kind === 'read' && (reading.value.kind === 'held' || reading.value.kind === 'foreign');
  return isReadable || reference.local ? commitDeadlineMs : commitDeadlineWriteOnlyMs;
}

function whyUnread({ reading, reference }: Place, needed: boolean): string | undefined {
  if (reading.kind === 'unknown') return needed ? reading.why : undefined;
  if (reading.receipt.kind === 'newer') {
    return `the receipt at "${reference.key}" was written by a newer keyturn; upgrade this one`;
  }
  if (reading.receipt.kind !== 'corrupt') return undefined;
  return (
    `the receipt at "${reference.key}" cannot be read (${reading.receipt.why}); restore it, or` +
    ' delete it so that keyturn finds out again what the destination holds'
  );
}

function whoElse({ declaration, index, input }: Situation, place: Place): string | undefined {
  if (place.reading.kind === 'unknown') return undefined;
  const { receipt, value } = place.reading;
  if (receipt.kind === 'receipt') {
    const { owner, token } = receipt.receipt;
    if (!isOurs(input.owner, owner)) return `belongs to another owner (${owner}, "${token}")`;
    return isOfAnother(receipt.receipt, index, declaration) ? `holds "${token}" of this manifest` : undefined;
  }
  if (value.kind === 'absent') return undefined;
  if (value.kind === 'held' && index.byId.get(value.tokenId)?.owned) return undefined;
  return 'holds a value that keyturn did not deliver';
}
