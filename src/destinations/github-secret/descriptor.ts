/**
 * A GitHub secret as a destination: of a repository, of one of its environments or of an organization, for
 * Actions or Dependabot. GitHub compares these names without regard to case, so keys are in one case only.
 * Asks GitHub nothing.
 */
import * as z from 'zod';
import type { DestinationDescriptor } from '../../core/descriptor.ts';

const owner = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const repositoryName = '[A-Za-z0-9._-]+';
/** 255, less what the name of the receipt adds. */
const longestName = 255 - '_DEPENDABOT_RECEIPT'.length;

const schema = z
  .strictObject({
    repository: z
      .string()
      .max(140, { error: 'is longer than 140 characters. Correct it.' })
      .regex(new RegExp(`^${owner}/${repositoryName}$`), { error: 'is not a repository. Write owner/name.' })
      .optional()
      .meta({ description: 'The repository, as owner/name. Or name an organization.' }),
    environment: z
      .string()
      .min(1, { error: 'is empty. Name an environment or remove it.' })
      .max(255, { error: 'is longer than 255 characters. Shorten it.' })
      .refine((text) => text.isWellFormed(), { error: 'holds half of a character. Write the text anew.' })
      .optional()
      .meta({ description: 'An environment of the repository.' }),
    organization: z
      .string()
      .max(39, { error: 'is longer than 39 characters. Correct it.' })
      .regex(new RegExp(`^${owner}$`), { error: 'is not the name of an organization. Correct it.' })
      .optional()
      .meta({ description: 'The organization, for a secret shared by its repositories.' }),
    visibility: z
      .enum(['all', 'private', 'selected'])
      .optional()
      .meta({ description: 'Which repositories may read a secret of the organization.' }),
    repositories: z
      .array(
        z.string().regex(new RegExp(`^${repositoryName}$`), {
          error: 'is not the name of a repository. Correct it.',
        }),
      )
      .max(1_000, { error: 'has more than 1000 entries. Remove some.' })
      .optional()
      .meta({ description: 'With visibility: selected, their names without the owner.' }),
    name: z
      .string()
      .max(longestName, { error: `is longer than ${longestName} characters. Shorten it.` })
      .regex(/^[A-Z_][A-Z0-9_]*$/, {
        error: 'is not the name of a secret as GitHub stores it. Use upper-case letters, digits and "_".',
      })
      .refine((name) => !name.startsWith('GITHUB_'), {
        error: 'begins with GITHUB_, which GitHub reserves. Rename it.',
      })
      .meta({ description: 'Name of the secret.' }),
    app: z
      .enum(['Actions', 'Dependabot'])
      .default('Actions')
      .meta({ description: 'Who may read the secret.' }),
  })
  .superRefine((ref, context) => {
    const [path, message] = scopeProblem(ref) ?? [];
    if (message) context.addIssue({ code: 'custom', path: path ? [path] : [], message });
  })
  .meta({
    description: 'An encrypted secret of GitHub. Its value cannot be read back.',
    oneOf: [{ required: ['repository'] }, { required: ['organization'] }],
  });

export type GithubSecretRef = z.output<typeof schema>;

export const githubSecretDescriptor: DestinationDescriptor<GithubSecretRef> = {
  kind: 'githubSecret',
  schema,
  rank: 2,
  available: true,
  local: false,
  key({ repository, organization, environment = '', name, app }) {
    const scope = (repository ?? organization ?? '').toLowerCase();
    const suffix = app === 'Dependabot' ? '@Dependabot' : '';
    return `githubSecret/${scope}:${encodeURIComponent(environment.toLowerCase())}:${name}${suffix}`;
  },
  readers({ organization, visibility, repositories = [] }) {
    if (organization === undefined) return undefined;
    const names = [...new Set(repositories.map((name) => name.toLowerCase()))].sort();
    if (visibility !== 'selected') return `${visibility} repositories`;
    return names.length === 0 ? 'no repository' : `repositories ${names.join(', ')}`;
  },
  parseKey(key) {
    const found = /^githubSecret\/([^:]+):([^:]*):([^:@]+)(@Dependabot)?$/.exec(key);
    if (!found) return undefined;
    const [, scope = '', environment = '', name, dependabot] = found;
    // Who may read an organization's secret is not in the key; the narrowest cannot widen anything.
    const place = scope.includes('/')
      ? { repository: scope, ...(environment && { environment: decodeName(environment) }) }
      : { organization: scope, visibility: 'selected', repositories: [] };
    const parsed = schema.safeParse({ ...place, name, app: dependabot ? 'Dependabot' : 'Actions' });
    return parsed.success && githubSecretDescriptor.key(parsed.data) === key ? parsed.data : undefined;
  },
  identity: (ref) => githubSecretDescriptor.key(ref),
  places(ref) {
    // The receipt of TOKEN in Dependabot is that of TOKEN_DEPENDABOT in Actions.
    const receipt = githubSecretDescriptor.key({ ...ref, name: receiptName(ref), app: 'Actions' });
    const key = githubSecretDescriptor.key(ref);
    return [{ place: `${receipt} (variable)`, as: `the receipt of ${key}` }];
  },
};

/** The Actions variable that the receipt lives in (DESIGN 3.2); Dependabot has no variables. */
export function receiptName({ name, app }: Pick<GithubSecretRef, 'name' | 'app'>): string {
  return app === 'Dependabot' ? `${name}_DEPENDABOT_RECEIPT` : `${name}_RECEIPT`;
}

type Problem = readonly [path: string | undefined, message: string];

function scopeProblem(ref: GithubSecretRef): Problem | undefined {
  if ((ref.repository === undefined) === (ref.organization === undefined)) {
    return [undefined, 'needs exactly one of repository and organization.'];
  }
  if (ref.repository !== undefined) {
    if (ref.visibility !== undefined) return ['visibility', 'is for secrets of an organization. Remove it.'];
    if (ref.repositories !== undefined)
      return ['repositories', 'is for secrets of an organization. Remove it.'];
    if (ref.environment !== undefined && ref.app === 'Dependabot') {
      return ['app', 'has no secrets in environments. Remove environment, or use Actions.'];
    }
    return undefined;
  }
  if (ref.environment !== undefined) return ['environment', 'belongs to a repository. Remove it.'];
  if (ref.visibility === undefined) return ['visibility', 'is missing. Write all, private or selected.'];
  if ((ref.visibility === 'selected') !== (ref.repositories !== undefined)) {
    return ['repositories', 'goes with visibility: selected, and only with it.'];
  }
  return undefined;
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
