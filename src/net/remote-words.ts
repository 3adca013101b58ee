/**
 * Words of a remote service, made fit for our messages: one short line without control characters and
 * without anything that could be a secret. Error bodies of APIs can repeat what was sent to them.
 */

const longestQuote = 200;

/**
 * @param hidden values that this request carried and that must not come back, whatever they look like
 * @returns at most 200 characters; empty when nothing is left
 */
export function quoteRemote(text: string, hidden: readonly string[] = []): string {
  const line = hideKnown(oneLine(text), hidden)
    .replace(/[A-Za-z0-9+/=_%.~-]{20,}/g, hideRun)
    .trim();
  return line.length <= longestQuote ? line : `${line.slice(0, longestQuote - 1)}…`;
}

/** Without characters that would break the line of a log or turn its direction. */
export function oneLine(text: string): string {
  // Zero-width and direction characters go without a trace, so that they cannot split what is looked for.
  return text.replace(/\p{Cf}/gu, '').replace(/[\p{C}\p{Z}]+/gu, ' ');
}

const placeholder = '[removed]';

function hideKnown(text: string, hidden: readonly string[]): string {
  return hidden
    .flatMap((value) => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])
    .filter((value) => value.trim() !== '')
    .reduce((left, value) => left.replaceAll(value, placeholder), text);
}

/**
 * Machine words such as `client_ip_address_policy_violation` are kept: small letters in parts of at most 20.
 * A random run of 20 characters is practically never like that.
 */
function hideRun(run: string): string {
  const isWords = run.length <= 80 && run.split(/[_./-]/).every((part) => /^[a-z]{0,20}$/.test(part));
  return isWords ? run : placeholder;
}
