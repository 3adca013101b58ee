/**
 * `apply`: carries out what was approved on merged pull requests, and refuses everything else that the
 * manifest asks for. What the calendar or somebody's hand causes needs no approval.
 */
import { judgeRun } from '../../core/judge-run.ts';
import type { Requests } from '../../core/plan/types.ts';
import { type Pass, replan } from '../../engine/reconcile.ts';
import { renderComment } from '../../render/comment/comment.ts';
import type { Content } from '../../render/comment/content.ts';
import type { Digests } from '../../render/comment/digests.ts';
import { isIdle } from '../../render/words.ts';
import { type Approval, findApprovals, findHeadApproval, uniteDigests } from '../approvals.ts';
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
import { loadManifests, type Loaded } from '../manifests.ts';
import { explain, type Failure, type Outcome } from '../outcome.ts';
import { type OpenPass, withPass } from '../pass.ts';
import { overwriteComment } from '../sticky.ts';
import { describeChange, describeUnplanned } from '../words.ts';
import { failureOf as invalidity } from './validate.ts';

export async function apply(context: ActionContext): Promise<Outcome> {
  await requireHead(context);
  const loaded = await loadManifests(context);
  const invalid = invalidity(loaded.findings);
  if (invalid) {
    const state = { kind: 'failed', why: invalid.message } as const;
    const content = { ...emptyContent(context), state, findings: loaded.findings };
    return { content, failure: invalid, annotations: [] };
  }
  requireSecretsToken(loaded.manifest.sets, context);
  const approved = context.inputs.approve === 'off' ? 'all' : new Set<string>();
  return await withPass(loaded.manifest, { context, approved }, async (open) => {
    const found = await lookUp(context, open.pass);
    return await applyApproved(context, { open, loaded, ...found });
  });
}

interface Judged {
  /** Planned again with what was approved. */
  readonly pass: Pass;
  readonly approvals: readonly Approval[];
}

/** A plan with more approved may ask for more, so it is looked up again, though seldom. */
const mostRounds = 3;

async function lookUp(context: ActionContext, pass: Pass): Promise<Judged> {
  if (context.inputs.approve === 'off') return { pass, approvals: [] };
  let judged: Judged = { pass, approvals: [] };
  const asked = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const wanted = wantedDigests(judged.pass);
    const names = [...wanted].flatMap(([set, list]) => list.map((digest) => `${set} ${digest}`));
    if (names.every((name) => asked.has(name))) break;
    for (const name of names) asked.add(name);
    const approvals = await findApprovals(context, { branch: branchOf(context), wanted });
    const digests = uniteDigests([...judged.approvals, ...approvals]);
    const requestsOf = ({ entry }: Pass['sets'][number]): Requests =>
      entry.assume
        ? entry.requests
        : { ...entry.requests, approved: digests.get(entry.set.name) ?? new Set() };
    judged = { pass: replan(pass, requestsOf), approvals: mergeApprovals(judged.approvals, approvals) };
  }
  return judged;
}

function mergeApprovals(known: readonly Approval[], more: readonly Approval[]): readonly Approval[] {
  const numbers = new Set(more.map(({ pull }) => pull.number));
  return [...more, ...known.filter(({ pull }) => !numbers.has(pull.number))];
}

function wantedDigests(pass: Pass): Digests {
  const wanted = new Map<string, string[]>();
  for (const { set, change } of findWaiting(ownPart(pass))) {
    if (change.digest !== undefined) wanted.set(set.name, [...(wanted.get(set.name) ?? []), change.digest]);
  }
  return wanted;
}

interface Applying extends Judged {
  readonly open: OpenPass;
  readonly loaded: Loaded;
}

async function applyApproved(context: ActionContext, applying: Applying): Promise<Outcome> {
  const { approvals, loaded, open } = applying;
  const waiting = findWaiting(ownPart(applying.pass));
  const { approve } = context.inputs;
  const pulls = approvals.map(({ pull }) => pull.number);
  const remarks = waiting.map(({ change }) => describeWaiting(describeChange(change), approve, pulls));
  const severity = approve === 'warn' ? 'warning' : 'error';
  const annotations = waiting.map((one, rank) =>
    annotateChange(one, { severity, message: remarks[rank] ?? '' }),
  );
  const pass =
    approve === 'warn' ? replan(applying.pass, ({ entry }) => approveAll(entry.requests)) : applying.pass;
  const own = ownPart(pass);
  const content: Content = {
    ...emptyContent(context),
    ...showSets(pass),
    findings: loaded.findings,
    remarks: [...remarks, ...open.unplanned.map(describeUnplanned)],
  };
  if (own.sets.every(({ plan }) => isIdle(plan))) {
    const failure = failureOf(own, { reports: [], judgement: judgeRun(own.sets, []) }, context);
    return { content: { ...content, state: stateOf(failure, undefined) }, failure, annotations };
  }
  await requireHead(context);
  const relevant = await findConcerned(context, approvals, own);
  await tell(context, relevant, { ...content, state: { kind: 'applying' } });
  const done = await carryOutTold(context, own, { relevant, content });
  const unapproved =
    approve === 'required' && waiting.length > 0
      ? ({ reason: 'not-approved', message: remarks[0] ?? '' } as const)
      : undefined;
  const failure = failureOf(own, done, context) ?? unapproved;
  const final: Content = { ...content, reports: done.reports, state: stateOf(failure, unapproved) };
  const warnings = await tell(context, relevant, final);
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

function describeWaiting(
  change: string,
  approve: 'required' | 'warn' | 'off',
  pulls: readonly number[],
): string {
  const where =
    pulls.length === 0
      ? 'any pull request merged in the last 30 days'
      : pulls.map((number) => `#${number}`).join(', ');
  const said = `${change} is not among the changes approved in ${where}.`;
  if (approve === 'warn') return `Applied without an approval: ${said}`;
  return `Not applied: ${said} Approve it in a pull request.`;
}

function stateOf(failure: Failure | undefined, unapproved: Failure | undefined): Content['state'] {
  if (!failure) return { kind: 'applied' };
  const isRefusal = failure === unapproved || failure.reason === 'refused';
  return { kind: isRefusal ? 'refused' : 'failed', why: failure.message };
}

/**
 * The pull requests to tell: those that approved something this run is about to do; where it goes on with
 * what an earlier run left, the one that was merged last.
 */
async function findConcerned(
  context: ActionContext,
  approvals: readonly Approval[],
  own: Pass,
): Promise<readonly Approval[]> {
  const concerned = approvals.filter((approval) => concerns(approval, own));
  if (concerned.length > 0 || context.inputs.comment === 'off') return concerned;
  return await findHeadApproval(context, branchOf(context));
}

function concerns({ digests }: Approval, own: Pass): boolean {
  return own.sets.some(({ plan }) => {
    const approved = new Set(digests.get(plan.set));
    return plan.changes.some(({ digest }) => digest !== undefined && approved.has(digest));
  });
}

/** Writes how far it is into the comments of the pull requests that approved it. They keep their digests. */
async function tell(
  context: ActionContext,
  approvals: readonly Approval[],
  content: Content,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { comment, digests } of approvals) {
    const body = renderComment({ ...content, digests });
    const warning = await overwriteComment(context, { id: comment.id, body });
    if (warning !== undefined) warnings.push(warning);
  }
  return warnings;
}
