/**
 * Runs the built Action as the runner does: a child process, inputs in INPUT_* variables, results in command
 * files. The environment is that of a fresh runner and nothing of ours.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const bundle = resolve('dist/action/index.js');

type Kill = (signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL') => void;

export interface ActionRun {
  /** A folder of this run: command files, `RUNNER_TEMP`, and below it the workspace. */
  readonly folder: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: object;
  /** Called once the process is there. */
  readonly onStart?: (kill: Kill) => void;
  /** Called with everything printed so far, whenever something is. */
  readonly onOutput?: (text: string, kill: Kill) => void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Everything in the command files together. */
  readonly files: string;
  readonly masks: readonly string[];
  /** `error title file:line message`, in the order they were given. */
  readonly annotations: readonly string[];
}

const commandFiles = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_PATH'];

export async function runAction({
  folder,
  inputs = {},
  env = {},
  event = {},
  onOutput,
  onStart,
}: ActionRun): Promise<Ended> {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const files = Object.fromEntries(commandFiles.map((name) => [name, write(name, '')]));
  const runner = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: folder,
    GITHUB_EVENT_PATH: write('event.json', JSON.stringify(event)),
  };
  const named = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
  const child = spawn(process.execPath, [bundle], {
    env: { ...runner, ...files, ...named, ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill: Kill = (signal) => void child.kill(signal);
  onStart?.(kill);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, kill);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  return {
    code,
    signal,
    stdout,
    stderr,
    outputs: parseValues(read('GITHUB_OUTPUT')),
    summary: read('GITHUB_STEP_SUMMARY'),
    files: commandFiles.map(read).join('\n'),
    masks: [...stdout.matchAll(/^::add-mask::(.*)$/gm)].map(([, value = '']) => unescapeCommand(value)),
    annotations: [...stdout.matchAll(/^::(error|warning|notice)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$/gm)].map(
      ([, severity, properties = '', message = '']) =>
        describeAnnotation(severity ?? '', properties, message),
    ),
  };
}

/** Blocks of `name<<delimiter`, value, `delimiter`. */
function parseValues(text: string): Readonly<Record<string, string>> {
  const blocks = text.matchAll(/^([^\n<=]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...blocks].map(([, name = '', , value = '']) => [name, value]));
}

function describeAnnotation(severity: string, properties: string, message: string): string {
  const of = new Map(properties.split(',').map((pair) => pair.split('=') as [string, string]));
  const place = of.has('file') ? `${unescapeCommand(of.get('file') ?? '')}:${of.get('line')}` : undefined;
  return [severity, of.get('title'), place, unescapeCommand(message)].filter(Boolean).join(' | ');
}

function unescapeCommand(text: string): string {
  return text
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
