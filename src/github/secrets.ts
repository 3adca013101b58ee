/** Encrypted secrets of a repository, an environment or an organization. Their values cannot be read. */
import * as z from 'zod';
import type { GitHubClient, GitHubCall } from './client.ts';
import { missingAsUndefined } from './missing.ts';

export type Visibility = 'all' | 'private' | 'selected';

/** Where secrets live: the path that ends in `secrets`, and what is said of it. */
export interface SecretsOf {
  readonly path: readonly string[];
  /** `the repository acme/payments`, for messages. */
  readonly title: string;
  /** GitHub's name of the permission to read and write there, for messages. */
  readonly permission: string;
}

export interface PublicKey {
  readonly id: string;
  /** Base64. */
  readonly key: string;
}

export interface SecretMetadata {
  /**
   * Normalised to RFC 3339 in UTC, so that two of them can be compared as text. GitHub tells whole seconds.
   */
  readonly updatedAt: string;
  /** Of an organization's secret only. */
  readonly visibility: Visibility | undefined;
}

/** Who may read a secret or variable of an organization; sent along with every value. */
export interface Sharing {
  readonly visibility: Visibility;
  readonly selected_repository_ids?: readonly number[];
}

const keySchema = z
  .object({ key_id: z.string(), key: z.string() })
  .transform(({ key_id: id, key }): PublicKey => ({ id, key }));

const metadataSchema = z
  .object({
    updated_at: z.iso.datetime({ offset: true }),
    visibility: z.enum(['all', 'private', 'selected']).optional(),
  })
  .transform(
    ({ updated_at: updatedAt, visibility }): SecretMetadata => ({
      updatedAt: new Date(updatedAt).toISOString(),
      visibility,
    }),
  );

/** The key that values are sealed for. GitHub may change it at any time. */
export async function readPublicKey(
  client: GitHubClient,
  where: SecretsOf,
  signal: AbortSignal,
): Promise<PublicKey> {
  return await client.request(
    {
      method: 'GET',
      path: [...where.path, 'public-key'],
      what: `reading the public key of ${where.title}`,
      needs: `${where.permission}=read`,
      schema: keySchema,
    },
    signal,
  );
}

/** @returns undefined for 404: it is not there, or the token may not see it */
export async function readSecret(
  client: GitHubClient,
  where: SecretsOf,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<SecretMetadata | undefined> {
  const what = `reading the date of ${shown(where, name)}`;
  const needs = `${where.permission}=read`;
  const call = { method: 'GET', path: [...where.path, name], what, needs, schema: metadataSchema } as const;
  return await missingAsUndefined(client.request(call, signal));
}

/**
 * Creates or replaces a secret.
 *
 * @param secret.sealed base64 of what `sealed-box.ts` made for the key
 * @throws ProviderError with status 422 when it was sealed for a key that is no longer in use
 */
export async function putSecret(
  client: GitHubClient,
  where: SecretsOf,
  secret: {
    readonly name: string;
    readonly sealed: string;
    readonly keyId: string;
    readonly sharing: Sharing | undefined;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { name, sealed, keyId, sharing, signal } = secret;
  const call: GitHubCall<z.ZodType> = {
    ...writing(where, name),
    method: 'PUT',
    body: { encrypted_value: sealed, key_id: keyId, ...sharing },
    what: `writing ${shown(where, name)}`,
    hidden: [sealed],
  };
  await client.request(call, signal);
}

/** @throws ProviderError `missing` for 404: it is not there, or the token may not see or change it */
export async function deleteSecret(
  client: GitHubClient,
  where: SecretsOf,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<void> {
  const what = `deleting ${shown(where, name)}`;
  await client.request({ ...writing(where, name), method: 'DELETE', what }, signal);
}

function writing({ path, permission }: SecretsOf, name: string) {
  return { path: [...path, name], needs: `${permission}=write`, schema: z.unknown() };
}

function shown({ title }: SecretsOf, name: string): string {
  return `the secret "${name}" of ${title}`;
}
