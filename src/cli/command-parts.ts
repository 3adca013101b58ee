/** What the command definitions share: how a verb is started, repeatable options, examples in help. */
import type { Command } from 'commander';
import type { Verb } from './context.ts';

/** Lets a command run a verb: options and arguments become one object, an argument under its name. */
export type Start = <Options>(command: Command, load: () => Promise<Verb<Options>>) => void;

/** For an option that may be given several times. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/** Of verbs that change something. */
export function applying(command: Command): Command {
  return command.option('-y, --yes', 'Do not ask.');
}

/** Shows examples below the options of a command. */
export function help(command: Command, examples: readonly string[]): void {
  const lines = examples.map((example) => `  ${example}`);
  command.addHelpText('after', `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`);
}
