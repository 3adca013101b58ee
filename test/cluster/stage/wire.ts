/**
 * A wire between a controller and its API server that can be cut, and that can fall silent while it stands.
 * It passes bytes on; TLS goes through.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface Wire {
  /** Where the API server seems to be. */
  readonly url: string;
  /** Breaks every connection that stands. */
  cut(): void;
  /** Passes nothing on, on any connection, until `flow`. */
  dam(): void;
  flow(): void;
  /** Connections made so far. */
  made(): number;
  close(): Promise<void>;
}

export async function startWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isDammed = false;
  let made = 0;
  const server = createServer((near) => {
    made += 1;
    const far = connect(Number(port), hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far).pipe(near);
    if (isDammed) for (const socket of pair) socket.pause();
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('error', () => undefined);
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const own = address !== null && typeof address === 'object' ? address.port : 0;
  const each = (act: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) act(socket);
  };
  return {
    url: `https://127.0.0.1:${own}`,
    cut: () => each((socket) => socket.resetAndDestroy()),
    dam: () => {
      isDammed = true;
      each((socket) => socket.pause());
    },
    flow: () => {
      isDammed = false;
      each((socket) => socket.resume());
    },
    made: () => made,
    close: async () => {
      each((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
