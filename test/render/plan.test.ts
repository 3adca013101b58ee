import { describe, expect, it } from '@jest/globals';
import { renderPlan } from '../../src/render/plan.ts';
import { everyKind, issue, keep, makePlan, revoke, samplePlan, troubledPlan } from './samples.ts';

const plain = { colours: false };
const owners = new Map([['91e0c5d2aa', 'payments-staging']]);
const framed = (text: string): string => `\n${text}\n`;

describe('a plan at a terminal', () => {
  it('reads like the one in the documentation', () => {
    expect(framed(renderPlan(samplePlan(), { ...plain, owners }))).toBe(`
payments · aiven org1a23f456789 · owner payments-k3x9ab · 12 declared, 14 owned tokens evaluated
  + etl/nightly            create   new in tokens.yaml:41
  ± ci-deployer/deploy     rotate   scopes: projects:read → projects:read, services:write
                                    the old token keeps working until 24h after delivery to 2 destinations
                                    allows more than before: scopes
  ↻ ci-deployer/metrics    rotate   expires in 13d, renewed 14d before
  - etl/hourly             revoke   removed from tokens.yaml; last used 3d ago from 203.0.113.7
  · 8 current, next due: ci-deployer/audit in 6d
Plan: 1 create, 2 rotate, 1 revoke, 8 keep. Digest 3f9c2e71ab4d
Not ours: 3 unmanaged tokens, 1 owned by payments-staging (keyturn tokens shows them).
`);
  });

  it('shows what is refused, unread or not approved, and breaks long lines under their column', () => {
    expect(framed(renderPlan(troubledPlan(), { ...plain, width: 100 }))).toBe(`
payments · aiven org1a23f456789 · owner payments-k3x9ab · 12 declared, 14 owned tokens evaluated
  · ci/deploy              refused  DestinationTaken, see below
  · 6 declarations         keep     nothing is changed, because listing the tokens of user "ops"
                                    failed: 503
                                    ops/job-0, ops/job-1, ops/job-2, ops/job-3, ops/job-4 and 1 more
  · web/one                keep     suspended in the manifest; nothing of it is touched
  ± web/two                rotate   maxAge: 90d → 30d
                                    nobody approved this yet, so it is not applied
  - etl/a                  revoke   removed from tokens.yaml; never used
                                    refused by revoke-threshold, see below
  - etl/b                  revoke   removed from tokens.yaml; never used
                                    refused by revoke-threshold, see below
Plan: 7 keep, 3 refused, 1 awaiting approval. Digest 3f9c2e71ab4d
Warning: There are 2 application users named "ops"; the oldest is used.
Refused: "ci/deploy": "file/Dotenv:ci.env#TOKEN" holds a value that keyturn did not deliver; what
  is there would be overwritten. If that is intended, run with --acknowledge take-over:ci/deploy.
Refused: this plan revokes 2 of 4 owned tokens without replacement (50 %, limit 25 %). If that is
  intended, run with --acknowledge revoke-threshold, or put {rule: revoke-threshold, digest:
  2e2e2e2e2e2e} under guards.acknowledge.
`);
  });

  it('says "No changes." when there is nothing to do', () => {
    const plan = makePlan([keep('ci/a'), keep('ci/b')], { nextDue: undefined });
    expect(renderPlan(plan, plain).split('\n').slice(1)).toEqual(['  · 2 current', 'No changes.']);
  });

  it('has a symbol and a word for every kind of change', () => {
    const made = everyKind();
    expect(framed(renderPlan(made, plain).split('\n').slice(1).join('\n'))).toBe(`
  + ci                     create user
  ~ x/a                    update       update
  → x/b                    deliver      deliver
  ~ x/c                    mend         mend
  ~ x/c                    mend         mend
  ~ x/c                    mend         mend
  ~ x/c                    mend         mend
  … x/d                    drain        drain
  - x/e                    withdraw     withdraw
  - old                    remove user  removeUser
Plan: 1 create user, 1 update, 1 deliver, 4 mend, 1 drain, 1 withdraw, 1 remove user.
`);
  });

  it('makes what destroys red, what widens yellow and refusals bold red, and only when asked to', () => {
    const text = renderPlan(samplePlan(), { colours: true });
    expect(text).toContain('\u001b[31mrevoke');
    expect(text).toContain('\u001b[33mscopes: projects:read → projects:read, services:write');
    expect(text).toContain('\u001b[32mcreate');
    expect(renderPlan(troubledPlan(), { colours: true })).toContain('\u001b[1;31mRefused:');
    expect(renderPlan(troubledPlan(), plain)).not.toContain('\u001b');
  });

  it('shows current tokens, digests and ids when it is to be verbose', () => {
    const text = renderPlan(samplePlan(), { ...plain, verbose: true });
    expect(text).toContain('  · ci-deployer/audit      keep     current, next due in 6d\n');
    expect(text).toContain(' digest bbbbbbbbbbbbbbbbbbbb\n');
    expect(text).toContain(' token XCJ3+bgWywIh\n');
  });

  it('never cuts a long subject and keeps the other lines aligned', () => {
    const long = `${'department-of-very-long-names/'.repeat(2)}token`;
    const lines = renderPlan(
      makePlan([issue('create', long), issue('create', 'a/b', { message: 'new' })]),
      plain,
    );
    expect(lines).toContain(`  + ${long}  create`);
    expect(lines).toContain('  + a/b                    create   new');
  });

  it('aligns names of wide characters', () => {
    const text = renderPlan(makePlan([issue('create', '部署/令牌', { message: 'new' })]), plain);
    expect(text).toContain(`  + 部署/令牌${' '.repeat(21 - 9)}  create   new`);
  });

  it('stays readable with a thousand changes', () => {
    const changes = Array.from({ length: 1_000 }, (_, rank) =>
      rank % 10 === 0
        ? revoke(`etl/job-${rank}`, `T${rank}`, { message: 'removed from tokens.yaml' })
        : keep(`etl/job-${rank}`, rank % 2 === 0 ? { reason: 'Busy', message: 'busy' } : {}),
    );
    const lines = renderPlan(makePlan(changes), plain).split('\n');
    expect(lines).toHaveLength(1 + 100 + 2 + 1 + 1);
    expect(lines).toContain('Plan: 100 revoke, 900 keep.');
    expect(lines).toContain('  · 400 declarations       keep     busy');
    expect(
      new Set(
        lines.slice(1, -1).flatMap((line) => /(?:revoke|keep) +(?=removed|busy)/.exec(line)?.index ?? []),
      ),
    ).toEqual(new Set([27]));
  });
});

