/**
 * Events of Kubernetes: what `kubectl describe` shows under an object. The same one is told once, and then
 * counted; a flood of different ones is cut. An event that cannot be written is never a reason to fail.
 */
import { createHash } from 'node:crypto';
import type { SystemRuntime } from '../net/runtime.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesError } from './failures.ts';
import { apiVersionOf, events, type Place } from './objects.ts';

/** What an event is about. */
interface Regarding extends Place {
  readonly uid: string;
}

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** A word such as `Rotated`. */
  readonly reason: string;
  /** What was being done: a word such as `Rotate`. */
  readonly action: string;
  /** A sentence; what is over 1,024 bytes is cut, as the API wants it. */
  readonly note: string;
}

export interface EventRecorder {
  /** Never throws. Resolves when it is written, or was found to be known already. */
  tell(regarding: Regarding, event: EventNote): Promise<void>;
}

export interface EventOptions {
  readonly runtime: Pick<SystemRuntime, 'monotonicMs' | 'wallMs'>;
  /** `keyturn.dev/controller`. */
  readonly controller: string;
  /** This process. */
  readonly instance: string;
  /** How seldom a repeated event is counted on, in milliseconds; 10 min unless told. */
  readonly countEveryMs?: number;
  readonly signal: AbortSignal;
  readonly onTrouble?: (error: unknown) => void;
}

interface Told {
  readonly place: Place;
  count: number;
  writtenAtMs: number;
}

const longestNote = 1024;
/** Events remembered; the oldest are forgotten first. */
const mostRemembered = 4096;

export function createEventRecorder(client: KubernetesClient, options: EventOptions): EventRecorder {
  const { runtime, countEveryMs = 600_000, signal, onTrouble } = options;
  const told = new Map<string, Told>();
  const remember = (key: string, one: Told) => {
    told.set(key, one);
    const [oldest] = told.keys();
    if (told.size > mostRemembered && oldest !== undefined) told.delete(oldest);
  };
  const count = async (known: Told): Promise<void> => {
    known.count += 1;
    if (runtime.monotonicMs() - known.writtenAtMs < countEveryMs) return;
    known.writtenAtMs = runtime.monotonicMs();
    const series = { count: known.count, lastObservedTime: microTime(runtime.wallMs()) };
    await client.patch(known.place, { series }, { signal });
  };
  return {
    tell: async (regarding, event) => {
      const key = keyOf(regarding, event);
      const known = told.get(key);
      try {
        if (known) return await count(known);
        const body = bodyOf(regarding, event, { ...options, key });
        const place = { resource: events, namespace: namespaceOf(regarding), name: body.metadata.name };
        // Before the write, so that two at a time are one.
        remember(key, { place, count: 1, writtenAtMs: runtime.monotonicMs() });
        await client.create(place, body, { signal });
      } catch (error) {
        // One that has expired meanwhile, or that was never written, is told anew the next time.
        if (!(error instanceof KubernetesError && error.kind === 'exists')) told.delete(key);
        if (!signal.aborted) onTrouble?.(error);
      }
    },
  };
}

function keyOf({ uid }: Regarding, { type, reason, action, note }: EventNote): string {
  const text = [uid, type, reason, action, note].join('\0');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Events about objects of the cluster itself are in `default`, by custom. */
function namespaceOf({ namespace = 'default' }: Regarding): string {
  return namespace;
}

function bodyOf(
  regarding: Regarding,
  { note, ...event }: EventNote,
  { runtime, controller, instance, key }: EventOptions & { readonly key: string },
) {
  const { resource, name, namespace, uid } = regarding;
  const wallMs = runtime.wallMs();
  return {
    apiVersion: apiVersionOf(events),
    kind: events.kind,
    metadata: {
      name: `${name.slice(0, 200)}.${key}${wallMs.toString(36)}`,
      namespace: namespaceOf(regarding),
    },
    eventTime: microTime(wallMs),
    reportingController: controller,
    reportingInstance: instance.slice(0, 128),
    ...event,
    note: cut(note),
    regarding: {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      name,
      uid,
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
}

function cut(note: string): string {
  const bytes = Buffer.from(note, 'utf8');
  if (bytes.length <= longestNote) return note;
  // The dots take three bytes; half a character before them is left out.
  return `${bytes
    .subarray(0, longestNote - 3)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')}…`;
}

function microTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace('Z', '000Z');
}
