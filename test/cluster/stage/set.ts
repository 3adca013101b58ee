/** TokenSets of controller tests: one application user, whose tokens go to Secrets. */
import type { Stage } from './stage.ts';

export interface SetOptions {
  readonly name?: string;
  /** Names of its tokens; each has a Secret of its name. `deploy` unless told. */
  readonly tokens?: readonly string[];
  readonly trigger?: string;
  readonly deletionPolicy?: 'Revoke' | 'Retain';
  /** Merged over `spec`. */
  readonly spec?: object;
}

export function tokenSet(stage: Stage, options: SetOptions = {}): object {
  const { name = 'payments', tokens = ['deploy'], trigger, deletionPolicy } = options;
  const { organizationId, url } = stage.emulator;
  return {
    apiVersion: 'keyturn.dev/v1alpha1',
    kind: 'TokenSet',
    metadata: { name, namespace: stage.namespace },
    spec: {
      provider: {
        aiven: { organizationId, url, credentials: { secretKeyRef: { name: 'aiven-admin', key: 'token' } } },
      },
      ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
      defaults: { maxAge: '90d', rotation: { renewBefore: '14d', overlap: '24h' } },
      applicationUsers: [
        {
          name: 'ci',
          create: true,
          tokens: tokens.map((token) => ({
            name: token,
            scopes: ['projects:read'],
            ...(trigger === undefined ? {} : { rotation: { trigger } }),
            deliverTo: [{ kubernetesSecret: { name: token, key: 'token' } }],
          })),
        },
      ],
      ...options.spec,
    },
  };
}
