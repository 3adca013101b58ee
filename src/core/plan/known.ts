/**
 * Which destinations of a declaration somebody approved before, told by what no one edits in a pull request:
 * the newest mark of its tokens names them (docs/adr/0025). A receipt adds to that only where it lies at a
 * destination that the mark names, since anybody may leave one at a place of their own.
 */
import type { DestinationReference } from '../manifest/types.ts';
import { namesTarget } from '../targets.ts';
import type { Owned } from './index.ts';
import type { Place, Situation } from './situation.ts';

/** The declared destinations that the value may go to without an approval. */
export function knownTargets(
  situation: Situation,
  isApproved: (reference: DestinationReference) => boolean = () => false,
): readonly DestinationReference[] {
  const { places, declaration, ledger } = situation;
  const text = toldTargets(situation);
  // Without any receipt a mark of the first format tells nothing, and nothing is held back for that.
  if (text === undefined && !ledger) return declaration.deliverTo;
  const isNamed = (reference: DestinationReference): boolean =>
    text === undefined || namesTarget(text, reference, { among: declaration.deliverTo });
  const keys = new Set(
    namedByReceipts(
      situation,
      places.filter(({ reference }) => isNamed(reference)),
    ),
  );
  const isReadable = ({ reading }: Place): boolean =>
    reading.kind === 'read' && (reading.value.kind === 'held' || reading.value.kind === 'foreign');
  return places
    .filter((place) => {
      const { reference } = place;
      if (isApproved(reference)) return true;
      if (text === undefined) return keys.has(reference.key);
      // Only where a value can be read does a token come to a place that it was not issued for. Everything
      // else its mark names, and the readers with it, so that a receipt has nothing to add.
      // What was withdrawn since then no receipt names any more.
      const isLeft = keys.size === 0 || keys.has(reference.key);
      return isNamed(reference) ? isLeft : isReadable(place) && keys.has(reference.key);
    })
    .map(({ reference }) => reference);
}

/** Whether the destination is none that the value went to before. */
export function isNewTarget(situation: Situation, { reference }: Place): boolean {
  return !knownTargets(situation).includes(reference);
}

/** Whether it is known who was to read the value there, and that the manifest says otherwise by now. */
export function hasOtherReaders(situation: Situation, { reference, receipt }: Place): boolean {
  const text = toldTargets(situation);
  if (text === undefined || reference.readers === undefined || !receipt) return false;
  return !namesTarget(text, reference, { among: situation.declaration.deliverTo });
}

/** The token that tells what was approved last: the newest that we issued, else the former owner's. */
export function newestToken({ owned, input }: Situation): Owned | undefined {
  return owned.findLast(({ mark }) => mark.owner === input.owner.hash) ?? owned.at(-1);
}

/** Destinations that the newest token was issued for; undefined where neither mark nor receipt tells. */
function toldTargets(situation: Situation): string | undefined {
  const { ledger, currentMark } = situation;
  return newestToken(situation)?.mark.targets ?? currentMark?.targets ?? ledger?.current?.targets;
}

function namedByReceipts({ declaration, ledger }: Situation, places: readonly Place[]): readonly string[] {
  const receipts = places.flatMap(({ receipt }) => receipt ?? []);
  const byName = receipts.filter(({ token }) => token === declaration.name);
  // Beside one under its own name, one under a former name is that of another which gave its place away.
  const own = byName.length > 0 ? byName : receipts.filter(({ token }) => token === ledger?.token);
  return own.flatMap(({ destinations }) => destinations);
}
