/** Puts together what comment and summary tell of a run. */
import { summarize } from '../core/status.ts';
import type { Pass } from '../engine/reconcile.ts';
import type { Content, ShownSet } from '../render/comment/content.ts';
import { applierOf } from './applier.ts';
import type { ActionContext } from './context.ts';
import { nameOwners } from './owners.ts';

/** What every content has, with nothing in it yet. */
export function emptyContent({ inputs, facts }: ActionContext): Content {
  const { event, sha, runUrl } = facts;
  const isPull = event.kind === 'pullRequest';
  return {
    label: inputs.label,
    state: { kind: 'planned' },
    // Of a pull request the commit of the run is a merge that exists nowhere else.
    commit: isPull ? event.headSha : sha,
    branch: isPull ? event.baseBranch : facts.ref.replace(/^refs\/heads\//, ''),
    runUrl,
    sets: [],
    reports: undefined,
    findings: [],
    remarks: [],
    digests: undefined,
    owners: new Map(),
  };
}

export function showSets(pass: Pass): Pick<Content, 'sets' | 'owners'> {
  const sets = pass.sets.map(({ entry, input, plan }): ShownSet => {
    return { plan, status: summarize(input, plan), applier: applierOf(entry.set) };
  });
  return { sets, owners: nameOwners(pass.sets.map(({ entry }) => entry)) };
}
