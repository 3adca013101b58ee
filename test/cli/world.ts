/**
 * A temporary folder in which the real verbs run in this process, whatever service they talk to. Everything
 * that is written anywhere is kept, so that afterwards it can be searched for token values.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { Context } from '../../src/cli/context.ts';
import { main } from '../../src/cli/program.ts';
import { SecretValue } from '../../src/core/secret.ts';
import type { Clock } from '../../src/emulator/clock.ts';
import { systemRuntime } from '../../src/net/runtime.ts';

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface World {
  readonly folder: string;
  /** Variables of the command. */
  readonly env: Record<string, string | undefined>;
  /** Answers to questions, in order. Empty: there is no terminal. */
  readonly answers: (string | undefined)[];
  readonly questions: string[];
  /** Exit codes with which the process would have ended at once. */
  readonly exits: number[];
  /** What standard input holds. */
  stdin: string;
  /** Runs one command line. */
  run(...args: readonly string[]): Promise<Result>;
  /** Calls back with whatever is printed from now on. */
  onWrite(listener: (text: string) => void): void;
  /** As if the process got SIGINT. */
  interrupt(): void;
  write(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
}

/** What the verbs talk to. */
interface Service {
  readonly clock: Clock;
  close(): Promise<void>;
}

const running: { readonly world: World; readonly service: Service; readonly said: string[] }[] = [];

afterEach(async () => {
  for (const { world, service, said } of running.splice(0)) {
    await service.close();
    try {
      await expectNoValues(world, said);
    } finally {
      await rm(world.folder, { recursive: true, force: true });
    }
  }
});

/** A folder for one test; afterwards nothing that was written may hold a token value. */
export async function openWorld(service: Service, env: World['env']): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-cli-'));
  const said: string[] = [];
  const listeners = new Set<() => void>();
  const hearers: ((text: string) => void)[] = [];
  const world: World = {
    folder,
    env,
    answers: [],
    questions: [],
    exits: [],
    stdin: '',
    run: async (...args) => {
      const texts = { out: '', err: '' };
      const writer = (to: 'out' | 'err') => ({
        isTerminal: false,
        columns: undefined,
        write: (text: string) => {
          texts[to] += text;
          said.push(text);
          for (const hear of hearers) hear(text);
        },
      });
      const context = contextOf(world, service.clock, listeners);
      const code = await main(args, { ...context, stdout: writer('out'), stderr: writer('err') });
      return { code, ...texts };
    },
    onWrite: (listener) => void hearers.push(listener),
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    write: (name, text) => writeFile(join(folder, name), text),
    read: (name) => readFile(join(folder, name), 'utf8'),
  };
  running.push({ world, service, said });
  return world;
}

function contextOf(
  world: World,
  clock: Clock,
  listeners: Set<() => void>,
): Omit<Context, 'stdout' | 'stderr'> {
  const real = systemRuntime();
  let skippedMs = 0;
  return {
    version: '0.0.0',
    env: world.env,
    cwd: world.folder,
    homeFolder: world.folder,
    canAsk: world.answers.length > 0,
    ask: async (question) => {
      world.questions.push(question);
      return world.answers.shift();
    },
    readStdin: async () => world.stdin,
    exitNow: (code) => void world.exits.push(code),
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    runtime: {
      ...real,
      monotonicMs: () => real.monotonicMs() + skippedMs,
      // Waiting passes at once, for the emulator too.
      sleep: async (ms) => {
        skippedMs += ms;
        clock.advance(ms);
      },
    },
  };
}

/** Every value that passed through any hand of this process. */
const revealed = new Set<string>();
const { reveal } = SecretValue.prototype;
SecretValue.prototype.reveal = function revealAndRemember() {
  const value = reveal.call(this);
  revealed.add(value);
  return value;
};

/** Destinations, and the credential file of a login; receipts are none. */
function holdsValues(folder: string, name: string): boolean {
  if (name.endsWith('.receipt.json')) return false;
  return /\.env$|credentials\.json$|auth\.json$/.test(name) || folder.endsWith('/secrets');
}

/** Values are looked for as they are, and in the encodings in which they could slip out. */
async function expectNoValues(world: World, said: readonly string[]): Promise<void> {
  const files = await readdir(world.folder, { recursive: true, withFileTypes: true });
  const texts = new Map<string, string>([['what was printed', said.join('')]]);
  for (const file of files.filter((entry) => entry.isFile() && !holdsValues(entry.parentPath, entry.name)))
    texts.set(file.name, await readFile(join(file.parentPath, file.name), 'utf8'));
  // Ids, and what the tests make up as wrong values, are shorter.
  for (const value of [...revealed].filter((text) => text.length > 12)) {
    // The middle, so that a value cut short is found too; base64 at each of its three alignments.
    const part = value.length > 100 ? value.slice(40, 70) : value;
    const middle = value.length > 100 ? value.slice(24, 84) : value;
    const encoded = [0, 1, 2].map((shift) =>
      Buffer.from(middle.slice(shift)).toString('base64').slice(0, -4),
    );
    const forms = [part, encodeURIComponent(part), ...encoded];
    for (const [where, text] of texts)
      for (const form of forms)
        expect({ where, leaks: text.includes(form) }).toEqual({ where, leaks: false });
  }
  revealed.clear();
}
