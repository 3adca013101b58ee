/** `keyturn init`: writes a commented first manifest with an owner id of its own. Never overwrites a file. */
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { formatFinding } from '../../core/errors.ts';
import { parseManifests } from '../../core/manifest/parse.ts';
import type { RegisteredProvider } from '../../providers/registry.ts';
import type { StarterWishes } from '../../providers/starter.ts';
import { adapterOf } from '../connect.ts';
import type { Context } from '../context.ts';
import { errorCode } from '../error-code.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { descriptors } from '../load.ts';
import type { GlobalOptions } from '../options.ts';
import { makeOwnerId } from '../owner.ts';

export interface InitOptions extends GlobalOptions {
  /** Of the set; else made of the folder's name. */
  readonly name?: string;
  /** `aiven` unless told. */
  readonly provider?: string;
  readonly organization?: string;
  /** The first application user. */
  readonly user?: string;
}

export async function init(options: InitOptions, context: Context): Promise<number> {
  const { file: [file = 'tokens.yaml'] = [], provider = 'aiven' } = options;
  const registered = adapterOf(provider);
  if (options.organization !== undefined && !registered.adapter.starter.hasOrganizations)
    throw new UsageError(`${registered.descriptor.title} has no organizations. Leave --organization out.`);
  const text = buildManifest(options, registered, context);
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
  const { starter } = registered.adapter;
  const login = `keyturn login --provider ${provider}, or ${starter.credential}`;
  const steps = [
    ...starter.toDo(wishesOf(options, registered, context), file),
    `keyturn plan    shows what would be done; it needs an administrator's credential: ${login}`,
    'keyturn apply   does it',
  ];
  context.stdout.write(`Wrote ${file}. Next:\n${steps.map((step) => `  ${step}\n`).join('')}`);
  return exitCodes.done;
}

function wishesOf(
  { organization, providerUrl }: InitOptions,
  { adapter }: RegisteredProvider,
  { env }: Context,
): StarterWishes {
  const [url = providerUrl] = providerUrl === undefined ? adapter.urlsIn(env) : [];
  return {
    ...(organization === undefined ? {} : { organization }),
    ...(url === undefined ? {} : { url }),
  };
}

function buildManifest(options: InitOptions, registered: RegisteredProvider, context: Context): string {
  const { starter } = registered.adapter;
  const setName = options.name ?? nameOf(context.cwd);
  const place = starter.place(wishesOf(options, registered, context), scalar);
  const indented = (lines: readonly string[], by: number): string =>
    lines.map((line) => `${' '.repeat(by)}${line}\n`).join('');
  const remark = (text: string): string => (text === '' ? '' : `   # ${text}`);
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
    ${registered.descriptor.kind}:
${indented(place, 6)}  defaults:
    maxAge: ${starter.maxAge}${remark(starter.aboutMaxAge)}
    rotation:
      renewBefore: ${starter.renewBefore.padEnd(6)}# how long before its expiry a token is replaced
      overlap: 24h       # how long the old one keeps working once the new one is delivered
  applicationUsers:
    - name: ${scalar(options.user ?? 'ci-deployer')}
      create: true       # ${starter.aboutUser}
      tokens:
        - name: deploy
${indented(starter.tokenFields, 10)}          deliverTo:
            # Readable by its owner only. Keep the folder out of git.
            - file: {path: ${starter.path}, format: Dotenv, name: ${starter.variable}}
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
