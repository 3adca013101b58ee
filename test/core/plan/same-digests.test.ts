// A pull request cannot read receipts, and what it shows is what is approved. So for any two manifests, of
// which the first was applied, the plan from marks must have the digests of the plan from receipts, and who
// approved the ones must find nothing left to approve in the other.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Declaration, DestinationReference, TokenSet } from '../../../src/core/manifest/types.ts';
import { hashOwner } from '../../../src/core/mark.ts';
import type { Reading, TokenRecord } from '../../../src/core/observation.ts';
import { assume } from '../../../src/core/plan/assume.ts';
import { plan } from '../../../src/core/plan/plan.ts';
import type { Owner, Plan, PlanInput } from '../../../src/core/plan/types.ts';
import { hashSpec } from '../../../src/core/spec.ts';
import { formatTargets, nameOf } from '../../../src/core/targets.ts';
import { termsOf } from '../../../src/core/terms.ts';
import { buildSet, day, declare, destination, hour, minute, spec } from './manifest.ts';
import { inputOf, now, owner, reading, receipt, token } from './world.ts';

const names = ['ci/a', 'ci/b', 'ci/c'];

/** Secrets of an organization have readers, others have none. Each is one declaration's. */
const placesOf = (name: string, readers: string): readonly DestinationReference[] => [
  destination(`${name}-1`),
  destination(`${name}-2`),
  { ...destination(`${name}-3`), readers },
];

const rotation = fc.record({
  overlapMs: fc.constantFrom(minute, hour, day),
  renewBeforeMs: fc.constantFrom(7 * day, 14 * day),
  everyMs: fc.constantFrom(undefined, 60 * day),
  idle: fc.constantFrom(undefined, { forMs: hour, atMostMs: 7 * day }),
  trigger: fc.constantFrom(undefined, 'one', 'two'),
  compromised: fc.constantFrom(undefined, 'INC-1'),
});

const declared = fc.record({
  to: fc.uniqueArray(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 3 }),
  readers: fc.constantFrom('repositories a', 'repositories a, b', 'all repositories'),
  scopes: fc.constantFrom(['projects:read'], ['all'], []),
  state: fc.constantFrom('Present', 'Present', 'Present', 'Absent') as fc.Arbitrary<Declaration['state']>,
  suspend: fc.constantFrom(false, false, false, true),
  rotation,
});

const position = { file: 'tokens.yaml', line: 7, column: 9 };
const manifest = fc
  .record({
    entries: fc.array(fc.option(declared, { nil: undefined }), { minLength: 3, maxLength: 3 }),
    former: fc.uniqueArray(fc.constantFrom('old', 'older')),
    url: fc.constantFrom('https://api.aiven.io', 'https://api.aiven.io', 'https://aiven.example'),
    user: fc.constantFrom('Present', 'Present', 'Present', 'Absent') as fc.Arbitrary<'Present' | 'Absent'>,
  })
  .map(({ entries, former, url, user }): TokenSet => {
    const declarations = entries.flatMap((entry, rank) => {
      const name = names[rank];
      if (!entry || name === undefined) return [];
      const places = placesOf(name.slice(3), entry.readers);
      const deliverTo = entry.to.flatMap((at) => places[at] ?? []);
      return declare({ ...entry, name, deliverTo, spec: spec({ scopes: entry.scopes }) });
    });
    const formerOwners = former.map((ownerId) => ({ ownerId, name: 'payments' }));
    const provider = { kind: 'aiven', config: { organizationId: 'org1', url }, position };
    return buildSet({ set: { formerOwners, provider }, users: [{ state: user }], declarations });
  });

function ownerOf({ formerOwners }: TokenSet): Owner {
  const former = formerOwners.map(({ ownerId, name }) => [hashOwner(ownerId, name), ownerId] as const);
  return { ...owner, former: new Map(former) };
}

/** The declarations of a set that have a token once it was applied. */
function serving({ declarations, users }: TokenSet): readonly Declaration[] {
  const isGone = users.some(({ state }) => state === 'Absent');
  return isGone ? [] : declarations.filter(({ state, suspend }) => state === 'Present' && !suspend);
}

interface World {
  readonly tokens: readonly TokenRecord[];
  readonly places: Readonly<Record<string, Reading>>;
}

/** What is there once the manifest was applied: one token each, and a receipt at each destination. */
function applied(set: TokenSet, ageMs = 10 * day): World {
  const tokens: TokenRecord[] = [];
  const places: Record<string, Reading> = {};
  for (const declaration of serving(set)) {
    const { name, deliverTo } = declaration;
    const id = `of-${name.slice(3)}`;
    const createdAt = now - ageMs;
    tokens.push(token(id, { declaration: name, spec: declaration.spec, to: deliverTo, createdAt }));
    const base = receipt(id);
    const terms = termsOf(set, declaration);
    const { trigger, compromised } = declaration.rotation;
    const written = {
      ...base,
      token: name,
      current: base.current && {
        ...base.current,
        spec: hashSpec('ci', declaration.spec) ?? '',
        targets: formatTargets(deliverTo),
      },
      handled: { trigger: trigger ? [trigger] : [], compromised: compromised ? [compromised] : [] },
      destinations: deliverTo.map(({ key }) => key),
      terms: { ...terms, owners: [...terms.owners] },
    };
    for (const { key } of deliverTo) places[key] = reading(written, { kind: 'opaque', changed: false });
  }
  return { tokens, places };
}

