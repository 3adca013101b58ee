// Small expectations on one det command, and the emulator's side of the story.

/** Runs a command that has to succeed, with exactly this output if any is given; answers its result. */
export async function succeeds({ det, checks }, args, { prints, env, input } = {}) {
  const result = await det.run(args, { env, input });
  const what = `det ${args.join(' ')}`;
  checks.check(`${what} exits 0`, result.code === 0, `exit ${result.code}\n${result.stderr}`);
  if (prints !== undefined) {
    const holds = typeof prints === 'string' ? result.stdout === prints : prints.test(result.stdout);
    checks.check(`${what} prints what it should`, holds, `expected ${prints}\nseen     ${result.stdout}`);
  }
  return result;
}

/** Runs a command that has to fail with this exit code and text on standard error. */
export async function fails({ det, checks }, args, { code = 1, text, env, input }) {
  const result = await det.run(args, { env, input });
  const holds = result.code === code && result.stderr.includes(text);
  checks.check(`det ${args.join(' ')} fails with "${text}"`, holds, `exit ${result.code}\n${result.stderr}`);
}

/** Every token the emulator really holds, values apart. */
export async function tokensOf(emulator) {
  return (await control(emulator, 'tokens')).tokens;
}

/** The newest token of the emulator. */
export async function newestOf(emulator) {
  return (await tokensOf(emulator)).at(-1);
}

/** Whether a token value works. */
export async function isLive(emulator, value) {
  return (await control(emulator, 'check', { token: value })).live === true;
}

/** How many requests came since the last `forgetRequests`, by route. */
export async function arrivedAt(emulator) {
  return (await control(emulator, 'requests')).arrived;
}

export async function forgetRequests(emulator) {
  await control(emulator, 'requests', {});
}

/** Asks or tells a control endpoint. */
export async function control(emulator, path, body) {
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${emulator.controlUrl}/${path}`, options);
  return await response.json();
}
