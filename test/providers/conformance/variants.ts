/** Everything that an emulator leaves open, one choice at a time. */

interface Toggle {
  /** `a, b, c` where it is one of a few. */
  readonly values: string;
}

/**
 * Each value of each toggle on its own.
 *
 * @param open values of toggles that take any number or text
 */
export function everyValue(
  toggles: Readonly<Record<string, Toggle>>,
  open: Readonly<Record<string, readonly (number | string)[]>>,
): readonly Readonly<Record<string, number | string>>[] {
  return Object.entries(toggles).flatMap(([name, { values }]) =>
    (open[name] ?? values.split(', ')).map((value) => ({ [name]: value })),
  );
}
