/**
 * What the demo plays on: two emulators in this process with one clock, a temporary folder with manifests,
 * and the real verbs. It shows ids only; values are read to try them and never printed.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretValue } from '../../../core/secret.ts';
import {
  type BothEmulators,
  type DeterminedEmulator,
  type Emulator,
  startBoth,
} from '../../../emulator/start.ts';
import { painter } from '../../../render/layout.ts';
import { styleOf } from '../../answer.ts';
import { type Connection, openConnections } from '../../connect.ts';
import type { Context, Verb } from '../../context.ts';
import { exitCodes } from '../../errors.ts';
import type { GlobalOptions } from '../../options.ts';
import { buildManifest, buildTrainingManifest } from './manifest.ts';

export interface Stage {
  readonly emulator: Emulator;
  readonly determined: DeterminedEmulator;
  /** The provider of Aiven as the administrator reaches it, for what people do behind keyturn's back. */
  readonly connection: Connection;
  /** A heading and what it is about. */
  chapter(title: string, text: string): void;
  say(text: string): void;
  /** Runs a verb as if it had been typed. @returns its exit code */
  run<Options extends GlobalOptions>(
    shown: string,
    verb: Verb<Options>,
    options: Omit<Options, keyof GlobalOptions> & Pick<GlobalOptions, 'file'>,
  ): Promise<number>;
  writeManifest(choices: Parameters<typeof buildManifest>[1]): Promise<void>;
  /** Writes the manifest of the other provider beside it. */
  writeTraining(): Promise<void>;
  /** The value that consumers of `aiven.env` read under a name. */
  readValue(name: string): Promise<SecretValue>;
  /** Lets time pass at both providers. */
  pass(hours: number): void;
}

/** Sets the stage, plays on it, and clears everything away. */
export async function onStage(
  options: GlobalOptions,
  outside: Context,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-demo-'));
  // There already, so that no apply has to mention that it makes it.
  await mkdir(join(folder, 'secrets'), { mode: 0o700 });
  const emulators = await startBoth({ aiven: { toggles: { rateLimit: 'off' } } });
  const { aiven: emulator, determined } = emulators;
  const context: Context = {
    ...outside,
    cwd: folder,
    homeFolder: folder,
    env: { NO_COLOR: outside.env['NO_COLOR'], ...credentialsOf(emulators) },
    canAsk: false,
  };
  const global: GlobalOptions = { output: 'text', color: options.color };
  const aiven = { kind: 'aiven', config: { organizationId: emulator.organizationId } };
  const connections = openConnections([aiven], global, context);
  // Nothing here is worth finishing.
  const end = outside.onInterrupt(() => {
    rmSync(folder, { recursive: true, force: true });
    outside.exitNow(exitCodes.interrupted);
  });
  try {
    const connection = await connections.to(aiven);
    await play(buildStage({ emulator, determined, connection, context, global }));
  } finally {
    end();
    await connections.close();
    await emulators.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What people set to reach both, in the variables of the services' own tools. */
function credentialsOf({ aiven, determined }: BothEmulators): Context['env'] {
  return {
    AIVEN_TOKEN: aiven.adminToken,
    AIVEN_WEB_URL: aiven.url,
    DET_MASTER: determined.url,
    DET_USER: 'admin',
    DET_USER_TOKEN: determined.adminToken,
  };
}

function buildStage({
  emulator,
  determined,
  connection,
  context,
  global,
}: Pick<Stage, 'emulator' | 'determined' | 'connection'> & {
  readonly context: Context;
  readonly global: GlobalOptions;
}): Stage {
  const paint = painter(styleOf(global, context).colours);
  const { stdout, cwd } = context;
  let count = 0;
  return {
    emulator,
    determined,
    connection,
    chapter: (title, text) => stdout.write(`\n${paint(`${++count}. ${title}`, 'bold')}\n${text}\n`),
    say: (text) => stdout.write(`${text}\n`),
    run: async (shown, verb, options) => {
      stdout.write(`\n${paint(`$ ${shown}`, 'cyan')}\n`);
      // Only the options of every verb are left out of `options`, and `global` has them.
      return await verb({ ...global, ...options } as Parameters<typeof verb>[0], context);
    },
    writeManifest: async (choices) => {
      const text = buildManifest(emulator.organizationId, choices);
      await writeFile(join(cwd, 'tokens.yaml'), text);
    },
    writeTraining: async () => {
      await writeFile(join(cwd, 'training.yaml'), buildTrainingManifest(determined.url));
    },
    readValue: async (name) => {
      const text = await readFile(join(cwd, 'secrets', 'aiven.env'), 'utf8');
      const [, value = ''] = new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text) ?? [];
      return new SecretValue(value);
    },
    pass: (hours) => emulator.clock.advance(hours * 3_600_000),
  };
}
