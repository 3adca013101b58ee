/** What every part of a running controller is handed: how it reaches the world and to whom it tells what. */
import type { EventRecorder } from '../kubernetes/events.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Memory } from '../engine/run.ts';
import type { SystemRuntime } from '../net/runtime.ts';
import type { Budget } from './budget.ts';
import type { Connections } from './connections.ts';
import type { Log } from './log.ts';
import type { Measures } from './measures.ts';
import type { Settings } from './settings.ts';
import type { Traces } from './traces.ts';
import type { World } from './world.ts';

export interface Office {
  readonly settings: Settings;
  readonly version: string;
  readonly runtime: SystemRuntime;
  /** Acts only while this process leads. */
  readonly client: KubernetesClient;
  readonly world: World;
  readonly connections: Connections;
  /** Shared by all providers. */
  readonly budget: Budget;
  readonly events: EventRecorder;
  readonly measures: Measures;
  readonly log: Log;
  /** Of the kube-system namespace. */
  readonly clusterId: string;
  /** What passes of a set remember, by its key. */
  readonly memories: Map<string, Memory>;
  /** Where tokens of a set may be that its manifest does not lead to. */
  readonly traces: Traces;
  readonly isLeading: () => boolean;
  /** Aborts everything at once. */
  readonly signal: AbortSignal;
  /** Aborted when no further change may begin. */
  readonly stop: AbortSignal;
}
