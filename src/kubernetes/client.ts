/**
 * The Kubernetes API over one connection pool: get, list, create, replace, patch, apply and delete. Knows no
 * kind of object but by its `Resource`, and no rule about tokens. Watches are in `watch.ts`.
 */
import type { StreamedAnswer } from '../net/http.ts';
import { parseJson } from '../net/json.ts';
import type { SystemRuntime } from '../net/runtime.ts';
import type { Access } from './access.ts';
import { KubernetesError, unreadable } from './failures.ts';
import { type ListOptions, type ObjectList, readList } from './list.ts';
import {
  type Collection,
  describePlace,
  type KubernetesObject,
  type ObjectBody,
  ObjectSchema,
  type Place,
} from './objects.ts';
import { collectionPath, pathOf } from './paths.ts';
import { createSender, type Sending } from './sender.ts';

export interface KubernetesOptions {
  /** Where the API server is and what proves who we are; read again before each request. */
  readonly access: Access;
  /** Ours, for the `User-Agent`. */
  readonly version: string;
  readonly runtime: Pick<SystemRuntime, 'monotonicMs' | 'sleep'>;
  /** Requests in flight; 20 unless told. */
  readonly concurrency?: number;
  /** Longest time that one request is tried for, in milliseconds; 60 s unless told. */
  readonly patienceMs?: number;
  /** Longest silence while an answer is awaited; 30 s unless told. */
  readonly answerTimeoutMs?: number;
  /** Asked directly before a request that may change something is written; see `HttpOptions.mayBegin`. */
  readonly mayBegin?: () => boolean;
}

interface CallOptions {
  /** False: one try. A lease has no time for more. */
  readonly retry?: boolean;
}

interface WriteOptions extends CallOptions {
  /** Admission and validation happen, nothing is stored. */
  readonly dryRun?: boolean;
  /** As `metadata.managedFields` names the writer; `keyturn` unless told. */
  readonly fieldManager?: string;
  readonly subresource?: 'status';
  /** Values that must not come back in a message. */
  readonly hidden?: readonly string[];
}

interface RemoveOptions extends CallOptions {
  /** The object must be this one, and unchanged. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/**
 * Every call may throw `KubernetesError`, whose `kind` says what to make of it. Reads go again by
 * themselves; a write only where it is certain that it had no effect (429, never sent).
 */
export interface KubernetesClient {
  get(place: Place, signal: AbortSignal, options?: CallOptions): Promise<KubernetesObject>;
  /** Undefined where it is not there. */
  find(place: Place, signal: AbortSignal, options?: CallOptions): Promise<KubernetesObject | undefined>;
  /** Every object, page by page, as of one version. */
  list(collection: Collection, signal: AbortSignal, options?: ListOptions): Promise<ObjectList>;
  create(place: Place, body: ObjectBody, options: Signalled<WriteOptions>): Promise<KubernetesObject>;
  /** PUT. `metadata.resourceVersion` in the body makes it a compare-and-swap. */
  replace(place: Place, body: ObjectBody, options: Signalled<WriteOptions>): Promise<KubernetesObject>;
  /** A merge patch (RFC 7396). `metadata.resourceVersion` in it makes it a compare-and-swap. */
  patch(place: Place, body: ObjectBody, options: Signalled<WriteOptions>): Promise<KubernetesObject>;
  /**
   * Server-side apply, taking over fields of others unless `force` is false. It makes what is not there, even
   * when the body has a resourceVersion; a `uid` in the body prevents that.
   */
  apply(
    place: Place,
    body: ObjectBody,
    options: Signalled<WriteOptions & { readonly force?: boolean }>,
  ): Promise<KubernetesObject>;
  /** @returns false where it was not there */
  remove(place: Place, signal: AbortSignal, options?: RemoveOptions): Promise<boolean>;
  /** One watch request; `watch.ts` makes it one that lasts. */
  openWatch(collection: Collection, options: WatchRequest): Promise<StreamedAnswer>;
  /** Requests sent so far, watches and repeated ones included. */
  sent(): number;
  close(): Promise<void>;
}

type Signalled<T> = T & { readonly signal: AbortSignal };

export interface WatchRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly metadataOnly: boolean;
  /** The longest silence; bookmarks come about every minute. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/** Opens nothing before the first request. */
export function createKubernetesClient(options: KubernetesOptions): KubernetesClient {
  const sender = createSender(options);
  const send = async (sending: Sending, signal: AbortSignal): Promise<KubernetesObject> =>
    parse(await sender.send(sending, signal), sending);
  const get: KubernetesClient['get'] = (place, signal, { retry = true } = {}) =>
    send({ method: 'GET', path: pathOf(place), what: `reading ${describePlace(place)}`, retry }, signal);
  return {
    get,
    find: async (place, signal, called) => {
      try {
        return await get(place, signal, called);
      } catch (error) {
        if (error instanceof KubernetesError && error.kind === 'missing') return undefined;
        throw error;
      }
    },
    list: (collection, signal, listed = {}) => readList(sender, collection, { ...listed, signal }),
    create: (place, body, written) =>
      send(
        { ...writing('creating', place, written), method: 'POST', path: pathOf(place, 'all'), body },
        written.signal,
      ),
    replace: (place, body, written) =>
      send({ ...writing('replacing', place, written), method: 'PUT', body }, written.signal),
    patch: (place, body, written) => {
      const type = { contentType: 'application/merge-patch+json' };
      return send({ ...writing('changing', place, written), method: 'PATCH', body, ...type }, written.signal);
    },
    apply: (place, body, { force = true, ...written }) => {
      const sending = writing('applying', place, written);
      const query = { ...sending.query, force: String(force) };
      const type = { contentType: 'application/apply-patch+yaml' };
      return send({ ...sending, method: 'PATCH', body, query, ...type }, written.signal);
    },
    remove: async (place, signal, { preconditions, dryRun = false, retry = true } = {}) => {
      const what = `deleting ${describePlace(place)}`;
      const body = preconditions === undefined ? {} : { body: { preconditions } };
      const query = dryRun ? { dryRun: 'All' } : {};
      try {
        await sender.send({ method: 'DELETE', path: pathOf(place), what, retry, query, ...body }, signal);
        return true;
      } catch (error) {
        if (error instanceof KubernetesError && error.kind === 'missing') return false;
        throw error;
      }
    },
    openWatch: (collection, request) =>
      sender.stream(collectionPath(collection), watchTitle(collection), request),
    sent: () => sender.sent(),
    close: () => sender.close(),
  };
}

function watchTitle({ resource, namespace }: Collection): string {
  return `watching ${resource.plural}${namespace === undefined ? '' : ` of ${namespace}`}`;
}

function writing(
  verb: string,
  place: Place,
  { dryRun = false, fieldManager = 'keyturn', subresource, hidden, retry = true }: WriteOptions,
): Omit<Sending, 'method'> & { readonly query: Readonly<Record<string, string>> } {
  const what = `${dryRun ? 'trying, without effect, ' : ''}${verb} ${describePlace(place)}`;
  return {
    path: pathOf(place, subresource ?? 'itself'),
    query: { fieldManager, ...(dryRun ? { dryRun: 'All' } : {}) },
    what: subresource === undefined ? what : `${what} (its ${subresource})`,
    retry,
    ...(hidden === undefined ? {} : { hidden }),
  };
}

function parse({ text, status }: { readonly text: string; readonly status: number }, sending: Sending) {
  const parsed = ObjectSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error, status, { ...sending, isRead: sending.method === 'GET' });
}
