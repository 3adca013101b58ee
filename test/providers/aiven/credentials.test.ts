/** Where the credential is looked for and kept. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { ProviderError } from '../../../src/core/errors.ts';
import { SecretValue } from '../../../src/core/secret.ts';
import {
  avnFile,
  findCredential,
  removeCredential,
  storeCredential,
} from '../../../src/providers/aiven/credentials.ts';
import { failureOf } from './harness.ts';

let homeFolder = '';

beforeEach(async () => {
  homeFolder = await mkdtemp(join(tmpdir(), 'keyturn-credentials-'));
});

afterEach(async () => {
  await rm(homeFolder, { recursive: true });
});

async function put(path: string, content: string): Promise<string> {
  const whole = join(homeFolder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, content);
  return whole;
}

/** The value and source that are found. */
async function found(places: Parameters<typeof findCredential>[0]) {
  const result = await findCredential(places);
  return result.kind === 'found' ? [result.credential.reveal(), result.source] : result.lookedAt;
}

const avnContent = JSON.stringify({ auth_token: 'from-avn', user_email: 'jane@example.com' });

describe('the credential', () => {
  it('is the first of a named file, two variables and the file of avn', async () => {
    const credentialsFile = await put('named', 'from-file\n');
    const avn = await put('.config/aiven/aiven-credentials.json', avnContent);
    const both = { AIVEN_TOKEN: 'one', AIVEN_AUTH_TOKEN: 'two' };
    expect(await found({ env: both, credentialsFile, homeFolder })).toEqual(['from-file', credentialsFile]);
    expect(await found({ env: both, homeFolder })).toEqual(['one', 'AIVEN_TOKEN']);
    expect(await found({ env: { ...both, AIVEN_TOKEN: '' }, homeFolder })).toEqual([
      'two',
      'AIVEN_AUTH_TOKEN',
    ]);
    expect(await found({ env: {}, homeFolder })).toEqual(['from-avn', avn]);
  });

  it('is found where the variables of avn say', async () => {
    const moved = await put('elsewhere/aiven-credentials.json', avnContent);
    expect(await found({ env: { AIVEN_CONFIG_DIR: dirname(moved) }, homeFolder })).toEqual([
      'from-avn',
      moved,
    ]);
    const named = await put('named.json', avnContent);
    const env = { AIVEN_CREDENTIALS_FILE: named, AIVEN_CONFIG_DIR: dirname(moved) };
    expect(await found({ env, homeFolder })).toEqual(['from-avn', named]);
  });

  it('may lie in a named file in the form of avn', async () => {
    const credentialsFile = await put('named.json', avnContent);
    expect(await found({ env: {}, credentialsFile, homeFolder })).toEqual(['from-avn', credentialsFile]);
  });

  it('is missing with every place that was looked at', async () => {
    const avn = join(homeFolder, '.config', 'aiven', 'aiven-credentials.json');
    expect(await found({ env: {}, homeFolder })).toEqual(['AIVEN_TOKEN', 'AIVEN_AUTH_TOKEN', avn]);
  });

  it.each([
    ['{"auth_token": canary', 'is not JSON with an "auth_token"'],
    ['{"token": "canary"}', 'is not JSON with an "auth_token"'],
    ['null', 'is not JSON with an "auth_token"'],
    ['', 'is not JSON with an "auth_token"'],
  ])('of a corrupt file of avn (%j) is said, and not gone past', async (content, why) => {
    const path = await put('.config/aiven/aiven-credentials.json', content);
    const error = await failureOf(findCredential({ env: {}, homeFolder }));
    expect(error.message).toBe(
      `aiven: the credential cannot be used: ${path} ${why}. ` +
        'Correct it, or log in again with "keyturn login".',
    );
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
  });

  it('of a named file that is missing, empty or unreadable is said, and not gone past', async () => {
    const env = { AIVEN_TOKEN: 'one' };
    const named = (credentialsFile: string) => findCredential({ env, credentialsFile, homeFolder });
    await expect(named(join(homeFolder, 'none'))).rejects.toThrow(/none does not exist/);
    await expect(named(await put('empty', ' \n'))).rejects.toThrow(/empty is empty/);
    await expect(named(homeFolder)).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });

  it('that could not be sent in a header is said', async () => {
    const error = await failureOf(findCredential({ env: { AIVEN_TOKEN: 'canary\nx' }, homeFolder }));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toContain('AIVEN_TOKEN holds characters that no token has');
    expect(error.message).not.toContain('canary');
  });
});

describe('a login', () => {
  const login = { credential: new SecretValue('from-login'), user: 'jane@example.com' };

  it('is kept for avn and for its owner only', async () => {
    const places = { env: {}, homeFolder };
    const path = await storeCredential(places, login);
    expect(path).toBe(avnFile(places));
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    expect(content).toEqual({ auth_token: 'from-login', user_email: 'jane@example.com' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await found(places)).toEqual(['from-login', path]);
  });

  it('replaces an earlier one whole, however open that was, and leaves nothing beside it', async () => {
    const places = { env: {}, homeFolder };
    const path = await put('.config/aiven/aiven-credentials.json', avnContent.repeat(10));
    await chmod(path, 0o644);
    await storeCredential(places, login);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(path))).toEqual(['aiven-credentials.json']);
    expect(await found(places)).toEqual(['from-login', path]);
  });

  it('is forgotten, also when there is none', async () => {
    const places = { env: {}, homeFolder };
    const path = await storeCredential(places, login);
    await removeCredential(places);
    await removeCredential(places);
    expect(await readdir(dirname(path))).toEqual([]);
  });
});
