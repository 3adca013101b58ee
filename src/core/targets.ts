/**
 * Which destinations a token was issued for, in a few characters: its mark repeats them, so that a place that
 * nobody approved is known although every receipt is gone (docs/adr/0025). Hashes, because names are long;
 * long enough that nobody finds another name that fits.
 */
import { hash } from 'node:crypto';

/** What an approval of a destination is about: where it is, and who may read what is there. */
export interface Target {
  readonly key: string;
  readonly readers?: string | undefined;
}

const digits = 10;
/** A description is short: of more than this only one hash of all is kept. */
const mostEach = 24;
const allDigits = 16;

/** How long the text of {@link formatTargets} is for so many destinations. */
export function targetsLength(count: number): number {
  return count > mostEach ? 1 + allDigits : count * digits;
}

/** The destinations as a mark names them. */
export function formatTargets(targets: readonly Target[]): string {
  const hashes = targets.map((target) => hashOf(nameOf(target), digits)).sort();
  return targets.length > mostEach ? hashAll(targets) : hashes.join('');
}

/**
 * Whether a mark names a destination.
 *
 * @param options.among every declared destination: of many a mark tells only whether they are the same
 */
export function namesTarget(
  text: string,
  target: Target,
  { among }: { readonly among: readonly Target[] },
): boolean {
  if (text.startsWith('*')) return text === hashAll(among);
  const wanted = hashOf(nameOf(target), digits);
  for (let from = 0; from < text.length; from += digits)
    if (text.slice(from, from + digits) === wanted) return true;
  return false;
}

/** What every digest of a destination repeats. */
export function nameOf({ key, readers }: Target): string {
  return readers === undefined ? key : `${key} for ${readers}`;
}

function hashAll(targets: readonly Target[]): string {
  return `*${hashOf(targets.map(nameOf).sort().join('\n'), allDigits)}`;
}

function hashOf(text: string, length: number): string {
  return hash('sha256', text, 'base64url').slice(0, length);
}
