// Small expectations on one avn command, and the emulator's side of the story.
import { columnsOf } from './avn.mjs';

/** Runs a command that has to succeed, with these columns if any are named; answers its result. */
export async function succeeds({ avn, checks }, args, { columns, env, input } = {}) {
  const result = await avn.run(args, { env, input });
  const what = `avn ${args.join(' ')}`;
  checks.check(`${what} exits 0`, result.code === 0, result.stderr);
  if (columns !== undefined) {
    const seen = columnsOf(result.stdout).join(' ');
    checks.check(`${what} prints its columns`, seen === columns, `expected ${columns}\nseen     ${seen}`);
  }
  return result;
}

/** Runs a command that has to fail with this exit code and text on standard error. */
export async function fails({ avn, checks }, args, { code = 1, text, env }) {
  const result = await avn.run(args, { env });
  const holds = result.code === code && result.stderr.includes(text);
  checks.check(`avn ${args.join(' ')} fails with "${text}"`, holds, `exit ${result.code}\n${result.stderr}`);
}

/** Every token the emulator really holds, values apart. */
export async function tokensOf(emulator) {
  return (await control(emulator, 'tokens')).tokens;
}

/** Whether a token value works. */
export async function isLive(emulator, value) {
  return (await control(emulator, 'check', { token: value })).live === true;
}

/** Asks or tells a control endpoint. */
export async function control(emulator, path, body) {
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${emulator.controlUrl}/${path}`, options);
  return await response.json();
}
