/**
 * What to do about a 403. GitHub names the permission that would have sufficed in a header; whether the token
 * of a workflow can be given it at all is known here.
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

/**
 * @param accepted the header `x-accepted-github-permissions`: `;` parts alternatives, `,` what goes together
 */
export function adviseMissingPermission(accepted: string | undefined): string {
  // A header is not ours: only names and levels as GitHub writes them are repeated.
  const alternatives = (accepted ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => /^[a-z_]+=[a-z]+(,\s*[a-z_]+=[a-z]+)*$/.test(part));
  if (alternatives.length === 0) return 'The token lacks a permission for this, or has no access to it.';
  const lacks = `The token lacks the permission ${alternatives.map((part) => `"${part}"`).join(' or ')}.`;
  const [easiest] = alternatives.filter((part) => grants(part).every(({ name }) => ofWorkflows.has(name)));
  if (easiest === undefined)
    return `${lacks} A workflow's own token cannot have it: use a GitHub App's or a fine-grained token.`;
  const lines = grants(easiest).map(({ name, level }) => `"${name.replaceAll('_', '-')}: ${level}"`);
  return `${lacks} In a workflow, add ${lines.join(' and ')} to the job's permissions.`;
}

function grants(alternative: string): readonly { readonly name: string; readonly level: string }[] {
  return alternative.split(',').map((grant) => {
    const [name = '', level = ''] = grant.trim().split('=');
    return { name, level };
  });
}
