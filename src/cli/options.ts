/**
 * The options that verbs share, as commander hands them over. What only one verb takes is in its own file.
 */

export type OutputFormat = 'text' | 'json' | 'markdown';
export const outputFormats: readonly OutputFormat[] = ['text', 'json', 'markdown'];

/** Options of every verb. */
export interface GlobalOptions {
  /** Undefined: `tokens.yaml`. */
  readonly file?: readonly string[];
  readonly output: OutputFormat;
  readonly credentialsFile?: string;
  readonly providerUrl?: string;
  /** False after `--no-color`. */
  readonly color: boolean;
}

/** Options of verbs that make a plan. */
export interface PlanningOptions extends GlobalOptions {
  /** Waivers by word. */
  readonly acknowledge?: readonly string[];
  /** Declarations as `user/token`. */
  readonly only?: readonly string[];
}

/** Options of verbs that change something. */
export interface ApplyingOptions extends GlobalOptions {
  /** Nobody is asked. */
  readonly yes?: boolean;
}
