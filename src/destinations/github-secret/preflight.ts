/**
 * Everything that would stop a write and can be found without one: what can be read, the environment, the
 * repositories that an organization's secret is for. Whether the token may write the value, GitHub tells only
 * a write; that it may write the receipt is seen before the create, when `pending` is recorded.
 */
import type { Connection } from './connection.ts';
import { adviseEnvironment, failed, failedAs } from './failure.ts';
import type { Place } from './place.ts';
import { takeSnapshot } from './state.ts';

/**
 * @returns warnings
 * @throws DeliveryError `refused`
 */
export async function preflight(
  connection: Connection,
  place: Place,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { isHomeless, secret } = await takeSnapshot(connection, place, signal);
    if (isHomeless) throw failed(place, 'refused', adviseEnvironment(place));
    await connection.publicKey(place, signal);
    const sharing = await connection.sharing(place, signal);
    const now = secret?.visibility;
    if (sharing === undefined || now === undefined || now === sharing.visibility) return [];
    const [readers, next] = [described(now), described(sharing.visibility)];
    const change = `is readable by ${readers} and becomes readable by ${next}`;
    return [`"${place.key}" ${change} with the next value.`];
  } catch (error) {
    throw failedAs('refused', place, error);
  }
}

const words = {
  all: 'all repositories',
  private: 'private repositories',
  selected: 'selected repositories',
} as const;

function described(visibility: keyof typeof words): string {
  return words[visibility];
}
