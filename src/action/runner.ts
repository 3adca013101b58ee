/**
 * The runner that executes this Action: inputs, outputs, masks, annotations, summary and signals. The only
 * importer of @actions/core; whatever is said to a runner goes through here, escaped.
 */
import { writeFile } from 'node:fs/promises';
import * as core from '@actions/core';
import type { Position } from '../core/errors.ts';
import type { SecretValue } from '../core/secret.ts';
import { clean, joinLines } from '../render/escape.ts';

export interface Runner {
  /** Trimmed; empty when it is not given. */
  input(name: string): string;
  output(name: string, value: string): void;
  /** Hides the value, and the forms it could slip out in, in everything that is printed from now on. */
  mask(value: SecretValue): void;
  /** Lines for the log. Text from outside cannot start a workflow command with it. */
  log(text: string): void;
  annotate(annotation: Annotation): void;
  /** Replaces the job summary of this step. */
  summarize(markdown: string): Promise<void>;
  /** Calls back on the signals of a cancelled run, until the returned function is called. */
  onCancel(listener: () => void): () => void;
}

export interface Annotation {
  readonly severity: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly position?: Position;
}

export function actionsRunner(env: Readonly<Record<string, string | undefined>>): Runner {
  return {
    input: (name) => core.getInput(name),
    output: (name, value) => core.setOutput(name, value),
    mask: (secret) => {
      for (const form of formsOf(secret.reveal())) core.setSecret(form);
    },
    log: (text) => process.stdout.write(`${joinLines(text.split('\n').map(clean))}\n`),
    annotate,
    summarize: async (markdown) => {
      const path = env['GITHUB_STEP_SUMMARY'];
      if (path) await writeFile(path, markdown);
    },
    onCancel: (listener) => {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => process.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}

/** The value as it is, base64 and URL-encoded. A runner masks these itself only for its own secrets. */
function formsOf(value: string): ReadonlySet<string> {
  const forms = [value, Buffer.from(value).toString('base64'), encodeURIComponent(value)];
  return new Set(forms.filter((form) => form !== ''));
}

function annotate({ severity, message, title, position }: Annotation): void {
  const place = position && { file: position.file, startLine: position.line, startColumn: position.column };
  const properties = { ...(title === undefined ? {} : { title }), ...place };
  const text = clean(message);
  if (severity === 'error') core.error(text, properties);
  else if (severity === 'warning') core.warning(text, properties);
  else core.notice(text, properties);
}
