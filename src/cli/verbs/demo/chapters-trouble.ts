/** The second half of the demo: what keyturn does when things go wrong around it. */
import { formatDescription, hashOwner } from '../../../core/mark.ts';
import type { TokenSpec } from '../../../core/spec.ts';
import { apply } from '../apply.ts';
import { plan } from '../plan.ts';
import { rotate } from '../rotate.ts';
import { tokens } from '../tokens.ts';
import { tryValue } from './chapters-rotation.ts';
import type { Stage } from './stage.ts';

const forever = new AbortController().signal;
const scopes = 'projects:read, services:write';

export async function reissueDeleted(stage: Stage): Promise<void> {
  stage.chapter(
    'Somebody deletes a token by hand',
    'Someone revokes the token of etl/hourly in the console. keyturn asks twice before it believes that.',
  );
  stage.pass(1);
  const { provider } = stage.connection;
  const id = provider.idOf(await stage.readValue('HOURLY_TOKEN')) ?? '';
  await provider.revoke(await userNamed(stage, 'etl'), id, forever);
  await stage.run('keyturn apply --yes', apply, { yes: true });
  await tryValue(stage, 'etl/hourly', 'HOURLY_TOKEN');
}

export async function survivePowerCuts(stage: Stage): Promise<void> {
  stage.chapter(
    'Twice in a row the line breaks at the worst moment',
    'A token is issued and the answer with its value is lost: nobody has that token, and yet it lives.\n' +
      'keyturn never repeats such a request. It finds what was issued by the mark in its description.',
  );
  await breakCreates(stage, 2);
  const token = 'etl/report';
  await stage.run(`keyturn rotate ${token} --yes`, rotate, { token, yes: true });
  stage.say(
    '\n20 minutes later keyturn sees that the attempt was cut off, tries again, and is cut off again:',
  );
  stage.pass(1 / 3);
  await stage.run('keyturn apply --yes', apply, { yes: true });
  stage.say('\n20 minutes later the line is back. What was delivered before has worked all the time:');
  stage.pass(1 / 3);
  await stage.run('keyturn apply --yes', apply, { yes: true });
  stage.say('\n25 h later the two that nobody ever received are revoked, and the one that was replaced:');
  stage.pass(25);
  await stage.run('keyturn apply --yes', apply, { yes: true });
  await tryValue(stage, 'etl/report', 'REPORT_TOKEN');
}

export async function leaveForeignAlone(stage: Stage): Promise<void> {
  stage.chapter(
    'Tokens of others',
    'Ada made a token in the console, and the staging team keeps one of the same user by its own keyturn.',
  );
  const user = await userNamed(stage, 'etl');
  const spec: TokenSpec = { scopes: [], maxAgeSeconds: undefined, extendWhenUsed: false, ipAllowlist: [] };
  const owner = hashOwner('staging-q7m2xa', 'staging');
  const mark = { owner, declaration: 'etl/nightly', generation: 1, specHash: '1abcdef0', nonce: 'k3x5ab' };
  for (const description of ['made by Ada', formatDescription('', mark)])
    await stage.connection.provider.createToken(user, { spec, description }, forever);
  await stage.run('keyturn apply --yes', apply, { yes: true });
  await stage.run('keyturn tokens --user etl', tokens, { user: 'etl' });
}

export async function refuseMassRevoke(stage: Stage): Promise<void> {
  stage.chapter(
    'A bad merge empties the manifest',
    'Both users are still declared, their tokens are gone. Applying that would cut off every consumer.',
  );
  await stage.writeManifest({ scopes, tokens: false });
  const code = await stage.run('keyturn apply --yes', apply, { yes: true });
  stage.say(`\nExit code ${code}. Nothing was revoked:`);
  await stage.writeManifest({ scopes, tokens: true });
  await stage.run('git revert HEAD && keyturn plan', plan, {});
}

/** Of the next requests that issue a token, so many take effect while their answer is lost. */
async function breakCreates({ emulator }: Stage, count: number): Promise<void> {
  const fault = `dropAfterApply=${count},on=POST access-tokens$`;
  await fetch(`${emulator.controlUrl}/faults`, { method: 'POST', body: JSON.stringify({ fault }) });
}

async function userNamed({ connection }: Stage, name: string) {
  const { users } = await connection.provider.listUsers(forever);
  const user = users.find((candidate) => candidate.name === name);
  if (!user) throw new Error(`the demo lacks its user "${name}"`);
  return user;
}
