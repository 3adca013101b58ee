/** Tells what was done to a set: in its events, the log and the counters. Values are in none of them. */
import type { ReportEntry } from '../core/report.ts';
import type { Plan } from '../core/plan/types.ts';
import type { EventNote } from '../kubernetes/events.ts';
import type { Kept } from './kept.ts';
import { tokenSets } from './kinds.ts';
import type { Office } from './office.ts';

/** What an event calls a change that took effect. */
const words: Readonly<Record<string, string>> = {
  create: 'Issued',
  rotate: 'Rotated',
  revoke: 'Revoked',
  deliver: 'Delivered',
  withdraw: 'Withdrawn',
  drain: 'Drained',
  mend: 'Mended',
  update: 'Updated',
  createUser: 'UserCreated',
  removeUser: 'UserRemoved',
};

export async function tellEvent(office: Office, kept: Kept, event: EventNote): Promise<void> {
  const { name, namespace, uid } = kept;
  const level = event.type === 'Warning' ? 'warn' : 'info';
  office.log.write(level, event.note, { reason: event.reason, ...place(kept) });
  const scope = namespace === undefined ? {} : { namespace };
  await office.events.tell({ resource: tokenSets, ...scope, name, uid }, event);
}

export async function tellReport(office: Office, kept: Kept, entries: readonly ReportEntry[]): Promise<void> {
  for (const { change, outcome, detail } of entries) {
    const { kind, reason, subject } = change;
    office.measures.changes.add({ kind, reason, outcome });
    if (outcome === 'left') continue;
    const done = outcome === 'done';
    const said = [`${subject}: ${change.message}`, detail].filter(Boolean).join('; ');
    await tellEvent(office, kept, {
      type: done ? 'Normal' : 'Warning',
      reason: done ? (words[kind] ?? 'Changed') : outcome === 'refused' ? 'Refused' : 'ChangeFailed',
      action: kind.charAt(0).toUpperCase() + kind.slice(1),
      note: said,
    });
  }
}

/** What a plan vetoes or warns of, once for each sentence. */
export async function tellPlan(office: Office, kept: Kept, { refusals, warnings }: Plan): Promise<void> {
  for (const { rule, message } of refusals) {
    office.measures.refusals.add({ rule });
    await tellEvent(office, kept, { type: 'Warning', reason: 'Refused', action: 'Plan', note: message });
  }
  for (const note of warnings)
    await tellEvent(office, kept, { type: 'Warning', reason: 'Warning', action: 'Plan', note });
}

function place({ namespace, name }: Kept) {
  return { namespace, tokenSet: name };
}
