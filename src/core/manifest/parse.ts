/**
 * The manifests of one run, from text to what the planner takes. Every problem of every file is a finding
 * with its place; nothing is thrown for bad input, and nothing is read or written here.
 */
import type { Descriptors } from '../descriptor.ts';
import type { Finding } from '../errors.ts';
import { judgeDestinations, judgeNames } from './across.ts';
import { type Documents, readDocuments, type Sound } from './documents.ts';
import type { SourceFile } from './inspection.ts';
import { buildIssuer } from './issuer.ts';
import { buildSchemas, type TokenSetFields } from './schema.ts';
import { buildTokenSet } from './token-set.ts';
import type { Issuer, Manifest } from './types.ts';

const mostDeclarations = 10_000;

/**
 * Parses and judges all documents of a run.
 *
 * @param options `issuers`: those the caller knows besides the files, as the controller does.
 * @returns the documents without an error, and every finding in the order of files and lines. A caller
 *   refuses the run when any finding is an error: a set that is left out is not a set without tokens.
 */
export function parseManifests(
  files: readonly SourceFile[],
  descriptors: Descriptors,
  options: { readonly issuers?: readonly Issuer[] } = {},
): { readonly manifest: Manifest; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const schemas = buildSchemas(descriptors);
  const documents = files.map((file) => readDocuments(file, schemas, findings));
  const manifest = judgeDocuments(documents, descriptors, options);
  return { manifest, findings: inOrder(findings, files) };
}

/** Builds what the documents say and judges it; findings go where each document's inspection puts them. */
export function judgeDocuments(
  documents: readonly Documents[],
  descriptors: Descriptors,
  options: { readonly issuers?: readonly Issuer[] } = {},
): Manifest {
  const issuers = documents
    .flatMap((document) => document.issuers)
    .flatMap(({ fields, inspection }) => {
      const issuer = buildIssuer(fields, inspection, descriptors);
      return issuer ? [{ ...issuer, issuer, inspection }] : [];
    });
  judgeNames(issuers, 'issuer');
  const known = [...(options.issuers ?? []), ...issuers.map(({ issuer }) => issuer)];
  const run = { descriptors, issuers: new Map(known.map((issuer) => [issuer.name, issuer])) };
  const sets = countable(documents.flatMap((document) => document.sets)).map((document) =>
    buildTokenSet(document, run),
  );
  const named = sets.filter(({ inspection }) => !inspection.broken(['metadata', 'name']));
  judgeNames(
    named.map(({ set, inspection }) => ({ ...set, inspection })),
    'set',
  );
  judgeDestinations(sets);
  return {
    sets: sets.filter(({ inspection }) => !inspection.failed()).map(({ set }) => set),
    issuers: issuers.filter(({ inspection }) => !inspection.failed()).map(({ issuer }) => issuer),
  };
}

/** The sets up to the limit of declarations of a run; the first one over it is told. */
function countable(sets: readonly Sound<TokenSetFields>[]): readonly Sound<TokenSetFields>[] {
  let count = 0;
  for (const [index, { fields, inspection }] of sets.entries()) {
    const { applicationUsers, personalTokens } = fields.spec;
    count += applicationUsers.reduce((sum, { tokens }) => sum + tokens.length, personalTokens.length);
    if (count <= mostDeclarations) continue;
    const message =
      `with this set the run has over ${mostDeclarations} declarations (${count}). Split it ` +
      'into several runs.';
    inspection.error('TooManyDeclarations', ['metadata', 'name'], message);
    return sets.slice(0, index);
  }
  return sets;
}

/** By file as given, then by place; findings of one place stay as they were made. */
function inOrder(findings: readonly Finding[], files: readonly SourceFile[]): readonly Finding[] {
  const order = new Map(files.map(({ file }, index) => [file, index]));
  const rank = ({ position }: Finding) => order.get(position.file) ?? files.length;
  return [...findings].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      one.position.line - other.position.line ||
      one.position.column - other.position.column,
  );
}
