// GitHub's rate limits as the client keeps them, and pages of lists, over HTTP.
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { GitHubCall } from '../../src/github/client.ts';
import { clientOf, failureOf, forever, github, virtualRuntime } from './harness.ts';
import { primaryLimit, secondaryLimit } from './server/faults.ts';
import { place, read, send, update } from './variable-calls.ts';

describe('a rate limit', () => {
  it('of the hour is waited for until its reset, by the clock of GitHub', async () => {
    const server = await github();
    const runtime = virtualRuntime(server);
    server.fault({ on: 'GET', what: { kind: 'answer', answer: primaryLimit(server.now() + 90_000) } });
    await send(clientOf(server, { runtime }), read);
    const waitedMs = runtime.slept.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeGreaterThanOrEqual(89_000);
    expect(waitedMs).toBeLessThanOrEqual(93_000);
  });

  it.each([
    [7, 7_000],
    [undefined, 60_000],
  ])('of too many at once with Retry-After %s waits %i ms', async (seconds, leastMs) => {
    const server = await github();
    const runtime = virtualRuntime(server);
    server.fault({ on: 'GET', what: { kind: 'answer', answer: secondaryLimit(seconds) } });
    await send(clientOf(server, { runtime }), read);
    expect(runtime.slept).toHaveLength(1);
    expect(runtime.slept[0]).toBeGreaterThanOrEqual(leastMs);
    expect(runtime.slept[0]).toBeLessThanOrEqual(leastMs + 1_000);
  });

  it('that ends beyond our patience is said, with the time', async () => {
    const server = await github();
    const runtime = virtualRuntime(server);
    server.fault({ on: 'GET', what: { kind: 'answer', answer: primaryLimit(server.now() + 1_800_000) } });
    const client = clientOf(server, { runtime });
    const error = await failureOf(send(client, read));
    expect(error.failure).toBe('rateLimited');
    expect(error.message).toMatch(/hourly rate limit.*asks to wait 180\ds, which is past the 180s/);
    expect(runtime.slept).toEqual([]);
    // And nothing is sent until then.
    expect((await failureOf(send(client, update))).message).toContain('writing was not tried');
    expect(server.requests).toHaveLength(1);
  });

  it('keeps many writes apart', async () => {
    const server = await github();
    server.setVariable(place, '1');
    const runtime = virtualRuntime(server);
    const client = clientOf(server, { runtime });
    const startMs = runtime.monotonicMs();
    await Promise.all(Array.from({ length: 130 }, () => send(client, update)));
    expect(runtime.monotonicMs() - startMs).toBeGreaterThan(119_000);
    // GitHub would have complained of more than 80 in a minute.
    expect(server.requests.filter(({ status }) => status !== 204)).toEqual([]);
  });
});

describe('pages', () => {
  const list: GitHubCall<z.ZodType<{ variables: unknown[] }>> = {
    ...read,
    query: { per_page: 30 },
    schema: z.object({ variables: z.array(z.unknown()) }),
  };

  it('are followed to the end, and no further than wanted', async () => {
    const server = await github();
    for (let index = 0; index < 70; index++) server.setVariable({ ...place, name: `V${index}` }, 'x');
    const sizes: [number, boolean][] = [];
    for await (const { items, more } of clientOf(server).pages(list, { mostPages: 9, signal: forever }))
      sizes.push([items.variables.length, more]);
    expect(sizes).toEqual([
      [30, true],
      [30, true],
      [10, false],
    ]);
    let pages = 0;
    for await (const page of clientOf(server).pages(list, { mostPages: 2, signal: forever }))
      pages += page.more ? 1 : 0;
    expect(pages).toBe(2);
  });

  it('elsewhere are not asked for', async () => {
    const server = await github();
    const body = { total_count: 1, variables: [] };
    const headers = { link: '<https://github.example/next>; rel="next"' };
    server.fault({ on: 'GET', what: { kind: 'answer', answer: { status: 200, body, headers } } });
    const pages = clientOf(server).pages(list, { mostPages: 9, signal: forever });
    const error = await failureOf(pages.next());
    expect(error.message).toContain('its next page is not below');
  });
});
