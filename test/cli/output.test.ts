import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from '@jest/globals';
import { formatOutputSchema } from '../../src/render/json/schema.ts';
import { applied, manifestOf, startCli } from './harness.ts';

const ajv = new Ajv({ strict: false, validateFormats: false });
const isOutput = ajv.compile(JSON.parse(formatOutputSchema()) as object);

function parsed(text: string): { readonly kind: string } {
  const data: unknown = JSON.parse(text);
  isOutput(data);
  expect(isOutput.errors ?? []).toEqual([]);
  return data as { readonly kind: string };
}

describe('--output json', () => {
  it('is one document that its schema describes, from every verb that has it', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    const json = async (...args: string[]) => parsed((await cli.run(...args, '--output', 'json')).out);
    expect(await json('validate')).toMatchObject({ kind: 'Validation', valid: true });
    expect(await json('plan')).toMatchObject({ kind: 'Plan' });
    expect(await json('apply', '--yes')).toMatchObject({ kind: 'Report', sets: [{ entries: [{}, {}] }] });
    expect(await json('apply', '--yes')).toMatchObject({ kind: 'Report', sets: [{ entries: [] }] });
    expect(await json('status')).toMatchObject({
      kind: 'Status',
      sets: [{ declarations: [{ health: 'ok' }] }],
    });
    expect(await json('tokens')).toMatchObject({ kind: 'Tokens' });
  });

  it('holds the findings that stop a run', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli).replace('90d', '90x'));
    const plan = await cli.run('plan', '--output', 'json');
    expect(plan.code).toBe(1);
    expect(parsed(plan.out)).toMatchObject({ kind: 'Findings', findings: [{ severity: 'error', line: 7 }] });
    const validate = await cli.run('validate', '--output', 'json');
    expect(validate.code).toBe(1);
    expect(parsed(validate.out)).toMatchObject({ kind: 'Validation', valid: false });
  });

  it('keeps what a person is asked about out of the document', async () => {
    const cli = await startCli();
    await cli.write('tokens.yaml', manifestOf(cli));
    cli.answers.push('yes');
    const result = await cli.run('apply', '--output', 'json');
    expect(parsed(result.out)).toMatchObject({ kind: 'Report' });
    expect(result.err).toContain('+ ci/deploy');
  });
});

describe('--output markdown', () => {
  it('comes from every verb that shows something', async () => {
    const cli = await startCli();
    await applied(cli);
    for (const verb of ['validate', 'plan', 'status', 'tokens']) {
      const { code, out } = await cli.run(verb, '--output', 'markdown');
      expect(code).toBe(0);
      expect(out).toMatch(/^(#|\*\*| {4}|<)/);
    }
  });
});

describe('validate', () => {
  it('judges what a set asks of an issuer in the same run', async () => {
    const cli = await startCli();
    const issuer = `apiVersion: keyturn.dev/v1alpha1
kind: ClusterTokenIssuer
metadata: {name: prod}
spec:
  provider:
    aiven: {organizationId: org1a23f456789, credentials: {secretKeyRef: {name: admin, key: token}}}
  allowedNamespaces: {names: [payments]}
  policy: {longestMaxAge: 30d}
`;
    const set = manifestOf(cli)
      .replace(/provider: .*/, 'issuerRef: {kind: ClusterTokenIssuer, name: prod}')
      .replace('name: payments', 'name: payments, namespace: payments');
    await cli.write('set.yaml', set);
    await cli.write('issuer.yaml', issuer);
    expect(await cli.run('validate', '-f', 'set.yaml')).toMatchObject({ code: 0 });
    const result = await cli.run('validate', '-f', 'set.yaml', '-f', 'issuer.yaml');
    expect(result.code).toBe(1);
    expect(result.out).toMatch(/set\.yaml:\d+:\d+ .*30d/);
  });
});

describe('schema', () => {
  it('prints what docs/schema holds', async () => {
    const cli = await startCli();
    const file = (name: string) => readFile(join(process.cwd(), 'docs', 'schema', name), 'utf8');
    expect(await cli.run('schema')).toMatchObject({ code: 0, out: await file('tokenset.schema.json') });
    expect(await cli.run('schema', 'output')).toMatchObject({
      code: 0,
      out: await file('output.schema.json'),
    });
    expect((await cli.run('schema', 'plan')).err).toContain('manifest, output');
  });
});
