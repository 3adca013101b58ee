/** What a mutant is: one line of the engine or the planner, and the same line with a protection taken out. */

export interface Mutant {
  /** In kebab-case; the name of the mistake. */
  readonly name: string;
  /** Relative to the root of the project. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Which protection is missing then, in one sentence without a final stop. */
  readonly breaks: string;
  /** The life in which the mistake was found, for one that needs a long coincidence: tried first. */
  readonly seed?: number;
}

/** @throws Error when the line that the mutant changes is no longer there, or not only once. */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`the mutant is stale: "${name}" finds its line ${times} times in ${file}`);
  const at = source.indexOf(find);
  return source.slice(0, at) + replace + source.slice(at + find.length);
}
