/**
 * `keyturn revoke ID`: revokes one token by hand. What others own and what consumers are served is refused
 * unless the person insists; the credential in use is refused always.
 */
import { DeliveryError, GuardRefusal } from '../../core/errors.ts';
import type { TokenSet } from '../../core/manifest/types.ts';
import { SecretValue } from '../../core/secret.ts';
import type { Run } from '../../engine/run.ts';
import { renderTokens } from '../../render/tokens.ts';
import type { TokenRow } from '../../render/token-rows.ts';
import { styleOf } from '../answer.ts';
import { confirm } from '../ask.ts';
import type { Context } from '../context.ts';
import { withDestinations } from '../destinations.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { ApplyingOptions } from '../options.ts';
import { listEverything, type ReachingOptions, type UserTokens, withReached } from '../reach.ts';

export interface RevokeOptions extends ReachingOptions, ApplyingOptions {
  readonly id: string;
}

interface Found {
  readonly holder: UserTokens;
  readonly row: TokenRow;
}

/** Ids that providers give are shorter, token values longer. */
const longestId = 40;
const forever = new AbortController().signal;

export async function revoke(options: RevokeOptions, context: Context): Promise<number> {
  return await withReached(options, context, async (reached) => {
    const seen = await listEverything(reached, forever);
    for (const why of seen.unseen) context.stderr.write(`Not listed: ${why}\n`);
    const found = findToken(options.id, seen.users);
    const id = found.row.tokenId;
    if (id !== options.id)
      context.stderr.write(
        `That is the value of token ${id}, not its id. Your shell may remember it: revoking it is right.\n`,
      );
    context.stderr.write(`${renderTokens([found.row], seen.now, styleOf(options, context))}\n`);
    const objection = await withDestinations(context, (open) => findObjection(found, reached.sets, open));
    if (objection && (!options.yes || found.row.own)) throw new GuardRefusal(objection, 'by-hand');
    const question = `Revoke token ${id}? It stops working at once. Only 'yes' is accepted:`;
    if (!(await confirm({ question, expected: 'yes' }, options, context))) return exitCodes.failed;
    const { connection, user } = found.holder;
    await connection.provider.revoke(user, id, forever);
    context.stdout.write(`Revoked ${id} of ${user.name}.\n`);
    return exitCodes.done;
  });
}

/**
 * People paste what they have at hand: of a whole token value only the id is used and shown. Ids of some
 * providers are small numbers, of which each place has its own.
 *
 * @throws UsageError when it is none, or one of several
 */
function findToken(text: string, users: readonly UserTokens[]): Found {
  const value = new SecretValue(text);
  const [found, ...others] = users.flatMap((holder) => {
    const id = holder.connection.provider.idOf(value) ?? text;
    return holder.rows.filter(({ tokenId }) => tokenId === id).map((row) => ({ holder, row }));
  });
  if (found && others.length === 0) return found;
  if (found) {
    const places = [found, ...others].map(
      ({ holder }) => `${holder.connection.provider.title} (of ${holder.user.name})`,
    );
    throw new UsageError(
      `There is a token "${found.row.tokenId}" in several places: ${places.join(', ')}. Name one of them:` +
        ' with its manifest alone (-f), or with --provider and --provider-url.',
    );
  }
  // It may be a value of some kind, and then it is not shown.
  const what = text.length > longestId ? 'What was given is no id of a token that' : `No token "${text}"`;
  throw new UsageError(`${what} can be seen. "keyturn tokens" lists those that can.`);
}

/** Why the token should be left alone; undefined when nothing speaks for it. */
async function findObjection(
  { row, holder }: Found,
  sets: readonly TokenSet[],
  open: Run['open'],
): Promise<string | undefined> {
  const { owner, tokenId } = row;
  if (row.own)
    return `${tokenId} is the credential in use. Revoke it with another; "keyturn logout" ends a login.`;
  const insist = 'To revoke it all the same, run with --yes.';
  if (owner.kind === 'foreign') {
    const whose = `owner ${owner.owner} (declared there as "${owner.declaration}")`;
    return `${tokenId} belongs to ${whose}: another manifest looks after it. ${insist}`;
  }
  if (owner.kind === 'unmanaged') return undefined;
  const set = sets.find(({ name }) => name === owner.set);
  const where = set && (await findServing({ row, holder }, set, open));
  if (where === undefined) return undefined;
  return (
    `${tokenId} is what "${owner.declaration}" is served by: ${where}. "keyturn rotate` +
    ` ${owner.declaration}" replaces it without an outage. ${insist}`
  );
}

/** The destination that holds the token, or that cannot be read and so may hold it. */
async function findServing(
  { row, holder }: Found,
  set: TokenSet,
  open: Run['open'],
): Promise<string | undefined> {
  const { owner, tokenId } = row;
  const declared = set.declarations.find(({ name }) => owner.kind === 'owned' && name === owner.declaration);
  for (const reference of declared?.deliverTo ?? []) {
    try {
      const state = await open(reference, set)?.read(forever);
      if (!state) continue;
      const receipt = state.receipt.kind === 'receipt' ? state.receipt.receipt : undefined;
      const held = state.value.kind === 'held' && holder.connection.provider.idOf(state.value.value);
      const named = [receipt?.current?.id, receipt?.pending?.id, held];
      if (named.includes(tokenId)) return `"${reference.key}" holds it`;
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      return `"${reference.key}" cannot be read and may hold it`;
    }
  }
  return undefined;
}
