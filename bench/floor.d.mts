import type { Agent } from 'node:http';

export interface Barely {
  readonly url: string;
  readonly organizationId: string;
  readonly token: string;
  readonly concurrency: number;
}

export function observeBarely(options: Barely): Promise<number>;

export function send(
  address: string,
  options: {
    readonly agent: Agent;
    readonly method: string;
    readonly token: string;
    readonly body?: object;
  },
): Promise<{ readonly user_id: string; readonly token_prefix: string; readonly full_token: string }>;
