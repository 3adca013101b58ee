// One request and its answer: who asks, what goes wrong on purpose, what GitHub's description says to both.
import { refusal, type Token } from './access.ts';
import { type Answer, fail, notFound } from './answer.ts';
import { answerFaults, requestFaults, type Route, routeOf } from './contract.ts';
import type { Faults } from './faults.ts';
import type { Limits } from './limits.ts';
import { answer } from './routes.ts';
import { answerEditors } from './talk.ts';
import type { World } from './world.ts';

export interface SeenRequest {
  readonly method: string;
  /** Without the prefix. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Of GitHub's description, such as `GET /user`; method and path where it has no such operation. */
  readonly key: string;
  /** Who asked; undefined for a token nobody knows. */
  readonly login: string | undefined;
  readonly text: string;
  /** 0 when the connection was broken instead. */
  status: number;
}

export interface Stage {
  readonly prefix: string;
  readonly world: World;
  /** By value. */
  readonly tokens: Map<string, Token>;
  readonly requests: SeenRequest[];
  /** What did not agree with GitHub's description. */
  readonly breaches: string[];
  readonly faults: Faults;
  readonly limits: Limits;
}

export interface Incoming {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** @returns undefined when the connection is to break instead */
export async function exchange(stage: Stage, incoming: Incoming): Promise<Answer | undefined> {
  const { method, url, headers, text } = incoming;
  const path = pathBelow(stage.prefix, url.pathname);
  const route = path === undefined ? undefined : routeOf(method, path);
  const token = tokenOf(stage, headers['authorization']);
  const seen: SeenRequest = {
    method,
    path: path ?? url.pathname,
    query: Object.fromEntries(url.searchParams),
    key: route?.key ?? `${method} ${url.pathname}`,
    login: token?.login,
    text,
    status: 0,
  };
  stage.requests.push(seen);
  if (!headers['user-agent']) stage.breaches.push(`${seen.key}: no user-agent`);
  const given = await withMishaps(stage, seen, () => usual(stage, { incoming, route, token }));
  if (given === undefined) return undefined;
  seen.status = given.status;
  if (route) stage.breaches.push(...answerFaults(route, given.status, given.body));
  return { ...given, headers: { ...stage.limits.headers(token?.value ?? ''), ...given.headers } };
}

async function withMishaps(
  { faults }: Stage,
  { key }: SeenRequest,
  effect: () => Answer,
): Promise<Answer | undefined> {
  let given: Answer | undefined;
  let isBroken = false;
  for (const mishap of faults.strike(key)) {
    // It keeps no test waiting that is over.
    if (mishap.kind === 'latency') await new Promise((done) => setTimeout(done, mishap.ms).unref());
    if (mishap.kind === 'meanwhile') mishap.act();
    if (mishap.kind === 'answer') given = mishap.answer;
    if (mishap.kind === 'answerAfter') {
      effect();
      given = mishap.answer;
    }
    if (mishap.kind === 'reset') {
      if (mishap.when === 'after') effect();
      isBroken = true;
    }
  }
  return isBroken ? undefined : (given ?? effect());
}

interface Asking {
  readonly incoming: Incoming;
  readonly route: Route | undefined;
  readonly token: Token | undefined;
}

function usual(stage: Stage, { incoming, route, token }: Asking): Answer {
  const { method, url, text } = incoming;
  if (!token) return fail(401, 'Bad credentials');
  const limited = stage.limits.count(token.value, method !== 'GET');
  if (limited) return limited;
  if (method === 'POST' && url.pathname === `${stage.prefix.replace(/\/v3$/, '')}/graphql`)
    return graphql(stage.world, text, token);
  if (!route) {
    stage.breaches.push(`${method} ${url.pathname} is not in the contract`);
    return notFound;
  }
  const refused = refusal(token, route);
  if (refused) return refused;
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  const wrong = requestFaults(route, url, body);
  stage.breaches.push(...wrong);
  if (wrong.length > 0) return fail(422, `Invalid request.\n\n${wrong.join('\n')}`);
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  return answer(stage.world, { key: route.key, params: route.params, url, body: fields }, token);
}

/** The two queries that the GraphQL API is asked. */
function graphql(world: World, text: string, { login }: Token): Answer {
  const { query, variables } = JSON.parse(text) as {
    readonly query: string;
    readonly variables?: { readonly ids?: readonly string[] };
  };
  const shape = query.replace(/\s/g, '');
  if (shape === '{viewer{login}}') return { status: 200, body: { data: { viewer: { login } } } };
  if (shape.startsWith('query($ids:[ID!]!){nodes(ids:$ids)'))
    return answerEditors(world, variables?.ids ?? []);
  return fail(400, 'Problems parsing the query');
}

function tokenOf({ tokens }: Stage, header: string | string[] | undefined): Token | undefined {
  return tokens.get(/^(?:token|bearer) (\S+)$/i.exec(String(header))?.[1] ?? '');
}

function pathBelow(prefix: string, pathname: string): string | undefined {
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
}