describe('a plan with hostile names', () => {
  const hostile = [
    '\u001b[2K\u001b[1Aevil/x',
    'a\n::error::pwned/x',
    '::error file=a::pwned/x',
    '\u009b31mred/x',
    'a\r::stop-commands::x/y',
    'a\u2028::error::x/y',
    '##[error]x/y',
    'abc\u202ecba/x',
  ];

  it('prints no control character and no workflow command, wherever the text comes in', () => {
    for (const text of hostile) {
      const changes = [
        issue('create', text, {
          message: text,
          notes: [text],
          fields: [{ field: text, old: text, new: text, widens: true }],
        }),
        keep(text, { reason: 'Unobserved', message: text }),
      ];
      const refusal = { rule: text, message: text, waiver: text, digest: 'aaaaaaaaaaaa', stops: [] };
      const plan = makePlan(changes, { set: text, title: text, warnings: [text], refusals: [refusal] });
      for (const width of [40, 80]) {
        const lines = renderPlan(plan, { ...plain, width, owners: new Map([['x', text]]) }).split('\n');
        for (const line of lines) {
          expect(line).not.toMatch(/\p{Cc}|\p{Cf}|\u2028|##\[/u);
          expect(line).not.toMatch(/^\s*::/);
        }
      }
    }
  });
});
