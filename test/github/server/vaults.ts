// Secrets and variables, with what GitHub refuses: a stale key, a bad name, a value over 48 KB, a variable
// that is there already, an environment or repository that is not.
import sodium from 'libsodium-wrappers';
import { type Answer, fail, notFound, pageOf, timeOf } from './answer.ts';
import { repositoryOf, type StoredVariable, type Vault, type Visibility, type World } from './world.ts';

export interface Asked {
  /** Method and path of the description. */
  readonly key: string;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly body: Readonly<Record<string, unknown>>;
}

const largestBytes = 48 * 1024;
const created: Answer = { status: 201, body: {} };
const done: Answer = { status: 204 };
const unsealed = fail(422, 'Bad request - validation failed due to an improperly encrypted secret');

/** Answers everything about secrets and variables; undefined for other requests. */
export function answerVault(world: World, asked: Asked): Answer | undefined {
  const isSecret = asked.key.includes('/secrets');
  if (!isSecret && !asked.key.includes('/variables')) return undefined;
  const vault = vaultOf(world, asked);
  if (!vault) return notFound;
  return isSecret ? answerSecret(world, vault, asked) : answerVariable(world, vault, asked);
}

function vaultOf({ repositories, organizations }: World, { key, params }: Asked): Vault | undefined {
  const app = key.includes('/dependabot/') ? 'dependabot' : 'actions';
  const { org, owner, repo, environment_name: environment } = params;
  if (org !== undefined) return organizations.get(org.toLowerCase())?.[app];
  const repository = repositories.get(`${owner}/${repo}`.toLowerCase());
  if (environment === undefined) return repository?.[app];
  return repository?.environments.get(environment.toLowerCase());
}

function answerSecret(world: World, vault: Vault, asked: Asked): Answer {
  const { key, params } = asked;
  const publicKey = sodium.to_base64(vault.keys.publicKey, sodium.base64_variants.ORIGINAL);
  if (key.endsWith('/public-key')) return { status: 200, body: { key_id: vault.keyId, key: publicKey } };
  const name = (params['secret_name'] ?? '').toUpperCase();
  if (key.startsWith('PUT ')) return putSecret(world, vault, { name, asked });
  const secret = vault.secrets.get(name);
  if (!secret) return notFound;
  if (key.startsWith('DELETE ')) {
    vault.secrets.delete(name);
    return done;
  }
  const times = { created_at: timeOf(secret.createdAt), updated_at: timeOf(secret.updatedAt) };
  return { status: 200, body: { name, ...times, ...visibilityOf(secret.visibility, asked) } };
}

function putSecret(
  world: World,
  vault: Vault,
  { name, asked: { body, params } }: { readonly name: string; readonly asked: Asked },
): Answer {
  if (!isName(name)) return fail(422, 'Secret names can only contain alphanumeric characters or underscores');
  const problem = visibilityProblem(world, params['org'], body);
  if (problem) return problem;
  if (body['key_id'] !== vault.keyId) return unsealed;
  const value = unseal(vault, String(body['encrypted_value']));
  if (value === undefined) return unsealed;
  if (value.length > largestBytes) return fail(422, 'Secret value is too large');
  const known = vault.secrets.get(name);
  vault.secrets.set(name, {
    value,
    createdAt: known?.createdAt ?? world.now(),
    updatedAt: world.now(),
    ...sharing(body),
  });
  return known ? done : created;
}

function unseal({ keys }: Vault, box: string): string | undefined {
  try {
    const bytes = sodium.from_base64(box, sodium.base64_variants.ORIGINAL);
    return sodium.to_string(sodium.crypto_box_seal_open(bytes, keys.publicKey, keys.privateKey));
  } catch {
    return undefined;
  }
}

function answerVariable(world: World, vault: Vault, asked: Asked): Answer {
  const { key, params, url, body } = asked;
  const name = (params['name'] ?? String(body['name'] ?? '')).toUpperCase();
  const shown = (one: string, { value, visibility }: StoredVariable) => ({
    name: one,
    value,
    created_at: timeOf(0),
    updated_at: timeOf(0),
    ...visibilityOf(visibility, asked),
  });
  if (key.endsWith('/variables') && key.startsWith('GET ')) {
    const all = [...vault.variables].map(([one, variable]) => shown(one, variable));
    const { items, headers } = pageOf(all, url, 10);
    return { status: 200, body: { total_count: all.length, variables: items }, headers };
  }
  const known = vault.variables.get(name);
  const problem = visibilityProblem(world, key.startsWith('GET ') ? undefined : params['org'], body);
  if (problem && !key.startsWith('DELETE ')) return problem;
  if (key.startsWith('POST ')) {
    if (known) return fail(409, 'Already exists - Variable already exists');
    if (!isName(name)) return fail(422, 'Variable names can only contain alphanumeric characters');
    vault.variables.set(name, { value: String(body['value']), ...sharing(body) });
    return created;
  }
  if (!known) return notFound;
  if (key.startsWith('GET ')) return { status: 200, body: shown(name, known) };
  if (key.startsWith('DELETE ')) vault.variables.delete(name);
  else {
    // What is not named stays as it is.
    const shared = body['visibility'] === undefined ? {} : sharing(body);
    vault.variables.set(name, { ...known, value: String(body['value'] ?? known.value), ...shared });
  }
  return done;
}

function isName(name: string): boolean {
  return /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/.test(name);
}

function visibilityOf(visibility: Visibility | undefined, { params }: Asked): object {
  return params['org'] === undefined ? {} : { visibility: visibility ?? 'all' };
}

function sharing(body: Readonly<Record<string, unknown>>) {
  const { visibility, selected_repository_ids: ids } = body;
  return {
    visibility: visibility as Visibility | undefined,
    repositoryIds: Array.isArray(ids) ? ids.map(Number) : [],
  };
}

/** What an organization refuses: a list without `selected`, and repositories that are not its own. */
function visibilityProblem(
  { repositories }: World,
  organization: string | undefined,
  { visibility, selected_repository_ids: ids }: Readonly<Record<string, unknown>>,
): Answer | undefined {
  if (organization === undefined || ids === undefined) return undefined;
  if (visibility !== 'selected') return fail(422, 'selected_repository_ids goes with visibility selected');
  const prefix = `${organization.toLowerCase()}/`;
  const own = new Set([...repositories].flatMap(([name, { id }]) => (name.startsWith(prefix) ? [id] : [])));
  const isOwn = Array.isArray(ids) && ids.every((id) => own.has(Number(id)));
  return isOwn ? undefined : fail(422, 'Repositories must belong to the organization');
}

/** The vault behind the parts of a manifest's `githubSecret`. */
export function vaultAt(
  world: World,
  { repository, environment, organization = '', app = 'Actions' }: Place,
): Vault {
  const kind = app === 'Dependabot' ? 'dependabot' : 'actions';
  const found =
    repository === undefined
      ? world.organizations.get(organization.toLowerCase())?.[kind]
      : environment === undefined
        ? repositoryOf(world, repository)[kind]
        : repositoryOf(world, repository).environments.get(environment.toLowerCase());
  if (!found) throw new Error(`the loopback GitHub has no such place`);
  return found;
}

export interface Place {
  readonly repository?: string;
  readonly environment?: string;
  readonly organization?: string;
  readonly app?: 'Actions' | 'Dependabot';
}
