/**
 * The command line in this process: the real verbs against an emulator over HTTP, with a temporary folder
 * as its world. Everything that is written anywhere is kept, so that tests can look for token values in it.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { Context } from '../../src/cli/context.ts';
import { SecretValue } from '../../src/core/secret.ts';
import { main } from '../../src/cli/program.ts';
import type { Emulator, EmulatorOptions } from '../../src/emulator/start.ts';
import { startEmulator } from '../../src/emulator/start.ts';
import { systemRuntime } from '../../src/net/runtime.ts';

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface KnownToken {
  readonly prefix: string;
  readonly userName: string;
  readonly description: string | null;
  readonly state: string;
  readonly seeded: boolean;
}

export interface Cli {
  readonly emulator: Emulator;
  readonly folder: string;
  /** Variables of the command; the credential and the url of the emulator unless changed. */
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
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Every token at the emulator but the administrator's. */
  tokens(): Promise<readonly KnownToken[]>;
  /** Ids of those that live. */
  live(): Promise<readonly string[]>;
  /** The id of what a consumer of the file reads. */
  served(name?: string): Promise<string>;
}

export const hourMs = 3_600_000;
const running: { readonly cli: Cli; readonly said: string[] }[] = [];

afterEach(async () => {
  for (const { cli, said } of running.splice(0)) {
    await cli.emulator.close();
    try {
      await expectNoValues(cli, said);
    } finally {
      await rm(cli.folder, { recursive: true, force: true });
    }
  }
});

/**
 * Starts an emulator and a folder for one test; afterwards nothing that was written may hold a token value.
 */
export async function startCli(options: EmulatorOptions = {}): Promise<Cli> {
  const emulator = await startEmulator({
    clock: { frozen: true },
    ...options,
    toggles: { rateLimit: 'off', ...options.toggles },
  });
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-cli-'));
  const said: string[] = [];
  const listeners = new Set<() => void>();
  const hearers: ((text: string) => void)[] = [];
  const base = { emulator, folder, answers: [], questions: [], exits: [], stdin: '' };
  const env = { AIVEN_TOKEN: emulator.adminToken, AIVEN_WEB_URL: emulator.url };
  const control: Cli['control'] = async (path, body) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${emulator.controlUrl}/${path}`, init);
    return (await answer.json()) as Record<string, unknown>;
  };
  const tokens: Cli['tokens'] = async () =>
    ((await control('tokens'))['tokens'] as KnownToken[]).filter(({ seeded }) => !seeded);
  const cli: Cli = {
    ...base,
    env,
    control,
    tokens,
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
      const context = { ...contextOf(cli, listeners), stdout: writer('out'), stderr: writer('err') };
      const code = await main(args, context);
      return { code, ...texts };
    },
    onWrite: (listener) => void hearers.push(listener),
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    write: (name, text) => writeFile(join(folder, name), text),
    read: (name) => readFile(join(folder, name), 'utf8'),
    live: async () => (await tokens()).filter(({ state }) => state === 'live').map(({ prefix }) => prefix),
    served: async (name = 'AIVEN_TOKEN') =>
      new RegExp(`^${name}=["']?(.{12})`, 'm').exec(await readFile(join(folder, 'aiven.env'), 'utf8'))?.[1] ??
      '',
  };
  running.push({ cli, said });
  return cli;
}

function contextOf(cli: Cli, listeners: Set<() => void>): Omit<Context, 'stdout' | 'stderr'> {
  const real = systemRuntime();
  let skippedMs = 0;
  return {
    version: '0.0.0',
    env: cli.env,
    cwd: cli.folder,
    homeFolder: cli.folder,
    canAsk: cli.answers.length > 0,
    ask: async (question) => {
      cli.questions.push(question);
      return cli.answers.shift();
    },
    readStdin: async () => cli.stdin,
    exitNow: (code) => void cli.exits.push(code),
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
        cli.emulator.clock.advance(ms);
      },
    },
  };
}

/** One user `ci` with a token for each name, all in `aiven.env`. */
export function manifestOf(cli: Cli, tokens: readonly string[] = ['deploy'], more = ''): string {
  const entries = tokens.map(
    (name) => `
        - name: ${name}
          scopes: [projects:read]
          deliverTo: [{file: {path: aiven.env, format: Dotenv, name: ${variableOf(name)}}}]`,
  );
  const list = entries.length === 0 ? ' []' : entries.join('');
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  ownerId: payments-k3x9ab
  provider: {aiven: {organizationId: ${cli.emulator.organizationId}}}
  defaults: {maxAge: 90d, rotation: {renewBefore: 14d, overlap: 24h}}
${more}  applicationUsers:
    - name: ci
      tokens:${list}
`;
}

/** The first is what most tests call `AIVEN_TOKEN`. */
export function variableOf(name: string): string {
  return name === 'deploy' ? 'AIVEN_TOKEN' : name.toUpperCase();
}

/** Writes the manifest and applies it. */
export async function applied(cli: Cli, tokens?: readonly string[]): Promise<Result> {
  await cli.write('tokens.yaml', manifestOf(cli, tokens));
  const result = await cli.run('apply', '--yes');
  expect(result).toMatchObject({ code: 0, err: '' });
  // What was issued less than two seconds before a run began could have been issued since.
  cli.emulator.clock.advance(60_000);
  return result;
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
  return /\.env$|credentials\.json$/.test(name) || folder.endsWith('/secrets');
}

/** Values are looked for as they are, and in the encodings in which they could slip out. */
async function expectNoValues(cli: Cli, said: readonly string[]): Promise<void> {
  const files = await readdir(cli.folder, { recursive: true, withFileTypes: true });
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
