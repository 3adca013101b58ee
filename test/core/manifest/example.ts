/** Every field of a manifest, as section 2 of the design shows them. */
export const example = `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata:
  name: payments
  namespace: payments
spec:
  provider:
    aiven:
      organizationId: org1a23f456789
      url: https://api.aiven.io
      credentials:
        secretKeyRef: {name: aiven-admin, key: token}
  ownerId: payments-k3x9ab
  formerOwners: [{ownerId: payments-old, name: payments}]
  suspend: false
  deletionPolicy: Revoke
  defaults:
    maxAge: 90d
    rotation: {renewBefore: 14d, overlap: 24h}
  applicationUsers:
    - name: ci-deployer
      create: true
      state: Present
      tokens:
        - name: deploy
          state: Present
          description: |
            Deploys services
            from CI
          scopes: [services:write, projects:read, projects:read]
          maxAge: 90d
          extendWhenUsed: false
          ipAllowlist: [203.0.113.7/32, 203.0.113.0/24, "2001:DB8::/32", 203.0.113.7]
          suspend: false
          rotation:
            renewBefore: 14d
            every: 30d
            overlap: 24h
            revokeWhenIdle: {for: 1h, atMost: 7d}
            trigger: 2026-q4-audit
            compromised: INC-1234
          deliverTo:
            - githubSecret: {repository: Acme/Payments, environment: production, name: AIVEN_TOKEN}
            - file: {path: ./secrets/aiven.env, format: Dotenv, name: AIVEN_TOKEN}
            - githubSecret: {organization: acme, visibility: selected, repositories: [pay], name: AIVEN_TOKEN}
            - kubernetesSecret: {name: aiven-deploy, key: token, type: Opaque, labels: {a: b}}
  personalTokens:
    - name: laptop
      deliverTo: [{file: {path: secrets/laptop}}]
  githubCredentials:
    secretKeyRef: {name: github-app-token, key: token}
  guards: {maxRevokePercent: 25, minTokens: 4, acknowledge: [{rule: revoke-threshold, digest: 3f9c2e71ab4d}]}
`;

/** An issuer with every field of its policy. */
export const issuerExample = `apiVersion: keyturn.dev/v1alpha1
kind: ClusterTokenIssuer
metadata: {name: aiven-prod}
spec:
  provider:
    aiven: {organizationId: org1a23f456789, credentials: {secretKeyRef: {name: aiven-admin, key: token}}}
  allowedNamespaces: {names: [payments], selector: {matchLabels: {team: payments}}}
  policy:
    allowedApplicationUsers: ["{namespace}-*"]
    allowedScopes: ["projects:*"]
    longestMaxAge: 90d
    requireMaxAge: true
    requireIpAllowlist: true
    allowedCidrs: [203.0.113.0/24]
    shortestOverlap: 1h
    allowedOwnerIds: ["github:*"]
`;
