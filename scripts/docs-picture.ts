/**
 * The picture of a plan in the README: what the real command says about the README's own manifest, on an
 * emulated Aiven whose clock stands still, so that it comes out the same every time.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from '../src/emulator/start.ts';

const run = promisify(execFile);
const keyturn = fileURLToPath(new URL('../src/main-cli.ts', import.meta.url));
const day = 86_400_000;

/** What stood in Git before the commit that the picture is about. */
const before = [
  ['projects:read, services:write', 'projects:read'],
  ['name: metrics', 'name: audit'],
] as const;

/**
 * The plan for the manifest, 77 days after its predecessor was applied.
 *
 * @throws Error when the manifest has not the two tokens that the story is about
 */
export async function drawPlan(manifest: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-docs-'));
  const emulator = await startEmulator({
    seed: { organizationId: 'org1a23f456789' },
    clock: { start: '2026-11-20T12:00:00Z', frozen: true },
    toggles: { callerAddress: '203.0.113.7' },
  });
  try {
    await apply(emulator, folder, earlier(manifest));
    emulator.clock.advance(74 * day);
    await use(emulator, join(folder, 'secrets/audit.token'));
    emulator.clock.advance(3 * day);
    await writeFile(join(folder, 'tokens.yaml'), manifest);
    return `\`\`\`text\n${(await call(emulator, folder, ['plan'])).trimEnd()}\n\`\`\``;
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true });
  }
}

/** The manifest with a third token, the old scopes, and everything else as it is. */
function earlier(manifest: string): string {
  const [[newScopes, oldScopes], [kept, gone]] = before;
  const line = manifest.split('\n').find((text) => text.includes(kept));
  if (line === undefined || !manifest.includes(newScopes)) throw new Error('the README has another manifest');
  const audit = line.replace(kept, gone).replace('metrics.token', 'audit.token');
  return `${manifest.trimEnd()}\n${audit}\n`.replace(newScopes, oldScopes);
}

async function apply(emulator: Emulator, folder: string, manifest: string): Promise<void> {
  await writeFile(join(folder, 'tokens.yaml'), manifest);
  await call(emulator, folder, ['apply', '--yes']);
}

async function call({ url, adminToken }: Emulator, cwd: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, AIVEN_WEB_URL: url, AIVEN_TOKEN: adminToken, NO_COLOR: '1' };
  return (await run(process.execPath, [keyturn, ...args], { cwd, env })).stdout;
}

/** As a consumer would. */
async function use({ url }: Emulator, path: string): Promise<void> {
  const value = (await readFile(path, 'utf8')).trim();
  await fetch(`${url}/v1/me`, { headers: { authorization: `aivenv1 ${value}`, 'user-agent': 'audit/1' } });
}
