/** Where a credential may be sent: a manifest alone cannot carry it away. */
import { describe, expect, it } from '@jest/globals';
import { checkHost } from '../../src/providers/credential.ts';

const defaultUrl = 'https://api.aiven.io';

describe('the url of a manifest', () => {
  it.each([
    [defaultUrl, []],
    ['https://api.aiven.io/', []],
    ['https://API.aiven.io:443/path', []],
    ['http://127.0.0.1:8080', ['http://127.0.0.1:8080/']],
    ['https://aiven.example.com/a', ['https://other.example.com', 'https://aiven.example.com/b']],
  ])('%s is allowed where %j is named', (url, named) => {
    expect(checkHost(url, { defaultUrl, named })).toEqual({ kind: 'allowed' });
  });

  it.each([
    ['https://evil.example.com', []],
    ['http://api.aiven.io', []],
    ['https://api.aiven.io:8443', []],
    ['https://api.aiven.io@evil.example.com', []],
    ['https://api.aiven.io.evil.example.com', []],
    ['https://user:password@api.aiven.io', []],
    ['file:///etc/passwd', ['file:///etc/passwd']],
    ['api.aiven.io', ['api.aiven.io']],
    ['', ['']],
  ])('%s is refused where %j is named', (url, named) => {
    const verdict = checkHost(url, { defaultUrl, named });
    expect(verdict).toMatchObject({ kind: 'refused', why: expect.stringContaining('--provider-url') });
    expect(JSON.stringify(verdict)).not.toContain('password@');
  });

  it('needs to be named where the provider has no default', () => {
    const url = 'https://det.example.com';
    expect(checkHost(url, { defaultUrl: undefined, named: [] })).toMatchObject({ kind: 'refused' });
    expect(checkHost(url, { defaultUrl: undefined, named: [url] })).toEqual({ kind: 'allowed' });
  });
});
