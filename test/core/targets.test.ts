import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatDescription, markLength, parseDescription } from '../../src/core/mark.ts';
import { formatTargets, namesTarget, type Target } from '../../src/core/targets.ts';

const secret = (name: string): Target => ({ key: `githubSecret/acme/x::${name}` });
const [a, b, c] = [secret('a'), secret('b'), secret('c')];
const mark = {
  owner: '3f9c2e71ab',
  declaration: 'ci/deploy',
  generation: 7,
  specHash: '11a2b3c4',
  nonce: 'k3xaab',
};

describe('the destinations in a mark', () => {
  it('are known one by one, whatever their order', () => {
    const [one, other] = [formatTargets([a, b]), formatTargets([b, a])];
    expect(one).toBe(other);
    const knows = (target: Target) => namesTarget(one, target, { among: [a, b, c] });
    expect([a, b, c].map(knows)).toEqual([true, true, false]);
  });

  it('are others for other readers', () => {
    const shared = { key: 'githubSecret/acme::TOKEN', readers: 'repositories payments' };
    const text = formatTargets([shared]);
    expect(namesTarget(text, shared, { among: [shared] })).toBe(true);
    const wider = { ...shared, readers: 'all repositories' };
    expect(namesTarget(text, wider, { among: [wider] })).toBe(false);
  });

  it('are not found at the border of two hashes', () => {
    const text = formatTargets([a, b]);
    expect(namesTarget(text.slice(5), a, { among: [a] })).toBe(false);
    expect(namesTarget('', a, { among: [a] })).toBe(false);
  });

  it('share one hash where they are many, which tells only that all are the same', () => {
    const many = Array.from({ length: 25 }, (_, rank): Target => ({ key: `file/Raw:${rank}` }));
    const text = formatTargets(many);
    expect(text).toHaveLength(17);
    expect(namesTarget(text, many[0] as Target, { among: many.toReversed() })).toBe(true);
    expect(namesTarget(text, many[0] as Target, { among: many.slice(1) })).toBe(false);
  });

  it('come back from a description, and take no more room than a manifest leaves them', () => {
    for (const count of [1, 2, 24, 25, 300]) {
      const targets = Array.from({ length: count }, (_, rank): Target => ({ key: `file/Raw:${rank}` }));
      const written = { ...mark, generation: 999_999_999, targets: formatTargets(targets) };
      const description = formatDescription('', written);
      expect(parseDescription(description)).toEqual({ kind: 'mark', mark: written, human: '' });
      expect(description.length).toBeLessThan(markLength(mark.declaration, count) + 1);
      expect(markLength(mark.declaration, count)).toBeLessThan(320);
    }
  });

  it('are missing in a mark of the first format, which is a mark all the same', () => {
    const description = formatDescription('x', mark);
    expect(description).not.toContain('/2');
    expect(parseDescription(description)).toEqual({ kind: 'mark', mark, human: 'x' });
  });

  it('belong to the second format, which an older keyturn leaves alone', () => {
    // What version 0.1 looked for to tell a mark of a later one.
    const newer = /(?:^|\s)\[keyturn\/[0-9]+ (?:\S+ )*?o=([0-9a-f]{10}) t=([^\s/\]]+\/[^\s/\]]+)(?: \S+)*\]$/;
    for (const key of fc.sample(fc.string(), 100)) {
      const description = formatDescription('Deploys', { ...mark, targets: formatTargets([{ key }]) });
      expect(newer.exec(description)?.slice(1)).toEqual([mark.owner, mark.declaration]);
    }
    const damaged = formatDescription('', { ...mark, targets: formatTargets([a]) }).replace(/ d=\S+\]/, ']');
    expect(parseDescription(damaged)).toEqual({ kind: 'none' });
  });
});
