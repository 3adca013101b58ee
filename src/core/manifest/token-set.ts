/**
 * A `TokenSet` document that its schema accepts to the set that the planner takes: users, declarations, and
 * who issues. Rules across sets are in across.ts.
 */
import type { Descriptors } from '../descriptor.ts';
import { buildDeclaration, type Draft, type Surroundings } from './declaration.ts';
import type { Inspection } from './inspection.ts';
import { mergeToken } from './merge.ts';
import type { Path } from './nodes.ts';
import type { Sound } from './documents.ts';
import { buildProvider } from './provider.ts';
import type { TokenSetFields, UserFields } from './schema.ts';
import { formatPosition, quote } from './quote.ts';
import type { TokenFields } from './token-schema.ts';
import type { Issuer, TokenSet } from './types.ts';

/** A set with what the rules across sets need. */
export interface SetDraft {
  readonly set: TokenSet;
  readonly drafts: readonly Draft[];
  readonly inspection: Inspection;
}

interface Run {
  readonly descriptors: Descriptors;
  /** Issuers by name, of this run or known to the caller. */
  readonly issuers: ReadonlyMap<string, Issuer>;
}

/** Builds a set even when a rule is broken; `inspection.failed()` tells. */
export function buildTokenSet(document: Sound<TokenSetFields>, run: Run): SetDraft {
  const { fields, providerKinds, inspection } = document;
  const { spec, metadata } = fields;
  judgeIssuing(document);
  const provider = spec.provider && buildProvider(spec.provider, run.descriptors, inspection);
  const [kind] = [...providerKinds, run.issuers.get(spec.issuerRef?.name ?? '')?.provider.kind];
  const around = {
    descriptors: run.descriptors,
    provider: run.descriptors.providers.find((descriptor) => descriptor.kind === kind),
    setSuspended: spec.suspend,
    namespace: metadata.namespace,
    inspection,
  };
  judgeUsers(spec.applicationUsers, inspection);
  const drafts = [
    ...spec.applicationUsers.flatMap((user, index) =>
      buildTokens(user.tokens, ['spec', 'applicationUsers', index, 'tokens'], spec.defaults, {
        ...around,
        user: user.name,
        personal: false,
        userAbsent: user.state === 'Absent',
      }),
    ),
    ...buildTokens(spec.personalTokens, ['spec', 'personalTokens'], spec.defaults, {
      ...around,
      user: 'me',
      personal: true,
      userAbsent: false,
    }),
  ];
  const set: TokenSet = {
    name: metadata.name,
    namespace: metadata.namespace,
    position: inspection.position(['metadata', 'name']),
    folder: inspection.folder,
    provider,
    issuer: spec.issuerRef?.name,
    ownerId: spec.ownerId,
    formerOwners: spec.formerOwners,
    suspend: spec.suspend,
    deletionPolicy: spec.deletionPolicy,
    users: spec.applicationUsers.map(({ name, create, state }, index) => ({
      name,
      create,
      state,
      position: inspection.position(['spec', 'applicationUsers', index]),
    })),
    declarations: drafts.map(({ declaration }) => declaration),
    guards: spec.guards,
    ...(spec.githubCredentials && { githubCredentials: spec.githubCredentials.secretKeyRef }),
  };
  return { set, drafts, inspection };
}

function judgeIssuing({ fields, providerKinds, inspection }: Sound<TokenSetFields>): void {
  const named = fields.spec.issuerRef !== undefined || inspection.broken(['spec', 'issuerRef']);
  const given = providerKinds.length > 0 || inspection.broken(['spec', 'provider']);
  if (named !== given) return;
  const found = named ? 'both provider and issuerRef' : 'neither provider nor issuerRef';
  inspection.error(
    'Missing',
    ['spec'],
    `the spec has ${found}, where exactly one says who issues the tokens. Keep one.`,
  );
}

function buildTokens(
  tokens: readonly TokenFields[],
  path: Path,
  defaults: TokenSetFields['spec']['defaults'],
  around: Surroundings,
): readonly Draft[] {
  const first = new Map<string, Path>();
  return tokens.map((token, index) => {
    const at = [...path, index];
    const other = first.get(token.name);
    if (other) {
      const place = formatPosition(around.inspection.position(other));
      const message =
        `token ${quote(token.name)} of ${quote(around.user)} is declared at ${place} ` +
        'already. Rename one of them.';
      around.inspection.error('DuplicateName', [...at, 'name'], message);
    } else first.set(token.name, [...at, 'name']);
    return buildDeclaration(mergeToken(token, at, defaults), around);
  });
}

function judgeUsers(users: readonly UserFields[], inspection: Inspection): void {
  const first = new Map<string, Path>();
  for (const [index, { name }] of users.entries()) {
    const path = ['spec', 'applicationUsers', index, 'name'];
    const other = first.get(name);
    if (name === 'me') {
      const message =
        'the name "me" is reserved for the calling user. Declare its tokens under personalTokens.';
      inspection.error('ReservedName', path, message);
    } else if (other) {
      const place = formatPosition(inspection.position(other));
      const message = `application user ${quote(name)} is declared at ${place} already. Join the two.`;
      inspection.error('DuplicateName', path, message);
    } else first.set(name, path);
  }
}
