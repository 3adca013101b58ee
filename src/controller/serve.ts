/** What probes and Prometheus ask this process: /healthz, /readyz and /metrics. Tells no secret. */
import { createServer } from 'node:http';

export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

export interface Asked {
  /** Alive: the event loop turns, and nothing that should run has ended. */
  readonly isHealthy: () => boolean;
  /** Doing its work, or standing by to. */
  readonly isReady: () => boolean;
  readonly metrics: () => string;
}

export async function serve(port: number, { isHealthy, isReady, metrics }: Asked): Promise<Served> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type }).end(text);
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'only GET\n');
    if (path === '/healthz') return isHealthy() ? say(200, 'ok\n') : say(503, 'not healthy\n');
    if (path === '/readyz') return isReady() ? say(200, 'ok\n') : say(503, 'not ready\n');
    if (path === '/metrics') return say(200, metrics(), 'text/plain; version=0.0.4; charset=utf-8');
    return say(404, 'not found\n');
  });
  // Seconds are ample for a probe, and nobody may hold connections open.
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
