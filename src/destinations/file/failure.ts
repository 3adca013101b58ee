/**
 * Turns what the file system or a format says into a DeliveryError: what happened to which file, why, and
 * what to do. No message holds any content of a file.
 */
import { DeliveryError, type DeliveryFailure, InvariantError } from '../../core/errors.ts';

/** What a sentence is about, and the destination it is told for. */
export interface Subject {
  readonly key: string;
  readonly path: string;
}

interface Explanation {
  readonly why: string;
  readonly fix: string;
}

const full = { why: 'no space is left on the device', fix: 'Free some space, then run again.' };
const forbidden = {
  why: 'permission is denied',
  fix: 'Run as the user it belongs to, or give this user access to the file and its folder.',
};
const explanations: Readonly<Record<string, Explanation>> = {
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: { why: 'the file system is read-only', fix: 'Deliver to a folder that can be written.' },
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: { why: 'the limit on file sizes is too low', fix: 'Raise `ulimit -f`.' },
  EIO: { why: 'the device reports an input/output error', fix: 'Check the disk.' },
  ENOTDIR: { why: 'a part of its path is a file, not a folder', fix: 'Correct the path.' },
  EEXIST: { why: 'something that is not a folder stands in its path', fix: 'Correct the path.' },
  EISDIR: { why: 'it is a folder', fix: 'Name a file in it.' },
  ELOOP: { why: 'it is a symbolic link', fix: 'Name the file it points to, or remove the link.' },
  ENAMETOOLONG: { why: 'its name is too long', fix: 'Use a shorter name.' },
  ENOENT: { why: 'its folder is gone', fix: 'Run again.' },
};

const outcomes = {
  refused: 'was not written',
  conflict: 'was not written',
  unknown: 'may or may not have been written',
} satisfies Record<DeliveryFailure, string>;

/** A failed write; an error that already speaks for itself is handed on. */
export function writeFailure(subject: Subject, failure: DeliveryFailure, error: unknown): Error {
  if (speaksForItself(error)) return error;
  const { why, fix } = explain(error);
  return failed(subject, failure, `"${subject.path}" ${outcomes[failure]}: ${why}. ${fix}`, error);
}

/** A failed read. It counts as `refused` when it stops a write before that changed anything. */
export function readFailure(subject: Subject, failure: DeliveryFailure, error: unknown): Error {
  if (speaksForItself(error)) return error;
  const { why, fix } = explain(error);
  return failed(subject, failure, `"${subject.path}" cannot be read: ${why}. ${fix}`, error);
}

/** A failure in words of our own. */
export function failed(
  subject: Subject,
  failure: DeliveryFailure,
  message: string,
  cause?: unknown,
): DeliveryError {
  return new DeliveryError(message, failure, { destination: subject.key, cause });
}

/** The errno of a failed call, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = Object(error).code;
  return typeof code === 'string' ? code : undefined;
}

/** Runs an action; undefined when it fails with this errno. */
export async function unless<T>(code: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (codeOf(error) === code) return undefined;
    throw error;
  }
}

function speaksForItself(error: unknown): error is Error {
  return error instanceof DeliveryError || error instanceof InvariantError;
}

function explain(error: unknown): Explanation {
  const code = codeOf(error);
  const known = code === undefined ? undefined : explanations[code];
  return known ?? { why: `the system says ${code ?? 'no reason'}`, fix: 'Mend that, then run again.' };
}
