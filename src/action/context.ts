/** Everything a mode of the Action knows of the world outside: what the entry passes, and tests could. */
import type { GitHubSecrets } from '../destinations/registry.ts';
import type { Runtime } from '../engine/ports.ts';
import type { GitHubClient } from '../github/client.ts';
import type { RepositoryName } from '../github/repositories.ts';
import type { Facts } from './event.ts';
import type { Inputs } from './inputs.ts';
import type { Runner } from './runner.ts';

export interface ActionContext {
  /** Of keyturn. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly runner: Runner;
  readonly runtime: Runtime;
  /** Aborts everything at once. */
  readonly signal: AbortSignal;
  /** Aborted when the run was cancelled: no further change begins. */
  readonly stop: AbortSignal;
  /** From here on a cancelled run finishes what is in flight. */
  beginApplying(): void;
  /** Whether something may have been changed. */
  hasBegun(): boolean;
  /** With `github-token`; undefined when there is none. */
  readonly github: GitHubClient | undefined;
  /** With `secrets-token`; undefined when there is none. */
  readonly secrets: GitHubSecrets | undefined;
  /** The repository of the run. */
  readonly repository: RepositoryName;
}
