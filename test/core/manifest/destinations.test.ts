import { describe, expect, it } from '@jest/globals';
import { compare, findingsOf, head, set, setOf, shipped, token } from './support.ts';

/** The entries of deliverTo, from line 11, column 23 on → what is found. */
const entries: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'refuses an entry without a kind': [
    '{}',
    '11:23 WrongValue deliverTo entry names none, where exactly one is due: kubernetesSecret, file, ' +
      'githubSecret.',
  ],
  'refuses an entry with two kinds': [
    '{file: {path: a}, kubernetesSecret: {name: a, key: b}}',
    '11:23 WrongValue deliverTo entry names kubernetesSecret and file, where exactly one is due',
  ],
  'refuses a name with a Raw file': [
    '{file: {path: a, name: X}}',
    '11:46 WrongValue name "X" has no place in a Raw file. Set format to Dotenv or Json, or remove it.',
  ],
  'refuses a Dotenv file without a name': [
    '{file: {path: a, format: Dotenv}}',
    '11:24 WrongValue name is missing: a Dotenv file holds several values.',
  ],
  'refuses a Json file without a name': [
    '{file: {path: a, format: Json}}',
    '11:24 WrongValue name is missing',
  ],
  'refuses what is no name of a variable': [
    '{file: {path: a, format: Dotenv, name: a-b}}',
    '11:62 WrongValue name "a-b" is not the name of a variable.',
  ],
  'refuses a folder': ['{file: {path: a/}}', '11:37 WrongValue path "a/" is not the path of a file.'],
  'refuses one destination twice, however it is spelt': [
    '{file: {path: a}}, {file: {path: ./b/../a}}',
    '11:42 DestinationTwice "file/Raw:a" is a destination of this token at a.yaml:11:23 already. Remove one.',
  ],
  'refuses a file that is one value and holds others': [
    '{file: {path: a}}, {file: {path: a, format: Json, name: x}}',
    '11:42 DestinationTwice "/m/a" would hold Json here and Raw at a.yaml:11:23. Use another path.',
  ],
  'refuses a file in two formats': [
    '{file: {path: a, format: Dotenv, name: x}}, {file: {path: a, format: Json, name: x}}',
    '11:67 DestinationTwice "file/Json:a#x" is a destination of this token',
  ],
  'refuses two files whose receipts would be one file': [
    '{file: {path: a.X}}, {file: {path: a, format: Json, name: X}}',
    '11:44 DestinationTwice "/m/a.X.receipt.json" would hold the receipt of',
  ],
  'refuses a file that is the receipt of another': [
    '{file: {path: a}}, {file: {path: a.receipt.json}}',
    '11:42 DestinationTwice "/m/a.receipt.json" would hold Raw here and the receipt of file/Raw:a',
  ],
  'refuses a GitHub secret without a place': [
    '{githubSecret: {name: X}}',
    '11:38 WrongValue githubSecret needs exactly one of repository and organization.',
  ],
  'refuses a name that GitHub reserves': [
    '{githubSecret: {repository: a/b, name: GITHUB_X}}',
    '11:62 WrongValue name "GITHUB_X" begins with GITHUB_',
  ],
  'refuses a name that GitHub would store otherwise': [
    '{githubSecret: {repository: a/b, name: x}}',
    '11:62 WrongValue name "x" is not the name of a secret as GitHub stores it. Use upper-case letters',
  ],
  'refuses a secret of an organization without visibility': [
    '{githubSecret: {organization: a, name: X}}',
    '11:24 WrongValue visibility is missing. Write all, private or selected.',
  ],
  'refuses selected visibility without repositories': [
    '{githubSecret: {organization: a, visibility: selected, name: X}}',
    '11:24 WrongValue repositories goes with visibility: selected',
  ],
  'refuses an environment for Dependabot': [
    '{githubSecret: {repository: a/b, environment: p, app: Dependabot, name: X}}',
    '11:77 WrongValue app "Dependabot" has no secrets in environments.',
  ],
  'refuses a key that a Secret cannot have': [
    '{kubernetesSecret: {name: a, key: "a b"}}',
    '11:57 WrongValue key "a b" is not a key of a Secret.',
  ],
  "refuses keyturn's own annotations": [
    '{kubernetesSecret: {name: a, key: k, annotations: {keyturn.dev/receipt: x}}}',
    "11:73 WrongValue annotations holds a key of keyturn.dev, which are keyturn's own.",
  ],
  'asks to quote the value of a label': [
    '{kubernetesSecret: {name: a, key: k, labels: {a: 1}}}',
    '11:72 WrongType a 1 is a number, where text is due. Quote it: "1".',
  ],
};

