/**
 * Finds the credential for a master where det keeps it, and keeps it there after a login, so that det and
 * keyturn share one (DESIGN 3.4). det's file holds one login for each master, so what is found depends on
 * where it will be sent. Never says what a file or variable holds.
 */
import { readFile } from 'node:fs/promises';
import { SecretValue } from '../../core/secret.ts';
import type { CredentialPlaces, FoundCredential } from '../credential.ts';
import { authFilePath, codeOf, readAuthFile, unusable, writeAuthFile } from './auth-file.ts';
import { canonicalMaster } from './master-url.ts';
import { loginCredential } from './session.ts';

/**
 * The first of `--credentials-file`, `DET_USER_TOKEN`, `DET_USER` with `DET_PASS`, and det's file.
 *
 * @throws ProviderError `credential` when a place that has one cannot be used, naming the place: going on to
 * the next would act as someone else than was asked for
 */
export async function findCredential(places: CredentialPlaces): Promise<FoundCredential> {
  const { env, credentialsFile } = places;
  if (credentialsFile !== undefined) {
    const text = await readGiven(credentialsFile);
    return {
      kind: 'found',
      credential: readToken(text, credentialsFile),
      source: credentialsFile,
      fromLogin: false,
    };
  }
  const token = env['DET_USER_TOKEN'];
  if (token)
    return {
      kind: 'found',
      credential: readToken(token, 'DET_USER_TOKEN'),
      source: 'DET_USER_TOKEN',
      fromLogin: false,
    };
  const [user, password] = [env['DET_USER'], env['DET_PASS']];
  if (user && password !== undefined)
    return {
      kind: 'found',
      credential: loginCredential(user, password),
      source: 'DET_USER and DET_PASS',
      fromLogin: false,
    };
  const path = authFilePath(places);
  const login = await findLogin(path, places);
  if (login !== undefined)
    return { kind: 'found', credential: readToken(login, path), source: path, fromLogin: true };
  return { kind: 'missing', lookedAt: ['DET_USER_TOKEN', 'DET_USER with DET_PASS', path] };
}

/**
 * Keeps the credential of a login as det does: under its master, as the user that is active there.
 * @returns the path
 */
export async function storeCredential(
  places: CredentialPlaces,
  login: { readonly credential: SecretValue; readonly user: string },
): Promise<string> {
  const path = authFilePath(places);
  const name = masterOf(places);
  const file = (await readAuthFile(path)) ?? {};
  const master = file.masters?.[name] ?? {};
  const tokens = { ...master.tokens, [login.user]: login.credential.reveal() };
  const masters = { ...file.masters, [name]: { ...master, tokens, active_user: login.user } };
  await writeAuthFile(path, { ...file, version: file.version ?? 2, masters });
  return path;
}

/** Forgets the active login at the master. Nothing there is success. */
export async function removeCredential(places: CredentialPlaces): Promise<void> {
  const path = authFilePath(places);
  const name = masterOf(places);
  const file = await readAuthFile(path);
  const master = file?.masters?.[name];
  if (!file || !master?.active_user) return;
  const { [master.active_user]: _, ...tokens } = master.tokens ?? {};
  const { active_user: __, ...rest } = master;
  await writeAuthFile(path, { ...file, masters: { ...file.masters, [name]: { ...rest, tokens } } });
}

/** The token of the user that `DET_USER` names, or of the one that is active. */
async function findLogin(path: string, places: CredentialPlaces): Promise<string | undefined> {
  const file = await readAuthFile(path);
  const master = file?.masters?.[masterOf(places)];
  const user = places.env['DET_USER'] || master?.active_user;
  return user ? master?.tokens?.[user] : undefined;
}

function masterOf({ url }: CredentialPlaces): string {
  return (url === undefined ? undefined : canonicalMaster(url)) ?? '';
}

async function readGiven(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    throw unusable(path, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`);
  }
}

function readToken(text: string, source: string): SecretValue {
  const value = text.trim();
  if (/^[\x21-\x7e]+$/.test(value)) return new SecretValue(value);
  throw unusable(source, value === '' ? 'is empty' : 'holds characters that no token has');
}
