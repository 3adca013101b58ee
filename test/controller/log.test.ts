import { describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/controller/log.ts';
import { SecretValue } from '../../src/core/secret.ts';

describe('the log', () => {
  it('writes one JSON object a line', () => {
    const lines: string[] = [];
    createLog(
      (line) => lines.push(line),
      () => 0,
    ).write('info', 'two\nlines', { port: 1 });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(String(lines[0]))).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'two\nlines',
      port: 1,
    });
  });

  it('takes out what it was told to hide, in every form', () => {
    let heard = '';
    const log = createLog(
      (line) => {
        heard += line;
      },
      () => 0,
    );
    const value = 'abc/def+ghi';
    log.hide(new SecretValue(value));
    const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
    log.write('warn', forms.join(' '), { key: value });
    for (const form of forms) expect(heard).not.toContain(form);
    expect(heard).toContain('[secret]');
  });
});
