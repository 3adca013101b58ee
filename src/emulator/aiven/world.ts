// What every endpoint is handed: memory, clock, toggles, faults; and the shape of a call and of a route.
import type { Clock } from '../clock.ts';
import type { EmulatorRequest, Reply } from '../exchange.ts';
import type { Faults } from '../faults.ts';
import type { Model, StoredToken, User } from './model.ts';
import type { Toggles } from './toggles.ts';

export interface World {
  readonly model: Model;
  readonly clock: Clock;
  /** Changed in place by a control request. */
  readonly toggles: Toggles;
  readonly faults: Faults;
}

export interface Caller {
  readonly user: User;
  readonly token: StoredToken;
  readonly address: string;
}

/** A request whose route is known; `params` are the decoded placeholders of its path. */
export interface OpenCall {
  readonly request: EmulatorRequest;
  readonly params: Readonly<Record<string, string>>;
}

/** A call with a live token behind it. */
export interface Call extends OpenCall {
  readonly caller: Caller;
}

interface RouteBase {
  readonly method: string;
  /** Segments in braces are placeholders. */
  readonly path: string;
}

export type Route = RouteBase &
  (
    | { readonly kind: 'open'; readonly handle: (world: World, call: OpenCall) => Reply }
    | {
        readonly kind: 'authenticated';
        /** Scopes a scope-restricted token needs, all of them. */
        readonly scopes: readonly string[];
        readonly handle: (world: World, call: Call) => Reply;
      }
  );

export function ok(json: unknown): Reply {
  return { status: 200, json };
}

export const NO_CONTENT: Reply = { status: 204 };
