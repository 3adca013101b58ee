/** S1, S7 and S9 (DESIGN 9): what must hold when a write arrives, and for everything that is shown. */
import { count } from '../coverage.ts';
import { tokenOf } from '../organization.ts';
import { parseCached, type Place, receiptAt } from '../place.ts';
import { Violation, type World } from '../world.ts';

/** S1: before a value is written. */
export function checkValue(world: World, place: Place, value: string | undefined): void {
  const token = tokenOf(world.organization, value);
  if (!token) return;
  // Two machines with files of one declaration cannot see each other's (docs/evidence.md).
  const isSplit = place.kind === 'local' && world.rates.secondMachine > 0;
  if (token.ended?.by !== 'engine' || place.raced || isSplit) return;
  // Somebody brought it back, and a list that lags behind still shows it: nobody can know that it is dead.
  const { atMs, hiddenFrom } = token.ended;
  const isBack = [...world.places.values()].some((one) => one.value === value && one.tamperedAt > atMs);
  if (isBack && atMs < hiddenFrom)
    count(world.coverage, 'excused: brought back from a backup and still listed');
  else throw new Violation('S1', `${place.name} was given ${token.id}, which keyturn had revoked`);
}

/** S7 and S9: before a receipt is written. */
export function checkReceipt(
  world: World,
  place: Place,
  { text, isMeddled }: { readonly text: string | undefined; readonly isMeddled: boolean },
): void {
  if (text === undefined) return;
  checkLeaks(text, `the receipt of ${place.name}`);
  const before = receiptAt(place);
  const reading = parseCached(text);
  const after = reading.kind === 'receipt' ? reading.receipt : undefined;
  if (isMeddled || !before?.current || !after?.current || place.raced || before.token !== after.token) return;
  if (after.current.generation < before.current.generation)
    throw new Violation(
      'S7',
      `${place.name} went from generation ${before.current.generation} to ${after.current.generation}`,
    );
  count(world.coverage, 'receipts written');
}

const marks = ['+cAnArY/9x==', '%2BcAnArY%2F9x', 'cAnArY'].concat(
  // Base64 of the tail of a value, at each of the three offsets a value may have.
  ['+cAnArY/', 'x+cAnArY/', 'xx+cAnArY/'].map((text) => Buffer.from(text).toString('base64').slice(4, 10)),
);

/** S9: no value in anything that is shown or kept, plain or encoded. */
export function checkLeaks(text: string, where: string): void {
  for (const mark of marks)
    if (text.includes(mark)) throw new Violation('S9', `${where} holds a token value`);
}
