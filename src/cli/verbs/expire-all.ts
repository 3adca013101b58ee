/**
 * `keyturn expire-all USER`: revokes every token of one user, whoever made it. Says first what dies and
 * whose it is.
 */
import pLimit from 'p-limit';
import { ProviderError } from '../../core/errors.ts';
import { renderTokens } from '../../render/tokens.ts';
import type { TokenRow } from '../../render/token-rows.ts';
import { styleOf } from '../answer.ts';
import { confirm } from '../ask.ts';
import { concurrency } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { ApplyingOptions } from '../options.ts';
import { listEverything, type ReachingOptions, type UserTokens, withReached } from '../reach.ts';

export interface ExpireAllOptions extends ReachingOptions, ApplyingOptions {
  /** Name or id of an application user, or `me`. */
  readonly user: string;
}

const forever = new AbortController().signal;

export async function expireAll(options: ExpireAllOptions, context: Context): Promise<number> {
  return await withReached(options, context, async (reached) => {
    const seen = await listEverything(reached, forever);
    for (const why of seen.unseen) context.stderr.write(`Not listed: ${why}\n`);
    const target = chooseUser(options.user, seen.users);
    const { rows, user } = target;
    context.stderr.write(`${renderTokens(rows, seen.now, styleOf(options, context))}\n`);
    for (const warning of describeLoss(target)) context.stderr.write(`${warning}\n`);
    if (rows.length === 0 && !user.personal) {
      context.stdout.write(`"${user.name}" has no tokens.\n`);
      return exitCodes.done;
    }
    const question = `This revokes ${rows.length} tokens of "${user.name}" at once. Type its name to go on:`;
    if (!(await confirm({ question, expected: user.name }, options, context))) return exitCodes.failed;
    return user.personal ? await expireCaller(target, context) : await revokeEach(target, context);
  });
}

function chooseUser(name: string, users: readonly UserTokens[]): UserTokens {
  const [found, ...twins] = users.filter(({ user }) => user.id === name || user.name === name);
  if (found && twins.length === 0) return found;
  if (found) {
    const all = [found, ...twins].map(
      ({ user, connection }) => `"${user.name}" with the id ${user.id} at ${connection.provider.title}`,
    );
    throw new UsageError(
      `There are several users "${name}": ${all.join(', ')}. Give what tells the one you mean: its id, its` +
        ' name, its manifest alone (-f), or --provider and --provider-url.',
    );
  }
  const names = users.map(({ user }) => user.name).join(', ');
  throw new UsageError(`There is no user "${name}". There are: ${names || 'none'}.`);
}

function describeLoss({ rows, user, connection }: UserTokens): readonly string[] {
  const lines: string[] = [];
  const foreign = rows.filter(({ owner }) => owner.kind === 'foreign');
  if (foreign.length > 0) {
    const names = foreign.map(nameForeign).join(', ');
    lines.push(`Warning: ${foreign.length} of them belong to other owners, who are not asked: ${names}.`);
  }
  if (rows.some(({ owner }) => owner.kind === 'owned'))
    lines.push(
      'What is declared here is issued anew by the next "keyturn apply", with' +
        ' --acknowledge mass-disappearance where that is most of a set; until then consumers are refused.',
    );
  if (user.personal) lines.push(connection.adapter.lossOfMe);
  return lines;
}

function nameForeign({ owner, tokenId }: TokenRow): string {
  return owner.kind === 'foreign'
    ? `${tokenId} (${owner.name ?? owner.owner}: ${owner.declaration})`
    : tokenId;
}

async function expireCaller({ connection, user }: UserTokens, context: Context): Promise<number> {
  const { kind, adapter, credential, url } = connection;
  const byHand = await adapter.byHand({ url, version: context.version, runtime: context.runtime });
  let left: string | undefined;
  try {
    left = await byHand.expireAll(credential, forever);
  } finally {
    await byHand.close();
  }
  const what = left === undefined ? 'Every token and login' : 'Every token';
  const rest = left === undefined ? '' : `${left} `;
  const next = `Log in again with "keyturn login --provider ${kind}".`;
  context.stdout.write(`${what} of "${user.name}" has ended. ${rest}${next}\n`);
  return exitCodes.done;
}

async function revokeEach({ connection, user, rows }: UserTokens, context: Context): Promise<number> {
  const limit = pLimit(concurrency);
  const failures: string[] = [];
  const revokeOne = async ({ tokenId }: TokenRow): Promise<void> => {
    try {
      await connection.provider.revoke(user, tokenId, forever);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      failures.push(error.message);
    }
  };
  // The credential in use may be among them: the others need it.
  const [own, others] = [rows.filter((row) => row.own), rows.filter((row) => !row.own)];
  await Promise.all(others.map((row) => limit(() => revokeOne(row))));
  for (const row of failures.length === 0 ? own : []) await revokeOne(row);
  for (const failure of failures) context.stderr.write(`${failure}\n`);
  context.stdout.write(
    `Revoked ${rows.length - failures.length} of ${rows.length} tokens of "${user.name}".\n`,
  );
  return failures.length > 0 ? exitCodes.failed : exitCodes.done;
}
