/** What a remote service says, made fit for our messages: no secret comes through, no line breaks out. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { oneLine, quoteRemote } from '../../src/net/remote-words.ts';

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.split('');
const token = fc
  .array(fc.constantFrom(...base64), { minLength: 98, maxLength: 370 })
  .map((characters) => `${characters.join('')}==`);
const surroundings = fc.oneof(
  fc.constantFrom('', ' ', '"', '\n', 'token=', '\u200b', 'Authorization: aivenv1 '),
  fc.string(),
);

/** Every run of 20 characters of the token. A shorter piece is of no use to anyone; a prefix is public. */
function piecesOf(value: string): string[] {
  return Array.from({ length: value.length - 19 }, (_, start) => value.slice(start, start + 20));
}

describe('words of a remote service', () => {
  it.each([
    ['as it is', (value: string) => value],
    ['percent-encoded', encodeURIComponent],
    ['in url-safe base64', (value: string) => value.replaceAll('+', '-').replaceAll('/', '_')],
    ['wrapped in lines of 64', (value: string) => value.replace(/(.{64})/g, '$1\n')],
    ['split by zero-width characters', (value: string) => value.replace(/(.{10})/g, '$1\u200b')],
    [
      'behind 190 characters that nearly fill a quote',
      (value: string) => `${'all fine. '.repeat(19)}${value}`,
    ],
  ])('never let a token through that is %s', (_, disguise) => {
    fc.assert(
      fc.property(surroundings, token, surroundings, (before, value, after) => {
        const disguised = disguise(value);
        const quote = quoteRemote(`${before}${disguised}${after}`);
        const shown = [quote, quote.replaceAll(' ', '')].join('\n');
        return piecesOf(value).every((piece) => !shown.includes(piece) && !shown.includes(disguise(piece)));
      }),
      { numRuns: 60 },
    );
  });

  it('never let a value through that the request carried, however short it is', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 30 }).filter((text) => text.trim() === text),
        (password) => {
          // The placeholder itself may hold a short value by accident.
          fc.pre(!'"" is wrong for you [removed]'.includes(password));
          return !quoteRemote(`"${password}" is wrong for you`, [password]).includes(password);
        },
      ),
    );
  });

  it('are one line of at most 200 characters, whatever they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const quote = quoteRemote(text);
        return quote.length <= 200 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(quote);
      }),
    );
  });

  it('keep the sentences and codes that say what is wrong', () => {
    const sentence = 'Rate limit 120 exceeded - try again in 28s (client_ip_address_policy_violation)';
    expect(quoteRemote(sentence)).toBe(sentence);
  });

  it('keep no long chain of words, which may be a recovery code', () => {
    expect(quoteRemote(`use ${'abcdefghij-'.repeat(9)} now`)).toBe('use [removed] now');
  });

  it('cannot start a workflow command on a line of their own', () => {
    expect(oneLine('ci\r\n::set-env name=A::b\u2028x')).toBe('ci ::set-env name=A::b x');
  });
});
