/** TokenSets as tests declare them. */
import type { Stage } from './stage.ts';

export interface Wish {
  readonly user?: string;
  readonly token?: object;
  readonly secret?: string;
  readonly spec?: object;
}

/** A set with one token, delivered to one Secret. */
export function tokenSet(stage: Stage, name: string, { user = name, token, secret = name, spec }: Wish = {}) {
  const one = {
    name: 'deploy',
    scopes: ['projects:read'],
    maxAge: '90d',
    rotation: { renewBefore: '14d', overlap: '24h' },
    deliverTo: [{ kubernetesSecret: { name: secret, key: 'token' } }],
    ...token,
  };
  return {
    apiVersion: 'keyturn.dev/v1alpha1',
    kind: 'TokenSet',
    metadata: { name },
    spec: {
      provider: {
        aiven: {
          organizationId: stage.emulator.organizationId,
          url: stage.emulator.url,
          credentials: { secretKeyRef: { name: 'aiven-admin', key: 'token' } },
        },
      },
      applicationUsers: [{ name: user, tokens: [one] }],
      ...spec,
    },
  };
}

/** The Secret with the credential that works. */
export async function giveCredential(stage: Stage, value: string = stage.emulator.adminToken): Promise<void> {
  await stage.put('secrets', {
    metadata: { name: 'aiven-admin' },
    data: { token: Buffer.from(value).toString('base64') },
  });
}
