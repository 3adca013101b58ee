/**
 * The emulated Aiven and Determined in a process of their own, as real ones would be: their work must not be
 * counted as ours. Steered through their control endpoints.
 */
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { keyturn } from './run-process.ts';

export interface Emulator {
  readonly url: string;
  readonly organizationId: string;
  readonly adminToken: string;
  /** Asks or, with a body, changes a control. */
  control(name: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  /** Answers every request so much later. */
  setLatency(ms: number): Promise<void>;
  setRateLimit(limit: string): Promise<void>;
  /** Forgets the requests counted so far, and starts another window of the rate limit. */
  startCounting(): Promise<void>;
  /** Requests since then, by route and status. */
  counts(): Promise<Counts>;
  readonly determined: Determined;
  stop(): Promise<void>;
}

/** The emulated master beside it. */
interface Determined {
  readonly url: string;
  readonly adminToken: string;
  control(name: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
}

interface Counts {
  readonly total: number;
  readonly byRoute: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Starts one without rate limit and without quota of tokens. */
export async function startEmulator(): Promise<Emulator> {
  const toggles = ['rateLimit=off', 'appTokenQuota=off'].flatMap((toggle) => ['--set', toggle]);
  const child = spawn(process.execPath, [keyturn, 'emulator', ...toggles], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url, adminToken, organizationId, master } = await readGreeting(child.stdout);
  const control: Emulator['control'] = (name, body) => callControl(`${url}/_control/${name}`, body);
  return {
    url,
    adminToken,
    organizationId,
    control,
    determined: {
      ...master,
      control: (name, body) => callControl(`${master.url}/_control/${name}`, body),
    },
    setLatency: async (ms) => void (await control('latency', { ms })),
    setRateLimit: async (rateLimit) => void (await control('toggles', { rateLimit })),
    startCounting: async () => {
      await control('clock', { advance: '2m' });
      await control('requests', {});
    },
    counts: async () => (await control('requests')) as unknown as Counts,
    stop: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      child.once('close', () => resolve());
      child.kill('SIGTERM');
      await promise;
    },
  };
}

async function readGreeting(
  stdout: NodeJS.ReadableStream,
): Promise<
  Pick<Emulator, 'url' | 'adminToken' | 'organizationId'> & { readonly master: Omit<Determined, 'control'> }
> {
  let text = '';
  for await (const chunk of stdout) {
    text += String(chunk);
    const said = (name: RegExp): string => name.exec(text)?.[1] ?? '';
    const organizationId = said(/--organization (\S+)\n/);
    if (organizationId === '') continue;
    return {
      url: said(/AIVEN_WEB_URL=(\S+)/),
      adminToken: said(/AIVEN_TOKEN=(\S+)/),
      organizationId,
      master: { url: said(/DET_MASTER=(\S+)/), adminToken: said(/DET_USER_TOKEN=(\S+)/) },
    };
  }
  throw new Error(`The emulator did not start: ${text}`);
}

function callControl(url: string, body: object | undefined): Promise<Readonly<Record<string, unknown>>> {
  const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  const call = request(url, { method: body === undefined ? 'GET' : 'POST' }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
    answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
  });
  call.on('error', reject);
  call.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
