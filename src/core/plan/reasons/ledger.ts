/** Reasons that come from the receipts: none yet, lost, elsewhere, interrupted, or of another name. */
import type { Owned } from '../index.ts';
import { knownTargets } from '../known.ts';
import type { Place, Situation } from '../situation.ts';
import type { Verdict } from '../verdict.ts';
import { isWaived, refusalDigest } from '../waiver.ts';

export function missing(situation: Situation): Verdict | undefined {
  const { ledger, declaration, owned } = situation;
  if (!ledger) {
    if (owned.length > 0) return undefined;
    return issue('config', `new in ${declaration.position.file}:${declaration.position.line}`);
  }
  if (ledger.current || ledger.pending) return undefined;
  const everIssued = ledger.previous.length > 0 || owned.length > 0;
  return issue(everIssued ? 'drift' : 'config', 'no token has been delivered yet');

  function issue(cause: 'config' | 'drift', message: string): Verdict {
    return { kind: 'issue', reason: 'Missing', cause, message };
  }
}

export function receiptLost(situation: Situation): Verdict | undefined {
  const { places, ledger } = situation;
  const ledgerGeneration = ledger?.current?.generation ?? 0;
  for (const place of places) {
    const held = heldOwned(situation, place);
    if (!held || place.receipt?.current?.id === held.token.id) continue;
    if (held.mark.generation < ledgerGeneration) continue;
    if (situation.previous.some(({ id }) => id === held.token.id)) continue;
    const message = `"${place.reference.key}" holds a token of it that no receipt there names`;
    return { kind: 'mendReceipt', reason: 'ReceiptLost', message, at: place, tokenId: held.token.id };
  }
  return undefined;
}

export function ledgerElsewhere(situation: Situation): Verdict | undefined {
  const message = whyElsewhere(situation);
  if (message === undefined) return undefined;
  const { declaration, input } = situation;
  const waiver = 'reissue';
  const digest = refusalDigest('LedgerElsewhere', declaration.name);
  if (isWaived(input, { waiver, digest })) return undefined;
  return { kind: 'refuse', reason: 'LedgerElsewhere', message, waiver };
}

function whyElsewhere({ ledger, live, places, input, previous, index }: Situation): string | undefined {
  const local = places[0]?.reference.local === true;
  if (!ledger) {
    if (live.length === 0 || !(local || input.owner.explicit)) return undefined;
    return (
      `${countAlive(live)}, but there is no receipt here: another` +
      ' machine or copy of this manifest may be serving it. Run there, or issue anew here'
    );
  }
  if (!local) return undefined;
  const recorded = Math.max(ledger.current?.generation ?? 0, ledger.pending?.generation ?? 0);
  const unheard = live.filter(
    ({ token, mark }) =>
      mark.generation > recorded &&
      index.byNonce.get(ledger.pending?.nonce ?? '') !== token.id &&
      !previous.some(({ id }) => id === token.id),
  );
  if (unheard.length === 0) return undefined;
  return (
    `${count(unheard)} newer than the receipt here was issued elsewhere: by another machine, or since` +
    ' the backup that this file was restored from. Run there, or issue anew here'
  );
}

export function interrupted({ places }: Situation): Verdict | undefined {
  if (!places.some(({ receipt }) => receipt?.pending)) return undefined;
  const message = 'an earlier attempt was cut off before its token was delivered';
  return { kind: 'issue', reason: 'Interrupted', cause: 'drift', message };
}

/** Without a token in use, a destination that none of its tokens was issued for needs an approval first. */
export function newTarget(situation: Situation): Verdict | undefined {
  const { ledger, owned, declaration } = situation;
  if (ledger?.current || owned.length === 0) return undefined;
  const known = knownTargets(situation);
  const [some] = declaration.deliverTo.filter((reference) => !known.includes(reference));
  if (!some) return undefined;
  const message = `no token of it is in use, and none went to "${some.key}" before`;
  return { kind: 'issue', reason: 'DestinationMissing', cause: 'config', message };
}

export function missingReceipt({ ledger, live, owned }: Situation): Verdict | undefined {
  if (ledger || owned.length === 0) return undefined;
  const message =
    live.length > 0
      ? `no destination names a token of it, though ${countAlive(live)}`
      : 'its tokens expired and no destination holds one';
  return { kind: 'issue', reason: 'Missing', cause: 'drift', message };
}

export function renamed({ ledger, declaration }: Situation): Verdict | undefined {
  if (!ledger || ledger.token === declaration.name) return undefined;
  return { kind: 'issue', reason: 'Renamed', cause: 'config', message: `was "${ledger.token}"` };
}

/** The live owned token of this declaration whose value lies at the place. */
function heldOwned({ live }: Situation, { reading }: Place): Owned | undefined {
  if (reading.kind !== 'read' || reading.value.kind !== 'held') return undefined;
  const { tokenId } = reading.value;
  return live.find(({ token }) => token.id === tokenId);
}

function countAlive(tokens: readonly unknown[]): string {
  return `${count(tokens)} of it ${tokens.length === 1 ? 'is' : 'are'} alive`;
}

function count(tokens: readonly unknown[]): string {
  return tokens.length === 1 ? 'a token' : `${tokens.length} tokens`;
}
