/**
 * The conditions of a TokenSet, as kstatus, Flux, Argo CD and `kubectl wait` read them. `Ready`: consumers
 * have working tokens of what the manifest says; it stays true while tokens rotate. `Reconciling`: something
 * is under way or tried again. `Stalled`: it waits for a person. Each has a closed list of reasons.
 */
import type { ConditionFields, TokenSetStatusFields } from '../core/crd/status-schema.ts';
import { awaitsChange, type Findings, findRemarkable } from './status-findings.ts';
import { formatTime } from './status-tokens.ts';
import { joinSentences, sameButTimes } from './status-words.ts';
import type { Outcome } from './status.ts';

const needsPerson = ['ManifestInvalid', 'IssuerMissing', 'CredentialsMissing', 'CredentialsRefused'] as const;

/** Every reason that a condition can have. */
export const conditionReasons = {
  Ready: [
    'Served',
    'Suspended',
    'PolicyBreach',
    'Expired',
    'Refused',
    'Failed',
    'Issuing',
    'NotServed',
    'Unobserved',
    'ProviderUnavailable',
    ...needsPerson,
  ],
  Reconciling: ['Progressing', 'Retrying', 'Idle'],
  Stalled: ['PolicyBreach', 'Refused', 'RotationOverdue', 'NotStalled', ...needsPerson],
  PreviousTokenActive: ['OverlapRunning', 'NonePrevious'],
} as const;

type Type = keyof typeof conditionReasons;
type Condition = {
  readonly [T in Type]: {
    readonly type: T;
    readonly status: ConditionFields['status'];
    readonly reason: (typeof conditionReasons)[T][number];
    readonly message: string;
  };
}[Type];
type ReadyReason = (typeof conditionReasons)['Ready'][number];

export interface Verdict {
  readonly conditions: readonly Condition[];
  /** What the manifest says is not in effect yet, and will be without a person. */
  readonly isPending: boolean;
}

type Planned = Outcome & { readonly kind: 'planned' };
type Held = Outcome & { readonly kind: 'held' };
type Before = readonly ConditionFields[] | undefined;

export function judgeConditions(outcome: Outcome, before: TokenSetStatusFields | undefined): Verdict {
  return outcome.kind === 'held'
    ? judgeHeld(outcome, before?.conditions)
    : judgePlanned(outcome, before?.conditions);
}

function judgeHeld({ reason, message }: Held, before: Before): Verdict {
  const kept = [find(before, 'PreviousTokenActive')].filter((one) => one !== undefined);
  if (reason === 'ProviderUnavailable') {
    const retrying = yes('Reconciling', 'Retrying', message);
    const conditions = [asBefore(before, { reason, message }), retrying, notStalled, ...kept];
    return { conditions, isPending: true };
  }
  const ready = no('Ready', reason, message);
  return { conditions: [ready, idle, yes('Stalled', reason, message), ...kept], isPending: false };
}

function judgePlanned(outcome: Planned, before: Before): Verdict {
  const findings = findRemarkable(outcome);
  const stalled = judgeStalled(findings);
  const conditions = [
    judgeReady(findings, outcome, before),
    judgeReconciling(findings),
    stalled,
    judgePrevious(findings),
  ];
  return { conditions, isPending: stalled.status !== 'True' && awaitsChange(outcome) };
}

/** The first that holds, worst first. */
function judgeReady(findings: Findings, { summary }: Planned, before: Before): Condition {
  const troubles: readonly (readonly [ReadyReason, readonly string[]])[] = [
    ['PolicyBreach', findings.breaches],
    ['Expired', findings.expired],
    ['Refused', findings.refused],
    ['Failed', findings.failed],
    ['Issuing', findings.missing],
    ['NotServed', findings.unserved],
  ];
  for (const [reason, sentences] of troubles)
    if (sentences.length > 0) return no('Ready', reason, joinSentences(sentences));
  if (findings.unseen.length > 0)
    return asBefore(before, { reason: 'Unobserved', message: joinSentences(findings.unseen) });
  const { declarations } = summary;
  if (declarations.length > 0 && declarations.every(({ health }) => health === 'suspended'))
    return yes('Ready', 'Suspended', 'The set is suspended.');
  const served = declarations.filter(({ health }) => health !== 'absent').length;
  return yes('Ready', 'Served', served === 1 ? '1 token is served.' : `${served} tokens are served.`);
}

function judgeReconciling({ retried, going }: Findings): Condition {
  if (retried.length > 0) return yes('Reconciling', 'Retrying', joinSentences(retried));
  return going.length > 0 ? yes('Reconciling', 'Progressing', joinSentences(going)) : idle;
}

function judgeStalled({ breaches, refused, overdue }: Findings): Condition {
  if (breaches.length > 0) return yes('Stalled', 'PolicyBreach', joinSentences(breaches));
  if (refused.length > 0) return yes('Stalled', 'Refused', joinSentences(refused));
  return overdue.length > 0 ? yes('Stalled', 'RotationOverdue', joinSentences(overdue)) : notStalled;
}

function judgePrevious({ overlapping }: Findings): Condition {
  const type = 'PreviousTokenActive';
  if (overlapping.length === 0) return no(type, 'NonePrevious', 'No replaced token still works.');
  return yes(
    type,
    'OverlapRunning',
    `Replaced tokens still work: ${joinSentences([overlapping.join(', ')])}.`,
  );
}

const idle = no('Reconciling', 'Idle', 'Nothing is under way.');
const notStalled = no('Stalled', 'NotStalled', 'Nothing waits for a person.');

/** Nobody can tell: who was served is taken to be served still. */
function asBefore(
  before: Before,
  unknown: { readonly reason: ReadyReason; readonly message: string },
): Condition {
  return find(before, 'Ready') ?? { type: 'Ready', status: 'Unknown', ...unknown };
}

function find(conditions: Before, type: Type): Condition | undefined {
  // They are ours: nobody else writes them, and an unknown word does no harm.
  return conditions?.find((condition) => condition.type === type) as Condition | undefined;
}

function yes<T extends Type>(
  type: T,
  reason: (typeof conditionReasons)[T][number],
  message: string,
): Condition {
  return { type, status: 'True', reason, message } as Condition;
}

function no<T extends Type>(
  type: T,
  reason: (typeof conditionReasons)[T][number],
  message: string,
): Condition {
  return { type, status: 'False', reason, message } as Condition;
}

/** The conditions as they are stored; one that says what it said before keeps its words and its time. */
export function withTimes(
  conditions: readonly Condition[],
  {
    before,
    observed,
    wallMs,
  }: { readonly before: Before; readonly observed: number | undefined; readonly wallMs: number },
): ConditionFields[] {
  return conditions.map(({ type, status, reason, message }) => {
    const old = find(before, type) as ConditionFields | undefined;
    const isSame = old?.status === status;
    const keepsWords = isSame && old.reason === reason && sameButTimes(old.message, message);
    return {
      type,
      status,
      reason,
      message: keepsWords ? old.message : message,
      lastTransitionTime: isSame ? old.lastTransitionTime : formatTime(wallMs),
      ...(observed !== undefined && { observedGeneration: observed }),
    };
  });
}
