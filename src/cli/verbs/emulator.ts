/** `keyturn emulator`: serves the emulated Aiven on loopback until it is stopped. */
import { resolve } from 'node:path';
import { type EmulatorOptions, readSettings, startEmulator } from '../../emulator/start.ts';
import type { Context } from '../context.ts';
import { errorCode } from '../error-code.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { GlobalOptions } from '../options.ts';

export interface EmulatorVerbOptions extends GlobalOptions {
  readonly port?: number;
  readonly state?: string;
  readonly set?: readonly string[];
  readonly fault?: readonly string[];
}

export async function emulator(options: EmulatorVerbOptions, context: Context): Promise<number> {
  const { port, state, set = [], fault = [] } = options;
  const wanted: EmulatorOptions = {
    toggles: readSettings(set),
    faults: fault,
    ...(port === undefined ? {} : { port }),
    ...(state === undefined ? {} : { stateFile: resolve(context.cwd, state) }),
  };
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const end = context.onInterrupt(stop);
  try {
    const running = await startOn(wanted);
    const { url, adminToken, organizationId, controlUrl } = running;
    context.stdout.write(
      `An emulated Aiven listens at ${url} until you press Ctrl-C. In another terminal:\n` +
        `  export AIVEN_WEB_URL=${url}\n` +
        `  export AIVEN_TOKEN=${adminToken}\n` +
        `  keyturn init --organization ${organizationId}\n` +
        '  keyturn apply\n' +
        'That token opens nothing but this emulator. avn works there too.\n' +
        `Its clock, faults and toggles: ${controlUrl}\n`,
    );
    await stopped;
    await running.close();
  } finally {
    end();
  }
  return exitCodes.done;
}

async function startOn(options: EmulatorOptions) {
  try {
    return await startEmulator(options);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new UsageError(
      `Port ${options.port} cannot be used (${code}). Choose another one, or leave out --port.`,
    );
  }
}
