/**
 * Programs that tests start, and that must not outlive them: each is known by its pid and its command, is
 * ended by these, and a keeper beside the tests ends what a killed run leaves.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Processes {
  readonly folder: string;
  /** Starts a program under a name; its output goes to `<folder>/<name>.log`, after what is there. */
  launch(
    name: string,
    command: readonly string[],
    options?: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
  ): void;
  isAlive(name: string): boolean;
  pidOf(name: string): number;
  signal(name: string, signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end. Not running any more is success. */
  end(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Polls until `check` holds. @throws when the program ends first, with the last lines of its log */
  until(name: string, check: () => Promise<boolean>, boundMs?: number): Promise<void>;
  logOf(name: string): string;
  /** Ends all, the last one first, and removes the folder unless told to keep it. */
  stop(options?: { readonly keep?: boolean }): Promise<void>;
}

interface Started {
  readonly pid: number;
  readonly command: readonly string[];
}

const stateFile = 'processes.json';

/** @param folder made if it is not there; nobody else's */
export function openProcesses(folder: string): Processes {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const started = new Map<string, Started>();
  const keeper = startKeeper(folder);
  const find = (name: string): Started => {
    const found = started.get(name);
    if (!found) throw new Error(`"${name}" was never started`);
    return found;
  };
  const isAlive = (name: string): boolean => isRunning(find(name));
  const logOf = (name: string): string => {
    const path = join(folder, `${name}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const end = async (name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    await endProcess(find(name), signal);
  };
  return {
    folder,
    isAlive,
    logOf,
    end,
    pidOf: (name) => find(name).pid,
    launch: (name, command, options = {}) => {
      const pid = spawnDetached(join(folder, `${name}.log`), command, options);
      started.set(name, { pid, command });
      writeState(folder, [...started.values()]);
    },
    signal: (name, signal) => {
      if (isAlive(name)) process.kill(find(name).pid, signal);
    },
    until: async (name, check, boundMs = 180_000) => {
      const endMs = performance.now() + boundMs;
      while (!(await check().catch(() => false))) {
        if (!isAlive(name)) throw new Error(`${name} ended: ${logOf(name).slice(-3000)}`);
        if (performance.now() > endMs)
          throw new Error(`${name} is not ready after ${boundMs} ms: ${logOf(name).slice(-3000)}`);
        await wait(25);
      }
    },
    stop: async ({ keep = false } = {}) => {
      for (const name of [...started.keys()].reverse()) await end(name);
      writeState(folder, []);
      if (!keep) rmSync(folder, { recursive: true, force: true });
      keeper.stdin?.end();
    },
  };
}

/** Ends everything that a folder says was started there, and removes it. For `keeper.ts`. */
export async function stopLeft(folder: string): Promise<void> {
  const path = join(folder, stateFile);
  if (!existsSync(path)) return;
  const left = JSON.parse(readFileSync(path, 'utf8')) as readonly Started[];
  if (left.length === 0) return;
  for (const one of left.toReversed()) await endProcess(one, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Its standard input closes when this process ends, however it ends. */
function startKeeper(folder: string): ChildProcess {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts'), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.on('error', () => undefined);
  keeper.stdin.on('error', () => undefined);
  keeper.unref();
  const { stdin } = keeper;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return keeper;
}

function spawnDetached(
  log: string,
  [program = '', ...args]: readonly string[],
  { env, cwd }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
): number {
  const out = openSync(log, 'a');
  const child = spawn(program, args, { stdio: ['ignore', out, out], detached: true, env, cwd });
  child.on('error', () => undefined);
  closeSync(out);
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} cannot be started`);
  return child.pid;
}

function writeState(folder: string, started: readonly Started[]): void {
  writeFileSync(join(folder, stateFile), JSON.stringify(started));
}

async function endProcess(one: Started, signal: NodeJS.Signals): Promise<void> {
  if (isRunning(one)) process.kill(one.pid, signal);
  for (const endMs = performance.now() + 100_000; isRunning(one); await wait(10))
    if (performance.now() > endMs) throw new Error(`${one.command[0]} ignores ${signal}`);
}

/** By its command too, since a pid may have been given away again. A zombie has no command. */
function isRunning({ pid, command }: Started): boolean {
  const [program = '', ...args] = command;
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith([program, ...args].join('\0'));
    return execFileSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' }).includes(program);
  } catch {
    return false;
  }
}
