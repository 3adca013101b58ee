/**
 * Who holds a lock, and whether that process still runs. A process counts as gone only when this machine
 * can know it: same host, same process namespace, and either no such process or another one under its
 * number. Everything else is `elsewhere`, never guessed.
 */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { codeOf } from './failure.ts';

const Schema = z.object({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  pid: z.int().min(1),
  /** When the process started, in ticks since boot; null where the system does not tell. */
  startedAt: z.string().nullable(),
  host: z.object({
    name: z.string(),
    machine: z.string().nullable(),
    boot: z.string().nullable(),
    /** Two containers may share a name and a folder, but not their process numbers. */
    processes: z.string().nullable(),
  }),
  since: z.string(),
});

export type Holder = Readonly<z.output<typeof Schema>>;
type Host = Holder['host'];
type Verdict = 'alive' | 'gone' | 'elsewhere';

const zombieOrDead = /^[ZX]$/;

/** This process as a holder. `since` is this machine's clock and only for a person to read. */
export async function thisHolder(id: string): Promise<Holder> {
  const { pid } = process;
  const startedAt = (await processStatus(pid))?.startedAt ?? null;
  return { id, pid, startedAt, host: await thisHost(), since: new Date().toISOString() };
}

/** Undefined when the text is not what keyturn writes. */
export function parseHolder(text: string): Holder | undefined {
  try {
    return Schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What this process can know about the holder. */
export async function judge(holder: Holder): Promise<Verdict> {
  const here = await thisHost();
  const { name, machine, boot, processes } = holder.host;
  if (name !== here.name || machine !== here.machine) return 'elsewhere';
  // Without a machine id another machine may bear the same name.
  if (boot !== here.boot) return machine === null ? 'elsewhere' : 'gone';
  if (processes !== here.processes) return 'elsewhere';
  if (!runs(holder.pid)) return 'gone';
  const now = await processStatus(holder.pid);
  if (now === undefined) return 'alive';
  return zombieOrDead.test(now.state) || now.startedAt !== holder.startedAt ? 'gone' : 'alive';
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return codeOf(error) !== 'ESRCH';
  }
}

/**
 * Fields 3 and 22 of /proc/PID/stat (proc_pid_stat(5)); the name before them may hold blanks and brackets.
 */
async function processStatus(pid: number): Promise<{ state: string; startedAt: string } | undefined> {
  const text = await maybe(() => readFile(`/proc/${pid}/stat`, 'utf8'));
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startedAt] = [fields?.[0], fields?.[19]];
  return state === undefined || startedAt === undefined ? undefined : { state, startedAt };
}

async function thisHost(): Promise<Host> {
  const [machine, boot, processes] = await Promise.all([
    maybe(() => readFile('/etc/machine-id', 'utf8')),
    maybe(() => readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    maybe(() => readlink('/proc/self/ns/pid')),
  ]);
  return { name: hostname(), machine, boot, processes };
}

/** What only some systems tell; null elsewhere. */
async function maybe(read: () => Promise<string>): Promise<string | null> {
  try {
    return (await read()).trim() || null;
  } catch {
    return null;
  }
}
