/** Findings about manifests for a person at a terminal: one line each, as editors link them, and how many. */
import { type Finding, formatFinding } from '../core/errors.ts';
import { clean, joinLines } from './escape.ts';
import { painter } from './layout.ts';
import type { TextOptions } from './lines.ts';
import { plural } from './words.ts';

/**
 * Errors and warnings in the order given, then a count. No final line break; without findings an empty text.
 */
export function renderFindings(findings: readonly Finding[], { colours }: TextOptions): string {
  if (findings.length === 0) return '';
  const paint = painter(colours);
  const lines = findings.map((finding) =>
    paint(clean(formatFinding(finding)), finding.severity === 'warning' ? 'yellow' : 'red'),
  );
  return joinLines([...lines, paint(describeFindings(findings), 'bold')]);
}

/** `2 errors, 1 warning`. */
function describeFindings(findings: readonly Finding[]): string {
  const words = (['error', 'warning'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : plural(count, severity);
  });
  return words.length === 0 ? 'No findings' : words.join(', ');
}
