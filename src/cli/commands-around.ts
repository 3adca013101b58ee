/** The verbs around the work: what checks, describes and imitates. Their options and help. */
import { type Command, InvalidArgumentError } from 'commander';
import { collect, help, type Start } from './command-parts.ts';

const group = 'Around it:';

export function addVerbsAround(program: Command, start: Start): void {
  const doctor = program
    .command('doctor')
    .helpGroup(group)
    .summary('Check credential, rights, clock and destinations.')
    .description('Checks everything an apply needs and says what to do about what is wrong. Changes nothing.')
    .option('--provider <kind>', 'Without any manifest: which provider.')
    .option('--organization <id>', 'Without any manifest: an organization of Aiven.');
  help(doctor, ['keyturn doctor', 'keyturn doctor --organization org1a23f456789']);
  start(doctor, async () => (await import('./verbs/doctor.ts')).doctor);

  const schema = program
    .command('schema')
    .helpGroup(group)
    .summary('Print the JSON Schema of tokens.yaml.')
    .argument('[of]', 'manifest, or output: of what --output json prints.', 'manifest');
  help(schema, ['keyturn schema > tokenset.schema.json', 'keyturn schema output']);
  start(schema, async () => (await import('./verbs/schema.ts')).schema);

  const emulator = program
    .command('emulator')
    .helpGroup(group)
    .summary('Serve an emulated Aiven and Determined on loopback.')
    .description(
      'Serves the token APIs of Aiven and of a Determined master on 127.0.0.1 until it is stopped. ' +
        'For trying things out and for tests.',
    )
    .option('--port <number>', 'Where Aiven listens (default: any free port).', readPort)
    .option('--determined-port <number>', 'Where Determined listens (default: any free port).', readPort)
    .option('--state <path>', 'Keep users and tokens (hashed) in this file over restarts.')
    .option(
      '--set <toggle=value>',
      'Choose how it behaves where the real behaviour is unknown or a setting; repeatable.',
      collect,
    )
    .option('--fault <fault>', 'Let requests fail; repeatable. A wrong one lists them all.', collect);
  help(emulator, [
    'keyturn emulator --port 8080 --state emulator.json',
    'keyturn emulator --set listLagMs=2000 --fault "dropAfterApply=1,on=POST access-tokens$"',
  ]);
  start(emulator, async () => (await import('./verbs/emulator.ts')).emulator);

  const demo = program
    .command('demo')
    .helpGroup(group)
    .summary('Watch it all on emulators, without an account.')
    .description('Starts emulators, and plans, applies, rotates and repairs on them with the real verbs.');
  help(demo, ['keyturn demo']);
  start(demo, async () => (await import('./verbs/demo/demo.ts')).demo);
  addController(program);
}

/** Started by main-cli.ts: what a cluster needs is never loaded for another verb. */
function addController(program: Command): void {
  const controller = program
    .command('controller')
    .helpGroup(group)
    .summary('Keep the TokenSets of a Kubernetes cluster.')
    .description(
      'Watches the TokenSets of a cluster and keeps their tokens in Secrets until it is stopped. ' +
        'It takes no options; variables set it up (docs/kubernetes.md).',
    )
    .action(() => controller.error('keyturn controller takes no options. Set its variables instead.'));
  help(controller, ['keyturn controller']);
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}
