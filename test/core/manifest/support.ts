/**
 * Manifests for tests: a set around the lines that a test is about, and findings as one line each.
 */
import type { Descriptors } from '../../../src/core/descriptor.ts';
import type { Finding } from '../../../src/core/errors.ts';
import { parseManifests } from '../../../src/core/manifest/parse.ts';
import type { Declaration, TokenSet } from '../../../src/core/manifest/types.ts';
import { destinationDescriptors } from '../../../src/destinations/registry.ts';
import { providers } from '../../../src/providers/registry.ts';

/** As this version ships them. */
export const shipped: Descriptors = {
  providers: [...providers.values()].map(({ descriptor }) => descriptor),
  destinations: destinationDescriptors,
};

/** As if every adapter were there. */
export const complete: Descriptors = {
  providers: shipped.providers,
  destinations: shipped.destinations.map((descriptor) => ({ ...descriptor, available: true })),
};

/** The first five lines of a set. */
export const head = `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  provider: {aiven: {organizationId: org1a23f456789}}
`;

/** Lines of `spec`, from line 6, column 3 on. */
export function set(lines: string): string {
  return head + indent(lines, 2);
}

/** Lines of one token of one user, from line 10, column 11 on; a maxAge keeps warnings away. */
export function token(lines: string, top = head): string {
  const start = `${top}  applicationUsers:\n    - name: ci\n      tokens:\n        - name: deploy\n`;
  return start + indent(lines, 10);
}

/** A destination, for tokens that a test is not about. */
export const delivered = 'deliverTo: [{file: {path: a}}]\n';

function indent(lines: string, by: number): string {
  return lines.replace(/^(?=.)/gm, ' '.repeat(by)).replace(/\n?$/, '\n');
}

/** `line:column code message` of each finding. */
export function findingsOf(texts: string | readonly string[], descriptors = complete): readonly string[] {
  return parse(texts, descriptors).findings.map(format);
}

/** The parsed run; files are `a.yaml`, `b.yaml` … in the folder `/m`. */
export function parse(texts: string | readonly string[], descriptors = complete) {
  const files = [texts]
    .flat()
    .map((text, index) => ({ file: `${'abcdef'[index]}.yaml`, folder: '/m', text }));
  return parseManifests(files, descriptors);
}

/** The only set of a text without errors. */
export function setOf(text: string): TokenSet {
  const { manifest, findings } = parse(text);
  const [only] = manifest.sets;
  if (!only) throw new Error(findings.map(format).join('\n'));
  return only;
}

/** The first declaration of a text without errors. */
export function declarationOf(text: string): Declaration {
  const [first] = setOf(text).declarations;
  if (!first) throw new Error('no declaration');
  return first;
}

function format({ severity, code, message, position }: Finding): string {
  const word = severity === 'warning' ? '(warning) ' : '';
  return `${position.line}:${position.column} ${code} ${word}${message}`;
}

/**
 * The findings of a text, each as the expected one where it begins with its first part and holds the others,
 * in
 * order: `12:48 OverlapTooLong … "1d" … Lower overlap`. So a difference shows the whole finding.
 */
export function compare(
  texts: string | readonly string[],
  expected: readonly string[],
  descriptors = complete,
) {
  return findingsOf(texts, descriptors).map((found, index) => {
    const pattern = expected[index];
    return pattern !== undefined && holds(found, pattern.split(' … ')) ? pattern : found;
  });
}

function holds(found: string, [start = '', ...parts]: readonly string[]): boolean {
  let from = start.length;
  return (
    found.startsWith(start) &&
    parts.every((part) => {
      const at = found.indexOf(part, from);
      from = at + part.length;
      return at !== -1;
    })
  );
}
