/**
 * Users that have, or had, tokens of a set which its manifest need not lead to: hints where to look, by the
 * owner hash of marks. Nothing acts on them; the planner judges what is found.
 */
import { parseDescription } from '../core/mark.ts';
import type { Observation } from '../core/observation.ts';

export type Traces = Map<string, Set<string>>;

export function noteTrace(traces: Traces, ownerHash: string, userName: string): void {
  traces.set(ownerHash, (traces.get(ownerHash) ?? new Set()).add(userName));
}

/** Forgets users who were looked at and have no token of the set. */
export function dropTraces(traces: Traces, ownerHash: string, { users, tokens }: Observation): void {
  const known = traces.get(ownerHash);
  if (!known || users.kind !== 'listed') return;
  for (const name of [...known]) {
    const lists = users.users.filter((user) => user.name === name).map(({ id }) => tokens.get(id));
    const isClear = lists.every(
      (list) =>
        list?.kind === 'listed' && !list.tokens.some(({ description }) => isOf(ownerHash, description)),
    );
    if (isClear) known.delete(name);
  }
  if (known.size === 0) traces.delete(ownerHash);
}

function isOf(ownerHash: string, description: string): boolean {
  const parsed = parseDescription(description);
  return parsed.kind === 'mark' && parsed.mark.owner === ownerHash;
}
