/**
 * What to do about a 403. GitHub names the permission that would have sufficed in a header; under which name
 * a person finds it, and whether the token of a workflow can be given it at all, is known here.
 */

/** What `permissions:` of a workflow can grant (docs.github.com, GITHUB_TOKEN). Secrets are not among it. */
const ofWorkflows: ReadonlySet<string> = new Set([
  'actions',
  'checks',
  'contents',
  'deployments',
  'issues',
  'metadata',
  'packages',
  'pull_requests',
  'security_events',
  'statuses',
]);

/** As the settings of Apps and fine-grained tokens call them, where that is not the same word. */
const labels: Readonly<Record<string, string>> = {
  actions_variables: 'repository permission "Variables"',
  dependabot_secrets: 'repository permission "Dependabot secrets"',
  environments: 'repository permission "Environments"',
  organization_actions_variables: 'organization permission "Variables"',
  organization_dependabot_secrets: 'organization permission "Organization dependabot secrets"',
  organization_secrets: 'organization permission "Secrets"',
  secrets: 'repository permission "Secrets"',
};

interface Grant {
  readonly name: string;
  readonly level: string;
}

/**
 * @param accepted the header `x-accepted-github-permissions`: `;` parts alternatives, `,` what goes together
 */
export function adviseMissingPermission(accepted: string | undefined): string {
  const alternatives = parse(accepted);
  if (alternatives.length === 0) return 'The token lacks a permission for this, or has no access to it.';
  const lacks = `The token lacks the permission ${list(alternatives)}.`;
  const easiest = alternatives.find((grants) => grants.every(({ name }) => ofWorkflows.has(name)));
  if (easiest === undefined) {
    const needed = (alternatives[0] ?? []).map(({ name, level }) => `${labels[name] ?? name}: ${level}`);
    const whose = "A workflow's own token cannot have it: use a GitHub App's or a fine-grained token";
    return `${lacks} ${whose} with the ${needed.join(' and the ')}.`;
  }
  const lines = easiest.map(({ name, level }) => `"${name.replaceAll('_', '-')}: ${level}"`);
  return `${lacks} In a workflow, add ${lines.join(' and ')} to the job's permissions.`;
}

/** ` (that takes "secrets=read")`; empty when it is not known. */
export function adviseAccess(accepted: string | undefined): string {
  const alternatives = parse(accepted);
  return alternatives.length === 0 ? '' : ` (that takes ${list(alternatives)})`;
}

/** A header is not ours: only names and levels as GitHub writes them are taken. */
function parse(accepted = ''): readonly (readonly Grant[])[] {
  return accepted
    .split(';')
    .map((part) => part.trim())
    .filter((part) => /^[a-z_]+=[a-z]+(,\s*[a-z_]+=[a-z]+)*$/.test(part))
    .map((part) =>
      part.split(',').map((grant) => {
        const [name = '', level = ''] = grant.trim().split('=');
        return { name, level };
      }),
    );
}

function list(alternatives: readonly (readonly Grant[])[]): string {
  return alternatives
    .map((grants) => `"${grants.map(({ name, level }) => `${name}=${level}`).join(', ')}"`)
    .join(' or ');
}
