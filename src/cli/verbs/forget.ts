/**
 * `keyturn forget`: deletes the receipts of a set, so that nothing rotates or revokes its tokens any more.
 * Values and tokens stay as they are; the provider is not asked.
 */
import { DeliveryError } from '../../core/errors.ts';
import type { DestinationReference, TokenSet } from '../../core/manifest/types.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Run } from '../../engine/run.ts';
import { resolveKey } from '../../destinations/resolve.ts';
import { confirm } from '../ask.ts';
import type { Context } from '../context.ts';
import { withDestinations } from '../destinations.ts';
import { exitCodes } from '../errors.ts';
import { loadSets } from '../load.ts';
import type { ApplyingOptions } from '../options.ts';
import { ownerOf } from '../owner.ts';
import { chooseSet } from '../requests.ts';

export interface ForgetOptions extends ApplyingOptions {
  /** Name of the set, where there are several. */
  readonly set?: string;
}

interface Held {
  readonly reference: DestinationReference;
  readonly version: string;
  readonly receipt: Receipt;
}

const forever = new AbortController().signal;

export async function forget(options: ForgetOptions, context: Context): Promise<number> {
  const set = chooseSet(options.set, await loadSets(options, context));
  return await withDestinations(context, (open) => forgetSet(set, open, { options, context }));
}

async function forgetSet(
  set: TokenSet,
  open: Run['open'],
  { options, context }: { readonly options: ForgetOptions; readonly context: Context },
): Promise<number> {
  const found = await findReceipts(set, open);
  for (const why of found.unread) context.stderr.write(`${why}\n`);
  if (found.held.length === 0) {
    context.stdout.write(`No destination of "${set.name}" that can be read has a receipt.\n`);
    return found.unread.length > 0 ? exitCodes.failed : exitCodes.done;
  }
  for (const { reference, receipt } of found.held) {
    const token = receipt.current ? `token ${receipt.current.id} stays alive` : 'it names no token';
    context.stderr.write(`  ${receipt.token}  ${reference.key}  ${token}\n`);
  }
  const question = `Nobody will rotate or revoke these any more. Type "${set.name}" to forget them:`;
  if (!(await confirm({ question, expected: set.name }, options, context))) return exitCodes.failed;
  const failures = await withdrawAll(found.held, set, open);
  for (const failure of failures) context.stderr.write(`${failure}\n`);
  const count = found.held.length - failures.length;
  context.stdout.write(
    `Forgot ${count} of ${found.held.length} receipts of "${set.name}". Take the set out of the manifest` +
      ' now, or give it suspend: true: the next apply would look after its tokens again.\n',
  );
  return failures.length + found.unread.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** Receipts of this set at its destinations, and at those that only the receipts name. */
async function findReceipts(set: TokenSet, open: Run['open']) {
  const owner = ownerOf(set);
  const held: Held[] = [];
  const unread: string[] = [];
  const seen = new Set<string>();
  const queue = set.declarations.flatMap(({ deliverTo }) => [...deliverTo]);
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (seen.has(next.identity)) continue;
    seen.add(next.identity);
    try {
      const state = await open(next, set)?.read(forever);
      if (state?.receipt.kind === 'corrupt' || state?.receipt.kind === 'newer')
        unread.push(`${next.key}: its receipt cannot be read and was left as it is.`);
      if (state?.receipt.kind !== 'receipt') continue;
      const { receipt } = state.receipt;
      if (receipt.owner !== owner.hash && !owner.former.has(receipt.owner)) continue;
      held.push({ reference: next, version: state.version, receipt });
      queue.push(...receipt.destinations.flatMap((key) => resolveKey(key, set) ?? []));
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      unread.push(error.message);
    }
  }
  return { held, unread };
}

async function withdrawAll(
  held: readonly Held[],
  set: TokenSet,
  open: Run['open'],
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { reference, version } of held) {
    try {
      await open(reference, set)?.withdraw({ version, keepValue: true }, forever);
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      failures.push(error.message);
    }
  }
  return failures;
}
