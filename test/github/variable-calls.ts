/** Calls of the client, as tests make them, and the errors they end in. */
import * as z from 'zod';
import type { GitHubCall, GitHubClient } from '../../src/github/client.ts';
import { forever } from './harness.ts';

const path = ['repos', 'acme', 'payments', 'actions', 'variables'];
const nothing = z.unknown();
export type Call = GitHubCall<typeof nothing>;
export const read: Call = { method: 'GET', path, what: 'reading', schema: nothing };
export const create: Call = {
  method: 'POST',
  path,
  body: { name: 'A', value: '1' },
  what: 'creating',
  schema: nothing,
};
export const update: Call = {
  ...create,
  method: 'PATCH',
  path: [...path, 'A'],
  body: { value: '2' },
  what: 'writing',
};
export const remove: Call = { method: 'DELETE', path: [...path, 'A'], what: 'deleting', schema: nothing };
export const place = { repository: 'acme/payments', name: 'A' };

export const send = (client: GitHubClient, call: Call) => client.request(call, forever);
