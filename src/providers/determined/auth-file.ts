/**
 * det's `auth.json`: logins by master and user. Everything in it that is not ours to change stays as it is.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { ProviderError } from '../../core/errors.ts';
import { parseJson } from '../../net/json.ts';
import type { CredentialPlaces } from '../credential.ts';

const master = z.looseObject({
  active_user: z.string().nullish(),
  tokens: z.record(z.string(), z.string()).nullish(),
});
const content = z.looseObject({
  version: z.number().nullish(),
  masters: z.record(z.string(), master).nullish(),
});
export type AuthFile = z.output<typeof content>;

/** Where det looks (`get_config_path`). */
export function authFilePath({ env, homeFolder }: Pick<CredentialPlaces, 'env' | 'homeFolder'>): string {
  const folder = env['DET_DEBUG_CONFIG_PATH'];
  if (folder) return join(folder, 'auth.json');
  const config = env['XDG_CONFIG_HOME'] || join(homeFolder, '.config');
  return join(config, 'determined', 'auth.json');
}

/**
 * @returns undefined when there is none
 * @throws ProviderError `credential` when it cannot be read or understood; its content is not repeated
 */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unusable(path, `cannot be read (${code})`);
  }
  const parsed = content.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw unusable(path, 'is not the auth.json of det');
}

/** Whole or not at all, and readable by its owner only from the first byte. */
export async function writeAuthFile(path: string, file: AuthFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(file)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Of a failure of the file system, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode ? String(error.code) : 'for no known reason';
}

export function unusable(source: string, why: string): ProviderError {
  const fix = 'Correct it, or log in again with "keyturn login --provider determined".';
  return new ProviderError(
    `determined: the credential cannot be used: ${source} ${why}. ${fix}`,
    'credential',
  );
}
