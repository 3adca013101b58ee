/**
 * `keyturn doctor`: tries everything that an apply needs, and says what to do about what is wrong. It changes
 * nothing but for the probe files that a destination's preflight writes and removes.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeliveryError, ManifestError, ProviderError } from '../../core/errors.ts';
import type { TokenSet } from '../../core/manifest/types.ts';
import type { Run } from '../../engine/run.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Identity } from '../../providers/by-hand.ts';
import { clean } from '../../render/escape.ts';
import { painter } from '../../render/layout.ts';
import { styleOf } from '../answer.ts';
import { describeIdentity } from '../by-hand.ts';
import type { Connection } from '../connect.ts';
import type { Context } from '../context.ts';
import { withDestinations } from '../destinations.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { type ReachingOptions, withReached } from '../reach.ts';

type Verdict = 'good' | 'warning' | 'bad';

interface Note {
  readonly verdict: Verdict;
  readonly text: string;
}

const marks = { good: '✓', warning: '!', bad: '✗' } as const;
const colours = { good: 'green', warning: 'yellow', bad: 'red' } as const;
/** Clocks differ by less than this without anyone noticing. */
const tolerableSkewMs = 60_000;
const forever = new AbortController().signal;

export async function doctor(options: ReachingOptions, context: Context): Promise<number> {
  const paint = painter(styleOf(options, context).colours);
  let isBad = false;
  const say = ({ verdict, text }: Note): void => {
    isBad ||= verdict === 'bad';
    context.stdout.write(`${paint(marks[verdict], colours[verdict])} ${clean(text)}\n`);
  };
  try {
    await withReached(await whatIsThere(options, context), context, async ({ connections, sets }) => {
      if (sets.length > 0) say(good(`manifest: ${sets.map(({ name }) => name).join(', ')}, no errors`));
      for (const set of sets)
        if (set.ownerId === undefined)
          say(bad(`set "${set.name}" has no ownerId. "keyturn plan" says what to add.`));
      for (const connection of connections) for (const note of await examine(connection, context)) say(note);
      await withDestinations(context, async (open) => {
        for (const set of sets) for (const note of await examineDestinations(set, open)) say(note);
      });
    });
  } catch (error) {
    const isExpected =
      error instanceof ManifestError || error instanceof ProviderError || error instanceof UsageError;
    if (!isExpected) throw error;
    for (const line of error.message.split('\n')) say(bad(line));
  }
  return isBad ? exitCodes.failed : exitCodes.done;
}

/** Without any manifest there is still a credential to look at, if it says where. */
async function whatIsThere(options: ReachingOptions, { cwd }: Context): Promise<ReachingOptions> {
  if ([options.file, options.organization, options.provider].some((given) => given !== undefined))
    return options;
  try {
    await stat(resolve(cwd, 'tokens.yaml'));
    return options;
  } catch {
    throw new UsageError(
      'There is no tokens.yaml here. Write one with "keyturn init", or give --organization or --provider.',
    );
  }
}

async function examine(connection: Connection, context: Context): Promise<readonly Note[]> {
  const { provider, adapter, credential, source, url } = connection;
  const notes = [good(`credential: found in ${source}`)];
  const byHand = await adapter.byHand({ url, version: context.version, runtime: context.runtime });
  try {
    const identity = await byHand.whoami(credential, forever);
    notes.push(good(`credential: alive, of ${describeIdentity(identity)} at ${url}`));
    const { at, users, notes: remarks = [] } = await provider.listUsers(forever);
    const listed = users.length === 1 ? '1 application user' : `${users.length} application users`;
    notes.push(good(`${provider.title}: ${listed} can be listed`), ...remarks.map(warning));
    notes.push(judgePrivilege(identity, at));
    notes.push(judgeClock(provider.now() - context.runtime.wallMs()));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    notes.push(bad(error.message));
  } finally {
    await byHand.close();
  }
  return notes;
}

/** Issuing for other users takes an admin, at Aiven for those that hold permissions. */
function judgePrivilege({ organizations }: Identity, at: string): Note {
  const membership = organizations.find(({ id }) => at.endsWith(`/${id}`));
  if (membership && membership.privilege !== 'unknown')
    return good(`rights: the credential administers "${membership.name}"`);
  return warning(
    'rights: that the credential has the admin role cannot be seen. Without it, creating a token of another' +
      ' user may be refused. If a create fails with 403, grant that role.',
  );
}

function judgeClock(skewMs: number): Note {
  if (Math.abs(skewMs) < tolerableSkewMs) return good('clock: this machine agrees with the provider');
  const how = skewMs > 0 ? 'behind' : 'ahead of';
  const by = formatDuration(Math.abs(skewMs));
  return warning(
    `clock: this machine is ${by} ${how} the provider. keyturn goes by the provider; others may not.`,
  );
}

async function examineDestinations(set: TokenSet, open: Run['open']): Promise<readonly Note[]> {
  const notes: Note[] = [];
  for (const { name, deliverTo } of set.declarations) {
    for (const reference of deliverTo) {
      const destination = open(reference, set);
      const what = `${name}: ${reference.key}`;
      if (!destination) notes.push(bad(`${what} cannot be reached by this version`));
      else notes.push(...(await tryOut(what, async () => await destination.preflight(forever))));
    }
  }
  return notes;
}

async function tryOut(what: string, preflight: () => Promise<readonly string[]>): Promise<readonly Note[]> {
  try {
    const warnings = await preflight();
    return [good(`${what} can be written`), ...warnings.map((text) => warning(`${what}: ${text}`))];
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return [bad(`${what}: ${error.message}`)];
  }
}

function good(text: string): Note {
  return { verdict: 'good', text };
}

function warning(text: string): Note {
  return { verdict: 'warning', text };
}

function bad(text: string): Note {
  return { verdict: 'bad', text };
}
