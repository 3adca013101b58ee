/**
 * A repository with the Action in it: an emulated Aiven, a loopback GitHub, a history of commits and pull
 * requests, and runs of the built Action for the events GitHub would send. After each test nothing that was
 * left behind may hold a token value, and every request was one that GitHub knows.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, jest } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/start.ts';
import { workflowPermissions, readOnly } from '../../github/server/access.ts';
import { type GitHub, type GitHubOptions, startGitHub } from '../../github/server/start.ts';
import { type ByHand, byHand } from './by-hand.ts';
import { expectNothingTold, type Past } from './canary.ts';
import {
  applying,
  type EventRun,
  pullRun,
  readingCredentials,
  repository,
  repositoryId,
  runnerOf,
} from './events.ts';
import { createHistory, type Files, type Pull } from './history.ts';
import { type ActionRun, type Ended, runAction } from './run-action.ts';
import { describeRun } from './transcript.ts';

interface Asked {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Manifests of the workspace; those of the commit unless told. */
  readonly files?: Readonly<Record<string, string>>;
  readonly onOutput?: ActionRun['onOutput'];
  readonly onStart?: ActionRun['onStart'];
}

interface PullAsked extends Asked {
  /** Where its head lives; the repository itself unless told. */
  readonly from?: string;
  readonly actor?: string;
  /** The commit it was at when the run began; the one it is at unless told. */
  readonly head?: string;
}

interface Run extends Ended {
  /** What a reviewer reads: exit, annotations, outputs, requests to GitHub. */
  readonly transcript: string;
  /** The folder of its checkout, and of what it wrote there. */
  readonly workspace: string;
}

export interface Stage extends ByHand {
  readonly emulator: Emulator;
  readonly github: GitHub;
  /** Of the head of main. */
  head(): string;
  /** Commits the files to main without a pull request. */
  push(files: Files): void;
  /** Commits the files to the branch of a pull request, and opens it if there is none. */
  propose(number: number, files: Files): void;
  /** Merges it: main has its files then. */
  merge(number: number): void;
  pull(number: number): Pull;
  onPull(number: number, asked?: PullAsked): Promise<Run>;
  /** For the head of main, or an older commit. */
  onPush(asked?: Asked & { readonly sha?: string }): Promise<Run>;
  onSchedule(asked?: Asked & { readonly sha?: string }): Promise<Run>;
  /** Any other event. */
  on(name: string, event: object, asked?: Asked & { readonly sha?: string }): Promise<Run>;
  /** Our comments on the pull request. */
  comments(number: number): readonly string[];
  /** The id of what a consumer of the secret is served with, and whether that lives. */
  served(name?: string): Promise<{ readonly id: string | undefined; readonly live: boolean }>;
  /** What the receipt of a secret says. */
  receipt(name?: string): Receipt | undefined;
  /** Ids of live tokens that really exist. */
  live(): Promise<readonly string[]>;
  /** Proposes, plans, merges and applies the manifest, as pull request 1 unless told. */
  applied(text: string, number?: number): Promise<Run>;
  /** Moves the clocks of provider and GitHub. */
  advance(ms: number): void;
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  readonly workflowToken: string;
  readonly secretsToken: string;
}

interface Receipt {
  readonly current: { readonly id: string; readonly generation: number } | null;
  readonly previous: readonly { readonly id: string }[];
  readonly pending: object | null;
}

// A life is many processes: a busy machine makes it slow, not red.
jest.setTimeout(300_000);

const open: { readonly stage: Stage; readonly folder: string; readonly runs: Past[] }[] = [];

afterEach(async () => {
  for (const { stage, folder, runs } of open.splice(0)) {
    try {
      expectNothingTold(runs, { github: stage.github, place });
      expect(stage.github.breaches).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await stage.github.stop();
      await stage.emulator.close();
    }
  }
});

export const hour = 3_600_000;
export const day = 24 * hour;

/** What is delivered in most scenarios. */
export const place = { repository, environment: 'production' };

