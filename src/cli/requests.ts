/** What a person asked for beyond the manifest, checked against what is declared. */
import type { TokenSet } from '../core/manifest/types.ts';
import { UsageError } from './errors.ts';
import type { PlanningOptions } from './options.ts';
import type { RunRequests } from './run.ts';

/**
 * The requests of `plan` and `apply`. Tokens of users that left the manifest are looked for unless `--only`
 * is given.
 */
export function readRequests(
  { only, acknowledge = [] }: Pick<PlanningOptions, 'only' | 'acknowledge'>,
  sets: readonly TokenSet[],
): RunRequests {
  for (const name of only ?? []) findDeclaring(name, sets);
  return {
    sweep: only === undefined,
    only: only && new Set(only),
    acknowledge: new Set(acknowledge),
  };
}

/**
 * The sets that declare a token.
 *
 * @throws UsageError when none does
 */
export function findDeclaring(name: string, sets: readonly TokenSet[]): readonly TokenSet[] {
  const found = sets.filter(({ declarations }) =>
    declarations.some((declaration) => declaration.name === name),
  );
  if (found.length > 0) return found;
  const names = sets.flatMap(({ declarations }) => declarations.map((declaration) => declaration.name));
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ' and others' : '');
  throw new UsageError(
    `"${name}" is not declared. Name a token as USER/TOKEN; declared are: ${shown || 'none'}.`,
  );
}

/**
 * The one set that a command is about.
 *
 * @param name undefined: the only one there is
 * @throws UsageError when it is not clear or not there
 */
export function chooseSet(name: string | undefined, sets: readonly TokenSet[]): TokenSet {
  const [first, ...others] = name === undefined ? sets : sets.filter((set) => set.name === name);
  if (first && others.length === 0) return first;
  const names = sets.map((set) => set.name).join(', ');
  const what = name === undefined ? 'The files hold several sets' : `There is no set "${name}"`;
  throw new UsageError(`${what}. Name one of: ${names}.`);
}
