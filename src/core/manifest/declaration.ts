/**
 * One token entry to a declaration: merged, normalised, and judged by every rule that needs no other token.
 */
import type { Descriptors, ProviderDescriptor } from '../descriptor.ts';
import { buildDeliveries, type Delivery } from './destinations.ts';
import type { Inspection } from './inspection.ts';
import { type Field, type MergedToken, milliseconds } from './merge.ts';
import { buildRotation, judgeOverlap, judgeRotation } from './rotation.ts';
import { buildDescription, buildSpec } from './token-spec.ts';
import type { Declaration, JudgedField } from './types.ts';
import type { Position } from '../errors.ts';

/** What a token entry stands in. */
export interface Surroundings {
  readonly descriptors: Descriptors;
  /** Undefined when the issuer is not known in this run. */
  readonly provider: ProviderDescriptor | undefined;
  /** `me` for personal tokens. */
  readonly user: string;
  readonly personal: boolean;
  readonly userAbsent: boolean;
  readonly setSuspended: boolean;
  readonly namespace: string | undefined;
  readonly inspection: Inspection;
}

/** A declaration, and what its destinations share with others. */
export interface Draft {
  readonly declaration: Declaration;
  readonly deliveries: readonly Delivery[];
}

/** Builds a declaration even when a rule is broken, so that the rules across declarations see it. */
export function buildDeclaration(token: MergedToken, around: Surroundings): Draft {
  const { inspection, provider, user } = around;
  const { fields } = token;
  const name = `${user}/${fields.name}`;
  const state = around.userAbsent && fields.state !== 'Moved' ? 'Absent' : (fields.state ?? 'Present');
  const maxAgeMs = milliseconds(fields.maxAge);
  const rotation = buildRotation(token, maxAgeMs, provider?.capabilities.lastUsed ?? true);
  judgeOverlap(token, inspection);
  if (!isBroken(token, inspection)) {
    judgeRotation(token, rotation, { maxAgeMs, inspection });
    if (state === 'Present') warnAboutAge(token, provider, inspection);
  }
  judgeIdleness(token, around);
  const suspend = around.setSuspended || (fields.suspend ?? false);
  if (suspend && rotation.compromised !== undefined) {
    const message =
      'compromised asks for a rotation now, and suspend forbids any change. Remove suspend, or revoke the ' +
      'token by hand.';
    inspection.error('CompromisedSuspended', [...token.path, 'rotation', 'compromised'], message);
  }
  const deliveries = buildDeliveries(token, { destinations: around.descriptors.destinations, ...around });
  if (
    state === 'Present' &&
    fields.deliverTo === undefined &&
    !inspection.broken([...token.path, 'deliverTo'])
  ) {
    const message = `${JSON.stringify(name)} has no deliverTo: its value would be lost. Name a destination.`;
    inspection.error('Missing', token.path, message);
  }
  const declaration = {
    name,
    user,
    personal: around.personal,
    position: inspection.position(token.path),
    state,
    description: buildDescription(token, { name, provider }, inspection),
    spec: buildSpec(token, provider, inspection),
    suspend,
    rotation,
    deliverTo: deliveries.map(({ reference }) => reference),
    fieldPositions: positionsOf(token, inspection),
  } satisfies Declaration;
  return { declaration, deliveries };
}

/** Whether a finding is already about a field that the rules across intervals read. */
function isBroken(token: MergedToken, inspection: Inspection): boolean {
  return ['maxAge', 'rotation', 'extendWhenUsed'].some((field) =>
    token.places([field]).some(inspection.broken),
  );
}

function warnAboutAge(
  token: MergedToken,
  provider: ProviderDescriptor | undefined,
  inspection: Inspection,
): void {
  const { maxAge, extendWhenUsed, rotation } = token.fields;
  const [age, every] = [maxAge !== undefined, rotation?.every !== undefined];
  const say = (code: string, field: Field, message: string) =>
    inspection.warning(code, token.pathOf(field) ?? token.path, message);
  if (!age && extendWhenUsed) return;
  if (!age && provider?.capabilities.expiresWithoutMaxAge) {
    const message =
      `this token has no maxAge: the settings of the ${provider.title} server decide how long it lives.` +
      ' It is replaced when a third of that is left. Add maxAge to decide it here.';
    say('ServerMaxAge', [], message);
    return;
  }
  if (!age && !every) {
    say(
      'NeverRotates',
      [],
      'this token has neither maxAge nor every: it never expires and is never replaced. Add one of them.',
    );
  } else if (!age) {
    say(
      'NeverExpires',
      [],
      'this token has no maxAge: should keyturn stop running, it stays valid for ever. Add maxAge.',
    );
  } else if (extendWhenUsed && !every) {
    const message =
      'extendWhenUsed moves the expiry at each use, so a token in use is never replaced. Add every.';
    say('NeverRotates', ['extendWhenUsed'], message);
  }
}

/** Waiting for idleness needs a provider that tells when a token was last used. */
function judgeIdleness(token: MergedToken, { provider, inspection }: Surroundings): void {
  const field = ['rotation', 'revokeWhenIdle'];
  const path = token.pathOf(field);
  if (!path || !provider || provider.capabilities.lastUsed) return;
  if (milliseconds(token.fields.rotation?.revokeWhenIdle?.for) === 0) return;
  const message =
    `revokeWhenIdle cannot be honoured: ${provider.title} does not tell when a token was ` +
    'last used. Remove it.';
  inspection.error('Unsupported', path, message);
}

function positionsOf(token: MergedToken, inspection: Inspection): Partial<Record<JudgedField, Position>> {
  const fields: readonly (readonly [JudgedField, Field])[] = [
    ['scopes', ['scopes']],
    ['maxAge', ['maxAge']],
    ['ipAllowlist', ['ipAllowlist']],
    ['overlap', ['rotation', 'overlap']],
  ];
  const positions: Partial<Record<JudgedField, Position>> = {};
  for (const [name, field] of fields) {
    const path = token.pathOf(field);
    if (path) positions[name] = inspection.position(path);
  }
  return positions;
}
