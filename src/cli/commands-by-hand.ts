/** The verbs for what a person does by hand, the same for every provider: their options and help. */
import type { Command } from 'commander';
import { applying, help, type Start } from './command-parts.ts';

const group = 'By hand:';

export function addVerbsByHand(program: Command, start: Start): void {
  addTokenVerbs(program, start);
  addCredentialVerbs(program, start);
}

function addTokenVerbs(program: Command, start: Start): void {
  const tokens = reaching(program.command('tokens').helpGroup(group))
    .summary('List every token that can be seen.')
    .description('Lists the tokens of every application user, and one’s own, with owner and last use.')
    .option('--user <name>', 'Only those of one user; "me" is oneself.')
    .option('--all', 'Revoked and expired ones too, where the provider remembers them.');
  help(tokens, [
    'keyturn tokens',
    'keyturn tokens --organization org1a23f456789 --output json',
    'keyturn tokens --provider determined --all',
  ]);
  start(tokens, async () => (await import('./verbs/tokens.ts')).tokens);

  const revoke = applying(reaching(program.command('revoke').helpGroup(group)))
    .summary('Revoke one token by its id.')
    .description('Shows what the token is, asks, and revokes it. One in use, or another’s, only with --yes.')
    .argument('<id>', 'As "keyturn tokens" lists it.');
  help(revoke, [
    'keyturn revoke XCJ3+bgWywIh',
    'keyturn revoke XCJ3+bgWywIh --organization org1a23f456789 --yes',
  ]);
  start(revoke, async () => (await import('./verbs/revoke.ts')).revoke);

  const expireAll = applying(reaching(program.command('expire-all').helpGroup(group)))
    .summary('Revoke every token of one user.')
    .description(
      'Lists what dies, also what others own, asks for the name, and revokes it. "me" ends every token of' +
        ' the calling user and, where the provider can, every login; the credential in use included.',
    )
    .argument('<user>', 'Name of an application user, or "me".');
  help(expireAll, ['keyturn expire-all ci-deployer', 'keyturn expire-all me']);
  start(expireAll, async () => (await import('./verbs/expire-all.ts')).expireAll);
}

function addCredentialVerbs(program: Command, start: Start): void {
  const login = program
    .command('login')
    .helpGroup(group)
    .summary('Log in; the provider’s own tool shares it.')
    .description(
      'Logs in and keeps the credential where the provider’s own tool (avn, det) does: both share it.',
    )
    .option('--provider <kind>', 'Which provider.', 'aiven')
    .option('--user <login>', 'Email address or user name; asked for otherwise.')
    .option('--token', 'Take a token that exists: from standard input, or asked for.');
  help(login, ['keyturn login', 'keyturn login --token < token.txt', 'keyturn login --provider determined']);
  start(login, async () => (await import('./verbs/login.ts')).login);

  const logout = program
    .command('logout')
    .helpGroup(group)
    .summary('End the login and forget its credential.')
    .description('Ends the login and removes its credential from the file of the provider’s own tool.')
    .option('--provider <kind>', 'Which provider.', 'aiven');
  help(logout, ['keyturn logout']);
  start(logout, async () => (await import('./verbs/logout.ts')).logout);

  const whoami = program
    .command('whoami')
    .helpGroup(group)
    .summary('Show whom the credential belongs to.')
    .option('--provider <kind>', 'Which provider.', 'aiven');
  help(whoami, ['keyturn whoami', 'keyturn whoami --output json']);
  start(whoami, async () => (await import('./verbs/whoami.ts')).whoami);
}

/** Of verbs that need to know a place at a provider, from a manifest or without one. */
function reaching(command: Command): Command {
  return command
    .option('--provider <kind>', 'Without any manifest: which provider.')
    .option('--organization <id>', 'Without any manifest: an organization of Aiven.');
}