type Trouble = 'none' | 'due' | 'no tokens' | 'no receipts';

/** What a run sees that may read receipts: those where the manifest points, and where these point. */
function seen(before: TokenSet, after: TokenSet, trouble: Trouble = 'none'): PlanInput {
  const { tokens, places } = applied(before, trouble === 'due' ? 85 * day : 10 * day);
  const isLost = trouble === 'no receipts';
  const dropped = new Map<string, readonly DestinationReference[]>();
  for (const { name, deliverTo } of after.declarations) {
    const old = serving(before).find((declaration) => declaration.name === name)?.deliverTo ?? [];
    const keys = new Set(deliverTo.map(({ key }) => key));
    const gone = old.filter(({ key }) => !keys.has(key));
    if (gone.length > 0 && gone.length < old.length) dropped.set(name, gone);
  }
  const references = [
    ...after.declarations.flatMap(({ deliverTo }) => deliverTo),
    ...[...dropped.values()].flat(),
  ];
  const readings = new Map(
    references.map(({ key }) => [key, (isLost ? undefined : places[key]) ?? reading(undefined)]),
  );
  const input = inputOf({
    tokens: trouble === 'no tokens' ? [] : tokens,
    places: {},
    observation: { readings, dropped },
    owner: ownerOf(after),
  });
  return { ...input, set: after };
}

function fromMarks(before: TokenSet, after: TokenSet): PlanInput {
  const input = seen(before, after);
  const observation = { ...input.observation, readings: new Map(), dropped: new Map() };
  return assume({ ...input, observation }, { marks: 'own', before, readable: new Set() });
}

const digestsOf = (made: Plan): readonly string[] =>
  made.changes.flatMap(({ digest }) => digest ?? []).sort();

function withApproval(input: PlanInput, digests: readonly string[]): PlanInput {
  return { ...input, requests: { ...input.requests, approved: new Set(digests) } };
}

describe('for any manifest over any other', () => {
  const runs = { seed: 20_261_201, numRuns: 500 };

  it('a plan from marks has the digests of the plan from receipts', () => {
    for (const [before, after] of fc.sample(fc.tuple(manifest, manifest), runs)) {
      const [shown, full] = [plan(fromMarks(before, after)), plan(seen(before, after))];
      expect(digestsOf(shown)).toEqual(digestsOf(full));
    }
  }, 60_000);

  it('who approved what a pull request showed has nothing left to approve', () => {
    for (const [before, after] of fc.sample(fc.tuple(manifest, manifest), runs)) {
      const shown = digestsOf(plan(fromMarks(before, after)));
      const made = plan(withApproval(seen(before, after), shown));
      expect(made.changes.filter(({ approved }) => !approved)).toEqual([]);
    }
  }, 60_000);

  it('who approved nothing has everything as it was', () => {
    for (const [before, after] of fc.sample(fc.tuple(manifest, manifest), runs)) {
      const made = plan(withApproval(seen(before, after), []));
      expect(made.changes.filter(({ kind, approved }) => approved && kind !== 'keep')).toEqual([]);
    }
  }, 60_000);

  it('repairs nothing beyond what it was before, as long as nobody approved more', () => {
    const troubles = fc.constantFrom<Trouble>('due', 'no tokens', 'no receipts');
    const issued = new Set<string>();
    for (const [before, after, trouble] of fc.sample(fc.tuple(manifest, manifest, troubles), runs)) {
      const made = plan(withApproval(seen(before, after, trouble), []));
      for (const change of made.changes) {
        if (!change.approved || change.kind === 'keep') continue;
        expect(change.kind).toBe('rotate');
        const old = serving(before).find(({ name }) => name === change.subject);
        if (change.kind !== 'rotate' || !old) throw new Error(`${change.subject} was not there`);
        issued.add(trouble);
        const { spec: of, destinations, readers = [], supersedes } = change.issue;
        expect(of).toEqual(old.spec);
        const to = old.deliverTo.map(nameOf);
        for (const key of destinations)
          expect(to).toContain(nameOf(readers.find((target) => target.key === key) ?? { key }));
        if (trouble === 'no receipts') continue;
        for (const { overlapMs } of supersedes) expect(overlapMs).toBe(old.rotation.overlapMs);
      }
    }
    expect([...issued].sort()).toEqual(['due', 'no receipts', 'no tokens']);
  }, 60_000);
});
