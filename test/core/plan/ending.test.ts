// Ends that touch a neighbour: a token that another declaration serves by now, a destination that someone
// else uses by now, a token whose mark is gone.
import { describe, expect, it } from '@jest/globals';
import {
  declare,
  destination,
  hour,
  now,
  only,
  planOf,
  previous,
  reading,
  receipt,
  rows,
  token,
} from './world.ts';

const keys = ['kubernetesSecret/a', 'kubernetesSecret/b'];
const ofOld = token('t1', { declaration: 'ci/old' });

describe('a declaration that ends', () => {
  it('leaves its token to another declaration whose destination still serves it', () => {
    const made = planOf({
      declarations: [
        declare({ name: 'ci/new', suspend: true }),
        declare({ name: 'ci/old', state: 'Absent', deliverTo: [destination('z')] }),
      ],
      tokens: [ofOld],
      places: { a: reading(receipt('t1', { token: 'ci/old' })), z: reading(undefined) },
    });
    expect(rows(made)).toEqual(['keep Suspended', 'keep Absent']);
  });

  it('leaves its former destination to another declaration that goes on from there', () => {
    const made = planOf({
      declarations: [
        declare({ name: 'ci/new' }),
        declare({ name: 'ci/old', state: 'Absent', deliverTo: [destination('b')] }),
      ],
      tokens: [ofOld],
      places: {
        a: reading(receipt('t1', { token: 'ci/old', destinations: keys })),
        b: reading(receipt('t1', { token: 'ci/old', destinations: keys })),
      },
      observation: { dropped: new Map([['ci/old', [destination('a')]]]) },
    });
    expect(rows(made)).toEqual(['rotate Renamed config', 'withdraw Absent config']);
    expect(only(made, 'withdraw').from.key).toBe('kubernetesSecret/b');
  });

  it('takes away what was delivered under a former name, although the receipt is lost', () => {
    const made = planOf({
      declarations: [declare({ name: 'ci/new', state: 'Absent' })],
      tokens: [ofOld],
      places: { a: reading(undefined, { kind: 'held', tokenId: 't1' }) },
    });
    expect(only(made, 'withdraw')).toMatchObject({ valueIsOurs: true });
  });

  it('leaves a token alive whose mark was lost, whatever its receipt says', () => {
    const made = planOf({
      declarations: [declare({ state: 'Absent' })],
      tokens: [token('t1', { description: 'edited' })],
    });
    expect(rows(made)).toEqual(['withdraw Absent config']);
  });
});

describe('a declaration whose destinations became two declarations', () => {
  it('takes nothing away from the other half', () => {
    const places = {
      a: reading(
        receipt('t2', {
          token: 'ci/x',
          generation: 2,
          destinations: keys,
          previous: [previous('t1', { revokeNotBefore: now + hour })],
        }),
      ),
      b: reading(receipt('t1', { token: 'ci/old', destinations: keys })),
    };
    const made = planOf({
      declarations: [declare({ name: 'ci/x' }), declare({ name: 'ci/y', deliverTo: [destination('b')] })],
      tokens: [ofOld, token('t2', { declaration: 'ci/x', generation: 2 })],
      places,
      observation: { dropped: new Map([['ci/x', [destination('b')]]]) },
    });
    expect(only(made, 'withdraw')).toMatchObject({ receiptIsOurs: false, valueIsOurs: false });
  });
});

describe('a declaration that was renamed and lost its receipt', () => {
  it('keeps the token that is served for its overlap', () => {
    const made = planOf({
      declarations: [declare({ name: 'ci/new' })],
      tokens: [ofOld],
      places: { a: reading(undefined, { kind: 'held', tokenId: 't1' }) },
    });
    expect(only(made, 'rotate').issue.supersedes).toMatchObject([{ id: 't1', generation: 1 }]);
  });
});
