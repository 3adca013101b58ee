/** The verbs that work on what manifests declare: their options and help. */
import type { Command } from 'commander';
import { applying, collect, help, type Start } from './command-parts.ts';

const group = 'Declared tokens:';

export function addDeclaredVerbs(program: Command, start: Start): void {
  addManifestVerbs(program, start);
  addPlanningVerbs(program, start);
  addRequestVerbs(program, start);
}

function addManifestVerbs(program: Command, start: Start): void {
  const init = program
    .command('init')
    .helpGroup(group)
    .summary('Write a first tokens.yaml.')
    .description('Writes a commented first manifest with an owner id of its own. Never overwrites a file.')
    .option('--name <name>', 'Name of the set (default: the folder’s).')
    .option('--provider <kind>', 'Which provider issues the tokens.', 'aiven')
    .option('--organization <id>', 'Aiven organization of the tokens.')
    .option('--user <name>', 'First application user (default: ci-deployer).');
  help(init, [
    'keyturn init --name payments --organization org1a23f456789',
    'keyturn init --provider determined -f det.yaml',
  ]);
  start(init, async () => (await import('./verbs/init.ts')).init);

  const validate = program
    .command('validate')
    .helpGroup(group)
    .summary('Judge manifests without any network.')
    .description(
      'Reports every problem of the manifests at once, with its place. Needs no credential and no network.',
    );
  help(validate, [
    'keyturn validate',
    'keyturn validate -f tokens.yaml -f issuers.yaml --output json',
    'kustomize build . | keyturn validate -f -',
  ]);
  start(validate, async () => (await import('./verbs/validate.ts')).validate);
}

function addPlanningVerbs(program: Command, start: Start): void {
  const plan = planning(program.command('plan').helpGroup(group))
    .summary('Show what apply would do.')
    .description(
      'Reads the provider and the destinations and shows every change with its reason. Changes nothing.',
    )
    .option('--save <path>', 'Also write the plan to a file, for apply --plan.')
    .option('--detailed-exitcode', 'Exit with 2 when there is something to do.')
    .option('-v, --verbose', 'Also show every token that stays as it is.');
  help(plan, [
    'keyturn plan',
    'keyturn plan --save plan.json      then: keyturn apply --plan plan.json',
    'keyturn plan --output markdown --detailed-exitcode',
  ]);
  start(plan, async () => (await import('./verbs/plan.ts')).plan);

  const apply = applying(planning(program.command('apply').helpGroup(group)))
    .summary('Create, rotate and revoke what the plan says.')
    .description('Shows the plan, asks, and applies it. What a guard refuses is left out, the rest is done.')
    .option('--plan <path>', 'Apply exactly what plan --save wrote, or say what moved.');
  help(apply, [
    'keyturn apply',
    'keyturn apply --yes                                  without a terminal, such as in cron',
    'keyturn apply --only ci-deployer/deploy',
    'keyturn apply --acknowledge revoke-threshold         after reading what is refused',
  ]);
  start(apply, async () => (await import('./verbs/apply.ts')).apply);

  const status = program
    .command('status')
    .helpGroup(group)
    .summary('List the declared tokens with their health.')
    .description('Lists the declared tokens: health, age, expiry and what is due next. Changes nothing.')
    .option('-v, --verbose', 'Also show ids and every destination.');
  help(status, ['keyturn status', 'keyturn status --output json']);
  start(status, async () => (await import('./verbs/status.ts')).status);
}

function addRequestVerbs(program: Command, start: Start): void {
  const rotate = applying(program.command('rotate').helpGroup(group))
    .summary('Replace one token now.')
    .description(
      'Issues a new token and delivers it now. The old one works on for its overlap; apply then revokes it.',
    )
    .argument('<token>', 'The declaration as USER/TOKEN, a personal one as me/TOKEN.');
  help(rotate, ['keyturn rotate ci-deployer/deploy', 'keyturn rotate me/laptop --yes']);
  start(rotate, async () => (await import('./verbs/rotate.ts')).rotate);

  const destroy = applying(program.command('destroy').helpGroup(group))
    .summary('Revoke every token of a set.')
    .description('Takes every value of the set away from its destinations, then revokes every token of it.')
    .argument('[set]', 'Name of the set; needed when the files hold several.');
  help(destroy, ['keyturn destroy', 'keyturn destroy payments -f all.yaml']);
  start(destroy, async () => (await import('./verbs/destroy.ts')).destroy);

  const forget = applying(program.command('forget').helpGroup(group))
    .summary('Stop looking after a set; its tokens live on.')
    .description(
      'Deletes the receipts of the set. Values and tokens stay; nothing rotates or revokes them then.',
    )
    .argument('[set]', 'Name of the set; needed when the files hold several.');
  help(forget, ['keyturn forget', 'keyturn forget payments --yes']);
  start(forget, async () => (await import('./verbs/forget.ts')).forget);
}

function planning(command: Command): Command {
  return command
    .option('--only <user/token>', 'Leave every other declaration alone; repeatable.', collect)
    .option('--acknowledge <word>', 'Waive a refusal by the word it names; repeatable.', collect);
}
