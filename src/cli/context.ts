/**
 * Everything a verb knows of the world outside its arguments. The entry passes the real one
 * (`system-context.ts`), tests and the demo pass their own, so that every verb can run inside another
 * process.
 */
import type { Runtime } from '../engine/ports.ts';

/** Where text for people or for other programs goes. */
export interface Writer {
  readonly isTerminal: boolean;
  /** Of the terminal, as it is now. */
  readonly columns: number | undefined;
  write(text: string): void;
}

export interface Context {
  /** Of keyturn. */
  readonly version: string;
  /** Answers: plans, lists, JSON. */
  readonly stdout: Writer;
  /** Everything else: progress, warnings, questions, errors. */
  readonly stderr: Writer;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly homeFolder: string;
  readonly runtime: Runtime;
  /** False when nobody is there to answer a question. */
  readonly canAsk: boolean;
  /**
   * Asks a person and waits for a line. `hidden` shows nothing of what is typed.
   * @returns undefined when the input ends without an answer
   */
  ask(question: string, options?: { readonly hidden?: boolean }): Promise<string | undefined>;
  /** All of standard input. */
  readStdin(): Promise<string>;
  /** Calls back on every SIGINT and SIGTERM until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once, whatever is in flight. */
  exitNow(code: number): void;
}

/** Runs one command: parsed options in, exit code out. */
export type Verb<Options> = (options: Options, context: Context) => Promise<number>;
