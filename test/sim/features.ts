/**
 * What may go wrong and what people may do, each with its own probability. A run draws a random subset
 * (swarm testing): a world with few faults goes far, a world with many goes wrong in combinations.
 */
import type { Dice } from './dice.ts';

/** Feature → its usual probability: per request or write, per pass, or per edit, as its group says. */
const usual = {
  // Per request or write.
  crash: 0.025,
  freeze: 0.015,
  lost: 0.015,
  answerLost: 0.02,
  late: 0.01,
  refused: 0.02,
  slow: 0.05,
  // Per list of tokens.
  partialList: 0.08,
  emptyList: 0.03,
  repeatedRows: 0.1,
  // Per token: how long until a list shows it, and until a revoked one is no longer shown.
  listLag: 0.5,
  // Per verification of a new token.
  verifyRefused: 0.15,
  verifyUnknown: 0.1,
  // Per pass.
  credentialDead: 0.05,
  credentialForeign: 0.05,
  credentialDies: 0.05,
  wrongOrganization: 0.05,
  unreadable: 0.15,
  unwritable: 0.1,
  terminate: 0.15,
  restart: 0.2,
  clockStep: 0.1,
  sleepingLaptop: 0.5,
  secondReconciler: 0.4,
  secondMachine: 0.4,
  separateRuns: 1,
  approvals: 1,
  explicitOwner: 1,
  clocksApart: 1,
  dueRhythm: 1,
  longPause: 0.15,
  // Per thing that people do: their weights.
  editSpec: 1,
  editRotation: 1,
  editDescription: 1,
  trigger: 1,
  rotateByHand: 1,
  compromise: 0.7,
  suspend: 0.7,
  suspendSet: 0.3,
  absent: 0.7,
  userAbsent: 0.3,
  remove: 0.7,
  rename: 1,
  moveToOtherSet: 1,
  addPlace: 1,
  dropPlace: 1,
  swapPlaces: 1,
  reorder: 0.7,
  handOver: 0.5,
  addDeclaration: 0.7,
  tamper: 1,
  deletePlace: 1,
  loseReceipt: 0.7,
  damageReceipt: 0.3,
  restoreBackup: 1,
  revokeByHand: 1,
  keepDeleting: 0.7,
  revokeEverything: 0.3,
  createUserByHand: 0.5,
  useAsCredential: 0.3,
  loseMark: 0.7,
  // Of the whole run: passes follow each other within minutes, as a controller's do.
  quickRhythm: 1,
  forgeReceipt: 0.7,
  /** Per revoke: somebody does something to a destination of its declaration at that moment. */
  meddle: 0.3,
  /** Per death in the middle of an attempt: somebody edits the scopes of what was cut off. */
  editCutOff: 0.5,
} as const;

export type Feature = keyof typeof usual;
export type Rates = Readonly<Record<Feature, number>>;
export const allFeatures = Object.keys(usual) as readonly Feature[];

/** Draws which features a run has and how often they strike; those of `without` never do. */
export function drawRates(dice: Dice, without: ReadonlySet<Feature>): Rates {
  const share = dice.pick([0.1, 0.25, 0.25, 0.5, 0.7]);
  const rates = allFeatures.map((feature): readonly [Feature, number] => {
    const isOn = dice.chance(share);
    const factor = dice.between(0.3, 2);
    return [feature, isOn && !without.has(feature) ? usual[feature] * factor : 0];
  });
  return Object.fromEntries(rates) as Record<Feature, number>;
}
