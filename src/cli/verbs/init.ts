/** `keyturn init`: writes a commented first manifest with an owner id of its own. Never overwrites a file. */
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { formatFinding } from '../../core/errors.ts';
import { parseManifests } from '../../core/manifest/parse.ts';
import type { Context } from '../context.ts';
import { errorCode } from '../error-code.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { descriptors } from '../load.ts';
import type { GlobalOptions } from '../options.ts';
import { makeOwnerId } from '../owner.ts';

export interface InitOptions extends GlobalOptions {
  /** Of the set; else made of the folder's name. */
  readonly name?: string;
  readonly organization?: string;
  /** The first application user. */
  readonly user?: string;
}

const placeholder = 'org1a23f456789';

export async function init(options: InitOptions, context: Context): Promise<number> {
  const [file = 'tokens.yaml'] = options.file ?? [];
  const text = buildManifest(options, context);
  const { findings } = parseManifests([{ file, folder: context.cwd, text }], descriptors);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new UsageError(errors.map(formatFinding).join('\n'));
  try {
    await writeFile(resolve(context.cwd, file), text, { flag: 'wx' });
  } catch (error) {
    const code = errorCode(error);
    const why = code === 'EEXIST' ? 'is there already and was left as it is' : `cannot be written (${code})`;
    throw new UsageError(`${file} ${why}. Name another file with -f.`);
  }
  const steps = [
    ...(options.organization === undefined
      ? [`Put your organization's id into ${file} ("keyturn whoami" lists yours).`]
      : []),
    'keyturn plan    shows what would be done; it needs a credential: keyturn login, or AIVEN_TOKEN',
    'keyturn apply   does it',
  ];
  context.stdout.write(`Wrote ${file}. Next:\n${steps.map((step) => `  ${step}\n`).join('')}`);
  return exitCodes.done;
}

function buildManifest({ name, organization, user = 'ci-deployer' }: InitOptions, { cwd }: Context): string {
  const setName = name ?? nameOf(cwd);
  const isReplaced = organization === undefined ? '   # replace it with yours' : '';
  return `# What keyturn keeps true: application users, their tokens, and where each value is delivered.
# "keyturn plan" shows what would change, "keyturn apply" changes it, "keyturn schema" describes every field.
apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata:
  name: ${scalar(setName)}
spec:
  # By this keyturn tells the tokens of this set from all others. Never change it.
  ownerId: ${makeOwnerId(setName)}
  provider:
    aiven:
      organizationId: ${scalar(organization ?? placeholder)}${isReplaced}
  defaults:
    maxAge: 90d
    rotation:
      renewBefore: 14d   # how long before its expiry a token is replaced
      overlap: 24h       # how long the old one keeps working once the new one is delivered
  applicationUsers:
    - name: ${scalar(user)}
      create: true       # false: it must exist already
      tokens:
        - name: deploy
          description: Deploys services from CI
          scopes: [projects:read, services:write]
          deliverTo:
            # Readable by its owner only. Keep the folder out of git.
            - file: {path: secrets/aiven.env, format: Dotenv, name: AIVEN_TOKEN}
`;
}

/** A name that a set may have, made of what the folder is called. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'tokens' : name;
}

/** As YAML, in quotes where its plain form could mean something else. */
function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
