/**
 * The manifests of the demo: two application users of Aiven with five tokens in one file, and what changes in
 * the course of it; a user of Determined with one token.
 */

export interface ManifestChoices {
  /** Of `etl/nightly`. */
  readonly scopes: string;
  /** False: someone deleted the tokens of both users by mistake. */
  readonly tokens: boolean;
}

export function buildManifest(organizationId: string, { scopes, tokens }: ManifestChoices): string {
  const head = `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: payments}
spec:
  ownerId: payments-demo01
  provider: {aiven: {organizationId: ${organizationId}}}
  defaults:
    maxAge: 90d
    rotation: {renewBefore: 14d, overlap: 24h}
`;
  if (!tokens)
    return `${head}  applicationUsers: [{name: ci-deployer, tokens: []}, {name: etl, tokens: []}]\n`;
  const file = (name: string): string => `{path: secrets/aiven.env, format: Dotenv, name: ${name}}`;
  return `${head}  applicationUsers:
    - name: ci-deployer
      tokens:
        - name: deploy
          scopes: [projects:read, services:write]
          rotation: {every: 30d}
          deliverTo: [{file: ${file('DEPLOY_TOKEN')}}]
        - name: metrics
          scopes: [services:read]
          deliverTo: [{file: ${file('METRICS_TOKEN')}}]
    - name: etl
      tokens:
        - name: hourly
          scopes: [services:read]
          deliverTo: [{file: ${file('HOURLY_TOKEN')}}]
        - name: nightly
          scopes: [${scopes}]
          deliverTo: [{file: ${file('NIGHTLY_TOKEN')}}]
        - name: report
          scopes: [billing:read]
          deliverTo: [{file: ${file('REPORT_TOKEN')}}]
`;
}

export function buildTrainingManifest(url: string): string {
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: training}
spec:
  ownerId: training-demo01
  provider: {determined: {url: "${url}"}}
  applicationUsers:
    - name: trainer
      tokens:
        - name: notebooks
          maxAge: 20d
          rotation: {every: 7d}
          deliverTo: [{file: {path: secrets/trainer.token}}]
`;
}
