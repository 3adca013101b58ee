/**
 * `plan`: what a merge would do, as a comment on the pull request. Changes nothing, and needs no right to
 * read or write what is delivered: receipts that are out of reach are made up from marks.
 */
import { couldNotLook } from '../../core/judge-run.ts';
import type { Pass } from '../../engine/reconcile.ts';
import type { Content } from '../../render/comment/content.ts';
import { renderComment } from '../../render/comment/comment.ts';
import type { Digests } from '../../render/comment/digests.ts';
import { isIdle } from '../../render/words.ts';
import { applierOf } from '../applier.ts';
import { type Before, noBefore, readBefore } from '../before.ts';
import type { ActionContext } from '../context.ts';
import { emptyContent, showSets } from '../content.ts';
import { loadManifests, type Loaded } from '../manifests.ts';
import { explain, type Failure, type Outcome } from '../outcome.ts';
import { type OpenPass, withPass } from '../pass.ts';
import { putComment } from '../sticky.ts';
import { describeUnread, describeUnplanned } from '../words.ts';
import { failureOf } from './validate.ts';

export async function plan(context: ActionContext): Promise<Outcome> {
  const { event } = context.facts;
  const outcome = await makePlan(context).catch((error: unknown): Outcome => {
    return fail({ ...emptyContent(context) }, explain(error));
  });
  if (event.kind !== 'pullRequest') return outcome;
  const { content, failure } = outcome;
  const isWorthOne =
    content.state.kind !== 'validated' &&
    (failure !== undefined || content.findings.length > 0 || content.sets.some((set) => !isIdle(set.plan)));
  const warning = await putComment(context, event, {
    body: renderComment(content),
    create: isWorthOne,
  });
  if (warning === undefined) return outcome;
  return {
    ...outcome,
    content: { ...content, remarks: [warning, ...content.remarks] },
    annotations: [...outcome.annotations, { severity: 'warning', message: warning }],
  };
}

async function makePlan(context: ActionContext): Promise<Outcome> {
  const { event } = context.facts;
  const loaded = await loadManifests(context);
  const { manifest, findings, sources } = loaded;
  const invalid = failureOf(findings);
  if (invalid) return fail({ ...emptyContent(context), findings }, invalid);
  const before = event.kind === 'pullRequest' ? await readBefore(context, event, sources) : noBefore;
  if (before.isUnchanged) return unchanged(context, loaded);
  const assume = ({ name }: { readonly name: string }) =>
    ({ marks: 'own', before: before.sets.get(name) }) as const;
  return await withPass(manifest, { context, approved: 'all', assume }, async (open) =>
    describe(context, open, { loaded, before }),
  );
}

/**
 * A pull request that leaves every manifest alone asks for nothing and approves nothing, so the provider is
 * not asked either: its job may be a required check of every pull request.
 */
function unchanged(context: ActionContext, { findings }: Loaded): Outcome {
  const remarks = ['This pull request changes no manifest, so there is nothing to plan or to approve.'];
  const content: Content = { ...emptyContent(context), state: { kind: 'validated' }, findings, remarks };
  return { content, failure: undefined, annotations: [] };
}

function describe(
  context: ActionContext,
  { pass, unplanned }: OpenPass,
  { loaded, before }: { readonly loaded: Loaded; readonly before: Before },
): Outcome {
  const isPull = context.facts.event.kind === 'pullRequest';
  const remarks = [
    ...(before.unknown === undefined ? [] : [before.unknown]),
    ...unplanned.map(describeUnplanned),
  ];
  const content: Content = {
    ...emptyContent(context),
    ...showSets(pass),
    findings: loaded.findings,
    remarks,
    digests: isPull ? collectDigests(pass) : undefined,
  };
  const plans = pass.sets.map((planned) => planned.plan);
  if (plans.some(couldNotLook)) return fail(content, describeUnread(plans));
  if (context.inputs.expectNoChanges && !plans.every(isIdle)) {
    const message = 'There are changes, and expect-no-changes says that there should be none.';
    return { content, failure: { reason: 'changes-found', message }, annotations: [] };
  }
  return { content, failure: undefined, annotations: [] };
}

/** What a merge approves: the config changes of the sets that the Action applies. */
function collectDigests(pass: Pass): Digests {
  const own = pass.sets.filter(({ entry }) => applierOf(entry.set) === 'action');
  return new Map(
    own.map(({ plan: made }) => [made.set, [...new Set(made.changes.flatMap(({ digest }) => digest ?? []))]]),
  );
}

/** A plan that is not whole approves nothing. */
function fail(content: Content, failure: Failure): Outcome {
  const state = { kind: 'failed', why: failure.message } as const;
  return { content: { ...content, state, digests: undefined }, failure, annotations: [] };
}
