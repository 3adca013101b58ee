/**
 * The manifests that the benchmarks plan and apply: so many users, so many tokens each, one file for each
 * token.
 */

export interface Size {
  readonly users: number;
  /** Of each user. */
  readonly tokens: number;
}

export const setName = 'bench';
export const ownerId = 'bench-k3x9ab';
export const scopes = ['projects:read', 'services:write'];

/** `user-1`, `user-2` and so on. */
export function numbered(count: number, word: 'user' | 'token'): readonly string[] {
  return Array.from({ length: count }, (_, rank) => `${word}-${rank + 1}`);
}

/** As a person would write it, every field that has no default on every token. */
export function manifestOf({ users, tokens }: Size, organizationId: string): string {
  const entries = numbered(users, 'user').map((user) => {
    const own = numbered(tokens, 'token').map((name) => tokenEntry(user, name));
    return `    - name: ${user}\n      create: true\n      tokens:\n${own.join('')}`;
  });
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata:
  name: ${setName}
spec:
  ownerId: ${ownerId}
  provider:
    aiven:
      organizationId: ${organizationId}
  defaults:
    maxAge: 90d
    rotation: {renewBefore: 14d, overlap: 24h}
  applicationUsers:
${entries.join('')}`;
}

function tokenEntry(user: string, name: string): string {
  return `        - name: ${name}
          description: Token ${name} of ${user}
          scopes: [${scopes.join(', ')}]
          deliverTo: [{file: {path: secrets/${user}/${name}, format: Raw}}]
`;
}
