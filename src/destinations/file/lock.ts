/**
 * One writer at a time for a file, across processes: `<path>.lock`, held by naming the process. A crash of
 * its holder leaves it; the next writer then takes it over. A lock that cannot be judged is refused with
 * its name, never removed.
 *
 * Taking over is free of races because a lock changes hands in two ways only: its holder removes it, or the
 * one process that has claimed it (a file named after the lock's id, created exclusively) renames its own
 * over it. A dead holder removes nothing, so what the claimer sees after claiming stays so until it acts. A
 * claim left by a crash is itself taken over in the same way.
 */
import { link, readFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { discard, freshId, readRegular, stage } from './disk.ts';
import { codeOf, failed, type Subject, unless, writeFailure } from './failure.ts';
import { type Holder, judge, parseHolder, thisHolder } from './holder.ts';

const pollMs = 25;
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const turns = new Map<string, Promise<unknown>>();

/**
 * Runs the action while holding the lock of `subject.path`, whose folder exists.
 * @param options.patienceMs how long to wait for a holder that may still let go.
 * @throws DeliveryError `refused` when the lock cannot be had; the action has not run then.
 */
export async function withLock<T>(
  subject: Subject,
  action: () => Promise<T>,
  options: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<T> {
  const deadlineMs = performance.now() + options.patienceMs;
  return await inTurn(subject.path, async () => {
    const me = await thisHolder(freshId());
    try {
      await acquire(subject, me, { ...options, deadlineMs });
    } catch (error) {
      throw writeFailure(subject, 'refused', error);
    }
    try {
      return await action();
    } finally {
      await release(lockOf(subject.path), me);
    }
  });
}

/** Where the lock of a file lies. */
export function lockOf(path: string): string {
  return `${path}.lock`;
}

/** Callers of this process queue here, so that many entries of one file need not poll. */
async function inTurn<T>(path: string, action: () => Promise<T>): Promise<T> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const before = turns.get(path);
  turns.set(path, done);
  await before;
  try {
    return await action();
  } finally {
    if (turns.get(path) === done) turns.delete(path);
    resolve();
  }
}

async function acquire(
  subject: Subject,
  me: Holder,
  options: { readonly deadlineMs: number; readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const file = lockOf(subject.path);
  for (;;) {
    if (options.signal.aborted)
      throw failed(subject, 'refused', `"${subject.path}" was not written: stopped.`);
    const holder = await readHolder(subject, file);
    const verdict = holder && (await judge(holder));
    if (holder === undefined && (await create(subject, { file, me }))) return;
    if (holder && verdict === 'gone' && (await takeOver(subject, { file, stale: holder, me }))) return;
    if (performance.now() >= options.deadlineMs) {
      throw failed(
        subject,
        'refused',
        sentenceFor(subject, { holder, verdict, patienceMs: options.patienceMs }),
      );
    }
    // An abort ends the wait; the loop says so.
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** True when the lock was this stale holder's and is now ours. */
async function takeOver(
  subject: Subject,
  { file, stale, me }: { readonly file: string; readonly stale: Holder; readonly me: Holder },
): Promise<boolean> {
  const claim = `${subject.path}.${stale.id}.keyturn-claim`;
  if (!(await create(subject, { file: claim, me }))) {
    const rival = await readHolder(subject, claim);
    if (rival === undefined || (await judge(rival)) !== 'gone') return false;
    if (!(await takeOver(subject, { file: claim, stale: rival, me }))) return false;
  }
  try {
    if ((await readHolder(subject, file))?.id !== stale.id) return false;
    const staged = await stage(subject.path, textOf(me));
    return (await unless('ENOENT', () => rename(staged, file).then(() => true))) ?? false;
  } finally {
    await discard(claim);
  }
}

async function readHolder(subject: Subject, lock: string): Promise<Holder | undefined> {
  const bytes = readRegular({ key: subject.key, path: lock }, 'refused');
  if (bytes === undefined) return undefined;
  const holder = parseHolder(bytes.toString());
  if (holder !== undefined) return holder;
  throw failed(
    subject,
    'refused',
    `"${subject.path}" was not written: "${lock}" is not a lock as keyturn writes it, ` +
      `so nobody can tell who holds it. When no keyturn is running on this folder, ` +
      `delete "${lock}" and run again.`,
  );
}

/**
 * True when the file was not there and is now ours. A link appears whole or not at all: nobody reads half a
 * lock.
 */
async function create(
  subject: Subject,
  { file, me }: { readonly file: string; readonly me: Holder },
): Promise<boolean> {
  const staged = await stage(subject.path, textOf(me));
  try {
    await link(staged, file);
    return true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    // ENOENT: the holder of the lock has cleared our staged file away with what crashes leave.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (!withoutLinks.has(code)) throw error;
    const why = 'its file system has no hard links, which the lock is made of. Deliver to another one.';
    throw failed(subject, 'refused', `"${subject.path}" was not written: ${why}`, error);
  } finally {
    await discard(staged);
  }
}

/** Removes the lock if it is still ours. One that cannot be removed is stale once this process ends. */
async function release(file: string, me: Holder): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (parseHolder(text)?.id === me.id) await discard(file);
}

function textOf(holder: Holder): Buffer {
  return Buffer.from(`${JSON.stringify(holder)}\n`);
}

function sentenceFor(
  { path }: Subject,
  lock: {
    readonly holder: Holder | undefined;
    readonly verdict: 'alive' | 'gone' | 'elsewhere' | undefined;
    readonly patienceMs: number;
  },
): string {
  const { holder, verdict, patienceMs } = lock;
  const start = `"${path}" was not written: `;
  if (holder === undefined || verdict === 'gone') return `${start}another keyturn was quicker. Run again.`;
  const { pid, since, host } = holder;
  if (verdict === 'alive') {
    return (
      `${start}process ${pid} has held its lock since ${since} and did not let go within ` +
      `${patienceMs / 1000} s. Wait until it ends, or end it, then run again.`
    );
  }
  const file = lockOf(path);
  return (
    `${start}"${file}" was made at ${since} by process ${pid} on host "${host.name}", and ` +
    `whether that still runs cannot be told from here. When no keyturn is running on this folder, ` +
    `delete "${file}" and run again.`
  );
}