const deliver = (list: string) => token(`maxAge: 90d\ndeliverTo: [${list}]`);

describe('the destinations of a token', () => {
  it.each(Object.entries(entries))('%s', (_, [list, ...expected]) => {
    expect(compare(deliver(list), expected)).toEqual(expected);
  });

  it('takes two values in one Dotenv file', () => {
    const list = ['X', 'Y'].map((name) => `{file: {path: a, format: Dotenv, name: ${name}}}`).join(', ');
    expect(findingsOf(deliver(list))).toEqual([]);
  });

  it('asks for a destination unless the token is absent or moved', () => {
    const tokens = ['Present', 'Absent', 'Moved'].map(
      (state) => `{name: ${state}, state: ${state}, maxAge: 1d}`,
    );
    expect(findingsOf(set(`personalTokens: [${tokens}]`))).toEqual([
      expect.stringMatching(/^6:20 Missing "me\/Present" has no deliverTo: /),
    ]);
    expect(findingsOf(token('maxAge: 1d\ndeliverTo: []'))).toEqual([
      expect.stringMatching(/^11:22 WrongValue deliverTo is empty/),
    ]);
  });

  it('says that a destination without an adapter cannot be used yet', () => {
    const list = '{kubernetesSecret: {name: a, key: k}}, {githubSecret: {repository: a/b, name: X}}';
    const destinations = shipped.destinations.map((descriptor) =>
      descriptor.kind === 'kubernetesSecret' ? { ...descriptor, available: false } : descriptor,
    );
    expect(findingsOf(deliver(list), { ...shipped, destinations })).toEqual([
      expect.stringMatching(
        /^11:23 NotAvailable kubernetesSecret cannot be delivered to yet: .* Use file or githubSecret\.$/,
      ),
    ]);
  });

  const one = (name: string, more = '', state = 'Present') =>
    head.replace('name: payments', `name: ${name}${more}`) +
    `  personalTokens: [{name: a, state: ${state}, maxAge: 1d, deliverTo: [{kubernetesSecret: {name: s, ` +
    'key: k}}]}]\n';

  it('refuses one destination in two sets of a run, naming both places', () => {
    const expected = [
      '6:70 DestinationTwice "kubernetesSecret/s#k" is the destination of "me/a" at a.yaml:6:70 already',
    ];
    expect(compare([one('x'), one('y')], expected)).toEqual(expected);
  });

  it('tells Secrets of two namespaces apart', () => {
    expect(findingsOf([one('x', ', namespace: x'), one('y', ', namespace: y')])).toEqual([]);
  });

  it('lets a token that moved name the destination of the one that took it over', () => {
    expect(findingsOf([one('x', '', 'Moved'), one('y')])).toEqual([]);
  });

  it('tells files of two folders apart, and knows an absolute path', () => {
    const list = '{file: {path: a}}, {file: {path: ../n/a}}, {file: {path: /n/a/b}}';
    const identities = setOf(deliver(list)).declarations[0]?.deliverTo.map(({ identity }) => identity);
    expect(identities).toEqual(['/m/a', '/n/a', '/n/a/b']);
    expect(findingsOf(deliver('{file: {path: a}}, {file: {path: /m/a}}'))).toEqual([
      expect.stringMatching(/^11:42 DestinationTwice /),
    ]);
  });
});
