/**
 * What a command says when it cannot go on, and with which exit code it ends. The four kinds of failure
 * that people can act on are said without a stack; anything else is our bug and is said with one.
 */
import { DeliveryError, GuardRefusal, ManifestError, ProviderError } from '../core/errors.ts';
import type { Context } from './context.ts';

export const exitCodes = {
  done: 0,
  failed: 1,
  /** Of `plan --detailed-exitcode`. */
  pending: 2,
  refused: 3,
  /** As shells have it for SIGINT. */
  interrupted: 130,
} as const;

/** The command was given something it cannot use. The message says what, and what to give instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Says what went wrong. @returns the exit code */
export function explainError(error: unknown, { stderr }: Context): number {
  if (error instanceof GuardRefusal) {
    stderr.write(`Refused: ${error.message}\n`);
    return exitCodes.refused;
  }
  if (isForPeople(error)) {
    stderr.write(`${error.message}\n`);
    return exitCodes.failed;
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`${shown}\nThis is a bug of keyturn. Please report it with the lines above.\n`);
  return exitCodes.failed;
}

function isForPeople(error: unknown): error is Error {
  return (
    error instanceof ManifestError ||
    error instanceof ProviderError ||
    error instanceof DeliveryError ||
    error instanceof UsageError ||
    isOfSystem(error) ||
    // The emulator's word for a wrong option; by name, since its module is loaded by one verb only.
    (error instanceof Error && error.name === 'EmulatorOptionError')
  );
}

/** Such as a home folder that cannot be written: the system's own sentence names call and path. */
function isOfSystem(error: unknown): boolean {
  const { code, syscall }: { code?: unknown; syscall?: unknown } = Object(error);
  return typeof code === 'string' && typeof syscall === 'string';
}
