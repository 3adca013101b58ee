/**
 * `keyturn logout`: revokes the credential of a login and removes it from the file of the provider's own
 * tool.
 */
import { describeIdentity, type ByHandVerbOptions, withByHand } from '../by-hand.ts';
import { adapterOf, credentialPlaces, findCredential } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { ProviderError } from '../../core/errors.ts';

const forever = new AbortController().signal;

export async function logout(options: ByHandVerbOptions, context: Context): Promise<number> {
  const places = credentialPlaces(options, context);
  const { credential, source } = await findCredential(options.provider, options, context);
  if (context.env[source] !== undefined || options.credentialsFile !== undefined) {
    const why = `The credential in use comes from ${source}, not from a login, and was left as it is.`;
    throw new UsageError(`${why} Without it, "keyturn logout" ends the login that avn and keyturn share.`);
  }
  return await withByHand(options, context, async (byHand) => {
    let whose = '';
    try {
      whose = ` of ${describeIdentity(await byHand.whoami(credential, forever))}`;
      await byHand.logout(credential, forever);
    } catch (error) {
      // A dead credential is what a logout wants; only the file is left to clean.
      if (!(error instanceof ProviderError) || error.failure !== 'credential') throw error;
    }
    const store = await adapterOf(options.provider).adapter.credentials();
    await store.remove(places);
    context.stdout.write(`The login${whose} has ended, and ${source} is gone.\n`);
    return exitCodes.done;
  });
}
