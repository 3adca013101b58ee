/**
 * The command line as commander sees it: options that every verb has, how a verb is started, and what is
 * said when the arguments are wrong. The verbs and their help are in `commands-*.ts`; each verb's own file
 * is loaded only when it runs.
 */
import { Command, CommanderError, Option } from 'commander';
import { collect, type Start } from './command-parts.ts';
import { addVerbsAround } from './commands-around.ts';
import { addVerbsByHand } from './commands-by-hand.ts';
import { addDeclaredVerbs } from './commands-declared.ts';
import type { Context } from './context.ts';
import { exitCodes, explainError } from './errors.ts';
import { outputFormats } from './options.ts';

/**
 * Runs one command line.
 *
 * @param args without the names of node and script
 * @returns the exit code
 */
export async function main(args: readonly string[], context: Context): Promise<number> {
  let code: number = exitCodes.done;
  const start: Start = (command, load) => {
    command.action(async () => {
      const given = command.registeredArguments.map((argument, rank) => [
        argument.name(),
        command.processedArgs[rank],
      ]);
      const verb = await load();
      // Commander's options are what the declarations beside each verb say they are.
      code = await verb({ ...command.optsWithGlobals(), ...Object.fromEntries(given) }, context);
    });
  };
  try {
    await buildProgram(context, start).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.failed;
    return explainError(error, context);
  }
}

/** Every verb with its help. */
function buildProgram(context: Context, start: Start): Command {
  const program = new Command('keyturn')
    .description(
      'Keeps API tokens as Git says they should be: declared, rotated with an overlap, never orphaned.',
    )
    .version(context.version, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Show help; "keyturn VERB --help" shows that of a verb.')
    .helpCommand('help [verb]', 'Show the help of a verb.')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('Run "keyturn --help", or "keyturn VERB --help".')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => title })
    .option(
      '-f, --file <path>',
      'Manifest; repeatable; "-" is standard input (default: tokens.yaml).',
      collect,
    )
    .addOption(
      new Option('--output <format>', 'How to answer.').choices(outputFormats).default('text', 'text'),
    )
    .option(
      '--credentials-file <path>',
      'Holds the credential; otherwise where the provider’s own tools keep it.',
    )
    .option('--provider-url <url>', 'Where the provider is, when that is not its public address.')
    .option('--no-color', 'No colours; NO_COLOR does the same.')
    .addHelpText('after', closingHelp);
  addDeclaredVerbs(program, start);
  addVerbsByHand(program, start);
  addVerbsAround(program, start);
  return program;
}

const closingHelp = `
Exit codes: 0 done or nothing to do, 1 error, 2 changes pending (only plan --detailed-exitcode), 3 refused.

Try it without an account:  keyturn demo`;
