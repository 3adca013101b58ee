/**
 * The only holder of a token value. It cannot be printed, logged, serialised or inspected by accident: every
 * such road shows `[secret]`. Reading the value takes a call whose name is easy to search for.
 */
export class SecretValue {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The value itself, for the one request or write that needs it. */
  reveal(): string {
    return this.#value;
  }
  /** Whether two holders hold the same value. */
  equals(other: SecretValue): boolean {
    return this.#value === other.#value;
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}
