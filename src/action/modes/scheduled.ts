/**
 * `scheduled`: what the calendar or somebody's hand causes, and nothing that needs an approval. It says what
 * waits unapplied, approved or not, since nobody else would.
 */
import { ProviderError } from '../../core/errors.ts';
import type { SetReport } from '../../core/report.ts';
import type { Content } from '../../render/comment/content.ts';
import { isIdle, plural } from '../../render/words.ts';
import { findApprovals } from '../approvals.ts';
import {
  annotateChange,
  carryOutOwn,
  failureOf,
  findWaiting,
  ownPart,
  requireSecretsToken,
} from '../carry-out.ts';
import type { ActionContext } from '../context.ts';
import { emptyContent, showSets } from '../content.ts';
import { branchOf, requireHead } from '../head.ts';
import { wantedDigests } from '../look-up.ts';
import { loadManifests, type Loaded } from '../manifests.ts';
import type { Failure, Outcome } from '../outcome.ts';
import { type OpenPass, withPass } from '../pass.ts';
import type { Annotation } from '../runner.ts';
import { describeChange, describeUnplanned, describeWaiting } from '../words.ts';
import { failureOf as invalidity } from './validate.ts';

export async function scheduled(context: ActionContext): Promise<Outcome> {
  await requireHead(context);
  const loaded = await loadManifests(context);
  const invalid = invalidity(loaded.findings);
  if (invalid) {
    const content = { ...emptyContent(context), state: stateOf(invalid), findings: loaded.findings };
    return { content, failure: invalid, annotations: [] };
  }
  requireSecretsToken(loaded.manifest.sets, context);
  const approved = new Set<string>();
  return await withPass(loaded.manifest, { context, approved }, (open) => rotate(context, open, loaded));
}

async function rotate(
  context: ActionContext,
  { pass, unplanned }: OpenPass,
  { findings }: Loaded,
): Promise<Outcome> {
  const own = ownPart(pass);
  const waiting = findWaiting(own);
  if (!own.sets.every(({ plan }) => isIdle(plan))) await requireHead(context);
  const done = await carryOutOwn(context, own);
  const failure = failureOf(own, done, context);
  const { pulls, isWhole } = await findPulls(context, own);
  const remarks = waiting.map(({ set, change }) =>
    describeWaiting(describeChange(change), pulls.get(`${set.name} ${change.digest}`), {
      isKnown: isWhole,
      branch: branchOf(context),
    }),
  );
  const annotations: Annotation[] = waiting.map((one, rank) =>
    annotateChange(one, { severity: 'warning', message: remarks[rank] ?? '' }),
  );
  for (const { name, message, health } of done.judgement.neglected)
    annotations.push({ severity: 'warning', message: `"${name}" is ${health}: ${message ?? ''}` });
  const content: Content = {
    ...emptyContent(context),
    ...showSets(pass),
    state: stateOf(failure),
    reports: done.reports.map(withoutWaiting),
    findings,
    remarks: [
      ...(waiting.length > 0 ? [`${plural(waiting.length, 'config change')} wait unapplied.`] : []),
      ...remarks,
      ...unplanned.map(describeUnplanned),
    ],
  };
  return { content, failure, annotations };
}

/**
 * In which pull request each waiting change was approved, by set and digest: its run was cancelled, refused
 * or never started. `isWhole` is false where nobody could tell; the night's work does not depend on it.
 */
async function findPulls(
  context: ActionContext,
  own: OpenPass['pass'],
): Promise<{ readonly pulls: ReadonlyMap<string, number>; readonly isWhole: boolean }> {
  const unknown = { pulls: new Map<string, number>(), isWhole: false };
  const wanted = wantedDigests(own);
  if (context.inputs.approve === 'off' || context.stop.aborted) return unknown;
  try {
    const { approvals, gap } = await findApprovals(context, { branch: branchOf(context), wanted });
    const found = approvals.flatMap(({ pull, digests }) =>
      [...digests].flatMap(([set, list]) => list.map((digest) => [`${set} ${digest}`, pull.number] as const)),
    );
    // The newest merge comes first, and is the one to name.
    return { pulls: new Map(found.reverse()), isWhole: gap === undefined };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return unknown;
  }
}

/** What waits is said in words of its own: nobody refused it. */
function withoutWaiting({ plan, entries }: SetReport): SetReport {
  return { plan, entries: entries.filter(({ change }) => change.approved) };
}

function stateOf(failure: Failure | undefined): Content['state'] {
  if (!failure) return { kind: 'applied' };
  return { kind: failure.reason === 'refused' ? 'refused' : 'failed', why: failure.message };
}
