/** `keyturn whoami`: whom the credential belongs to, and what it may do where that can be told. */
import type { Privilege } from '../../providers/by-hand.ts';
import { describeIdentity, type ByHandVerbOptions, withByHand } from '../by-hand.ts';
import { findCredential } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../errors.ts';
import { clean, safeJson } from '../../render/escape.ts';

export async function whoami(options: ByHandVerbOptions, context: Context): Promise<number> {
  return await withByHand(options, context, async (byHand, url) => {
    const { credential, source } = await findCredential(options.provider, options, { context, url });
    const identity = await byHand.whoami(credential, new AbortController().signal);
    if (options.output === 'json') {
      context.stdout.write(`${safeJson({ version: 1, provider: options.provider, source, ...identity })}\n`);
      return exitCodes.done;
    }
    const lines = [
      `credential from ${source}`,
      `id ${identity.id}${identity.state === undefined ? '' : `, ${identity.state}`}`,
      ...identity.organizations.map(
        ({ id, name, privilege }) => `${id}  ${name}${describePrivilege(privilege)}`,
      ),
    ];
    for (const note of identity.notes ?? []) context.stderr.write(`Note: ${clean(note)}\n`);
    const details = lines.map((line) => `  ${clean(line)}\n`).join('');
    context.stdout.write(`${clean(describeIdentity(identity))}\n${details}`);
    return exitCodes.done;
  });
}

function describePrivilege(privilege: Privilege): string {
  switch (privilege) {
    case 'superAdmin':
      return ', super admin';
    case 'organizationAdmin':
      return ', organization admin';
    case 'admin':
      return ', admin';
    case 'unknown':
      return '';
  }
}
