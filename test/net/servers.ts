/** Tiny servers for what the emulator cannot do: broken answers, dropped connections, proxies. */
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';

export interface TestServer {
  readonly url: string;
  readonly server: Server | TcpServer;
  /** Connections that were ever opened. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function serveHttp(listener: RequestListener): Promise<TestServer> {
  return started(createServer(listener));
}

/** `answer` is handed each piece of data of each connection. */
export async function serveTcp(answer: (socket: Socket, data: string) => void): Promise<TestServer> {
  return started(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => answer(socket, data.toString()));
    }),
  );
}

async function started(server: Server | TcpServer): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket: Socket) => {
    opened += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    connections: () => opened,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
