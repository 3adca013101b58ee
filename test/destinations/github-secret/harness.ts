/** GitHub secrets at the loopback GitHub, as one or several runs of keyturn see them. */
import type { GithubSecretRef } from '../../../src/destinations/github-secret/descriptor.ts';
import { githubSecretDescriptor } from '../../../src/destinations/github-secret/descriptor.ts';
import { connectGitHubSecrets } from '../../../src/destinations/github-secret/open-secret.ts';
import type { Receipt } from '../../../src/core/receipt.ts';
import { parseReceipt } from '../../../src/core/receipt.ts';
import { SecretValue } from '../../../src/core/secret.ts';
import type { Destination } from '../../../src/engine/ports.ts';
import { type ClientOptions, clientOf, virtualRuntime } from '../../github/harness.ts';
import type { GitHub } from '../../github/server/start.ts';
import { canary, never, receiptOf } from '../receipts.ts';

export const place = { repository: 'acme/payments', name: 'TOKEN' } as const;
export const receiptPlace = { repository: 'acme/payments', name: 'TOKEN_RECEIPT' } as const;
export const value = new SecretValue(canary);

type Given = Omit<Partial<GithubSecretRef>, 'repositories'> & { readonly repositories?: readonly string[] };

/** As a manifest names it: a secret of acme/payments unless told otherwise. */
export function refOf(given: Given = {}): GithubSecretRef {
  const where = given.organization === undefined ? { repository: place.repository } : {};
  return githubSecretDescriptor.schema.parse({ ...where, name: place.name, ...given });
}

/** Destinations of one run: they share a client and what it learned. */
export function openRun(server: GitHub, options: ClientOptions = {}): (given?: Given) => Destination {
  const runtime = options.runtime ?? virtualRuntime(server);
  const secrets = connectGitHubSecrets({ client: clientOf(server, { ...options, runtime }), runtime });
  return (given) => {
    const ref = refOf(given);
    return secrets.open(ref, githubSecretDescriptor.key(ref));
  };
}

/** Reads, then writes a value with its receipt. */
export async function deliver(
  destination: Destination,
  generation: number,
  next: SecretValue = value,
): Promise<string> {
  const { version } = await destination.read(never);
  return await destination.write({ version, receipt: receiptOf(generation), value: next }, never);
}

/** The receipt that is stored; it must be there. */
export function storedReceipt(server: GitHub, at: Parameters<GitHub['variable']>[0] = receiptPlace): Receipt {
  const reading = parseReceipt(server.variable(at)?.value ?? '');
  if (reading.kind !== 'receipt') throw new Error(`the receipt is ${reading.kind}`);
  return reading.receipt;
}

/** How often each operation was asked for, as `PUT secret`, since the server started or `from`. */
export function asked(server: GitHub, from = 0): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { key } of server.requests.slice(from)) {
    const name = key
      .replace(/\{secret_name\}$/, 'one')
      .replace(/\{name\}$/, 'one')
      .replace(/^(\w+) .*\/([\w-]+)\/([\w-]+)$/, '$1 $2/$3');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