export async function startStage(
  options: { emulator?: EmulatorOptions; github?: GitHubOptions } = {},
): Promise<Stage> {
  const emulator = await startEmulator({
    clock: { start: '2026-11-02T10:00:00Z', frozen: true },
    seed: { organizationId: 'org1a23f456789' },
    ...options.emulator,
    toggles: { rateLimit: 'off', ...options.emulator?.toggles },
  });
  const github = await startGitHub(options.github);
  github.repository(repository, { environments: ['production'], id: repositoryId });
  github.organization('acme');
  const workflowToken = github.token({ login: 'github-actions[bot]', permissions: workflowPermissions });
  const secretsToken = github.token({ login: 'keyturn-app[bot]' });
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-action-'));
  const history = createHistory(github, repository);
  const runs: Past[] = [];
  const run = async (
    event: EventRun,
    { inputs = {}, env = {}, files, onOutput, onStart }: Asked,
  ): Promise<Run> => {
    const at = join(folder, `run-${runs.length + 1}`);
    const workspace = join(at, 'workspace');
    for (const [name, text] of Object.entries(files ?? history.files(event.files))) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(join(workspace, name), text);
    }
    mkdirSync(workspace, { recursive: true });
    const before = github.requests.length;
    const given = {
      ...event.inputs,
      'github-token': workflowToken,
      'provider-url': emulator.url,
      ...inputs,
    };
    const ended = await runAction({
      folder: at,
      event: { repository: { id: repositoryId, default_branch: 'main' }, ...event.payload },
      inputs: given,
      env: { ...runnerOf(event, github.apiUrl), GITHUB_WORKSPACE: workspace, ...env },
      ...(onOutput ? { onOutput } : {}),
      ...(onStart ? { onStart } : {}),
    });
    runs.push({ ended, at, inputs: given });
    const requests = github.requests.slice(before);
    return {
      ...ended,
      workspace,
      transcript: describeRun(ended, { requests, folder: at, urls: [github.apiUrl, emulator.url] }),
    };
  };
  const stage: Stage = {
    emulator,
    github,
    workflowToken,
    secretsToken,
    ...history,
    onPull: async (number, { from = repository, actor = 'octocat', head, ...asked } = {}) =>
      await run(
        pullRun(
          { ...history.pull(number), ...(head === undefined ? {} : { head }) },
          {
            from,
            actor,
            credentials: readingCredentials(emulator, from, actor),
          },
        ),
        asked,
      ),
    onPush: async ({ sha = history.head(), ...asked } = {}) =>
      await run(
        { name: 'push', sha, payload: {}, files: sha, inputs: applying(emulator, secretsToken) },
        asked,
      ),
    onSchedule: async ({ sha = history.head(), ...asked } = {}) =>
      await run(
        {
          name: 'schedule',
          sha,
          payload: { schedule: '0 3 * * *' },
          files: sha,
          inputs: applying(emulator, secretsToken),
        },
        asked,
      ),
    on: async (name, payload, { sha = history.head(), ...asked } = {}) =>
      await run({ name, sha, payload, files: sha, inputs: applying(emulator, secretsToken) }, asked),
    comments: (number) => github.comments(repository, number).map(({ body }) => body),
    served: async (name = 'AIVEN_TOKEN') => {
      const value = github.secret({ ...place, name })?.value;
      const checked = await stage.control('check', { token: value ?? '' });
      return { id: value?.slice(0, 12), live: checked['live'] === true };
    },
    receipt: (name = 'AIVEN_TOKEN') => {
      const text = github.variable({ ...place, name: `${name}_RECEIPT` })?.value;
      return text === undefined ? undefined : (JSON.parse(text) as Receipt);
    },
    live: async () => {
      const { tokens } = (await stage.control('tokens')) as {
        tokens: { prefix: string; state: string; seeded: boolean }[];
      };
      return tokens.filter(({ state, seeded }) => state === 'live' && !seeded).map(({ prefix }) => prefix);
    },
    applied: async (text, number = 1) => {
      stage.propose(number, { 'tokens.yaml': text });
      expect((await stage.onPull(number)).code).toBe(0);
      stage.merge(number);
      const run = await stage.onPush();
      expect(run.transcript).toMatch(/^exit 0$/m);
      return run;
    },
    ...byHand(emulator),
    advance: (ms) => {
      emulator.clock.advance(ms);
      github.advance(ms);
    },
    control: async (path, body) => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await (await fetch(`${emulator.controlUrl}/${path}`, init)).json()) as Record<string, unknown>;
    },
  };
  open.push({ stage, folder, runs });
  return stage;
}

/** For runs whose token may read only, as in a pull request from a fork. */
export function readingToken(github: GitHub): string {
  return github.token({ login: 'github-actions[bot]', permissions: readOnly(workflowPermissions) });
}
