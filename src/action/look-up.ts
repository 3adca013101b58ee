/** Plans again with what was approved, and with what that brings to light, until nothing new is asked for. */
import type { Requests } from '../core/plan/types.ts';
import { type Pass, replan } from '../engine/reconcile.ts';
import type { Digests } from '../render/comment/digests.ts';
import { type Approval, type Approvals, findApprovals, uniteDigests } from './approvals.ts';
import { findWaiting, ownPart } from './carry-out.ts';
import type { ActionContext } from './context.ts';
import { branchOf } from './head.ts';

export interface Judged extends Approvals {
  /** Planned again with what was approved. */
  readonly pass: Pass;
}

/** A plan with more approved may ask for more, so it is looked up again, though seldom. */
const mostRounds = 3;

/** @param pass planned with nothing approved */
export async function lookUpApprovals(context: ActionContext, pass: Pass): Promise<Judged> {
  let judged: Judged = { pass, approvals: [], remarks: [], gap: undefined };
  if (context.inputs.approve === 'off') return judged;
  const asked = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const wanted = wantedDigests(judged.pass);
    const names = [...wanted].flatMap(([set, list]) => list.map((digest) => `${set} ${digest}`));
    if (names.every((name) => asked.has(name))) break;
    for (const name of names) asked.add(name);
    const found = await findApprovals(context, { branch: branchOf(context), wanted });
    const approvals = merge(judged.approvals, found.approvals);
    const digests = uniteDigests(approvals);
    const requestsOf = ({ entry }: Pass['sets'][number]): Requests =>
      entry.assume
        ? entry.requests
        : { ...entry.requests, approved: digests.get(entry.set.name) ?? new Set() };
    const remarks = [...new Set([...judged.remarks, ...found.remarks])];
    judged = { pass: replan(pass, requestsOf), approvals, remarks, gap: found.gap ?? judged.gap };
  }
  return judged;
}

/** Digests of config changes that nobody approved yet, by set. */
export function wantedDigests(pass: Pass): Digests {
  const wanted = new Map<string, string[]>();
  for (const { set, change } of findWaiting(ownPart(pass))) {
    if (change.digest !== undefined) wanted.set(set.name, [...(wanted.get(set.name) ?? []), change.digest]);
  }
  return wanted;
}

function merge(known: readonly Approval[], more: readonly Approval[]): readonly Approval[] {
  const numbers = new Set(more.map(({ pull }) => pull.number));
  return [...more, ...known.filter(({ pull }) => !numbers.has(pull.number))];
}
