/**
 * Observing 50 users of a Determined cluster with 200 tokens each inside this process: a master gives all
 * 10,000 in one answer, so there has to be one list, however many users are declared. Beside it: the same
 * list and the list of users, asked for and parsed, nothing else.
 */
import { hashOwner, formatDescription } from '../src/core/mark.ts';
import { SecretValue } from '../src/core/secret.ts';
import { systemRuntime } from '../src/net/runtime.ts';
import { connectDetermined } from '../src/providers/determined/provider.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { numbered, ownerId, setName } from './manifest.ts';
import { type Case, inTurns, type Row, time } from './measure.ts';
import { declaredAlone, observeWith } from './observe-run.ts';

const users = 50;
const tokensEach = 200;
const concurrency = 10;
const listRoute = 'GET /api/v1/tokens';

export const determined: Case = async ({ runs, say }) => {
  say(`issuing ${users * tokensEach} tokens to be observed`);
  const emulator = await startEmulator();
  try {
    await fill(emulator);
    return await measure(emulator, runs);
  } finally {
    await emulator.stop();
  }
};

async function fill({ determined: master }: Emulator): Promise<void> {
  const owner = hashOwner(ownerId, setName);
  for (const username of numbered(users, 'user')) {
    await master.control('users', { username });
    const declaration = `${username}/token-1`;
    const mark = { owner, declaration, generation: 1, specHash: '1abcdef0', nonce: 'abcdef' };
    const description = formatDescription(`Token of ${username}`, mark);
    // One more was issued with the user.
    await master.control('tokens', { username, count: tokensEach - 1, description });
  }
}

async function measure({ determined: master }: Emulator, runs: number): Promise<readonly Row[]> {
  const { url, adminToken } = master;
  const set = declaredAlone(manifestOf(url));
  const runtime = systemRuntime();
  const connection = { url, credential: new SecretValue(adminToken), version: 'bench', runtime, concurrency };
  const observe = () => observeWith(connectDetermined(connection), set, { runtime, concurrency });
  const floor = () => listBarely(url, adminToken);
  const taken = await inTurns(runs, { observe: () => time(observe), floor: () => time(floor) });
  await master.control('requests', {});
  await observe();
  const { arrived, total } = (await master.control('requests')) as unknown as {
    readonly arrived: Readonly<Record<string, number>>;
    readonly total: number;
  };
  const lists = arrived[listRoute] ?? 0;
  const beside = { what: 'bare lists, parsed', samples: taken.floor };
  return [
    { what: `observe ${users} × ${tokensEach} of Determined`, unit: 'ms', samples: taken.observe, beside },
    { what: '… requests', unit: 'requests', samples: [total], beside: { ...beside, samples: [2] } },
    {
      what: '… lists of tokens',
      unit: 'requests',
      samples: [lists],
      beside: { ...beside, samples: [1] },
      aim: { text: '1', holds: lists === 1 },
    },
  ];
}

async function listBarely(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (const path of ['users', 'tokens']) {
    const answer = await fetch(`${url}/api/v1/${path}`, { headers });
    await answer.json();
  }
}

function manifestOf(url: string): string {
  const entries = numbered(users, 'user').map(
    (user) => `    - name: ${user}
      tokens: [{name: token-1, maxAge: 20d, deliverTo: [{file: {path: secrets/${user}}}]}]
`,
  );
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: ${setName}}
spec:
  ownerId: ${ownerId}
  provider: {determined: {url: "${url}"}}
  applicationUsers:
${entries.join('')}`;
}
