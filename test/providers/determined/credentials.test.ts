/** Where the credential for a master is looked for and kept, so that det and keyturn share one. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import { authFilePath } from '../../../src/providers/determined/auth-file.ts';
import {
  findCredential,
  removeCredential,
  storeCredential,
} from '../../../src/providers/determined/credentials.ts';
import { canonicalMaster } from '../../../src/providers/determined/master-url.ts';

const url = 'https://det.example.com';
const auth = join('.config', 'determined', 'auth.json');
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
async function found(places: Partial<Parameters<typeof findCredential>[0]>) {
  const result = await findCredential({ env: {}, homeFolder, url, ...places });
  return result.kind === 'found' ? [result.credential.reveal(), result.source] : result.lookedAt;
}

/** As det 0.38.1 writes it after two logins at one master and one at another. */
const content = {
  version: 2,
  masters: {
    'https://det.example.com:443': {
      active_user: 'ada',
      tokens: { ada: 'token-of-ada', bob: 'token-of-bob' },
      certs: 'noverify',
    },
    'http://localhost:8080': { active_user: 'admin', tokens: { admin: 'token-of-admin' } },
  },
  unknown: { kept: true },
};

describe('the credential for a master', () => {
  it('is the first of a named file, a token, a name with a password, and the file of det', async () => {
    const credentialsFile = await put('named', 'from-file\n');
    const file = await put(auth, JSON.stringify(content));
    const env = { DET_USER_TOKEN: 'token', DET_USER: 'bob', DET_PASS: 'secret' };
    expect(await found({ env, credentialsFile })).toEqual(['from-file', credentialsFile]);
    expect(await found({ env })).toEqual(['token', 'DET_USER_TOKEN']);
    const { DET_USER_TOKEN: _, ...login } = env;
    const [value, source] = await found({ env: login });
    expect(JSON.parse(value ?? '')).toEqual({ username: 'bob', password: 'secret' });
    expect(source).toBe('DET_USER and DET_PASS');
    expect(await found({})).toEqual(['token-of-ada', file]);
  });

  it('in the file of det is that of the master, and of the user that DET_USER names', async () => {
    const file = await put(auth, JSON.stringify(content));
    expect(await found({ env: { DET_USER: 'bob' } })).toEqual(['token-of-bob', file]);
    expect(await found({ url: 'http://localhost:8080/' })).toEqual(['token-of-admin', file]);
    expect(await found({ url: 'https://other.example.com' })).toContain(file);
    expect(await found({ env: { DET_USER: 'eve' } })).not.toContain('token-of-ada');
  });

  it('is looked for where the variables of det say', async () => {
    const places = { env: {}, homeFolder: '/home/ada' };
    expect(authFilePath(places)).toBe('/home/ada/.config/determined/auth.json');
    const moved = { XDG_CONFIG_HOME: '/xdg' };
    expect(authFilePath({ ...places, env: moved })).toBe('/xdg/determined/auth.json');
    const debug = { ...moved, DET_DEBUG_CONFIG_PATH: '/debug' };
    expect(authFilePath({ ...places, env: debug })).toBe('/debug/auth.json');
  });

  it('is missing with every place that was looked at', async () => {
    expect(await found({})).toEqual([
      'DET_USER_TOKEN',
      'DET_USER with DET_PASS',
      join(homeFolder, '.config', 'determined', 'auth.json'),
    ]);
  });

  it.each(['{"masters": canary', '{"masters": "canary"}', 'null', ''])(
    'of a corrupt file of det (%j) is said, and not gone past',
    async (text) => {
      const path = await put(auth, text);
      const error: unknown = await findCredential({ env: {}, homeFolder, url }).catch((why: unknown) => why);
      expect(String(error)).toContain(`${path} is not the auth.json of det`);
      expect(inspect(error, { depth: 9 })).not.toContain('canary');
    },
  );

  it('of a named file that is missing, empty or unreadable is said, and not gone past', async () => {
    const env = { DET_USER_TOKEN: 'one' };
    await expect(found({ env, credentialsFile: join(homeFolder, 'none') })).rejects.toThrow(
      /none does not exist/,
    );
    const empty = await put('empty', ' \n');
    await expect(found({ env, credentialsFile: empty })).rejects.toThrow(/empty is empty/);
    await expect(found({ env, credentialsFile: homeFolder })).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });
});

describe('a login at a master', () => {
  const login = { credential: new SecretValue('from-login'), user: 'cleo' };

  it('is kept beside all others, as the active one, and for its owner only', async () => {
    const path = await put(auth, JSON.stringify(content));
    await chmod(path, 0o644);
    expect(await storeCredential({ env: {}, homeFolder, url }, login)).toBe(path);
    const kept = structuredClone(content) as typeof content & { masters: Record<string, object> };
    kept.masters['https://det.example.com:443'] = {
      active_user: 'cleo',
      tokens: { ada: 'token-of-ada', bob: 'token-of-bob', cleo: 'from-login' } as never,
      certs: 'noverify',
    };
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(kept);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(path))).toEqual(['auth.json']);
    expect(await found({})).toEqual(['from-login', path]);
  });

  it('makes the file where there is none', async () => {
    const path = await storeCredential({ env: {}, homeFolder, url }, login);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      version: 2,
      masters: { 'https://det.example.com:443': { active_user: 'cleo', tokens: { cleo: 'from-login' } } },
    });
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  });

  it('is forgotten without its neighbours, also when there is none', async () => {
    const places = { env: {}, homeFolder, url };
    await removeCredential(places);
    const path = await put(auth, JSON.stringify(content));
    await removeCredential(places);
    await removeCredential(places);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      ...content,
      masters: {
        ...content.masters,
        'https://det.example.com:443': { tokens: { bob: 'token-of-bob' }, certs: 'noverify' },
      },
    });
  });
});

describe('the address of a master', () => {
  it.each([
    ['localhost', 'http://localhost:8080'],
    ['det.example.com:9000', 'http://det.example.com:9000'],
    ['http://det.example.com', 'http://det.example.com:80'],
    ['https://det.example.com/', 'https://det.example.com:443'],
    ['https://det.example.com/master/', 'https://det.example.com:443/master'],
  ])('%s is kept as %s, as det does', (text, canonical) => {
    expect(canonicalMaster(text)).toBe(canonical);
  });
});
