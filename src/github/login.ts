/**
 * Under which name the token writes. The REST API tells it for people only; the one query of the GraphQL API
 * tells it for the token of a workflow (`github-actions[bot]`) and of an App (`name[bot]`) as well.
 */
import * as z from 'zod';
import { ProviderError } from '../core/errors.ts';
import type { GitHubClient } from './client.ts';

const viewer = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });
const user = z.object({ login: z.string() });

/** @returns the login as comments show it; undefined when GitHub does not tell this token */
export async function authenticatedLogin(
  client: GitHubClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const what = 'asking who the token belongs to';
  const query = { query: '{viewer{login}}', what, schema: viewer };
  const asked = await orUndefined(client.query(query, signal));
  if (asked) return asked.data.viewer.login;
  const told = await orUndefined(
    client.request({ method: 'GET', path: ['user'], what, schema: user }, signal),
  );
  return told?.login;
}

/** A refusal is an answer here: some tokens and some gateways know only one of the two ways. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderError && (error.failure === 'refused' || error.failure === 'missing'))
      return undefined;
    throw error;
  }
}
