/** The file destination on a real folder: the contract, permissions, and everything that stops a write. */
import { chmod, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../../src/core/secret.ts';
import type { FileRef } from '../../../src/destinations/file/descriptor.ts';
import type { Destination } from '../../../src/engine/ports.ts';
import { describeDestination } from '../conformance.ts';
import { canary, deliveryErrorOf, never, receiptOf } from '../receipts.ts';
import { filesIn, open, runChild, useFolder } from './harness.ts';

const value = new SecretValue(canary);
const path = useFolder();
const rawAt = (name: string): FileRef => ({ path: path(name), format: 'Raw' });

async function deliver(destination: Destination, next = value): Promise<string> {
  const { version } = await destination.read(never);
  return await destination.write({ version, receipt: receiptOf(1), value: next }, never);
}

async function modeOf(name: string): Promise<string> {
  return ((await stat(path(name))).mode & 0o7777).toString(8);
}

const shapes = [
  { ref: { path: 'token', format: 'Raw' }, start: undefined, find: /^(.*)\n$/s },
  { ref: { path: 'all.env', format: 'Dotenv', name: 'TOKEN' }, start: 'A=1\n', find: /^TOKEN=(.*)$/m },
  { ref: { path: 'all.json', format: 'Json', name: 'token' }, start: '{"a":1}\n', find: /"token": "(.*?)"/ },
] as const;

for (const { ref, start, find } of shapes) {
  describeDestination(`a ${ref.format} file`, async () => {
    const place = { ...ref, path: path(ref.path) };
    const neighbour = ref.format === 'Raw' ? path('neighbour') : place.path;
    await writeFile(neighbour, start ?? 'x');
    return {
      destination: open(place, 5_000),
      other: open(place, 5_000),
      readable: true,
      consumed: async () => find.exec(await readFile(place.path, 'utf8').catch(() => ''))?.[1],
      neighbours: async () => (await readFile(neighbour, 'utf8')).replace(/TOKEN=.*\n|,"token": ".*?"/, ''),
      cleanUp: async () => undefined,
    };
  });
}

describe('permissions', () => {
  it.each([0o000, 0o022, 0o077, 0o377])('are 0600 and 0700 under umask %i', async (umask) => {
    const former = process.umask(umask);
    try {
      await deliver(open(rawAt('new/deep/token')));
    } finally {
      process.umask(former);
    }
    const names = ['new', 'new/deep', 'new/deep/token', 'new/deep/token.receipt.json'];
    expect(await Promise.all(names.map(modeOf))).toEqual(['700', '700', '600', '600']);
  });

  it('are tightened with the next value, which preflight says before', async () => {
    await writeFile(path('token'), 'old\n');
    await chmod(path('token'), 0o644);
    const file = open(rawAt('token'));
    expect((await file.preflight(never)).join()).toMatch(/has mode 0644\. The next value makes it 0600/);
    expect(await modeOf('token')).toBe('644');
    await deliver(file);
    expect(await modeOf('token')).toBe('600');
    expect(await file.preflight(never)).toEqual([]);
  });
});

describe('what stands in the way of a write', () => {
  async function bothRefuse(destination: Destination, sentence: RegExp): Promise<void> {
    expect(await deliveryErrorOf(destination.preflight(never))).toMatchObject({ failure: 'refused' });
    const { version } = await open(rawAt('elsewhere')).read(never);
    const write = deliveryErrorOf(destination.write({ version, receipt: receiptOf(1), value }, never));
    expect(await write).toMatchObject({ failure: 'refused', message: expect.stringMatching(sentence) });
  }

  it.each(['token', 'token.receipt.json', 'token.lock'])('is a link in place of %s', async (name) => {
    await writeFile(path('target'), '');
    await symlink(path('target'), path(name));
    await bothRefuse(open(rawAt('token')), /symbolic link/);
    expect((await lstat(path(name))).isSymbolicLink()).toBe(true);
    expect(await readFile(path('target'), 'utf8')).toBe('');
  });

  it('is not a link among the folders', async () => {
    await mkdir(path('real'));
    await symlink(path('real'), path('alias'));
    await deliver(open(rawAt('alias/token')));
    expect(await readFile(path('real/token'), 'utf8')).toBe(`${canary}\n`);
  });

  it('is a file where the folder should be', async () => {
    await writeFile(path('folder'), '');
    await bothRefuse(open(rawAt('folder/token')), /a part of its path is a file, not a folder/);
    await bothRefuse(open(rawAt('folder/below/token')), /a part of its path is a file, not a folder/);
  });

  it('is a folder or a device where the file should be', async () => {
    await mkdir(path('token'));
    await bothRefuse(open(rawAt('token')), /not a regular file/);
  });

  it('is a file over 1 MiB', async () => {
    await writeFile(path('token'), Buffer.alloc(1024 * 1024 + 1));
    await bothRefuse(open(rawAt('token')), /over 1 MiB/);
  });

  it('is a name too long', async () => {
    await bothRefuse(open(rawAt('n'.repeat(300))), /its name is too long/);
  });

  it('is a file whose other content cannot be edited', async () => {
    await writeFile(path('all.json'), `{"token": "${canary}"`);
    await bothRefuse(open({ path: path('all.json'), format: 'Json', name: 'token' }), /it is not JSON/);
    await writeFile(path('all.env'), Buffer.from(`TOKEN=${canary}`, 'utf16le'));
    await bothRefuse(open({ path: path('all.env'), format: 'Dotenv', name: 'TOKEN' }), /NUL/);
  });

  it.each([
    ['the value', { value: 'x'.repeat(8_000), destinations: [] }],
    ['the receipt', { value: canary, destinations: ['x'.repeat(8_000)] }],
  ])(
    'is a disk with no room for %s, after which all is as before',
    async (_, { value: big, destinations }) => {
      const file = open(rawAt('token'));
      const version = await deliver(file);
      const receipt = { ...receiptOf(2), destinations };
      // The limit stands in for a full disk: the first write beyond it fails in the middle of the file.
      const end = await runChild(
        { do: 'write', ref: rawAt('token'), receipt, value: big },
        "trap '' XFSZ; ulimit -f 4;",
      );
      expect(end.output).toMatch(/^refused: .*the limit on file sizes is too low/);
      expect((await file.read(never)).version).toBe(version);
      expect(await filesIn(path())).toEqual(['token', 'token.receipt.json']);
    },
  );

  it('is a folder that belongs to another user', async () => {
    await mkdir(path('theirs'));
    await chmod(path(), 0o755);
    await chmod(path('theirs'), process.getuid?.() === 0 ? 0o755 : 0o555);
    const ref = rawAt('theirs/token');
    const end = await runChild({ do: 'write', ref, receipt: receiptOf(1), value: canary, powerless: true });
    expect(end.output).toMatch(/^refused: .*permission is denied\. Run as the user it belongs to/);
    expect(await filesIn(path('theirs'))).toEqual([]);
  });

  it('is a quote in another line that the value would close', async () => {
    await writeFile(path('all.env'), "A='open\n");
    const file = open({ path: path('all.env'), format: 'Dotenv', name: 'TOKEN' });
    const error = await deliveryErrorOf(deliver(file, new SecretValue(`#${canary}`)));
    expect(error).toMatchObject({
      failure: 'refused',
      message: expect.stringMatching(/a quote that is not closed/),
    });
    expect(await readFile(path('all.env'), 'utf8')).toBe("A='open\n");
  });

  it('is a value that the format cannot hold', async () => {
    const file = open({ path: path('all.env'), format: 'Dotenv', name: 'TOKEN' });
    const error = await deliveryErrorOf(deliver(file, new SecretValue(`${canary}\nB=2`)));
    expect(error).toMatchObject({
      failure: 'refused',
      message: expect.stringMatching(/Use format Raw or Json/),
    });
    expect(await filesIn(path())).toEqual([]);
  });
});

describe('reading', () => {
  it('tells a receipt that was damaged as a state', async () => {
    const file = open(rawAt('token'));
    await deliver(file);
    await writeFile(path('token.receipt.json'), '{"v":1');
    expect(await file.read(never)).toMatchObject({ receipt: { kind: 'corrupt' }, value: { kind: 'held' } });
  });

  it('says what to do about a file that may not be read', async () => {
    await mkdir(path('theirs'), { mode: 0o700 });
    await writeFile(path('theirs/token'), canary);
    await chmod(path(), 0o755);
    await chmod(path('theirs'), process.getuid?.() === 0 ? 0o700 : 0o000);
    const ref = rawAt('theirs/token');
    const end = await runChild({ do: 'write', ref, receipt: receiptOf(1), value: canary, powerless: true });
    await chmod(path('theirs'), 0o700);
    expect(end.output).toMatch(/^unknown: .*cannot be read: permission is denied\. Run as the user/);
  });

  it('takes no folder and an empty file for absent', async () => {
    expect((await open(rawAt('none/token')).read(never)).value.kind).toBe('absent');
    await writeFile(path('token'), '\n');
    expect((await open(rawAt('token')).read(never)).value.kind).toBe('absent');
  });

  it('sees a change of its own entry, not of another line', async () => {
    const file = open({ path: path('all.env'), format: 'Dotenv', name: 'TOKEN' });
    const version = await deliver(file);
    await writeFile(path('all.env'), `# note\nTOKEN=${canary}\nB=2\n`);
    expect((await file.read(never)).version).toBe(version);
    await writeFile(path('all.env'), '# note\nTOKEN=other\nB=2\n');
    expect((await file.read(never)).version).not.toBe(version);
  });
});

describe('a file of several entries', () => {
  it('takes concurrent writes of all of them', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `TOKEN_${index}`);
    const files = names.map((name) => open({ path: path('all.env'), format: 'Dotenv', name }));
    await Promise.all(files.map((file, index) => deliver(file, new SecretValue(`v${index}`))));
    const lines = (await readFile(path('all.env'), 'utf8')).trimEnd().split('\n').sort();
    expect(lines).toEqual(names.map((name, index) => `${name}=v${index}`).sort());
  });

  it('is removed with its last entry only', async () => {
    const one = open({ path: path('all.json'), format: 'Json', name: 'one' });
    const two = open({ path: path('all.json'), format: 'Json', name: 'two' });
    const versions = [await deliver(one), await deliver(two)];
    await one.withdraw({ version: versions[0] ?? '', keepValue: false }, never);
    expect(await filesIn(path())).toEqual(['all.json', 'all.json.two.receipt.json']);
    await two.withdraw({ version: versions[1] ?? '', keepValue: false }, never);
    expect(await filesIn(path())).toEqual([]);
  });
});

describe('preflight', () => {
  it('passes where the folder is still to be made, and makes nothing', async () => {
    expect(await open(rawAt('new/deep/token')).preflight(never)).toEqual([]);
    expect(await filesIn(path())).toEqual([]);
  });
});
