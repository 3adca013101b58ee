/**
 * Destinations as consumers see them: a value, and beside it a receipt. Three kinds differ in how they are
 * written: `swap` with one compare-and-swap (a Kubernetes Secret), `local` with a lock on one machine (a
 * file), `writeOnly` with two writes and neither lock nor read-back (a GitHub secret and its variable).
 */
import type { DestinationReference } from '../../src/core/manifest/types.ts';
import { parseReceipt, type Receipt } from '../../src/core/receipt.ts';

export type PlaceKind = 'swap' | 'local' | 'writeOnly';

export interface Place {
  readonly name: string;
  readonly kind: PlaceKind;
  value: string | undefined;
  receipt: string | undefined;
  /** Counts the writes of the value; the write-only kind tells no more of it. */
  valueStamp: number;
  /** When the value was written, by the clock of the destination. */
  writtenAt: number;
  /** How far that clock is ahead of the provider's, in milliseconds. */
  readonly skewMs: number;
  /** Which life of which process is in the middle of a write; others are refused. */
  lockedBy: string | undefined;
  /** Nobody can read it, or write it, before this time. */
  unreadableUntil: number;
  unwritableUntil: number;
  /** The number of the step that changed it last. */
  changedAt: number;
  /** Whether keyturn wrote what lies there. */
  byEngine: boolean;
  /** When a person last changed it. */
  tamperedAt: number;
  /** A late or unguarded write to a write-only place: what lies there is nobody's word. */
  raced: boolean;
  /** Token → when keyturn took its value away from here. */
  readonly replaced: Map<string, number>;
  /** Earlier contents, for a restore. */
  readonly backups: { readonly value: string | undefined; readonly receipt: string | undefined }[];
}

export function createPlace(name: string, skewMs = 0): Place {
  return {
    name,
    kind: kindOf(name),
    value: undefined,
    receipt: undefined,
    valueStamp: 0,
    writtenAt: 0,
    skewMs,
    lockedBy: undefined,
    unreadableUntil: 0,
    unwritableUntil: 0,
    changedAt: 0,
    byEngine: true,
    tamperedAt: Number.NEGATIVE_INFINITY,
    raced: false,
    replaced: new Map(),
    backups: [],
  };
}

const kinds = { k: 'swap', f: 'local', w: 'writeOnly' } as const;

/** The first letter tells the kind: `k1`, `f1`, `w1`. */
export function kindOf(name: string): PlaceKind {
  const kind = kinds[name[0] as keyof typeof kinds];
  if (!kind) throw new RangeError(`"${name}" is of no kind`);
  return kind;
}

const position = { file: 'tokens.yaml', line: 9, column: 11 };
const words = { swap: 'kubernetesSecret', local: 'file', writeOnly: 'githubSecret' } as const;

/** How a manifest names the place. */
export function referenceTo(name: string): DestinationReference {
  const kind = kindOf(name);
  const key = `${words[kind]}/${name}`;
  return { kind: words[kind], key, identity: key, ref: {}, local: kind === 'local', position };
}

/** The order in which destinations are written: Kubernetes, file, GitHub. */
export function rankOf(name: string): number {
  return Object.keys(kinds).indexOf(name[0] ?? '');
}

/** The receipt that can be read there. */
export function receiptAt({ receipt }: Place): Receipt | undefined {
  const reading = receipt === undefined ? undefined : parseCached(receipt);
  return reading?.kind === 'receipt' ? reading.receipt : undefined;
}

const parsed = new Map<string, ReturnType<typeof parseReceipt>>();

/** Reading a receipt is pure and takes a good part of a run, so each text is read once. */
export function parseCached(text: string): ReturnType<typeof parseReceipt> {
  const known = parsed.get(text);
  if (known) return known;
  const reading = parseReceipt(text);
  if (parsed.size > 10_000) parsed.clear();
  parsed.set(text, reading);
  return reading;
}
