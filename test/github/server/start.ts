// A GitHub of our own on loopback, for tests: the calls keyturn makes, held to GitHub's published description
// on the way in and on the way out. It opens sealed boxes with libsodium and counts what is asked of it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import sodium from 'libsodium-wrappers';
import { createControl, type GitHubControl } from './control.ts';
import { exchange, type Stage } from './exchange.ts';
import { createFaults } from './faults.ts';
import { createLimits } from './limits.ts';
import { createWorld } from './world.ts';

export interface GitHubOptions {
  /** Path before everything, such as `/api/v3` of a GitHub of one's own; none unless told. */
  readonly prefix?: string;
  /** Milliseconds since the epoch; the clock of this machine unless told. */
  readonly clock?: () => number;
  /** Any free one unless told. */
  readonly port?: number;
}

export interface GitHub extends GitHubControl {
  /** What `GITHUB_API_URL` is set to. */
  readonly apiUrl: string;
  stop(): Promise<void>;
}

/** Empty: repositories, organizations and tokens are made with the control that is returned. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  await sodium.ready;
  const { prefix = '', clock = () => Date.now(), port = 0 } = options;
  let offsetMs = 0;
  const world = createWorld(() => clock() + offsetMs);
  const stage: Stage = {
    prefix,
    world,
    tokens: new Map(),
    requests: [],
    breaches: [],
    faults: createFaults(),
    limits: createLimits(world.now),
  };
  const server = createServer((request, response) => void serve(stage, request, response));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    stop: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
    ...createControl(stage, {
      advance: (ms) => {
        offsetMs += ms;
      },
    }),
  };
}

async function serve(stage: Stage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', `http://${headers.host}`);
  const answer = await exchange(stage, { method, url, headers, text: await textOf(request) });
  if (!answer) return void request.socket.destroy();
  const isEmpty = answer.body === undefined;
  response.writeHead(answer.status, {
    date: new Date(stage.world.now()).toUTCString(),
    'x-github-api-version-selected': headers['x-github-api-version'] ?? '2022-11-28',
    ...(isEmpty ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...answer.headers,
  });
  response.end(isEmpty ? undefined : JSON.stringify(answer.body));
}
