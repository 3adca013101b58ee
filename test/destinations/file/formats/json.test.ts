/** One property of a JSON object: read, set and removed, with everything else byte for byte as it was. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Content } from '../../../../src/destinations/file/formats/format.ts';
import { json } from '../../../../src/destinations/file/formats/json.ts';

function contentOf(text: string, name = 't'): Content {
  const content = json(name).parse(Buffer.from(text));
  if (content.kind !== 'content') throw new Error(content.why);
  return content;
}

const set = (text: string, value = 'new') => contentOf(text).set(value).toString();

describe('a value in a JSON file', () => {
  it('is read back whatever it is and whatever stands around it', () => {
    const other = fc.dictionary(fc.string(), fc.jsonValue());
    const indent = fc.constantFrom(undefined, 2, '\t');
    const value = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' }));
    const name = fc.constantFrom('t', '__proto__', 'a.b', '1');
    fc.assert(
      fc.property(other, indent, value, name, (object, space, held, key) => {
        delete object[key];
        const text = JSON.stringify(object, undefined, space);
        const next = contentOf(text, key).set(held).toString();
        expect(contentOf(next, key).value?.toString()).toBe(held);
        const again = contentOf(next, key).set('x').toString();
        // Maps, because "__proto__" is a name like any other here.
        const expected = new Map(Object.entries(JSON.parse(text))).set(key, 'x');
        expect(new Map(Object.entries(JSON.parse(again)))).toEqual(expected);
        expect(contentOf(again, key).remove()?.toString() ?? '{}').toBe(text);
      }),
    );
  });

  it.each([
    ['', '{\n  "t": "new"\n}\n'],
    ['{}', '{\n  "t": "new"\n}'],
    ['{"a":1}', '{"a":1,"t": "new"}'],
    ['{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"t": "new"\n}\n'],
    [
      '{\r\n  "a": 1,\r\n  "b": [1, {"t": "}"}]\r\n}',
      '{\r\n  "a": 1,\r\n  "b": [1, {"t": "}"}],\r\n  "t": "new"\r\n}',
    ],
    ['{"t" : "old", "a": 1.0}', '{"t" : "new", "a": 1.0}'],
    ['{"t": null}', '{"t": "new"}'],
    ['{"t": "1", "a": 1, "t": "2", "b": 2}', '{"a": 1, "t": "new", "b": 2}'],
    ['{"\\u0074": "old"}', '{"\\u0074": "new"}'],
    ['\ufeff{"t": "old"}', '\ufeff{"t": "new"}'],
    ['{"big": 12345678901234567890, "t": ""}', '{"big": 12345678901234567890, "t": "new"}'],
  ])('%j becomes %j', (before, after) => {
    expect(set(before)).toBe(after);
  });

  it.each(['', '{"t": ""}', '{"t": null}', '{"a": {"t": "x"}}'])('%j holds none', (text) => {
    expect(contentOf(text).value).toBeUndefined();
  });

  it('goes, and the file with it when it was the only one', () => {
    expect(contentOf('{"t": "x", "a": 1, "b": 2}').remove()?.toString()).toBe('{"a": 1, "b": 2}');
    expect(contentOf('{"a": 1, "t": "x"}').remove()?.toString()).toBe('{"a": 1}');
    expect(contentOf('{"t": "x"}').remove()).toBeUndefined();
  });

  it.each([
    ['[]', /not an object/],
    ['"x"', /not an object/],
    ['{"t": {"u": "CANARY"}}', /its property "t" is not a string/],
    ['{"t": "CANARY"', /is not JSON/],
    ['{"t": "\uffff', /is not JSON/],
  ])('%j is unusable, said without its content', (text, why) => {
    const content = json('t').parse(Buffer.from(text));
    expect(content).toMatchObject({ kind: 'unusable', why: expect.stringMatching(why) });
    expect(JSON.stringify(content)).not.toContain('CANARY');
  });

  it('is not looked for in what is not UTF-8', () => {
    expect(json('t').parse(Buffer.from([0x7b, 0xff, 0x7d])).kind).toBe('unusable');
  });

  it('is refused when it is empty or half a character', () => {
    expect([json('t').objection(''), json('t').objection('\udfff')]).not.toContain(undefined);
  });
});
