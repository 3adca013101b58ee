/** Manifests for scenarios of the Action. */

interface Token {
  readonly name: string;
  readonly scopes?: string;
  readonly more?: string;
  /** An entry of `deliverTo`; a secret of the environment unless told. */
  readonly to?: string;
}

/** One set `payments` with the tokens of user `ci`, each in a secret of the environment `production`. */
export function manifest(tokens: readonly Token[] = [{ name: 'deploy' }], more = ''): string {
  const entries = tokens.map(
    ({ name, scopes = 'projects:read', more: fields = '', to = secret(variableOf(name)) }) => `
        - name: ${name}
          scopes: [${scopes}]
          deliverTo: [${to}]${fields}`,
  );
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  provider: {aiven: {organizationId: org1a23f456789}}
  defaults: {maxAge: 90d, rotation: {renewBefore: 14d, overlap: 24h}}
${more}  applicationUsers:
    - name: ci
      tokens:${entries.length === 0 ? ' []' : entries.join('')}
`;
}

export function secret(name: string, repository = 'acme/payments'): string {
  return `{githubSecret: {repository: ${repository}, environment: production, name: ${name}}}`;
}

/** The first is what most scenarios look at. */
function variableOf(name: string): string {
  return name === 'deploy' ? 'AIVEN_TOKEN' : `${name.toUpperCase()}_TOKEN`;
}
