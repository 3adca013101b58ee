/** Configuration variables of a repository, an environment or an organization. They can be read back. */
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { missingAsUndefined } from './missing.ts';
import type { Sharing } from './secrets.ts';

/** Where variables live: the path that ends in `variables`, and what is said of it. */
export interface VariablesOf {
  readonly path: readonly string[];
  /** `the repository acme/payments`, for messages. */
  readonly title: string;
  /** GitHub's name of the permission to read and write there, for messages. */
  readonly permission: string;
}

interface Named {
  readonly name: string;
  readonly signal: AbortSignal;
}

interface Valued extends Named {
  readonly value: string;
  /** Undefined outside organizations; on an update also where it is to stay as it is. */
  readonly sharing: Sharing | undefined;
}

const nothing = z.unknown();
const variable = z.object({ value: z.string() });

/** @returns undefined for 404: it is not there, or the token may not see it */
export async function readVariable(
  client: GitHubClient,
  where: VariablesOf,
  { name, signal }: Named,
): Promise<string | undefined> {
  const what = `reading ${shown(where, name)}`;
  const call = { method: 'GET', path: [...where.path, name], what, ...needs(where, 'read') } as const;
  return (await missingAsUndefined(client.request({ ...call, schema: variable }, signal)))?.value;
}

/** Shows that variables can be read here: then one that is not found is not there. */
export async function tryVariables(
  client: GitHubClient,
  where: VariablesOf,
  signal: AbortSignal,
): Promise<void> {
  const what = `listing the variables of ${where.title}`;
  const call = { method: 'GET', path: where.path, query: { per_page: 1 }, what, schema: nothing } as const;
  await client.request({ ...call, ...needs(where, 'read') }, signal);
}

/** @throws ProviderError with status 409 when a variable of this name is there already */
export async function createVariable(
  client: GitHubClient,
  where: VariablesOf,
  { name, value, sharing, signal }: Valued,
): Promise<void> {
  const what = `creating ${shown(where, name)}`;
  const call = { method: 'POST', path: where.path, what, schema: nothing } as const;
  await client.request({ ...call, ...needs(where, 'write'), body: { name, value, ...sharing } }, signal);
}

/** @throws ProviderError `missing` when it is not there */
export async function updateVariable(
  client: GitHubClient,
  where: VariablesOf,
  { name, value, sharing, signal }: Valued,
): Promise<void> {
  const what = `writing ${shown(where, name)}`;
  const call = { method: 'PATCH', path: [...where.path, name], what, schema: nothing } as const;
  await client.request({ ...call, ...needs(where, 'write'), body: { name, value, ...sharing } }, signal);
}

/** @throws ProviderError `missing` for 404: it is not there, or the token may not see or change it */
export async function deleteVariable(
  client: GitHubClient,
  where: VariablesOf,
  { name, signal }: Named,
): Promise<void> {
  const what = `deleting ${shown(where, name)}`;
  const call = { method: 'DELETE', path: [...where.path, name], what, schema: nothing } as const;
  await client.request({ ...call, ...needs(where, 'write') }, signal);
}

function needs({ permission }: VariablesOf, level: 'read' | 'write') {
  return { needs: `${permission}=${level}` };
}

function shown({ title }: VariablesOf, name: string): string {
  return `the variable "${name}" of ${title}`;
}
