// The error for a toggle, fault or other option the emulator does not know, with the nearest known name.

/** An option that cannot be used; the message says which, why, and what is known instead. */
export class EmulatorOptionError extends Error {
  override readonly name = 'EmulatorOptionError';
}

/**
 * The error for an unknown `name` of a `kind` ("toggle", "fault"), listing the known ones with what they
 * mean.
 */
export function unknownName(
  kind: string,
  name: string,
  { known }: { readonly known: Readonly<Record<string, string>> },
): EmulatorOptionError {
  const near = nearest(name, Object.keys(known));
  const list = Object.entries(known).map(([key, help]) => `  ${key}  ${help}`);
  return new EmulatorOptionError(
    `Unknown ${kind} "${name}".${near ? ` Did you mean "${near}"?` : ''} Known:\n${list.join('\n')}`,
  );
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const scored = known.map((key) => ({ key, distance: distance(name.toLowerCase(), key.toLowerCase()) }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(3, Math.ceil(name.length / 3)) ? best.key : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
