/**
 * Where one secret and its receipt live: paths, names, and the permissions they take. The receipt is always
 * an Actions variable, because Dependabot has none; it then has `DEPENDABOT` in its name, so that a secret of
 * Actions and one of Dependabot may have the same name. Asks GitHub nothing.
 */
import type { RepositoryName } from '../../github/repositories.ts';
import type { SecretsOf, Visibility } from '../../github/secrets.ts';
import type { VariablesOf } from '../../github/variables.ts';
import { type GithubSecretRef, receiptName } from './descriptor.ts';

export interface Place {
  /** As receipts name it. */
  readonly key: string;
  /** In lower case. Writes of one owner go one after the other. */
  readonly owner: string;
  readonly secrets: SecretsOf;
  readonly secretName: string;
  readonly variables: VariablesOf;
  readonly variableName: string;
  /** Undefined for a secret of an organization. */
  readonly repository: RepositoryName | undefined;
  readonly environment: string | undefined;
  /** Of a secret of an organization. */
  readonly shared: { readonly visibility: Visibility; readonly repositories: readonly string[] } | undefined;
}

export function placeOf(ref: GithubSecretRef, key: string): Place {
  const names = { key, secretName: ref.name, variableName: receiptName(ref) };
  return ref.repository === undefined ? ofOrganization(ref, names) : ofRepository(ref, names);
}

type Names = Pick<Place, 'key' | 'secretName' | 'variableName'>;

function ofRepository({ repository = '', environment, app }: GithubSecretRef, names: Names): Place {
  const [owner = '', repo = ''] = repository.split('/');
  const root = ['repos', owner, repo];
  const common = {
    ...names,
    owner: owner.toLowerCase(),
    repository: { owner, repo },
    environment,
    shared: undefined,
  };
  if (environment !== undefined) {
    const title = `the environment "${environment}" of ${repository}`;
    const permission = 'environments';
    const path = (kind: string) => [...root, 'environments', environment, kind];
    return {
      ...common,
      secrets: { path: path('secrets'), title, permission },
      variables: { path: path('variables'), title, permission },
    };
  }
  return { ...common, ...vaults(root, { title: `the repository ${repository}`, app, prefix: '' }) };
}

function ofOrganization(ref: GithubSecretRef, names: Names): Place {
  const { organization = '', visibility = 'selected', repositories = [], app } = ref;
  const title = `the organization ${organization}`;
  return {
    ...names,
    owner: organization.toLowerCase(),
    repository: undefined,
    environment: undefined,
    shared: { visibility, repositories },
    ...vaults(['orgs', organization], { title, app, prefix: 'organization_' }),
  };
}

function vaults(
  root: readonly string[],
  {
    title,
    app,
    prefix,
  }: { readonly title: string; readonly app: GithubSecretRef['app']; readonly prefix: string },
): Pick<Place, 'secrets' | 'variables'> {
  const isDependabot = app === 'Dependabot';
  return {
    secrets: {
      path: [...root, isDependabot ? 'dependabot' : 'actions', 'secrets'],
      title: isDependabot ? `Dependabot in ${title}` : title,
      permission: `${prefix}${isDependabot ? 'dependabot_secrets' : 'secrets'}`,
    },
    variables: {
      path: [...root, 'actions', 'variables'],
      title,
      permission: `${prefix}actions_variables`,
    },
  };
}
