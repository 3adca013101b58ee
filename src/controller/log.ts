/**
 * The log: one JSON object a line, for machines. What is known to be a secret is taken out of every line,
 * wherever it came from; nothing is logged that should hold one.
 */
import type { SecretValue } from '../core/secret.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  write(level: Level, message: string, facts?: Facts): void;
  /** From now on it appears in no line. */
  hide(value: SecretValue): void;
}

/** So many of the latest are looked for. */
const mostHidden = 1000;

export function createLog(write: (line: string) => void, wallMs: () => number): Log {
  const hidden = new Map<string, readonly string[]>();
  return {
    write: (level, message, facts = {}) => {
      const time = new Date(wallMs()).toISOString();
      let line = JSON.stringify({ time, level, message, ...facts });
      for (const forms of hidden.values())
        for (const form of forms) if (line.includes(form)) line = line.replaceAll(form, '[secret]');
      write(`${line}\n`);
    },
    hide: (value) => {
      const text = value.reveal();
      const forms = [text, Buffer.from(text).toString('base64'), encodeURIComponent(text)];
      hidden.set(text, [...new Set(forms)]);
      const [oldest] = hidden.keys();
      if (hidden.size > mostHidden && oldest !== undefined) hidden.delete(oldest);
    },
  };
}
