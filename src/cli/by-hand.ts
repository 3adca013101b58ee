/** The parts that `login`, `logout`, `whoami` and `doctor` share: a provider without any manifest. */
import type { ByHand, Identity } from '../providers/by-hand.ts';
import { adapterOf, chooseUrl } from './connect.ts';
import type { Context } from './context.ts';
import type { GlobalOptions } from './options.ts';

export interface ByHandVerbOptions extends GlobalOptions {
  /** `aiven`, `determined`. */
  readonly provider: string;
}

/** Opens the provider at its usual or named address, hands it to `use`, and closes it after that. */
export async function withByHand<T>(
  options: ByHandVerbOptions,
  context: Context,
  use: (byHand: ByHand, url: string) => Promise<T>,
): Promise<T> {
  const registered = adapterOf(options.provider);
  const url = chooseUrl({ kind: options.provider, config: {} }, registered, { options, context });
  const { version, runtime } = context;
  const byHand = await registered.adapter.byHand({ url, version, runtime });
  try {
    return await use(byHand, url);
  } finally {
    await byHand.close();
  }
}

/** `Ada (ada@example.com)`. */
export function describeIdentity({ name, login }: Identity): string {
  return login === undefined || login === name ? name : `${name} (${login})`;
}
