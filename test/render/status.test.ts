import { describe, expect, it } from '@jest/globals';
import type { DeclarationStatus, SetStatus } from '../../src/core/status.ts';
import { renderStatus } from '../../src/render/status.ts';
import { now } from './samples.ts';

const day = 86_400_000;
const plain = { colours: false };

const well: DeclarationStatus = {
  name: 'ci-deployer/deploy',
  health: 'ok',
  reason: undefined,
  message: undefined,
  user: 'ci-deployer',
  userId: 'u1a2b3',
  tokenId: 'XCJ3+bgWywIh',
  generation: 7,
  issuedAt: now - 12 * day,
  expiresAt: now + 78 * day,
  lastUsedAt: now - 7_200_000,
  lastUsedFrom: '203.0.113.7',
  nextDueAt: now + 60 * day,
  previous: [],
  destinations: [{ key: 'file/Raw:secrets/deploy', state: 'current', why: undefined }],
};

/** One declaration of each sort that needs words. */
const sampleStatus: SetStatus = {
  set: 'payments',
  title: 'aiven org1a23f456789',
  ownerId: 'payments-k3x9ab',
  now,
  tellsLastUse: true,
  declarations: [
    well,
    {
      ...well,
      name: 'ci-deployer/metrics',
      health: 'rotating',
      previous: [{ id: '6JsKDclT3OMQ', generation: 6, revokeNotBefore: now + day, alive: true }],
    },
    {
      ...well,
      name: 'etl/nightly',
      user: 'etl',
      userId: undefined,
      health: 'missing',
      reason: 'Missing',
      message: 'new in tokens.yaml:41',
      tokenId: undefined,
      generation: undefined,
      issuedAt: undefined,
      expiresAt: undefined,
      lastUsedAt: undefined,
      lastUsedFrom: undefined,
      nextDueAt: undefined,
      destinations: [{ key: 'file/Raw:secrets/etl', state: 'lacks', why: undefined }],
    },
    {
      ...well,
      name: 'ops/backup',
      user: 'ops',
      userId: 'u9',
      health: 'overdue',
      reason: 'BackingOff',
      message: 'expires in 2d, renewed 14d before; the last attempt failed, trying again in 1h',
      expiresAt: now + 2 * day,
      nextDueAt: now - 12 * day,
      lastUsedAt: undefined,
      lastUsedFrom: undefined,
    },
  ],
};

describe('the status at a terminal', () => {
  it('is a table with what is not as it should be below each row', () => {
    expect(`\n${renderStatus(sampleStatus, plain)}\n`).toBe(`
payments · aiven org1a23f456789 · owner payments-k3x9ab
  TOKEN                HEALTH    GEN  ISSUED   EXPIRES  NEXT DUE  LAST USED
  ci-deployer/deploy   ok        7    12d ago  in 78d   in 60d    2h ago from 203.0.113.7
  ci-deployer/metrics  rotating  7    12d ago  in 78d   in 60d    2h ago from 203.0.113.7
      generation 6 (6JsKDclT3OMQ) still works, not revoked for 1d
  etl/nightly          missing   -    -        -        -         -
      Missing: new in tokens.yaml:41
      lacks: file/Raw:secrets/etl
  ops/backup           overdue   7    12d ago  in 2d    now       never
      BackingOff: expires in 2d, renewed 14d before; the last attempt failed, trying again in 1h
Users: ci-deployer (u1a2b3), etl (not there yet), ops (u9).
4 declared: 1 overdue, 1 missing, 1 rotating, 1 ok.
`);
  });

  it('shows ids and every destination when it is to be verbose', () => {
    const text = renderStatus(sampleStatus, { ...plain, verbose: true });
    expect(text).toContain('      token XCJ3+bgWywIh of user u1a2b3\n');
    expect(text).toContain('      current: file/Raw:secrets/deploy\n');
  });

  it('colours the word that tells the health', () => {
    const text = renderStatus(sampleStatus, { colours: true });
    expect(text).toContain('\u001b[32mok      \u001b[0m');
    expect(text).toContain('\u001b[1;31moverdue \u001b[0m');
  });

  it('keeps hostile names from beginning a line or moving the cursor', () => {
    const hostile = {
      ...well,
      name: '::error::a\n\u001b[1Ab/c',
      message: '::error::x',
      reason: 'Busy' as const,
    };
    const text = renderStatus({ ...sampleStatus, declarations: [hostile] }, plain);
    expect(text).not.toMatch(/^\s*::/m);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('says when nothing is declared', () => {
    expect(renderStatus({ ...sampleStatus, declarations: [] }, plain)).toContain('\nNo tokens are declared.');
  });
});
