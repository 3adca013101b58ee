/** What a provider's part of a first manifest says, as `keyturn init` writes it. */

/** What the person named on the command line or in variables. */
export interface StarterWishes {
  readonly organization?: string;
  /** Where the provider is. */
  readonly url?: string;
}

export interface Starter {
  /** Whether a place at the provider is an organization of it. */
  readonly hasOrganizations: boolean;
  /** Fields of `spec.provider.<kind>`, a line each, comments included; `scalar` writes a text as YAML. */
  place(wishes: StarterWishes, scalar: (text: string) => string): readonly string[];
  /** What is left to do by hand, in the imperative; `file` is the manifest. */
  toDo(wishes: StarterWishes, file: string): readonly string[];
  readonly maxAge: string;
  readonly renewBefore: string;
  /** A remark about the max age, or nothing. */
  readonly aboutMaxAge: string;
  readonly aboutUser: string;
  /** Fields of the first token, a line each. */
  readonly tokenFields: readonly string[];
  /** Where its value goes, and under which name. */
  readonly path: string;
  readonly variable: string;
  /** The variable that a credential is looked for in. */
  readonly credential: string;
}
