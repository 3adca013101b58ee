/**
 * `apply`: carries out what was approved on merged pull requests, and refuses everything else that the
 * manifest asks for. What the calendar or somebody's hand causes needs no approval.
 */
import { judgeRun } from '../../core/judge-run.ts';
import type { Requests } from '../../core/plan/types.ts';
import { type Pass, replan } from '../../engine/reconcile.ts';
import type { Content } from '../../render/comment/content.ts';
import { isIdle } from '../../render/words.ts';
import type { Approval } from '../approvals.ts';
import {
  annotateChange,
  carryOutOwn,
  digestsDone,
  failureOf,
  findWaiting,
  ownPart,
  requireSecretsToken,
} from '../carry-out.ts';
import type { ActionContext } from '../context.ts';
import { emptyContent, showSets } from '../content.ts';
import { requireHead } from '../head.ts';
import { type Judged, lookUpApprovals } from '../look-up.ts';
import { loadManifests, type Loaded } from '../manifests.ts';
import { explain, type Failure, type Outcome } from '../outcome.ts';
import { type OpenPass, withPass } from '../pass.ts';
import { findConcerned, tell, tellEarlyEnd, useUp } from '../tell.ts';
import { describeChange, describeUnplanned, describeUnapproved } from '../words.ts';
import { failureOf as invalidity } from './validate.ts';

export async function apply(context: ActionContext): Promise<Outcome> {
  // A run for an older commit leaves the comments to the one that takes its place.
  await requireHead(context);
  try {
    return await applyAtHead(context);
  } catch (error) {
    const failure = explain(error);
    const isTold = context.hasBegun() || failure.reason === 'stale-commit';
    if (!isTold) await tellEarlyEnd(context, failure.message);
    throw error;
  }
}

async function applyAtHead(context: ActionContext): Promise<Outcome> {
  const loaded = await loadManifests(context);
  const invalid = invalidity(loaded.findings);
  if (invalid) {
    await tellEarlyEnd(context, invalid.message);
    const state = { kind: 'failed', why: invalid.message } as const;
    const content = { ...emptyContent(context), state, findings: loaded.findings };
    return { content, failure: invalid, annotations: [] };
  }
  requireSecretsToken(loaded.manifest.sets, context);
  const approved = context.inputs.approve === 'off' ? 'all' : new Set<string>();
  return await withPass(loaded.manifest, { context, approved }, async (open) => {
    const judged = await lookUpApprovals(context, open.pass);
    return await applyApproved(context, { ...judged, open, loaded });
  });
}

interface Applying extends Judged {
  readonly open: OpenPass;
  readonly loaded: Loaded;
}

async function applyApproved(context: ActionContext, applying: Applying): Promise<Outcome> {
  const { approvals, gap, loaded, open } = applying;
  const waiting = findWaiting(ownPart(applying.pass));
  const { approve } = context.inputs;
  const pulls = approvals.map(({ pull }) => pull.number);
  const unapproved = waiting.map(({ change }) =>
    describeUnapproved(describeChange(change), { approve, pulls, gap }),
  );
  const severity = approve === 'warn' ? 'warning' : 'error';
  const annotations = waiting.map((one, rank) =>
    annotateChange(one, { severity, message: unapproved[rank] ?? '' }),
  );
  const pass =
    approve === 'warn' ? replan(applying.pass, ({ entry }) => approveAll(entry.requests)) : applying.pass;
  const own = ownPart(pass);
  const content: Content = {
    ...emptyContent(context),
    ...showSets(pass),
    findings: loaded.findings,
    remarks: [...applying.remarks, ...unapproved, ...open.unplanned.map(describeUnplanned)],
  };
  if (own.sets.every(({ plan }) => isIdle(plan))) {
    const failure = failureOf(own, { reports: [], judgement: judgeRun(own.sets, []) }, context);
    if (failure) await tellEarlyEnd(context, failure.message);
    return { content: { ...content, state: stateOf(failure, undefined) }, failure, annotations };
  }
  await requireHead(context);
  const relevant = await findConcerned(context, approvals, own);
  await tell(context, relevant, { ...content, state: { kind: 'applying' } });
  const done = await carryOutTold(context, own, { relevant, content });
  const refusal: Failure | undefined =
    approve === 'required' && waiting.length > 0
      ? { reason: gap === undefined ? 'not-approved' : 'github-unavailable', message: unapproved[0] ?? '' }
      : undefined;
  const failure = failureOf(own, done, context) ?? refusal;
  const final: Content = { ...content, reports: done.reports, state: stateOf(failure, refusal) };
  const used = digestsDone(done.reports);
  const warnings = [
    ...(await tell(context, relevant, final, used)),
    ...(await useUp(context, { used, told: relevant })),
  ];
  return { content: { ...final, remarks: [...final.remarks, ...warnings] }, failure, annotations };
}

/** Whatever goes wrong, no comment is left saying that something is being applied. */
async function carryOutTold(
  context: ActionContext,
  own: Pass,
  { relevant, content }: { readonly relevant: readonly Approval[]; readonly content: Content },
) {
  try {
    return await carryOutOwn(context, own);
  } catch (error) {
    await tell(context, relevant, { ...content, state: { kind: 'failed', why: explain(error).message } });
    throw error;
  }
}

function approveAll(requests: Requests): Requests {
  return { ...requests, approved: 'all' };
}

function stateOf(failure: Failure | undefined, refusal: Failure | undefined): Content['state'] {
  if (!failure) return { kind: 'applied' };
  const isRefusal = failure === refusal || failure.reason === 'refused';
  return { kind: isRefusal ? 'refused' : 'failed', why: failure.message };
}
