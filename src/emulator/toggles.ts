// What a toggle is: a named choice between behaviours nobody outside the real service can know. Defines the
// kinds of values and reads them from text; which toggles exist is each emulated service's own table.
import { EmulatorOptionError, unknownName } from './option-error.ts';

export interface ToggleDefinition<T> {
  readonly initial: T;
  /** The values for a reader, the default first. */
  readonly values: string;
  readonly help: string;
  /** The value `text` stands for; undefined if it is none of `values`. */
  readonly read: (text: string) => T | undefined;
}

export type ToggleTable = Readonly<Record<string, ToggleDefinition<unknown>>>;

/** The settings a table of toggles allows. */
export type TogglesOf<Table extends ToggleTable> = {
  -readonly [Name in keyof Table]: Table[Name] extends ToggleDefinition<infer T> ? T : never;
};

/** One of a few values, the first being the default. */
export function oneOf<const T extends string | number | boolean>(
  values: readonly [T, ...T[]],
  help: string,
): ToggleDefinition<T> {
  return {
    initial: values[0],
    values: values.join(', '),
    help,
    read: (text) => values.find((value) => String(value) === text),
  };
}

/** A whole number from 0 up, or the word that stands for its absence ("off", "none"). */
export function countOr<const Word extends string>(
  word: Word,
  initial: number | Word,
  help: string,
): ToggleDefinition<number | Word> {
  const read = (text: string): number | Word | undefined => {
    if (text === word) return word;
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  return { initial, values: `${initial}, a number or "${word}"`, help, read };
}

/** A whole number from 0 up. */
export function count(initial: number, help: string): ToggleDefinition<number> {
  const read = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);
  return { initial, values: `${initial}, any number`, help, read };
}

/** A text that has to pass `accepts`. */
export function matching(
  initial: string,
  accepts: (text: string) => boolean,
  { values, help }: { readonly values: string; readonly help: string },
): ToggleDefinition<string> {
  return { initial, values, help, read: (text) => (accepts(text) ? text : undefined) };
}

/** The default of every toggle of `table`, a fresh object that may be changed later. */
export function initialToggles<Table extends ToggleTable>(table: Table): TogglesOf<Table> {
  const entries = Object.entries(table).map(([name, definition]) => [name, definition.initial]);
  return Object.fromEntries(entries) as TogglesOf<Table>;
}

/**
 * Reads the `toggle=value` of `--set`.
 * @throws EmulatorOptionError naming the known toggles, or the values of this one
 */
export function readSetting<Table extends ToggleTable>(
  table: Table,
  text: string,
): Partial<TogglesOf<Table>> {
  const at = text.indexOf('=');
  if (at < 0) throw new EmulatorOptionError(`"${text}" sets nothing. Write toggle=value.`);
  return readToggles(table, { [text.slice(0, at)]: text.slice(at + 1) });
}

/** Checks settings that come from a control request or an option, and reads their text form. */
export function readToggles<Table extends ToggleTable>(
  table: Table,
  settings: Readonly<Record<string, unknown>>,
): Partial<TogglesOf<Table>> {
  const entries = Object.entries(settings).map(([name, value]) => {
    const definition = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!definition) throw unknownName('toggle', name, { known: describeToggles(table) });
    const read = definition.read(String(value));
    if (read !== undefined) return [name, read];
    throw new EmulatorOptionError(
      `Toggle "${name}" cannot be "${String(value)}". Values: ${definition.values}.`,
    );
  });
  return Object.fromEntries(entries) as Partial<TogglesOf<Table>>;
}

/** Every toggle with its values and meaning, for help texts. */
export function describeToggles(table: ToggleTable): Record<string, string> {
  const entries = Object.entries(table).map(([name, { values, help }]) => [name, `(${values}) ${help}`]);
  return Object.fromEntries(entries);
}
