import { describe, expect, it } from '@jest/globals';
import { compare, delivered, findingsOf, head, set, token } from './support.ts';

const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  .concat(
    [...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`)}]`),
  )
  .join('\n');

/** A text → what is found. */
const files: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'refuses an empty file': ['# nothing\n---\n', '1:1 Empty … keyturn init'],
  'refuses a file over 1 MiB': [
    `${head}${'#'.repeat(1_048_576)}`,
    '1:1 TooLarge … 1048576 (1 MiB). Split it',
  ],
  'counts bytes, not characters': [`# ${'é'.repeat(524_288)}`, '1:1 TooLarge … 1048578 bytes'],
  'refuses text that is no map': [
    'just text',
    '1:1 WrongType … begins with "apiVersion: keyturn.dev/v1alpha1"',
  ],
  'refuses a list': ['- a', '1:1 WrongType … begins with "apiVersion'],
  'refuses another kind, naming those it reads': [
    'apiVersion: v1\nkind: Secret\n',
    '2:7 WrongKind kind "Secret" … Write TokenSet or ClusterTokenIssuer, with apiVersion: ' +
      'keyturn.dev/v1alpha1.',
  ],
  'refuses a document without a kind': [
    'apiVersion: keyturn.dev/v1alpha1\n',
    '1:1 WrongKind kind is missing.',
  ],
  'survives a kind that is a map': ['kind: {toString: 1, valueOf: 2}', '1:7 WrongKind kind "a map"'],
  'asks whether a mistyped kind was meant': [
    head.replace('TokenSet', 'Tokenset'),
    '2:7 WrongValue kind "Tokenset" … Did you mean "TokenSet"?',
  ],
  'refuses another apiVersion, naming the one it reads': [
    head.replace('v1alpha1', 'v1'),
    '1:13 WrongValue apiVersion "keyturn.dev/v1" is not known here. Write keyturn.dev/v1alpha1.',
  ],
  'refuses a document without apiVersion': [
    head.replace(/^.*\n/, ''),
    '1:1 Missing apiVersion is missing. Write keyturn.dev/v1alpha1.',
  ],
  'refuses a duplicate key, at the second one': [
    token(`${delivered}maxAge: 1d\nmaxAge: 2d`),
    '12:11 DuplicateKey the key "maxAge" stands in this map twice. Remove one.',
  ],
  'refuses tabs': ['a:\n\tb: 1\n', '2:1 NotYaml … a tab indents this line … Replace it by spaces.'],
  'refuses an open bracket': ['a: [b, c', '1:9 NotYaml … a bracket is not closed.'],
  'refuses an open quote': ['a: "b\n', '2:1 NotYaml … quote'],
  'refuses a second colon': ['a: b: c', '1:4 NotYaml … a second ": " … Quote the text'],
  'refuses lines that do not line up': [
    'a:\n  b: 1\n c: 2',
    '3:1 NotYaml … not indented like its neighbours',
  ],
  'refuses text that begins with a reserved character': ['a: @b', '1:4 NotYaml … Quote it.'],
  'refuses a tag': [head.replace('payments', '!x payments'), '3:18 NotYaml … a tag (!name) means nothing'],
  'refuses an alias without an anchor': ['a: *b', '1:4 NotYaml the alias "*b" … no anchor "&b"'],
  'refuses a key that is a list': ['? [a]\n: b', '1:3 NotYaml a key is plain text'],
  'refuses a merge of something else than maps': ['<<: 3', '1:1 NotYaml a merge key "<<" takes a map'],
  'refuses an alias bomb': [
    bomb,
    '6:29 TooLarge the aliases of this document repeat each other without end.',
  ],
  'refuses an alias inside its own anchor': ['a: &a [*a]', '1:8 TooLarge the aliases'],
  'refuses brackets without end': ['['.repeat(100_000), '1:101 TooLarge nests more than 100 levels deep.'],
  'refuses dashes without end': ['- '.repeat(100_000), '1:200 TooLarge nests more than 100 levels deep.'],
  'takes a key of the language for an unknown key': [
    `${head}__proto__: {a: 1}\n`,
    '6:1 UnknownKey unknown key "__proto__" in the document. Known there: apiVersion, kind, metadata, spec.',
  ],
};

