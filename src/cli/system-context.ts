/** The real outside of the command line: this process with its terminal, environment and signals. */
import { once } from 'node:events';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Runtime } from '../engine/ports.ts';
import { systemRuntime } from '../net/runtime.ts';
import type { Context, Writer } from './context.ts';

const worthSayingMs = 4_000;

/** @param version of keyturn */
export function systemContext(version: string): Context {
  return {
    version,
    stdout: writerOf(process.stdout),
    stderr: writerOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    homeFolder: homedir(),
    runtime: announcing(systemRuntime()),
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask,
    readStdin: async () => await text(process.stdin),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => process.off('SIGINT', listener).off('SIGTERM', listener);
    },
    exitNow: (code) => process.exit(code),
  };
}

/** A person should know why nothing happens while the provider makes us wait. */
function announcing(runtime: Runtime): Runtime {
  return {
    ...runtime,
    sleep: async (ms, signal) => {
      if (ms >= worthSayingMs) process.stderr.write(`Waiting ${Math.ceil(ms / 1_000)} s to ask again.\n`);
      await runtime.sleep(ms, signal);
    },
  };
}

function writerOf(stream: NodeJS.WriteStream): Writer {
  // A reader that went away (`keyturn plan | head`) is no error of ours; what is being applied goes on.
  stream.on('error', () => undefined);
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    write: (written) => void stream.write(written),
  };
}

async function ask(
  question: string,
  { hidden = false }: { readonly hidden?: boolean } = {},
): Promise<string | undefined> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: true,
    historySize: 0,
  });
  if (hidden) process.stderr.write(question);
  else lines.setPrompt(question);
  lines.prompt();
  // In raw mode Ctrl-C arrives here and not as a signal; like the end of input it means "no".
  lines.on('SIGINT', () => lines.close());
  let answer: string | undefined;
  try {
    const ended = once(lines, 'close').then(() => undefined);
    const answered = once(lines, 'line').then(([line]: readonly unknown[]) => String(line));
    answer = await Promise.race([answered, ended]);
    return answer;
  } finally {
    lines.close();
    // The line was ended by what the person typed, if that was shown.
    if (hidden || answer === undefined) process.stderr.write('\n');
  }
}
