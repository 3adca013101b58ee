// The pasted workflow as a workflow: nektos/act runs docs/workflows/tokens.yaml for every event it names,
// with the built Action, against an emulated Aiven and a loopback GitHub. act ignores permissions, groups and
// environments; the linters of ../workflows look at those. Run with `node test/clients/act/run.mjs`.
import { manifest } from '../../scenarios/action/manifests.ts';
import { createChecks } from '../avn/avn.mjs';
import { installGo } from '../workflows/tools.mjs';
import { buildTown, repository } from './town.mjs';

const version = '0.2.89';
const tool = await installGo('act', 'github.com/nektos/act', version);
if (tool.kind === 'skipped') {
  console.log(`SKIPPED: act ${version} did not run the pasted workflow: ${tool.reason}.`);
} else {
  const checks = createChecks('act');
  const town = await buildTown(tool.path);
  try {
    await live(town, checks);
  } finally {
    await town.close();
  }
  checks.finish();
}

async function live(town, { check }) {
  const { github, emulator } = town;
  const secret = () =>
    github.secret({ repository, environment: 'production', name: 'AIVEN_TOKEN' })?.value ?? '';
  const generation = () => {
    const place = { repository, environment: 'production', name: 'AIVEN_TOKEN_RECEIPT' };
    return JSON.parse(github.variable(place)?.value ?? '{}').current?.generation;
  };
  const values = new Set([town.secretsToken, emulator.adminToken]);
  /** Runs one event and checks which jobs ran, that they passed, and that nothing secret was printed. */
  const expectJobs = async (what, { event, payload = {}, secrets, jobs }) => {
    const run = await town.act(event, payload, secrets);
    if (secret() !== '') values.add(secret());
    const ran = Object.keys(run.jobs).sort().join(', ');
    const isGood = run.code === 0 && Object.values(run.jobs).every((result) => result === 'success');
    check(`${what}: ${jobs}`, isGood && ran === jobs, `exit ${run.code}, jobs ${ran}\n${run.raw}`);
    const leaked = [...values].filter((value) => run.printed.includes(value));
    check(`${what}: prints no secret`, leaked.length === 0, `${leaked.length} values`);
    return run;
  };

  const opened = await town.propose(1, { 'tokens.yaml': manifest() });
  await expectJobs('pull_request', { event: 'pull_request', payload: opened, jobs: 'plan' });
  const comment = () => github.comments(repository, 1)[0]?.body ?? '';
  check('the comment shows the plan', comment().includes('Planned for') && comment().includes('`ci/deploy`'));
  check('nothing is delivered before the merge', secret() === '');

  await expectJobs('merge_group', { event: 'merge_group', jobs: 'plan' });
  check('a merge queue leaves the plan as it is', comment().includes('Planned for'));

  await town.merge(1);
  await expectJobs('push', { event: 'push', jobs: 'apply, look, review' });
  check('the comment says that it was applied', comment().includes('**Applied** with'), comment());
  const first = secret();
  check('the secret is a token that lives', await isLive(emulator, first));
  await expectJobs('push again', { event: 'push', jobs: 'look' });
  check('a push that changes nothing issues nothing', secret() === first);

  town.advance(80 * 24 * 3_600_000);
  const nightly = { schedule: '17 3 * * *' };
  await expectJobs('schedule', { event: 'schedule', payload: nightly, jobs: 'rotate' });
  check('the schedule rotated what was due', secret() !== first && generation() === 2, `g=${generation()}`);
  check('the new token lives', await isLive(emulator, secret()));
  check('the old one lives through its overlap', await isLive(emulator, first));
  town.advance(25 * 3_600_000);
  await expectJobs('schedule after the overlap', { event: 'schedule', payload: nightly, jobs: 'rotate' });
  check('the old token is revoked', !(await isLive(emulator, first)) && (await isLive(emulator, secret())));

  const byHand = (mode) => ({ event: 'workflow_dispatch', payload: { inputs: { mode } } });
  await expectJobs('workflow_dispatch, plan', { ...byHand('plan'), jobs: 'apply' });
  await expectJobs('workflow_dispatch, scheduled', { ...byHand('scheduled'), jobs: 'apply' });
  await expectJobs('workflow_dispatch, apply', { ...byHand('apply'), jobs: 'apply, review' });

  const fork = await town.propose(2, { 'tokens.yaml': manifest([{ name: 'mine' }]) }, 'mallory/payments');
  const none = { GITHUB_TOKEN: github.token({ login: 'github-actions[bot]', permissions: {} }) };
  const strange = { event: 'pull_request', payload: fork, secrets: none };
  const run = await expectJobs('pull_request of a fork', { ...strange, jobs: 'plan' });
  check('a fork is told what could not be done', run.printed.includes('from a fork'), run.printed);
  check('a fork gets no comment', github.comments(repository, 2).length === 0);
  check(
    'GitHub’s description agrees with every request',
    github.breaches.length === 0,
    github.breaches.join('\n'),
  );
}

async function isLive({ controlUrl }, value) {
  const answer = await fetch(`${controlUrl}/check`, {
    method: 'POST',
    body: JSON.stringify({ token: value }),
  });
  return (await answer.json()).live === true;
}
