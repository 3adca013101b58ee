/**
 * The inputs of `action.yml`, checked. Every credential is masked before anything else is read, so that no
 * message about another input can show it.
 */
import { SecretValue } from '../core/secret.ts';
import { type ModeInput, modes } from './choose-mode.ts';
import { ActionFailure } from './failure.ts';
import type { Runner } from './runner.ts';

export interface Inputs {
  readonly mode: ModeInput;
  /** Paths and globs, relative to the workspace. */
  readonly manifest: readonly string[];
  readonly providerToken: SecretValue | undefined;
  readonly githubToken: SecretValue | undefined;
  readonly secretsToken: SecretValue | undefined;
  /** Tells several uses of the Action on one pull request apart. */
  readonly label: string;
  /** Owner ids of manifests that this run may use (DESIGN 3.3). */
  readonly ownerIds: readonly string[];
  readonly approve: 'required' | 'warn' | 'off';
  readonly comment: 'sticky' | 'off';
  readonly expectNoChanges: boolean;
  readonly acknowledge: readonly string[];
  readonly sarifFile: string | undefined;
  readonly githubApiUrl: string;
  /** Hosts that the credential of a provider may go to, besides its default. */
  readonly providerUrls: readonly string[];
}

/** @throws ActionFailure `invalid-input` that names the input and what it may be */
export function readInputs(
  runner: Pick<Runner, 'input' | 'mask'>,
  env: Readonly<Record<string, string | undefined>>,
): Inputs {
  const secret = (name: string): SecretValue | undefined => {
    const text = runner.input(name);
    if (text === '') return undefined;
    const value = new SecretValue(text);
    runner.mask(value);
    return value;
  };
  const [providerToken, githubToken, secretsToken] = [
    secret('provider-token'),
    secret('github-token'),
    secret('secrets-token'),
  ];
  const text = (name: string): string => runner.input(name);
  const manifest = linesOf(text('manifest'));
  return {
    mode: oneOf('mode', text('mode') || 'auto', modes),
    manifest: manifest.length === 0 ? ['tokens.yaml'] : manifest,
    providerToken,
    githubToken,
    secretsToken,
    label: readLabel(text('label')),
    ownerIds: linesOf(text('owner-id')),
    approve: oneOf('approve', text('approve') || 'required', ['required', 'warn', 'off'] as const),
    comment: oneOf('comment', text('comment') || 'sticky', ['sticky', 'off'] as const),
    expectNoChanges:
      oneOf('expect-no-changes', text('expect-no-changes') || 'false', ['true', 'false'] as const) === 'true',
    acknowledge: linesOf(text('acknowledge')),
    sarifFile: text('sarif-file') || undefined,
    githubApiUrl: readUrl('github-api-url', text('github-api-url') || env['GITHUB_API_URL']),
    providerUrls: linesOf(text('provider-url')),
  };
}

/** One entry per line; empty lines and comments are nothing. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function oneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new ActionFailure('invalid-input', `Input ${name} is "${text}". Use one of: ${words.join(', ')}.`);
}

function readLabel(text: string): string {
  if (/^[A-Za-z0-9._-]{0,40}$/.test(text)) return text;
  const message =
    'Input label may hold 40 letters, digits, ".", "_" and "-": it is part of a marker in a comment.';
  throw new ActionFailure('invalid-input', message);
}

function readUrl(name: string, text: string | undefined): string {
  const url = text || 'https://api.github.com';
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '');
  throw new ActionFailure('invalid-input', `Input ${name} is no http or https url: "${url}".`);
}
