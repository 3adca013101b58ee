/** The first half of the demo: what keyturn does on a good day. */
import { apply } from '../apply.ts';
import { plan } from '../plan.ts';
import { status } from '../status.ts';
import type { Stage } from './stage.ts';

const goodScopes = 'projects:read, services:write';

export async function applyFirst(stage: Stage): Promise<void> {
  stage.chapter(
    'The first apply',
    'tokens.yaml declares two application users with five tokens, delivered to one .env file.',
  );
  await stage.writeManifest({ scopes: 'projects:read', tokens: true });
  await stage.run('keyturn apply --yes', apply, { yes: true });
  await tryValue(stage, 'ci-deployer/deploy', 'DEPLOY_TOKEN');
}

export async function changeScopes(stage: Stage): Promise<void> {
  stage.chapter(
    'A scope is added',
    'An hour later etl/nightly may also write services. Tokens cannot be changed, so that takes another one.',
  );
  stage.pass(1);
  await stage.writeManifest({ scopes: goodScopes, tokens: true });
  await stage.run('keyturn plan', plan, {});
  await stage.run('keyturn apply --yes', apply, { yes: true });
}

export async function rotateByClock(stage: Stage): Promise<void> {
  stage.chapter(
    'A rotation by the calendar',
    '30 days later ci-deployer/deploy is due. The new token is delivered while the old one works on for\n' +
      '24 h, so whoever still has the old one is not cut off.',
  );
  stage.pass(30 * 24);
  const old = await stage.readValue('DEPLOY_TOKEN');
  await stage.run('keyturn apply --yes', apply, { yes: true });
  stage.say('\nDuring the overlap both work:');
  const replaced = await stage.connection.provider.verify(old, new AbortController().signal);
  stage.say(`  ${idOf(stage, old)}  the old one  ${describe(replaced)}`);
  await tryValue(stage, 'the new one', 'DEPLOY_TOKEN');
  stage.say('\n25 h later the overlap is over and nobody uses the old token any more:');
  stage.pass(25);
  await stage.run('keyturn apply --yes', apply, { yes: true });
  const revoked = await stage.connection.provider.verify(old, new AbortController().signal);
  stage.say(`  ${idOf(stage, old)}  the old one  ${describe(revoked)}`);
  await tryValue(stage, 'the new one', 'DEPLOY_TOKEN');
  await stage.run('keyturn status', status, {});
}

/** Asks the API with a delivered value and says whether it works, by id only. */
export async function tryValue(stage: Stage, what: string, name: string): Promise<void> {
  const value = await stage.readValue(name);
  const answer = await stage.connection.provider.verify(value, new AbortController().signal);
  stage.say(`  ${idOf(stage, value)}  ${what}  ${describe(answer)}`);
}

function idOf(stage: Stage, value: Awaited<ReturnType<Stage['readValue']>>): string {
  return stage.connection.provider.idOf(value) ?? 'no token';
}

function describe(answer: 'alive' | 'refused' | 'unknown'): string {
  switch (answer) {
    case 'alive':
      return 'works (asked the API)';
    case 'refused':
      return 'is refused (asked the API)';
    case 'unknown':
      return 'could not be tried';
  }
}
