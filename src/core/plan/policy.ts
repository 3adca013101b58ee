/**
 * Whether a `TokenSet` asks its issuer for more than the issuer's policy allows (DESIGN 6.1). Pure: the
 * command, the Action and the controller judge by it alike. What is left out of a manifest never passes where
 * something written would not: no maxAge is over every longest one, no scopes are more than any.
 */
import type { Finding, Position } from '../errors.ts';
import { matchesGlob } from '../glob.ts';
import { quote } from '../manifest/quote.ts';
import type { Issuer, Manifest, TokenSet } from '../manifest/types.ts';
import { judgeDeclaration } from './policy-rules.ts';

/** One remark, and what it stops: nothing when it is a warning. Neighbours go on. */
export interface Breach {
  readonly finding: Finding;
  /** Names of declarations that may not be acted on. */
  readonly declarations: readonly string[];
  /** Names of application users that may be neither created nor removed. */
  readonly users: readonly string[];
}

/**
 * What is known about the namespace of a set: in a cluster everything, offline only what the manifest says.
 */
export interface Asker {
  /** The namespace's own owner id, `kube:<uid of kube-system>/<namespace>`. */
  readonly ownerId?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
}

/**
 * Everything about `set` that `issuer` does not allow; empty when it may have what it asks for. Without
 * `asker` what only the cluster knows is a warning.
 */
export function judgePolicy(issuer: Issuer, set: TokenSet, asker: Asker = {}): readonly Breach[] {
  const whole = [
    ...judgeNamespace(issuer, set, asker),
    ...judgeOwnerId(issuer, set),
    ...judgeFormerOwners(issuer, set, asker),
  ].map((finding) => {
    const stops = finding.severity === 'error';
    return {
      finding,
      declarations: stops ? set.declarations.map(({ name }) => name) : [],
      users: stops ? set.users.map(({ name }) => name) : [],
    };
  });
  const declarations = set.declarations.flatMap((declaration) =>
    judgeDeclaration(issuer, declaration).map((finding) => ({
      finding,
      declarations: [declaration.name],
      users: [],
    })),
  );
  return [...whole, ...judgeUsers(issuer, set), ...declarations];
}

/** What the sets of a run ask of issuers that are in the same run. */
export function judgePolicies({ sets, issuers }: Manifest): readonly Finding[] {
  return sets.flatMap((set) => {
    const issuer = issuers.find(({ name }) => name === set.issuer);
    return issuer ? judgePolicy(issuer, set).map(({ finding }) => finding) : [];
  });
}

function judgeNamespace(issuer: Issuer, { namespace, position }: TokenSet, asker: Asker): readonly Finding[] {
  const name = quote(issuer.name);
  if (namespace === undefined) {
    const message = `metadata.namespace is missing, so ${name} may or may not admit this set. Add it.`;
    return [warning('NamespaceUnknown', position, message)];
  }
  if (issuer.allowedNamespaces.includes(namespace)) return [];
  const wanted = issuer.namespaceLabels;
  if (wanted && !asker.namespaceLabels) {
    const message =
      `whether issuer ${name} admits namespace ${quote(namespace)} depends on its labels, ` +
      'which only the cluster knows.';
    return [warning('NamespaceUnknown', position, message)];
  }
  const has = (key: string, value: string) =>
    asker.namespaceLabels !== undefined &&
    Object.hasOwn(asker.namespaceLabels, key) &&
    asker.namespaceLabels[key] === value;
  if (wanted && Object.entries(wanted).every(([key, value]) => has(key, value))) return [];
  const message =
    `issuer ${name} does not admit namespace ${quote(namespace)}. Ask its administrators to ` +
    'add it to allowedNamespaces.';
  return [error('NamespaceNotAllowed', position, message)];
}

/** An owner id that is not admitted is no breach: the controller then uses its own. */
function judgeOwnerId({ name, policy }: Issuer, { ownerId, position }: TokenSet): readonly Finding[] {
  if (ownerId === undefined || policy.allowedOwnerIds.some((pattern) => matchesGlob(pattern, ownerId)))
    return [];
  const message =
    `ownerId ${quote(ownerId)} is not among allowedOwnerIds of issuer ${quote(name)}: the ` +
    'controller will not use it.';
  return [warning('OwnerIdIgnored', position, message)];
}

function judgeFormerOwners({ name, policy }: Issuer, set: TokenSet, asker: Asker): readonly Finding[] {
  const own = asker.ownerId ?? `kube:*/${set.namespace ?? '*'}`;
  const patterns = [own, ...policy.allowedOwnerIds];
  return set.formerOwners
    .filter(({ ownerId }) => !patterns.some((pattern) => matchesGlob(pattern, ownerId)))
    .map(({ ownerId }) => {
      const message =
        `formerOwners names ${quote(ownerId)}, which issuer ${quote(name)} does not let this ` +
        'set take over from. Ask its administrators to add it to allowedOwnerIds.';
      return error('OwnerIdNotAllowed', set.position, message);
    });
}

function judgeUsers({ name, policy }: Issuer, set: TokenSet): readonly Breach[] {
  const { allowedUsers } = policy;
  if (!allowedUsers) return [];
  const patterns = allowedUsers.map((pattern) => pattern.replaceAll('{namespace}', set.namespace ?? '*'));
  return set.users
    .filter((user) => !patterns.some((pattern) => matchesGlob(pattern, user.name)))
    .map((user) => {
      const allowed = allowedUsers.join(', ') || 'none';
      const message =
        `application user ${quote(user.name)} is not one that issuer ${quote(name)} allows ` +
        `this set (${allowed}). Use an allowed name, or ask its administrators.`;
      const stopped = set.declarations.filter(
        (declaration) => !declaration.personal && declaration.user === user.name,
      );
      return {
        finding: error('UserNotAllowed', user.position, message),
        declarations: stopped.map((declaration) => declaration.name),
        users: [user.name],
      };
    });
}

function error(code: string, position: Position, message: string): Finding {
  return { severity: 'error', code, message, position };
}

function warning(code: string, position: Position, message: string): Finding {
  return { severity: 'warning', code, message, position };
}
