// What every endpoint is handed: memory, clock, toggles, faults; and the shape of a call and of a route.
import type { Clock } from '../clock.ts';
import type { EmulatorRequest } from '../exchange.ts';
import type { Faults } from '../faults.ts';
import type { Model, TokenRow, User } from './model.ts';
import type { Signer } from './paseto.ts';
import type { Toggles } from './toggles.ts';

export interface World {
  readonly model: Model;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Changed in place by a control request. */
  readonly toggles: Toggles;
  readonly faults: Faults;
}

/** Who calls, by which session or access token. */
export interface Caller {
  readonly user: User;
  readonly row: TokenRow;
}

/** What an endpoint answers: printed as JSON with status 200. */
export interface Answer {
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request whose route is known; `params` are the decoded placeholders of its path. */
export interface OpenCall {
  readonly request: EmulatorRequest;
  readonly params: Readonly<Record<string, string>>;
}

interface RouteBase {
  readonly method: string;
  /** Below /api/v1; segments in braces are placeholders. */
  readonly path: string;
}

/**
 * Input is read before the caller is asked who they are: a body that is no JSON is 400 without a token.
 */
export type Route = RouteBase &
  (
    | { readonly kind: 'open'; readonly handle: (world: World, call: OpenCall) => Answer }
    | {
        readonly kind: 'authenticated';
        /** Reads body, path and query, and answers what is to be done with them. */
        readonly prepare: (world: World, call: OpenCall) => (world: World, caller: Caller) => Answer;
      }
  );
