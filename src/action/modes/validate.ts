/** `validate`: every problem of the manifests at once. Needs no credential and sends nothing anywhere. */
import type { Finding } from '../../core/errors.ts';
import type { ActionContext } from '../context.ts';
import { emptyContent } from '../content.ts';
import { loadManifests } from '../manifests.ts';
import type { Failure, Outcome } from '../outcome.ts';

/** @param because what the run cannot do, for a run that was not asked to validate only */
export async function validate(context: ActionContext, because: string | undefined): Promise<Outcome> {
  const { findings } = await loadManifests(context);
  const failure = failureOf(findings);
  return {
    content: {
      ...emptyContent(context),
      state: { kind: 'validated' },
      findings,
      remarks: because === undefined ? [] : [because],
    },
    failure,
    annotations: because === undefined ? [] : [{ severity: 'notice', message: because }],
  };
}

/** Why a run cannot go on with these findings; undefined when it can. */
export function failureOf(findings: readonly Finding[]): Failure | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return undefined;
  const what = errors === 1 ? 'an error' : `${errors} errors`;
  const message = `The manifest has ${what}, so nothing else was done.`;
  return { reason: 'invalid-manifest', message };
}
