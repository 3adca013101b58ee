/** One run of the Action in a few lines, the same every time: what a reviewer reads instead of a log. */
import type { SeenRequest } from '../../github/server/exchange.ts';
import type { Ended } from './run-action.ts';

export function describeRun(
  { code, signal, annotations, outputs, stderr }: Ended,
  {
    requests,
    folder,
    urls,
  }: { readonly requests: readonly SeenRequest[]; readonly folder: string; readonly urls: readonly string[] },
): string {
  const told = Object.entries(outputs).filter(([name, value]) => value !== '' && name !== 'next-rotation');
  const lines = [
    signal === null ? `exit ${code}` : `killed by ${signal}`,
    ...annotations,
    ...told.map(([name, value]) => `${name}=${value}`),
    ...countRequests(requests),
    ...(stderr === '' ? [] : [`stderr: ${stderr}`]),
  ];
  const normalise = (text: string): string =>
    urls
      .reduce((sum, url, rank) => sum.replaceAll(url, rank === 0 ? '<github>' : '<aiven>'), text)
      .replaceAll(folder, '<folder>')
      .replaceAll(/127\.0\.0\.1:\d+/g, '<host>');
  return lines.map(normalise).join('\n');
}

/**
 * Requests in a row that are the same count as one line. Secrets are worked on side by side, so where there
 * are several the lines are sorted.
 */
function countRequests(requests: readonly SeenRequest[]): readonly string[] {
  const sideBySide = /\/(?:secrets\/(?!public-key)|contents\/)(.+)$/;
  const names = new Set(requests.flatMap(({ path }) => sideBySide.exec(path)?.[1] ?? []));
  const texts = requests.map(
    ({ method, path, status, login }) => `${login ?? 'nobody'}: ${method} ${path} → ${status}`,
  );
  const lines: { text: string; count: number }[] = [];
  for (const text of names.size > 1 ? texts.sort() : texts) {
    const last = lines.at(-1);
    if (last?.text === text) last.count += 1;
    else lines.push({ text, count: 1 });
  }
  return lines.map(({ text, count }) => (count === 1 ? text : `${text} (${count} times)`));
}
