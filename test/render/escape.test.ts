import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clean, joinLines, markdownCode, markdownText, safeJson } from '../../src/render/escape.ts';

const nasty = fc.string({
  unit: fc.constantFrom(
    ...'|`\\<>&*_[](){}#@:!~$-+.ab1 /"\'',
    '\n',
    '\r',
    '\t',
    '\u001b[31m',
    '\u001b]8;;',
    '\u0007',
    '\u009b',
    '\u2028',
    '\u202e',
    '\u200b',
    '::error::',
    '##[',
    '<!--',
    'https://',
    'www.',
    '@octocat',
    '\ud800',
  ),
});

describe('text from outside', () => {
  it('loses colours, cursor movements and line breaks', () => {
    expect(clean('a\u001b[1;31mred\u001b[0m\u009b2Kb\nc\td\u0007\u202ee')).toBe('aredb c de');
  });

  it('never swallows what follows an escape sequence that does not end', () => {
    expect(clean('\u001b]8;;evil and our own words')).toBe(']8;;evil and our own words');
  });

  it('never leaves a control character or a workflow command', () => {
    fc.assert(
      fc.property(nasty, nasty, (first, second) => {
        const lines = joinLines([clean(first), `  ${clean(second)}`]).split('\n');
        expect(lines).toHaveLength(2);
        for (const line of lines) {
          expect(line).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}|##\[/u);
          expect(line).not.toMatch(/^\s*::/);
        }
      }),
    );
  });

  it('is no markup, mention, reference or link in Markdown', () => {
    expect(markdownText('a|b `c` <!-- @octocat [x](y) *z* _w_ #1 <b> \\| ~s~ $m$')).toBe(
      'a&#124;b &#96;c&#96; &#60;!-- @&#8203;octocat &#91;x&#93;(y) &#42;z&#42; &#95;w&#95; &#35;&#8203;1' +
        ' &#60;b&#62; &#92;&#124; &#126;s&#126; &#36;m&#36;',
    );
    expect(markdownText('https://evil.example www.evil.example GH-1 :tada:')).toBe(
      'https:&#8203;//evil.example www&#8203;.evil.example GH&#8203;-1 :&#8203;tada:',
    );
  });

  it('holds nothing raw that Markdown would read, whatever it is', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const entitiesLeftOut = markdownText(text).replaceAll(/&#[0-9]+;/g, '¤');
        expect(entitiesLeftOut).not.toMatch(/[`|\\<>&*_[\]~$\n\r]/);
        expect(entitiesLeftOut).not.toMatch(/@(?!¤)|#|:\/\/|www\./i);
      }),
    );
  });

  it('stays in its code span and table cell, and spells no comment marker', () => {
    expect(markdownCode('ci/deploy')).toBe('`ci/deploy`');
    expect(markdownCode('a@b.example/x')).toBe('`a@b.example/x`');
    expect(markdownCode('a|b')).toBe('<code>a&#124;b</code>');
    expect(markdownCode(' ')).toBe('(empty)');
    fc.assert(
      fc.property(nasty, (text) => {
        const code = markdownCode(text);
        expect(code.replaceAll(/^<code>|<\/code>$/g, '')).not.toMatch(/[|\\<\n\r]/);
        expect(code.match(/`/g)?.length ?? 0).toBe(code.startsWith('`') ? 2 : 0);
      }),
    );
  });

  it('means the same as JSON and is harmless in a log', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const raw = safeJson({ [text]: text });
        expect(JSON.parse(raw)).toEqual({ [text]: text });
        expect(raw.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}|\u2028|##\[/u);
      }),
    );
  });
});
