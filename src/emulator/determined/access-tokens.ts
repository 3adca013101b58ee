// The three token endpoints. One token can neither be read nor deleted by itself: those paths do not exist.
import { readBody } from './body.ts';
import { ApiError, internal, invalid } from './errors.ts';
import { readInteger } from './go-values.ts';
import { readLifespan } from './lifespan.ts';
import type { TokenRow } from './model.ts';
import { userByName } from './model.ts';
import { listed, pageOf, type SortKey, sorted } from './pages.ts';
import { checkCreate, checkList, checkUpdate } from './permissions.ts';
import { orderBy, readQuery } from './query.ts';
import { isActive, issue, revoke, viewToken } from './tokens.ts';
import type { Answer, Caller, OpenCall, World } from './world.ts';

const listParameters = {
  tokenIds: 'int32s',
  username: 'string',
  showInactive: 'bool',
  sortBy: {
    type: 'apiv1.GetAccessTokensRequest_SortBy',
    values: [
      'SORT_BY_UNSPECIFIED',
      'SORT_BY_USER_ID',
      'SORT_BY_EXPIRY',
      'SORT_BY_CREATED_AT',
      'SORT_BY_TOKEN_TYPE',
      'SORT_BY_REVOKED',
      'SORT_BY_DESCRIPTION',
    ],
  },
  orderBy,
  offset: 'int32',
  limit: 'int32',
} as const;

/** In the order of the enum. */
const sortKeys: readonly ((row: TokenRow, world: World) => SortKey)[] = [
  ({ id }) => id,
  ({ userId }) => userId,
  ({ expiryUs }) => expiryUs,
  ({ createdUs }) => createdUs,
  ({ type }) => type,
  ({ revokedUs }) => revokedUs,
  ({ description }, { toggles }) => {
    if (description === null || toggles.collation === 'bytes') return description;
    return description.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  },
];

type Prepared = (world: World, caller: Caller) => Answer;

/** Not idempotent; the secret is in this answer and nowhere else, the granted expiry in the secret only. */
export function createToken(world: World, { request }: OpenCall): Prepared {
  const body = readBody(world, request.body, { userId: 'int32', lifespan: 'string', description: 'string' });
  return (_, caller) => {
    const target = world.model.users.get(body.userId ?? 0);
    if (!target) {
      const hint = world.toggles.authz === 'rbac' ? ', please check your permissions.' : '';
      throw new ApiError('NotFound', `user not found${hint}`);
    }
    checkCreate(world, caller.user, target);
    const lifespanNs = readLifespan(world.toggles, body.lifespan);
    const description = stored(body.description ?? '') || null;
    const { value, row } = issue(world, target, { type: 'ACCESS_TOKEN', lifespanNs, description });
    return { json: { token: value, tokenId: row.id } };
  };
}

export function listTokens(world: World, { request }: OpenCall): Prepared {
  const query = readQuery(world, request, listParameters);
  return (_, caller) => {
    const named = query.username ? userByName(world.model, query.username) : undefined;
    if (query.username && !named) throw internal('sql: no rows in result set');
    checkList(world, caller.user, named);
    // Ids that no row can have are skipped, and a filter without ids is none.
    const ids = new Set((query.tokenIds ?? []).filter((id) => id > 0));
    const rows = [...world.model.tokens.values()].filter(
      (row) =>
        row.type === 'ACCESS_TOKEN' &&
        (ids.size === 0 || ids.has(row.id)) &&
        (named === undefined || row.userId === named.id) &&
        (query.showInactive === true || isActive(world, row)),
    );
    const keyOf = sortKeys[query.sortBy ?? 0] ?? (({ id }: TokenRow) => id);
    const all = sorted(listed(world, request, rows), (row) => keyOf(row, world), query.orderBy);
    const { entries, pagination } = pageOf(all, query);
    return { json: { tokenInfo: entries.map(viewToken), pagination } };
  };
}

export function updateToken(world: World, { request, params }: OpenCall): Prepared {
  const fields = { tokenId: 'int32', description: 'string', setRevoked: 'bool' } as const;
  const body = readBody(world, request.body, fields);
  const id = readId('token_id', params['token_id']);
  return (_, { user }) => {
    const row = world.model.tokens.get(id);
    // Any error of the database in this look-up reads as 404 too.
    if (!row || world.faults.take('tokenLookupFails', request)) {
      throw new ApiError('NotFound', `Token with id: {${id}} not found`);
    }
    checkUpdate(world, user, row.userId);
    if (row.type !== 'ACCESS_TOKEN') throw internal('sql: no rows in result set');
    if (!isActive(world, row)) throw internal(`unable to update inactive token with ID ${id}`);
    const { description = row.description } = body;
    row.description = description === null ? null : stored(description);
    if (body.setRevoked) revoke(world, row);
    return { json: { tokenInfo: { ...viewToken(row), description: description ?? '' } } };
  };
}

/** @throws ApiError 400 in the words of the gateway */
export function readId(name: string, text = ''): number {
  try {
    return readInteger(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(`type mismatch, parameter: ${name}, error: ${why}`);
  }
}

/** What the database keeps of a text. */
function stored(text: string): string {
  return text.replaceAll('\0', '');
}
