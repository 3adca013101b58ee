/**
 * Finds the credential for Aiven where Aiven's own tools keep it, and keeps it there after a login, so that
 * avn and keyturn share one (DESIGN 3.4). Never says what a file or variable holds.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProviderError } from '../../core/errors.ts';
import { SecretValue } from '../../core/secret.ts';
import type { CredentialPlaces, FoundCredential } from '../credential.ts';

/** The Terraform provider's, then avn's. */
const variables = ['AIVEN_TOKEN', 'AIVEN_AUTH_TOKEN'] as const;

/**
 * The first of `--credentials-file`, the variables, and avn's file.
 *
 * @throws ProviderError `credential` when a place that has one cannot be used, naming the place: going on to
 * the next would act as someone else than was asked for
 */
export async function findCredential(places: CredentialPlaces): Promise<FoundCredential> {
  const { env, credentialsFile } = places;
  if (credentialsFile !== undefined) {
    const text = await readIfThere(credentialsFile);
    if (text === undefined) throw unusable(credentialsFile, 'does not exist');
    const credential = readValue(
      text.trim().startsWith('{') ? tokenOf(text, credentialsFile) : text,
      credentialsFile,
    );
    return { kind: 'found', credential, source: credentialsFile, fromLogin: false };
  }
  for (const name of variables) {
    const text = env[name];
    if (text) return { kind: 'found', credential: readValue(text, name), source: name, fromLogin: false };
  }
  const path = avnFile(places);
  const text = await readIfThere(path);
  if (text === undefined) return { kind: 'missing', lookedAt: [...variables, path] };
  return { kind: 'found', credential: readValue(tokenOf(text, path), path), source: path, fromLogin: true };
}

/**
 * Keeps the credential of a login in avn's file, readable by its owner only from the first byte, and whole or
 * not at all.
 * @returns the path
 */
export async function storeCredential(
  places: CredentialPlaces,
  login: { readonly credential: SecretValue; readonly user: string },
): Promise<string> {
  const path = avnFile(places);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  const content = { auth_token: login.credential.reveal(), user_email: login.user };
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return path;
}

/** Forgets the credential of a login, as avn does at logout. Nothing there is success. */
export async function removeCredential(places: CredentialPlaces): Promise<void> {
  await unlink(avnFile(places)).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

/** Where avn looks (aiven/aiven-client, `envdefault`). */
export function avnFile({ env, homeFolder }: CredentialPlaces): string {
  const folder = env['AIVEN_CONFIG_DIR'] || join(homeFolder, '.config', 'aiven');
  return env['AIVEN_CREDENTIALS_FILE'] || join(folder, 'aiven-credentials.json');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(path, `cannot be read (${codeOf(error) ?? 'for no known reason'})`);
  }
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The token in a file of avn's form. */
function tokenOf(text: string, path: string): string {
  try {
    const content: unknown = JSON.parse(text);
    const token =
      typeof content === 'object' && content !== null && 'auth_token' in content && content.auth_token;
    if (typeof token === 'string' && token !== '') return token;
  } catch {
    // Said below. The parser's own error is dropped, since it quotes the file.
  }
  throw unusable(path, 'is not JSON with an "auth_token"');
}

function readValue(text: string, source: string): SecretValue {
  const value = text.trim();
  if (/^[\x21-\x7e]+$/.test(value)) return new SecretValue(value);
  throw unusable(source, value === '' ? 'is empty' : 'holds characters that no token has');
}

function unusable(source: string, why: string): ProviderError {
  const fix = 'Correct it, or log in again with "keyturn login".';
  return new ProviderError(`aiven: the credential cannot be used: ${source} ${why}. ${fix}`, 'credential');
}
