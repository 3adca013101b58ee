/** `keyturn emulator`: serves the emulated Aiven and Determined on loopback until it is stopped. */
import { resolve } from 'node:path';
import { readFaults, readSettings } from '../../emulator/options.ts';
import { type BothEmulators, type BothOptions, startBoth } from '../../emulator/start.ts';
import type { Context } from '../context.ts';
import { errorCode } from '../error-code.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { GlobalOptions } from '../options.ts';

export interface EmulatorVerbOptions extends GlobalOptions {
  readonly port?: number;
  readonly determinedPort?: number;
  readonly state?: string;
  readonly set?: readonly string[];
  readonly fault?: readonly string[];
}

export async function emulator(options: EmulatorVerbOptions, context: Context): Promise<number> {
  const { port, determinedPort, state, set = [], fault = [] } = options;
  const toggles = readSettings(set);
  const faults = readFaults(fault);
  const wanted: BothOptions = {
    aiven: { toggles: toggles.aiven, faults: faults.aiven, ...(port === undefined ? {} : { port }) },
    determined: {
      toggles: toggles.determined,
      faults: faults.determined,
      ...(determinedPort === undefined ? {} : { port: determinedPort }),
    },
    ...(state === undefined ? {} : { stateFile: resolve(context.cwd, state) }),
  };
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const end = context.onInterrupt(stop);
  try {
    const running = await startOn(wanted);
    context.stdout.write(greet(running));
    await stopped;
    await running.close();
  } finally {
    end();
  }
  return exitCodes.done;
}

function greet({ aiven, determined }: BothEmulators): string {
  return (
    `An emulated Aiven listens at ${aiven.url} and an emulated Determined master at ${determined.url}\n` +
    'until you press Ctrl-C. In another terminal:\n' +
    `  export AIVEN_WEB_URL=${aiven.url}\n` +
    `  export AIVEN_TOKEN=${aiven.adminToken}\n` +
    `  export DET_MASTER=${determined.url} DET_USER=admin\n` +
    `  export DET_USER_TOKEN=${determined.adminToken}\n` +
    `  keyturn init --organization ${aiven.organizationId}\n` +
    '  keyturn apply\n' +
    'Those tokens open nothing but this emulator. avn and det work there too.\n' +
    `Its clock, faults and toggles: ${aiven.controlUrl} and ${determined.controlUrl}\n`
  );
}

async function startOn(options: BothOptions): Promise<BothEmulators> {
  try {
    return await startBoth(options);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const ports = [options.aiven?.port, options.determined?.port].filter((port) => port !== undefined);
    throw new UsageError(
      `Port ${ports.join(' or ')} cannot be used (${code}). ` +
        'Choose another one, or leave out --port and --determined-port.',
    );
  }
}
