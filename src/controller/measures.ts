/** What the controller counts and measures; the names are a promise to dashboards and alerts. */
import type { Kept } from './kept.ts';
import { createRegistry, type Registry } from './metrics.ts';

export type Measures = ReturnType<typeof createMeasures>;

export interface Readings {
  readonly depth: () => number;
  readonly lagMs: () => number;
  readonly sets: () => number;
  readonly kubernetesRequests: () => number;
  readonly isLeading: () => boolean;
  readonly waiting: () => number;
}

const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function createMeasures(read: Readings, registry: Registry = createRegistry()) {
  const { metric } = registry;
  metric('keyturn_leader', 'gauge', '1 while this process leads.', () => Number(read.isLeading()));
  metric('keyturn_tokensets', 'gauge', 'TokenSets that are known.', read.sets);
  metric('keyturn_queue_depth', 'gauge', 'TokenSets whose turn has come and that wait.', read.depth);
  metric(
    'keyturn_queue_lag_seconds',
    'gauge',
    'How long the first of them waits.',
    () => read.lagMs() / 1000,
  );
  metric(
    'keyturn_kubernetes_requests_total',
    'counter',
    'Requests to the API server.',
    read.kubernetesRequests,
  );
  metric('keyturn_provider_requests_waiting', 'gauge', 'Requests that wait for a budget.', read.waiting);
  const perSet = measurePerSet(metric);
  return {
    ...perSet,
    ...measureWork(registry),
    /** A set that is gone has no series. */
    drop: ({ namespace = '', name }: Pick<Kept, 'namespace' | 'name'>) => {
      for (const one of Object.values(perSet)) one.drop({ namespace, name });
    },
    text: () => registry.text(),
  };
}

function measurePerSet(metric: Registry['metric']) {
  return {
    ready: metric('keyturn_tokenset_ready', 'gauge', '1 when the set is Ready.'),
    stalled: metric('keyturn_tokenset_stalled', 'gauge', '1 when the set waits for a person.'),
    expiry: metric(
      'keyturn_tokenset_expiry_timestamp_seconds',
      'gauge',
      'When the first of its tokens expires.',
    ),
    lastSuccess: metric(
      'keyturn_tokenset_last_success_timestamp_seconds',
      'gauge',
      'When a pass of the set last ended without a failure.',
    ),
  };
}

function measureWork({ metric, histogram }: Registry) {
  return {
    reconcileSeconds: histogram('keyturn_reconcile_seconds', 'How long a pass of a set took.', buckets),
    passes: metric('keyturn_reconciles_total', 'counter', 'Passes, by how they ended.'),
    changes: metric('keyturn_changes_total', 'counter', 'Changes by kind, reason and what became of them.'),
    refusals: metric('keyturn_refusals_total', 'counter', 'Passes in which a rule refused something.'),
    abandoned: metric('keyturn_abandoned_total', 'counter', 'Sets released without their tokens revoked.'),
    providerRequests: metric(
      'keyturn_provider_requests_total',
      'counter',
      'Calls of a provider, by operation and how they ended.',
    ),
    watchTroubles: metric(
      'keyturn_watch_troubles_total',
      'counter',
      'Times that a watch was cut off or failed.',
    ),
  };
}
