/**
 * `keyturn login`: gets a credential with a password or takes one that exists, tries it, and keeps it in
 * the file of the provider's own tool, so that both share one login.
 */
import { SecretValue } from '../../core/secret.ts';
import type { ByHand } from '../../providers/by-hand.ts';
import { describeIdentity, type ByHandVerbOptions, withByHand } from '../by-hand.ts';
import { adapterOf, credentialPlaces } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';

export interface LoginOptions extends ByHandVerbOptions {
  /** What one logs in with. */
  readonly user?: string;
  /** Take a token that exists. */
  readonly token?: boolean;
}

const forever = new AbortController().signal;

export async function login(options: LoginOptions, context: Context): Promise<number> {
  return await withByHand(options, context, async (byHand, url) => {
    const credential = options.token
      ? await readToken(context)
      : await logInWithPassword(byHand, options, context);
    const identity = await byHand.whoami(credential, forever);
    const store = await adapterOf(options.provider).adapter.credentials();
    const places = credentialPlaces(options, { context, url });
    const path = await store.store(places, { credential, user: identity.login ?? identity.name });
    context.stdout.write(`Logged in as ${describeIdentity(identity)}. The credential is in ${path}.\n`);
    const found = await store.find(places);
    if (found.kind === 'found' && found.source !== path)
      context.stderr.write(`Note: ${found.source} comes before it and is what keyturn goes on using.\n`);
    return exitCodes.done;
  });
}

async function readToken(context: Context): Promise<SecretValue> {
  const text = context.canAsk
    ? await context.ask('Token (not shown): ', { hidden: true })
    : await context.readStdin();
  const value = text?.trim() ?? '';
  if (value === '') throw new UsageError('No token was given, so nothing was kept.');
  return new SecretValue(value);
}

async function logInWithPassword(
  byHand: ByHand,
  options: LoginOptions,
  context: Context,
): Promise<SecretValue> {
  if (!context.canAsk)
    throw new UsageError(
      'A login asks for a password, and there is no terminal. Use --token < FILE instead.',
    );
  const user = options.user ?? (await ask(`${adapterOf(options.provider).adapter.loginName}: `, context));
  const entry = { user, password: new SecretValue(await ask('Password (not shown): ', context, true)) };
  let outcome = await byHand.login(entry, forever);
  if (outcome.kind === 'otpNeeded') {
    const otp = await ask('One-time code: ', context);
    outcome = await byHand.login({ ...entry, otp }, forever);
  }
  if (outcome.kind === 'loggedIn') return outcome.credential;
  throw new UsageError('The one-time code was not accepted. Log in again with a fresh one.');
}

async function ask(question: string, context: Context, hidden = false): Promise<string> {
  const answer = await context.ask(question, { hidden });
  // A password may begin or end with a space.
  const text = hidden ? answer : answer?.trim();
  if (text) return text;
  throw new UsageError('Nothing was entered, so nobody was logged in.');
}
