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
  return await withByHand(options, context, async (byHand, url) => {
    const found = await findCredential(options.provider, options, { context, url });
    if (!found.fromLogin) {
      const why = `The credential in use is from ${found.source}, not from a login, and was left as it is.`;
      const fix =
        'Without it, "keyturn logout" ends the login that the provider\'s own tool and keyturn share.';
      throw new UsageError(`${why} ${fix}`);
    }
    const { credential, source } = found;
    let whose = '';
    let left: string | undefined;
    try {
      whose = ` of ${describeIdentity(await byHand.whoami(credential, forever))}`;
      left = await byHand.logout(credential, forever);
    } catch (error) {
      // A dead credential is what a logout wants; only the file is left to clean.
      if (!(error instanceof ProviderError) || error.failure !== 'credential') throw error;
    }
    const store = await adapterOf(options.provider).adapter.credentials();
    await store.remove(credentialPlaces(options, { context, url }));
    context.stdout.write(`The login${whose} has ended, and ${source} no longer holds it.\n`);
    if (left !== undefined) context.stdout.write(`${left}\n`);
    return exitCodes.done;
  });
}
