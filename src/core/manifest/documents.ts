/**
 * From the text of a file to documents that their schema accepts. What the schema objects to is told and
 * taken out, so that the rest can be judged in the same run.
 */
import type * as z from 'zod';
import type { Finding } from '../errors.ts';
import { type Inspection, inspect, mapped, type SourceFile } from './inspection.ts';
import { prune } from './prune.ts';
import { apiVersion, type IssuerFields, type Schemas, type TokenSetFields } from './schema.ts';
import { valueAt } from './nodes.ts';
import { quote, textOf } from './quote.ts';
import { explainIssue } from './sentences.ts';
import { suggest } from './suggest.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

const mostBytes = 1_048_576;
const kinds = ['TokenSet', 'ClusterTokenIssuer'] as const;

/** A document, as far as its schema accepts it. */
export interface Sound<Fields> {
  readonly fields: Fields;
  /** The kinds of provider that are written, even where their configuration is not sound. */
  readonly providerKinds: readonly string[];
  readonly inspection: Inspection;
}

/** The documents of a run. */
export interface Documents {
  readonly sets: readonly Sound<TokenSetFields>[];
  readonly issuers: readonly Sound<IssuerFields>[];
}

/** @param findings where problems go, in the order they are met. */
export function readDocuments(source: SourceFile, schemas: Schemas, findings: Finding[]): Documents {
  const documents = { sets: [] as Sound<TokenSetFields>[], issuers: [] as Sound<IssuerFields>[] };
  const top = { file: source.file, line: 1, column: 1 };
  const refuse = (code: string, message: string) =>
    findings.push({ severity: 'error', code, message, position: top });
  const bytes = new TextEncoder().encode(source.text).length;
  if (bytes > mostBytes) {
    refuse(
      'TooLarge',
      `the file has ${bytes} bytes, over the limit of ${mostBytes} (1 MiB). Split it into several files.`,
    );
    return documents;
  }
  const found = parseYaml(source.text);
  if (found.length === 0)
    refuse('Empty', 'the file holds no document. Write a TokenSet; keyturn init makes a first one.');
  for (const document of found) {
    const { sets, issuers } = readDocument(source, document, { schemas, findings });
    documents.sets.push(...sets);
    documents.issuers.push(...issuers);
  }
  return documents;
}

/** One document that is parsed already. @param around.findings as for {@link readDocuments} */
export function readDocument(
  source: SourceFile,
  document: YamlDocument,
  { schemas, findings }: { readonly schemas: Schemas; readonly findings: Finding[] },
): Documents {
  const inspection = inspect(source, document, findings);
  for (const { code, message, line, column } of document.problems) {
    inspection.errorAt(code, { file: source.file, line, column }, message);
  }
  const kind = document.data === undefined ? undefined : judgeHead(document, inspection);
  return {
    sets: kind === 'TokenSet' ? accept(schemas.TokenSet, document, inspection) : [],
    issuers: kind === 'ClusterTokenIssuer' ? accept(schemas.ClusterTokenIssuer, document, inspection) : [],
  };
}

/** The kind of a document, or the one that is meant by a mistyped one; undefined when it is none of ours. */
function judgeHead({ data }: YamlDocument, inspection: Inspection): (typeof kinds)[number] | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    inspection.error(
      'WrongType',
      [],
      `a manifest is a map that begins with "apiVersion: ${apiVersion}". Correct the document.`,
    );
    return undefined;
  }
  const kind = valueAt(data, ['kind']);
  const known = kinds.find((name) => name === kind);
  if (known) return known;
  const meant = kinds.find((name) => name === suggest(textOf(kind), kinds));
  if (!meant) {
    const found = kind === undefined ? 'kind is missing' : `kind ${quote(kind)} is not one keyturn reads`;
    inspection.error(
      'WrongKind',
      ['kind'],
      `${found}. Write ${kinds.join(' or ')}, with apiVersion: ${apiVersion}.`,
    );
  }
  return meant;
}

/** Empty when nothing of the document can be used. */
function accept<Fields>(
  schema: z.ZodType<Fields>,
  document: YamlDocument,
  inspection: Inspection,
): readonly Sound<Fields>[] {
  const { data } = document;
  const result = schema.safeParse(data);
  const providerKinds = Object.keys(Object(valueAt(data, ['spec', 'provider'])));
  if (result.success) return [{ fields: result.data, providerKinds, inspection }];
  const text = { schema, data, sourceOf: document.sourceOf };
  for (const remark of result.error.issues.flatMap((issue) => explainIssue(issue, text))) {
    inspection.error(remark.code, remark.path, remark.message);
    inspection.breaks(remark.path);
    if (remark.meant) inspection.breaks(remark.meant);
  }
  mendHead(data, inspection);
  const sound = prune(schema, data);
  if (!sound) return [];
  return [{ fields: sound.fields, providerKinds, inspection: mapped(inspection, sound.origin) }];
}

/** Fills in what a document cannot do without, so that one wrong word at its top hides nothing below. */
function mendHead(data: unknown, inspection: Inspection): void {
  const document = data as Record<string, unknown>;
  document['apiVersion'] = apiVersion;
  document['kind'] = kinds.find((kind) => kind === suggest(textOf(document['kind']), kinds));
  if (inspection.broken(['metadata'])) document['metadata'] = { name: 'unnamed' };
}
