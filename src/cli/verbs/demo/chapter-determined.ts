/** The last chapter of the demo: another provider in the same run, and what is particular about it. */
import { apply } from '../apply.ts';
import { plan } from '../plan.ts';
import type { Stage } from './stage.ts';

/** Both manifests, as a run names them. */
const file = ['tokens.yaml', 'training.yaml'];
const both = '-f tokens.yaml -f training.yaml';

export async function keepBothProviders(stage: Stage): Promise<void> {
  stage.chapter(
    'Another provider in the same run',
    'training.yaml declares a token of a user "trainer" of a Determined cluster. One run keeps both files.',
  );
  await stage.writeTraining();
  await stage.run(`keyturn plan ${both}`, plan, { file });
  await stage.run(`keyturn apply ${both} --yes`, apply, { file, yes: true });
  stage.say(
    '\nAn hour later someone gives trainer a nicer name. Determined 0.38 revokes every token of a user\n' +
      'who is edited that way, and tells nobody. keyturn does:',
  );
  stage.pass(1);
  await nameNicely(stage, 'trainer', 'Training jobs');
  await stage.run(`keyturn apply ${both} --yes`, apply, { file, yes: true });
}

/** As `det user edit --display-name` does it. */
async function nameNicely({ determined }: Stage, username: string, displayName: string): Promise<void> {
  const headers = { authorization: `Bearer ${determined.adminToken}` };
  const users = `${determined.url}/api/v1/users`;
  const answer = await fetch(`${users}/${username}/by-username`, { headers });
  const { user } = (await answer.json()) as { readonly user: { readonly id: number } };
  await fetch(`${users}/${user.id}`, { method: 'PATCH', headers, body: JSON.stringify({ displayName }) });
}
