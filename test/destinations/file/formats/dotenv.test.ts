/** Values in `.env` files: what other programs read from them, and that nothing else in the file changes. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dotenv } from '../../../../src/destinations/file/formats/dotenv.ts';
import type { Content } from '../../../../src/destinations/file/formats/format.ts';
import { useFolder } from '../harness.ts';

const path = useFolder();
const format = dotenv('TOKEN');

function contentOf(text: string | Buffer): Content {
  const content = format.parse(Buffer.from(text as string));
  if (content.kind !== 'content') throw new Error(content.why);
  return content;
}

const read = (text: string) => contentOf(text).value?.toString();
const set = (text: string, value: string) => contentOf(text).set(value).toString();

/** What `set -a; . file` gives. */
function readBySh(text: string): string {
  writeFileSync(path('all.env'), text);
  // The last "." keeps $(…) of nothing from taking newlines of the value.
  return execFileSync('sh', ['-c', 'set -a; . "$0"; printf %s. "$TOKEN"', path('all.env')])
    .toString()
    .slice(0, -1);
}

const storable = fc
  .oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.base64String({ minLength: 4 }),
  )
  .filter((value) => format.objection(value) === undefined);
const otherLine = fc.constantFrom(
  'A=1',
  'B="two words" # why',
  "C='it'",
  '# TOKEN=no',
  '',
  '  ',
  'export D=x',
  'TOKENS=1',
  'MY_TOKEN=2',
  'E="first\nTOKEN=not this\nlast"',
  'G: yaml',
  'H=caf\u00e9',
  'just words',
);

describe('a value in a .env file', () => {
  it('is read back whatever it is and whatever stands around it', () => {
    fc.assert(
      fc.property(fc.array(otherLine), storable, fc.constantFrom('\n', '\r\n'), (lines, value, eol) => {
        const text = lines.map((line) => line + eol).join('');
        const next = set(text, value);
        expect(read(next)).toBe(value);
        expect(next.startsWith(text)).toBe(true);
        const removed = contentOf(next).remove()?.toString();
        expect(removed ?? '').toBe(text.trim() === '' ? '' : text);
      }),
    );
  });

  it('is the same for Node', () => {
    fc.assert(
      fc.property(storable, (value) => {
        expect(parseEnv(set('A=1\n', value))['TOKEN']).toBe(value);
      }),
    );
  });

  it('is the same for sh', () => {
    fc.assert(
      fc.property(storable, (value) => {
        expect(readBySh(set('A=1\n', value))).toBe(value);
      }),
      {
        numRuns: 40,
        examples: [['~'], ['a b'], ['=x'], ["it's"], ['$HOME'], ['`id`'], ['a#b'], ['a"b'], ['\ta']],
      },
    );
  });

  it('stands without quotes where it can, for docker knows none', () => {
    expect(set('', 'AVNS+/aB3=.-_')).toBe('TOKEN=AVNS+/aB3=.-_\n');
  });

  it.each([
    ['a b', "'a b'"],
    ["it's", `"it's"`],
    ['$HOME', "'$HOME'"],
    ['=x', "'=x'"],
    ['~', "'~'"],
  ])('%j is written as %s', (value, written) => {
    expect(set('', value)).toBe(`TOKEN=${written}\n`);
  });

  it.each(['', 'a\nb', 'a\rb', 'a\0b', 'a\\b', '$'.concat('{A}'), `'"`, "'$", '\ud800'])(
    '%j is refused',
    (value) => {
      expect(format.objection(value)).toBeDefined();
    },
  );
});

describe('a line that is there already', () => {
  it.each([
    ['TOKEN=old', 'TOKEN=new'],
    ['export TOKEN=old\n', 'export TOKEN=new\n'],
    ['  TOKEN = old \r\nA=1\r\n', '  TOKEN=new\r\nA=1\r\n'],
    ['TOKEN="old" # note\nA=1\n', 'TOKEN=new # note\nA=1\n'],
    ['TOKEN="old"# note\n', 'TOKEN=new # note\n'],
    ['TOKEN="old"  \n', 'TOKEN=new\n'],
    ['TOKEN=\nA=1\n', 'TOKEN=new\nA=1\n'],
    ['TOKEN="two\nlines"\nA=1', 'TOKEN=new\nA=1'],
    ['TOKEN=1\nA=1\nexport TOKEN=2\nB=1\n', 'A=1\nexport TOKEN=new\nB=1\n'],
    ['\ufeffTOKEN=old\n', '\ufeffTOKEN=new\n'],
    ['A=1', 'A=1\nTOKEN=new\n'],
    ['A=1\r\nB=2', 'A=1\r\nB=2\r\nTOKEN=new\r\n'],
    ['A="x\nTOKEN=no\n"\n', 'A="x\nTOKEN=no\n"\nTOKEN=new\n'],
    ["A='open\nTOKEN=old\n", "A='open\nTOKEN=new\n"],
  ])('%j becomes %j', (before, after) => {
    expect(set(before, 'new')).toBe(after);
  });

  it.each([
    ['TOKEN=a\nTOKEN=b\n', 'b'],
    ['TOKEN=a # note', 'a'],
    ['TOKEN=a#b', 'a#b'],
    ['TOKEN="a # b" # note', 'a # b'],
    ['TOKEN="a\\"b"', 'a"b'],
    ["TOKEN='a\\b'", 'a\\b'],
    ['TOKEN=a\r\nB=1', 'a'],
    ['TOKEN= # none', undefined],
    ['TOKEN=""', undefined],
    ['#TOKEN=a', undefined],
    ['XTOKEN=a', undefined],
  ])('%j holds %j', (text, value) => {
    expect(read(text)).toBe(value);
  });

  it('goes without a trace, and the file with it when only blanks are left', () => {
    expect(contentOf('A=1\nTOKEN=x\n# end\nTOKEN=y').remove()?.toString()).toBe('A=1\n# end\n');
    expect(contentOf('\ufeff\nTOKEN=x\n\n').remove()).toBeUndefined();
  });

  it('leaves bytes that are not UTF-8 as they are', () => {
    const bytes = Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x0a]);
    expect(contentOf(bytes).set('x')).toEqual(Buffer.concat([bytes, Buffer.from('TOKEN=x\n')]));
  });

  it('is not looked for in a file of NUL bytes', () => {
    expect(format.parse(Buffer.from('TOKEN=x', 'utf16le')).kind).toBe('unusable');
  });
});