/** Lines of spec from line 6, column 3 on → what is found. */
const fields: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'asks whether a mistyped key was meant': [
    'suspnd: true',
    '6:3 UnknownKey … in spec. Did you mean "suspend"?',
  ],
  'lists the known keys when none is near': [
    'xyzzy: 1',
    '6:3 UnknownKey unknown key "xyzzy" in spec. Known there: provider, issuerRef, ownerId',
  ],
  'tells where a key belongs that stands too far out': [
    'applicationUsers:\n  - {name: a, tokens: [{name: b, state: Moved, overlap: 1h, maxAge: 1d}]}',
    '7:50 UnknownKey unknown key "overlap" in a tokens entry. It belongs under "rotation".',
  ],
  'refuses in the defaults what only one token can have': [
    'defaults: {maxAge: 1d, description: x, rotation: {trigger: x}}',
    '6:26 UnknownKey … "description" in defaults. Known there: state, scopes, maxAge',
    '6:53 UnknownKey … "trigger" in rotation. Known there: renewBefore, every, overlap',
  ],
  'asks to quote a number, as it is written': [
    'applicationUsers: [{name: 007}]',
    '6:29 WrongType name 007 is a number, where text is due. Quote it: "007".',
  ],
  'asks to quote true': [
    'ownerId: true',
    '6:12 WrongType ownerId true is a boolean, where text is due. Quote it: "true".',
  ],
  'refuses text where true or false is due': [
    'suspend: "true"',
    '6:12 WrongType suspend "true" is text, where true or false is due.',
  ],
  'refuses a list where text is due': [
    'ownerId: [a]',
    '6:12 WrongType ownerId is a list, where text is due.',
  ],
  'refuses text where a map is due': [
    'applicationUsers: [foo]',
    '6:22 WrongType applicationUsers entry "foo" is text, where a map is due.',
  ],
  'refuses a key without a value': ['defaults:', '6:12 WrongType defaults is empty, where a map is due.'],
  'refuses a missing field, at its parent': [
    'formerOwners: [{ownerId: a}]',
    '6:18 Missing name is missing. Add it: it is text.',
  ],
  'refuses an unknown word of a choice': [
    'deletionPolicy: revoke',
    '6:19 WrongValue deletionPolicy "revoke" is not known here. Did you mean "Revoke"?',
  ],
  'refuses a number out of range': [
    'guards: {maxRevokePercent: 101, minTokens: -1}',
    '6:30 WrongValue maxRevokePercent 101 is over 100. Lower it.',
    '6:46 WrongValue minTokens -1 is under 0. Raise it.',
  ],
  'refuses a fraction where a whole number is due': [
    'guards: {minTokens: 2.5}',
    '6:23 WrongType minTokens 2.5 is a number, where a whole number is due.',
  ],
  'refuses a user named me': ['applicationUsers: [{name: me}]', '6:29 ReservedName … personalTokens'],
  'refuses two users of one name, naming both': [
    'applicationUsers: [{name: a}, {name: a}]',
    '6:40 DuplicateName application user "a" is declared at a.yaml:6:29 already.',
  ],
  'refuses two tokens of one name, naming both': [
    'personalTokens: [{name: a, state: Moved, maxAge: 1d}, {name: a, state: Moved, maxAge: 1d}]',
    '6:64 DuplicateName token "a" of "me" is declared at a.yaml:6:27 already.',
  ],
  'refuses names that cannot be written down': [
    'applicationUsers: [{name: " a"}, {name: ""}, {name: "a\\tb"}, {name: "\\uD800"}]',
    '6:29 WrongValue name " a" begins or ends with a space',
    '6:43 WrongValue name "" is empty. Give a name.',
    '6:55 WrongValue name "a\\tb" holds a control character.',
    '6:71 WrongValue name "\\ud800" holds half of a character.',
  ],
  'refuses a slash in the name of a token': [
    'personalTokens: [{name: a/b, state: Moved, maxAge: 1d}]',
    '6:27 WrongValue name "a/b" is not a token name.',
  ],
  'refuses a provider and an issuer at once': [
    'issuerRef: {name: a}',
    '5:3 Missing … both provider and issuerRef',
  ],
};

/** The line of the provider → what is found. */
const providers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'refuses a set without provider and issuer': [
    'suspend: false',
    '5:3 Missing … neither provider nor issuerRef',
  ],
  'refuses a provider without a kind': [
    'provider: {}',
    '5:13 WrongValue provider names none, where exactly one is due: aiven, determined.',
  ],
  'refuses two providers, and tells what is wrong inside them as well': [
    'provider: {aiven: {organizationId: a/b}, determined: {url: 1}}',
    '5:13 WrongValue provider names aiven and determined, where exactly one is due',
    '5:38 WrongValue organizationId "a/b" is not an organization id.',
    '5:62 WrongType url 1 is a number',
  ],
  'refuses an unknown provider': [
    'provider: {aivn: {}}',
    '5:13 WrongValue provider names none',
    '5:14 UnknownKey unknown key "aivn" in provider. Did you mean "aiven"?',
  ],
  'refuses an organization id over 36 characters': [
    `provider: {aiven: {organizationId: ${'a'.repeat(37)}}}`,
    '5:38 WrongValue organizationId … longer than the 36 characters',
  ],
  'refuses a url with a slash at the end': [
    'provider: {aiven: {organizationId: a, url: "https://a/"}}',
    '5:46 WrongValue url "https://a/" is not the address of an API.',
  ],
  'refuses a url with a credential': [
    'provider: {aiven: {organizationId: a, url: "https://u:p@a"}}',
    '5:46 WrongValue url "https://u:p@a" is not the address of an API.',
  ],
  'refuses a url with a query': [
    'provider: {aiven: {organizationId: a, url: "https://a/b?c"}}',
    '5:46 WrongValue url "https://a/b?c" is not the address of an API.',
  ],
};

describe('bad input, one clear message each', () => {
  it.each(Object.entries(files))('%s', (_, [text, ...expected]) => {
    expect(compare(text, expected)).toEqual(expected);
  });

  it.each(Object.entries(fields))('%s', (_, [lines, ...expected]) => {
    expect(compare(set(lines), expected)).toEqual(expected);
  });

  it.each(Object.entries(providers))('%s', (_, [line, ...expected]) => {
    const text = head.replace(/provider: .*/, line);
    expect(compare(text, expected)).toEqual(expected);
  });

  it('refuses two sets of one name, in one file or in two', () => {
    const expected = ['3:18 DuplicateName set "payments" is declared at a.yaml:3:18 already.'];
    expect(compare([head, head], expected)).toEqual(expected);
    expect(findingsOf(`${head}---\n${head}`)).toEqual([expect.stringMatching(/^9:18 DuplicateName /)]);
  });

  it('escapes and cuts what it quotes', () => {
    const [found = ''] = findingsOf(set(`"a\\e[31m\\n::error::${'x'.repeat(100)}": 1`));
    expect(found).toMatch(/^6:3 UnknownKey unknown key "a\\u001b\[31m\\n::error::x+…" in spec/);
    expect(found.length).toBeLessThan(300);
  });
});
