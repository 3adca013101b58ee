/**
 * How a value is written in a `.env` file so that every common reader gets the same one: dotenv and
 * `--env-file` of Node, python-dotenv, `set -a; . file` in sh, `EnvironmentFile=` of systemd, Compose.
 * `docker --env-file` knows no quotes at all, so they are used only where nothing else works. Where no form
 * means the same to all of them the value is refused: a wrong token that looks delivered is worse.
 */
import { InvariantError } from '../../../core/errors.ts';

// Not `~` (expanded by sh), not a leading `=` (expanded by zsh).
const unquoted = /^[\w.,:/+@%-][\w.,:/+=@%-]*$/;
// Backslashes: python-dotenv and systemd before 246 take them for escapes, sh and dotenv for Node do not.
const inSingle = /^(?:[^'\\\p{Cc}]|\t)*$/u;
const inDouble = /^(?:[^"\\$`\p{Cc}]|\t)*$/u;

/** The text after `NAME=`. The value must have no objection. */
export function quote(value: string): string {
  const form = formOf(value);
  if (form === undefined) throw new InvariantError('a value without a common .env form reached the writer');
  return form;
}

/** Why the value cannot be written so that all readers agree; undefined: it can. */
export function objectionToQuoting(value: string): string | undefined {
  if (formOf(value) !== undefined) return undefined;
  return (
    'the value holds characters (a line break, a backslash, "${", or both kinds of quotes) that readers of ' +
    '.env files understand differently. Use format Raw or Json'
  );
}

function formOf(value: string): string | undefined {
  if (unquoted.test(value)) return value;
  // python-dotenv expands `${…}` in quotes of either kind.
  if (value.includes('${')) return undefined;
  if (inSingle.test(value)) return `'${value}'`;
  return inDouble.test(value) ? `"${value}"` : undefined;
}
