/**
 * A custom resource, which an API server has parsed already, judged by the same schema and rules as a
 * `tokens.yaml`. It has no lines: findings name the object.
 */
import type { Descriptors } from '../descriptor.ts';
import type { Finding } from '../errors.ts';
import { readDocument } from './documents.ts';
import { judgeDocuments } from './parse.ts';
import type { Schemas } from './schema.ts';
import type { Issuer, Manifest } from './types.ts';

/** What of an object is judged: no metadata but its name and namespace, and no status. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: unknown;
}

/**
 * @param options.issuers those that a set may name
 * @returns the set or issuer unless a finding is an error
 */
export function parseObject(
  object: ManifestObject,
  { schemas, ...descriptors }: Descriptors & { readonly schemas: Schemas },
  options: { readonly issuers?: readonly Issuer[] } = {},
): { readonly manifest: Manifest; readonly findings: readonly Finding[] } {
  const { kind, metadata } = object;
  const file = [kind.toLowerCase(), metadata.namespace, metadata.name].filter(Boolean).join('/');
  const findings: Finding[] = [];
  const source = { file, folder: '', text: '' };
  const document = {
    data: object,
    problems: [],
    locate: () => ({ line: 1, column: 1 }),
    sourceOf: () => undefined,
  };
  const read = readDocument(source, document, { schemas, findings });
  return { manifest: judgeDocuments([read], descriptors, options), findings };
}
