/** A credential from a Secret, read again whenever the Secret changes, and never said. */
import { SecretValue } from '../core/secret.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { secrets } from '../kubernetes/objects.ts';

export interface SecretKey {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

export type FoundCredential =
  | { readonly kind: 'found'; readonly credential: SecretValue }
  /** A sentence with what to do. */
  | { readonly kind: 'missing'; readonly why: string };

/** @throws KubernetesError when the Secret cannot be read */
export async function readCredential(
  client: KubernetesClient,
  { namespace, name, key }: SecretKey,
  signal: AbortSignal,
): Promise<FoundCredential> {
  const place = `Secret "${name}" of namespace "${namespace}"`;
  const secret = await client.find({ resource: secrets, namespace, name }, signal);
  if (!secret)
    return { kind: 'missing', why: `there is no ${place}. Make it, with the credential in "${key}"` };
  const data = Object(secret['data']) as Record<string, unknown>;
  const held = data[key];
  if (typeof held !== 'string')
    return { kind: 'missing', why: `${place} has no key "${key}". Put the credential there` };
  const text = Buffer.from(held, 'base64').toString('utf8').trim();
  if (/^[\x21-\x7e]+$/.test(text)) return { kind: 'found', credential: new SecretValue(text) };
  return { kind: 'missing', why: `"${key}" of ${place} holds no token. Put the credential there` };
}
