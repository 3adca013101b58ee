// Pull requests, branches, commits and files: enough of a history to ask what was merged and what contains
// what.
import { type Answer, fail, notFound, pageOf, timeOf } from './answer.ts';
import { type Schema, successSchema } from './contract.ts';
import { sample } from './sample.ts';
import { userNamed } from './talk.ts';
import type { Asked } from './vaults.ts';
import type { StoredPull, StoredRepository } from './world.ts';

const repository = '/repos/{owner}/{repo}';
const branchSchema = successSchema(`GET ${repository}/branches/{branch}`, 200);
const compareSchema = successSchema(`GET ${repository}/compare/{basehead}`, 200);
const wholePullSchema = successSchema(`GET ${repository}/pulls/{pull_number}`, 200);
const gitCommitSchema = successSchema(`GET ${repository}/git/commits/{commit_sha}`, 200);
const pullSchema = { $ref: '#/$defs/pull-request-simple' };
const commitSchema = { $ref: '#/$defs/commit' };
const fileSchema = { $ref: '#/$defs/content-file' };

/** Answers everything about history; undefined for other requests. */
export function answerHistory(stored: StoredRepository, asked: Asked): Answer | undefined {
  switch (asked.key) {
    case `GET ${repository}/pulls`:
      return listPulls(stored, asked);
    case `GET ${repository}/pulls/{pull_number}`: {
      const pull = stored.pulls.find(({ number }) => number === Number(asked.params['pull_number']));
      return pull ? { status: 200, body: shownPull(pull, stored, wholePullSchema) } : notFound;
    }
    case `GET ${repository}/commits/{commit_sha}/pulls`:
      return pullsOf(stored, asked);
    case `GET ${repository}/git/commits/{commit_sha}`:
      return gitCommit(stored, asked.params['commit_sha'] ?? '');
    case `GET ${repository}/branches/{branch}`: {
      const commit = stored.branches.get(asked.params['branch'] ?? '');
      if (commit === undefined) return fail(404, 'Branch not found');
      const name = asked.params['branch'];
      return { status: 200, body: sample(branchSchema, { name, commit: commitNamed(commit) }) };
    }
    case `GET ${repository}/compare/{basehead}`:
      return compare(stored, asked);
    case `GET ${repository}/contents/{path}`:
      return contents(stored, asked);
    default:
      return undefined;
  }
}

function listPulls(stored: StoredRepository, { url }: Asked): Answer {
  const [state, base, sort, direction] = ['state', 'base', 'sort', 'direction'].map((name) =>
    url.searchParams.get(name),
  );
  const fitting = stored.pulls
    .filter((pull) => (state ?? 'open') === 'all' || pull.state === (state ?? 'open'))
    .filter((pull) => base === null || pull.base === base);
  const byTime = (pull: StoredPull) => (sort === 'updated' ? pull.updatedAt : pull.number);
  const ascending = direction === 'asc' ? 1 : -1;
  const ordered = fitting.toSorted((one, other) => ascending * (byTime(one) - byTime(other)));
  const { items, headers } = pageOf(ordered, url, 30);
  return { status: 200, body: items.map((pull) => shownPull(pull, stored)), headers };
}

/** Those a commit of the default branch came by. */
function pullsOf(stored: StoredRepository, { params, url }: Asked): Answer {
  const commit = params['commit_sha'] ?? '';
  if (!stored.commits.has(commit)) return fail(422, `No commit found for SHA: ${commit}`);
  const fitting = stored.pulls.filter(
    ({ mergeCommit, headSha }) => mergeCommit === commit || headSha === commit,
  );
  const { items, headers } = pageOf(fitting, url, 30);
  return { status: 200, body: items.map((pull) => shownPull(pull, stored)), headers };
}

function gitCommit({ commits }: StoredRepository, sha: string): Answer {
  const parents = commits.get(sha);
  if (!parents) return notFound;
  const example = sample(gitCommitSchema, { sha });
  const url = 'https://github.example/commit';
  return {
    status: 200,
    body: { ...example, parents: parents.map((parent) => ({ sha: parent, url, html_url: url })) },
  };
}

function shownPull(
  pull: StoredPull,
  { fullName }: StoredRepository,
  schema: Schema = pullSchema,
): Record<string, unknown> {
  const { number, base, author, headSha, createdAt, updatedAt, mergedAt, mergeCommit, state } = pull;
  const example = sample(schema);
  return {
    ...example,
    number,
    state,
    user: userNamed(author),
    html_url: `https://github.example/${fullName}/pull/${number}`,
    created_at: timeOf(createdAt),
    updated_at: timeOf(updatedAt),
    closed_at: state === 'closed' ? timeOf(updatedAt) : null,
    merged_at: mergedAt === undefined ? null : timeOf(mergedAt),
    merge_commit_sha: mergeCommit ?? null,
    base: { ...(example['base'] as object), ref: base },
    head: { ...(example['head'] as object), sha: headSha },
  };
}

function compare(stored: StoredRepository, { params }: Asked): Answer {
  const [base, head] = (params['basehead'] ?? '').split('...').map((name) => resolve(stored, name));
  if (base === undefined || head === undefined) return notFound;
  const [ofBase, ofHead] = [ancestry(stored, base), ancestry(stored, head)];
  // Ancestries begin with the commit itself and go back breadth first, so the first one in both is nearest.
  const mergeBase = ofHead.find((commit) => ofBase.includes(commit));
  if (mergeBase === undefined) return fail(404, 'No common ancestor between the commits');
  const ahead = ofHead.filter((commit) => !ofBase.includes(commit)).length;
  const behind = ofBase.filter((commit) => !ofHead.includes(commit)).length;
  const apart = ahead > 0 ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical';
  const body = sample(compareSchema, {
    status: apart,
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    base_commit: commitNamed(base),
    merge_base_commit: commitNamed(mergeBase),
  });
  return { status: 200, body };
}

function contents(stored: StoredRepository, { params, url }: Asked): Answer {
  const commit = resolve(stored, url.searchParams.get('ref') ?? 'main');
  const path = params['path'] ?? '';
  const text = commit === undefined ? undefined : stored.files.get(`${commit}:${path}`);
  if (text === undefined) return notFound;
  const isLarge = text.length > 1024 * 1024;
  // GitHub breaks base64 into lines.
  const content = isLarge ? '' : Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n');
  const over = { type: 'file', path, encoding: isLarge ? 'none' : 'base64', content, size: text.length };
  return { status: 200, body: sample(fileSchema, over) };
}

function resolve({ branches, commits }: StoredRepository, name: string): string | undefined {
  return branches.get(name) ?? (commits.has(name) ? name : undefined);
}

function ancestry({ commits }: StoredRepository, from: string): readonly string[] {
  const found = new Set([from]);
  // A set that grows while it is walked is walked to its new end.
  for (const commit of found) for (const parent of commits.get(commit) ?? []) found.add(parent);
  return [...found];
}

function commitNamed(sha: string): object {
  return sample(commitSchema, { sha });
}
