// Runs a workflow of a repository with nektos/act on this machine, without Docker and without the network:
// actions come from folders, and steps see a fresh runner's environment.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../avn/avn.mjs';

/**
 * @param options.path of act
 * @param options.cwd the repository
 * @param options.actions folders by `owner/name@ref`
 * @returns what was printed (as a person sees it), the result of every job that ran, by its name, and of
 * every step
 */
export async function runAct(event, { path, cwd, actions, payload, secrets, env, vars = {} }) {
  const home = mkdtempSync(join(tmpdir(), 'keyturn-act-'));
  const write = (name, text) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const lines = (values) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
      .join('');
  const args = [
    event,
    ...['--json', '--no-cache-server', '--action-offline-mode', '--use-new-action-cache'],
    ...['-P', 'ubuntu-24.04=-self-hosted', '-e', write('event.json', JSON.stringify(payload))],
    ...['--secret-file', write('secrets', lines(secrets)), '--env-file', write('env', lines(env))],
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ...Object.entries(actions).flatMap(([name, folder]) => ['--local-repository', `${name}=${folder}`]),
  ];
  try {
    // act hands its own environment to every step, so it gets none: HOME, and a PATH with this node first.
    const clean = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };
    const ended = await run(path, args, { env: clean, cwd, timeoutMs: 5 * 60_000 });
    return { code: ended.code, ...read(`${ended.stdout}\n${ended.stderr}`) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function read(text) {
  const entries = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const results = (kind, name) =>
    Object.fromEntries(entries.flatMap((entry) => (entry[kind] ? [[name(entry), entry[kind]]] : [])));
  return {
    // `arg` and `raw` hold what a mask hides, `msg` does not.
    printed: entries.map(({ msg }) => msg).join('\n'),
    raw: text,
    jobs: results('jobResult', ({ jobID, job }) => jobID ?? job),
    steps: results('stepResult', ({ jobID, step }) => `${jobID}: ${step}`),
  };
}
