/**
 * List, then watch from there, for as long as it is wanted: whatever cuts a watch off, it goes on where it
 * was, and lists again where the server has forgotten that. One request at a time; a storm of failures
 * backs off.
 */
import * as z from 'zod';
import { parseJson } from '../net/json.ts';
import type { SystemRuntime } from '../net/runtime.ts';
import type { KubernetesClient } from './client.ts';
import { failureOfStatus, KubernetesError } from './failures.ts';
import type { ListOptions } from './list.ts';
import { type Collection, type KubernetesObject, ObjectSchema } from './objects.ts';
import { readLines } from './read-lines.ts';

export type WatchEvent =
  /**
   * Everything there is: what was known before and is not in it is gone. `wentBack` when the server has an
   * earlier state than before, in which one version may name two contents of an object.
   */
  | { readonly kind: 'listed'; readonly items: readonly KubernetesObject[]; readonly wentBack: boolean }
  | { readonly kind: 'changed'; readonly object: KubernetesObject }
  | { readonly kind: 'removed'; readonly object: KubernetesObject };

export interface WatchOptions extends Pick<ListOptions, 'labelSelector' | 'fieldSelector' | 'metadataOnly'> {
  readonly runtime: Pick<SystemRuntime, 'monotonicMs' | 'sleep'>;
  readonly signal: AbortSignal;
  /**
   * A watch that is silent for longer counts as dead, in milliseconds; 100 s unless told. A server says
   * something at least every minute.
   */
  readonly silenceMs?: number;
  /** Each failure that it goes on after: for logs and metrics. */
  readonly onTrouble?: (error: KubernetesError) => void;
  /** A watch stands, or stands again. */
  readonly onWatching?: () => void;
  readonly random?: () => number;
}

const EventSchema = z.object({ type: z.string(), object: z.unknown() });
const VersionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** Asked of the server, so that a watch ends now and then and others get its place. */
const shortestSeconds = 240;
const longestSeconds = 300;
/** A watch that ends sooner, with nothing in it, counts as a failure. */
const hastyMs = 1000;

/** Where a watch stands: undefined before a list, and after the server forgot. */
interface Cursor {
  version: string | undefined;
  wentBack: boolean;
  failures: number;
}

/**
 * Ends when the signal is aborted, and then without an error. What is done with an event holds the next one
 * back, so it should be little.
 */
export async function* watchCollection(
  client: KubernetesClient,
  collection: Collection,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void> {
  const { runtime, signal, onTrouble, random = Math.random } = options;
  const cursor: Cursor = { version: undefined, wentBack: false, failures: 0 };
  while (!signal.aborted) {
    try {
      await noticeRestore(client, collection, { cursor, signal });
      if (cursor.version === undefined) {
        const { items, resourceVersion } = await client.list(collection, signal, selectorOf(options));
        yield { kind: 'listed', items, wentBack: cursor.wentBack };
        Object.assign(cursor, { version: resourceVersion, wentBack: false });
      }
      yield* watchOnce(client, collection, { ...options, cursor });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof KubernetesError)) throw error;
      const isForgotten = error.kind === 'gone';
      if (isForgotten) cursor.version = undefined;
      onTrouble?.(error);
      cursor.failures += 1;
      // What was forgotten is listed at once, but not over and over.
      if (isForgotten && cursor.failures === 1) continue;
      await runtime.sleep(waitAfter(cursor.failures, error, random), signal);
    }
  }
}

/**
 * The server may have gone back in time: etcd was restored from a backup. A watch from a version it has not
 * reached yet would be silent until it does, however much changes.
 */
async function noticeRestore(
  client: KubernetesClient,
  collection: Collection,
  { cursor, signal }: { readonly cursor: Cursor; readonly signal: AbortSignal },
): Promise<void> {
  if (cursor.version === undefined) return;
  const options = { pageSize: 1, firstPageOnly: true, metadataOnly: true };
  const { resourceVersion } = await client.list(collection, signal, options);
  if (isEarlier(resourceVersion, cursor.version))
    Object.assign(cursor, { version: undefined, wentBack: true });
}

/** Versions are decimal numbers that grow (KEP-5504). What is not one is never judged. */
function isEarlier(one: string, other: string | undefined): boolean {
  if (other === undefined || !/^\d+$/.test(one) || !/^\d+$/.test(other)) return false;
  return BigInt(one) < BigInt(other);
}

async function* watchOnce(
  client: KubernetesClient,
  collection: Collection,
  options: WatchOptions & { readonly cursor: Cursor },
): AsyncGenerator<WatchEvent> {
  const { runtime, signal, cursor, onWatching, silenceMs = 100_000, random = Math.random } = options;
  const seconds = shortestSeconds + Math.floor(random() * (longestSeconds - shortestSeconds));
  const { labelSelector, fieldSelector, metadataOnly = false } = options;
  const query = {
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion: cursor.version ?? '',
    timeoutSeconds: String(seconds),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
  const sinceMs = runtime.monotonicMs();
  let seen = 0;
  const { body } = await client.openWatch(collection, { query, metadataOnly, silenceMs, signal });
  onWatching?.();
  for await (const line of readLines(body)) {
    const event = readEvent(line, collection);
    if (event.kind === 'bookmark' && isEarlier(event.version, cursor.version)) {
      cursor.wentBack = true;
      throw new KubernetesError('kubernetes: the API server went back in time.', 'gone');
    }
    seen += 1;
    cursor.failures = 0;
    if (event.kind === 'bookmark') cursor.version = event.version;
    else {
      yield event;
      // Only now: what was not taken in is told again.
      cursor.version = event.object.metadata.resourceVersion ?? cursor.version;
    }
  }
  if (seen > 0 || runtime.monotonicMs() - sinceMs >= hastyMs) cursor.failures = 0;
  else throw new KubernetesError('kubernetes: a watch ended as soon as it had begun.', 'broken');
}

type Heard =
  | Exclude<WatchEvent, { kind: 'listed' }>
  | { readonly kind: 'bookmark'; readonly version: string };

function readEvent(line: string, { resource }: Collection): Heard {
  const what = `watching ${resource.plural}`;
  const event = EventSchema.safeParse(parseJson(line));
  if (event.success) {
    const { type, object } = event.data;
    if (type === 'ERROR') throw failureOfStatus(object, { what, isRead: true });
    if (type === 'BOOKMARK') {
      const mark = VersionSchema.safeParse(object);
      if (mark.success) return { kind: 'bookmark', version: mark.data.metadata.resourceVersion };
    }
    const parsed = ObjectSchema.safeParse(object);
    if (parsed.success && (type === 'ADDED' || type === 'MODIFIED'))
      return { kind: 'changed', object: parsed.data };
    if (parsed.success && type === 'DELETED') return { kind: 'removed', object: parsed.data };
  }
  // Nothing of the line is quoted: it may hold a Secret.
  throw new KubernetesError(`kubernetes: ${what} brought something that is no event.`, 'broken');
}

function selectorOf({ labelSelector, fieldSelector, metadataOnly }: WatchOptions): ListOptions {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(metadataOnly === undefined ? {} : { metadataOnly }),
  };
}

function waitAfter(failures: number, failure: KubernetesError, random: () => number): number {
  const asked = failure.kind === 'limited' ? failure.retryAfterMs : undefined;
  if (asked !== undefined) return asked + random() * 1000;
  return random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1));
}
