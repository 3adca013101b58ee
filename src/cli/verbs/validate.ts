/**
 * `keyturn validate`: every problem of the manifests at once, breaches of an issuer's policy among them.
 * Needs no credential, no network and no owner id.
 */
import { judgePolicies } from '../../core/plan/policy.ts';
import { answerValidation } from '../answer.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../errors.ts';
import { loadManifest } from '../load.ts';
import type { GlobalOptions } from '../options.ts';

export async function validate(options: GlobalOptions, context: Context): Promise<number> {
  const loaded = await loadManifest(options, context);
  const findings = [...loaded.findings, ...judgePolicies(loaded.manifest)];
  context.stdout.write(answerValidation(findings, loaded.manifest, { options, context }));
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.done;
}
