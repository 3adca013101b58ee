// Comments of issues and pull requests, and who wrote them.
import { type Answer, fail, notFound, pageOf, timeOf } from './answer.ts';
import type { Token } from './access.ts';
import { successSchema } from './contract.ts';
import { sample } from './sample.ts';
import type { Asked } from './vaults.ts';
import type { StoredComment, StoredRepository, World } from './world.ts';

const listKey = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
const createKey = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const listAllKey = 'GET /repos/{owner}/{repo}/issues/comments';
const deleteKey = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
const updateKey = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
const commentSchema = successSchema(createKey, 201);
const userSchema = { $ref: '#/$defs/simple-user' };
const longest = 65_536;

export function userNamed(login: string): object {
  return sample(userSchema, { login, type: login.endsWith('[bot]') ? 'Bot' : 'User', id: login.length });
}

/** Answers everything about comments; undefined for other requests. */
export function answerTalk(
  world: World,
  repository: StoredRepository,
  { asked, token }: { readonly asked: Asked; readonly token: Token },
): Answer | undefined {
  const { key, params, url, body } = asked;
  const text = String(body['body']);
  const number = Number(params['issue_number']);
  if (key === listKey) {
    const all = repository.comments.filter((comment) => comment.number === number);
    const { items, headers } = pageOf(all, url, 30);
    return { status: 200, body: items.map((comment) => shown(comment, repository)), headers };
  }
  if (key === listAllKey) return listAll(repository, url);
  if (key !== createKey && key !== updateKey && key !== deleteKey) return undefined;
  if ([...text].length > longest) return fail(422, 'Body is too long (maximum is 65536 characters)');
  if (key === createKey) {
    const comment = addComment(world, repository, { number, author: token.login, body: text });
    return { status: 201, body: shown(comment, repository) };
  }
  const at = repository.comments.findIndex(({ id }) => id === Number(params['comment_id']));
  const old = repository.comments[at];
  if (!old) return notFound;
  if (key === deleteKey) {
    repository.comments.splice(at, 1);
    return { status: 204 };
  }
  const comment = { ...old, body: text, editedBy: token.login, updatedAt: world.now() };
  repository.comments[at] = comment;
  return { status: 200, body: shown(comment, repository) };
}

/** As it is asked for: the newest edit first, since a time. */
function listAll(repository: StoredRepository, url: URL): Answer {
  const since = Date.parse(url.searchParams.get('since') ?? '1970-01-01T00:00:00Z');
  const order = url.searchParams.get('direction') === 'desc' ? -1 : 1;
  const all = repository.comments
    .filter(({ updatedAt }) => updatedAt >= since)
    .toSorted((one, other) => order * (one.updatedAt - other.updatedAt));
  const { items, headers } = pageOf(all, url, 30);
  return { status: 200, body: items.map((comment) => shown(comment, repository)), headers };
}

/** Who edited the comments of these node ids, as the GraphQL API tells it: bots without their suffix. */
export function answerEditors(world: World, ids: readonly string[]): Answer {
  const all = [...world.repositories.values()].flatMap(({ comments }) => comments);
  const nodes = ids.map((wanted) => {
    const found = all.find(({ id }) => nodeIdOf(id) === wanted);
    if (!found) return null;
    const { editedBy, updatedAt } = found;
    if (editedBy === undefined) return { id: wanted, editor: null, lastEditedAt: null };
    const __typename = editedBy.endsWith('[bot]') ? 'Bot' : 'User';
    const editor = { __typename, login: editedBy.replace(/\[bot\]$/, '') };
    return { id: wanted, editor, lastEditedAt: timeOf(updatedAt) };
  });
  return { status: 200, body: { data: { nodes } } };
}

function nodeIdOf(id: number): string {
  return `IC_${id}`;
}

export function addComment(
  world: World,
  repository: StoredRepository,
  comment: Pick<StoredComment, 'number' | 'author' | 'body'>,
): StoredComment {
  const times = { createdAt: world.now(), updatedAt: world.now() };
  const added = { ...comment, editedBy: undefined, id: world.nextId++, ...times };
  repository.comments.push(added);
  return added;
}

function shown(comment: StoredComment, { fullName }: StoredRepository): object {
  const { id, number, author, body, createdAt, updatedAt } = comment;
  return sample(commentSchema, {
    id,
    node_id: nodeIdOf(id),
    issue_url: `https://api.github.example/repos/${fullName}/issues/${number}`,
    body,
    user: userNamed(author),
    html_url: `https://github.example/${fullName}/pull/${number}#issuecomment-${id}`,
    author_association: 'NONE',
    created_at: timeOf(createdAt),
    updated_at: timeOf(updatedAt),
  });
}
