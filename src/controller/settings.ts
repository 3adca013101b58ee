/** How a controller is set up: from its environment, with a sentence for everything that cannot be used. */

export interface Settings {
  /** Of the controller: its lease and the credentials of issuers are there. */
  readonly ownNamespace: string;
  /** The only namespace whose sets are looked after; undefined: all. */
  readonly namespace: string | undefined;
  /** Of this process. */
  readonly identity: string;
  /** Where health and metrics are served; 0: any free port. */
  readonly port: number;
  /** Sets worked on at once. */
  readonly workers: number;
  /** Asked of one provider with one credential. */
  readonly requestsPerMinute: number;
  /** Asked of all of them. */
  readonly requestsPerMinuteInAll: number;
  /** How often a set is looked at when nothing calls for it. */
  readonly lookEveryMs: number;
  /** How long a deletion waits for a provider that cannot be reached. */
  readonly abandonAfterMs: number;
  readonly githubApiUrl: string | undefined;
  /** Of the lease; 15 s unless told. */
  readonly leaseMs: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws Error that names the variable, what is wrong with it, and what it takes */
export function readSettings(env: Env, ownNamespace: string, hostName: string): Settings {
  const number = (name: string, fallback: number, least: number): number => {
    const text = env[name]?.trim();
    if (!text) return fallback;
    const value = text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
    if (value >= least) return value;
    throw new Error(`${name} is "${text}", which is no number from ${least} up. Correct or unset it.`);
  };
  return {
    ownNamespace,
    namespace: env['KEYTURN_NAMESPACE']?.trim() || undefined,
    identity: `${env['POD_NAME'] ?? hostName}_${Math.random().toString(36).slice(2, 10)}`,
    port: number('KEYTURN_PORT', 8080, 0),
    workers: number('KEYTURN_WORKERS', 16, 1),
    // What Aiven's own limit is taken to be.
    requestsPerMinute: number('KEYTURN_REQUESTS_PER_MINUTE', 120, 1),
    requestsPerMinuteInAll: number('KEYTURN_REQUESTS_PER_MINUTE_IN_ALL', Number.POSITIVE_INFINITY, 1),
    lookEveryMs: number('KEYTURN_LOOK_EVERY_SECONDS', 900, 1) * 1000,
    abandonAfterMs: number('KEYTURN_ABANDON_AFTER_SECONDS', 3600, 0) * 1000,
    githubApiUrl: env['GITHUB_API_URL']?.trim() || undefined,
    leaseMs: number('KEYTURN_LEASE_SECONDS', 15, 3) * 1000,
  };
}
