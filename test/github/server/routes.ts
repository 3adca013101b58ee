// Which part of the loopback GitHub answers a request that is allowed and well formed.
import { type Answer, fail, notFound } from './answer.ts';
import type { Token } from './access.ts';
import { successSchema } from './contract.ts';
import { answerHistory } from './history.ts';
import { sample } from './sample.ts';
import { answerTalk } from './talk.ts';
import { type Asked, answerVault } from './vaults.ts';
import type { World } from './world.ts';

const repositoryKey = 'GET /repos/{owner}/{repo}';
const environmentKey = 'GET /repos/{owner}/{repo}/environments/{environment_name}';

export function answer(world: World, asked: Asked, token: Token): Answer {
  const { key, params } = asked;
  if (world.renamed.has(`${params['owner']}/${params['repo']}`.toLowerCase())) return moved(key);
  if (key === 'GET /user')
    return { status: 200, body: sample(successSchema(key, 200), { login: token.login }) };
  const ofVault = answerVault(world, asked);
  if (ofVault) return ofVault;
  const repository = world.repositories.get(`${params['owner']}/${params['repo']}`.toLowerCase());
  if (!repository) return notFound;
  if (key === repositoryKey) {
    const { id, fullName, isPrivate } = repository;
    const over = { id, full_name: fullName, private: isPrivate };
    return { status: 200, body: sample(successSchema(key, 200), over) };
  }
  if (key === environmentKey) {
    const name = params['environment_name'] ?? '';
    if (!repository.environments.has(name.toLowerCase())) return notFound;
    return { status: 200, body: sample(successSchema(key, 200), { name }) };
  }
  return (
    answerTalk(world, repository, { asked, token }) ??
    answerHistory(repository, asked) ??
    fail(501, `the loopback GitHub does not answer ${key}`)
  );
}

/** GitHub redirects from the old name of a repository, by its id. */
function moved(key: string): Answer {
  const status = key.startsWith('GET ') ? 301 : 307;
  const url = 'https://github.example/repositories/1';
  return { status, body: { message: 'Moved', url, documentation_url: url }, headers: { location: url } };
}
