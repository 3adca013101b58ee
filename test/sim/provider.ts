/**
 * The provider port of one process: the organization behind a network. What a request does, it does once and
 * when it arrives; what is told about it may be lost, late or, for lists, untrue.
 */
import { InvariantError, ProviderError } from '../../src/core/errors.ts';
import { parseDescription } from '../../src/core/mark.ts';
import { SecretValue } from '../../src/core/secret.ts';
import type { Provider } from '../../src/engine/ports.ts';
import { aivenDescriptor } from '../../src/providers/aiven/descriptor.ts';
import { count } from './coverage.ts';
import { checkLooked } from './invariants/looks.ts';
import { checkCreate } from './invariants/create.ts';
import { checkRevoke } from './invariants/revoke.ts';
import { addToken, addUser, canary, isAlive, type OrganizationToken, tokenOf } from './organization.ts';
import { effect } from './effect.ts';
import { type Process, readClocks } from './process.ts';
import { drawLags, drawLag, tell, toUser } from './listing.ts';
import { checkIdle, checkRecorded } from './invariants/records.ts';
import { checkUser } from './invariants/users.ts';
import { noteList, watchOf } from './invariants/watch.ts';
import { Violation, type World } from './world.ts';

interface Asked {
  readonly what: string;
  readonly about?: string;
  readonly changes?: boolean;
}

/** One object for every set of a pass. */
export function openProvider(world: World, process: Process): Provider {
  const { organization, scheduler, capabilities } = world;
  // What the pass of somebody else draws later is no concern of this one.
  const { wrongOrganization } = world.episode;
  const { clock } = process;
  const at = wrongOrganization ? 'sim/other' : 'sim/org';
  const ask = async <T>(asked: Asked, act: () => T): Promise<T> =>
    await request(world, process, { asked, act });
  return {
    title: 'sim org',
    capabilities: {
      ...aivenDescriptor.capabilities,
      personalTokenQuota: capabilities.personalTokenQuota,
      updateDescription: { application: capabilities.updateApplication, personal: true },
    },
    now: () => {
      const now = clock.now();
      if (now === undefined) throw new InvariantError('the provider was not heard yet');
      return now;
    },
    me: async () =>
      await ask({ what: 'who am I' }, () => {
        const me = [...organization.users.values()].find(({ personal }) => personal);
        if (!me) throw new ProviderError('nobody', 'refused');
        return toUser(me, `sim/${me.id}`);
      }),
    listUsers: async () =>
      await ask({ what: 'list users' }, () => {
        const users = [...organization.users.values()].filter(({ personal }) => !personal);
        const seen = wrongOrganization ? [] : users;
        return { at, users: seen.map((user) => toUser(user, at)) };
      }),
    createUser: async (name) =>
      await ask({ what: 'create user', about: name, changes: true }, () => {
        if (wrongOrganization) throw new ProviderError('403: not an admin there', 'refused');
        return toUser(addUser(organization, { name, atMs: scheduler.now() }), at);
      }),
    removeUser: async (user) => {
      const { passes } = process;
      checkUser(world, process, user.id);
      await ask({ what: 'remove user', about: user.name, changes: true }, () => {
        for (const token of organization.tokens.values())
          if (token.userId === user.id)
            end(world, process, { token, withUser: true, isLate: process.passes !== passes });
        organization.users.delete(user.id);
      });
    },
    listTokens: async (user) => {
      const what = process.inApply ? 'confirm' : 'list tokens';
      const rows = await ask({ what, about: user.name }, () => tell(world, process, user.id));
      // Only an answer that came is something the process has seen.
      noteList(world, process, { userId: user.id, rows });
      for (const { id, description, own } of rows) {
        process.shown.add(id);
        if (own && !process.inApply) watchOf(process).inUse.add(id);
        const isMarked = parseDescription(description).kind !== 'none';
        if (!process.inApply && isMarked) process.shownToPlan.add(id);
      }
      return rows;
    },
    createToken: async (user, { spec, description }) => {
      const { passes } = process;
      checkRecorded(world, process, description);
      const sent = readClocks(world, process);
      return await ask({ what: 'create', about: description, changes: true }, () => {
        if (!organization.users.has(user.id)) throw new ProviderError(`no user ${user.name}`, 'missing');
        checkCreate(world, process, { description, isLate: process.passes !== passes });
        const token = addToken(organization, {
          userId: user.id,
          description,
          spec,
          whose: 'keyturn',
          atMs: scheduler.now(),
          ...drawLags(world),
        });
        process.undelivered.add(token.id);
        watchOf(process).sent.set(token.id, sent);
        return { id: token.id, value: new SecretValue(token.value) };
      });
    },
    updateDescription: async (user, id, description) =>
      await ask({ what: 'update description', about: id, changes: true }, () => {
        const token = organization.tokens.get(id);
        if (token?.userId !== user.id) throw new ProviderError(`no token ${id}`, 'missing');
        token.description = description;
      }),
    revoke: async (_, id) => {
      const { passes } = process;
      const asked = organization.tokens.get(id);
      if (asked) checkLooked(world, process, asked);
      // Whatever becomes of it on its way, it was right to send it.
      if (asked?.whose === 'keyturn' && isAlive(asked, scheduler.now()))
        checkRevoke(world, process, { token: asked, withUser: false });
      await ask({ what: 'revoke', about: id, changes: true }, () => {
        const token = organization.tokens.get(id);
        if (token) end(world, process, { token, withUser: false, isLate: process.passes !== passes });
      });
    },
    verify: async (value) => await verify(world, process, value.reveal()),
    idOf: (value) => (value.reveal().endsWith(canary) ? value.reveal().slice(0, 12) : undefined),
  };
}

async function request<T>(
  world: World,
  process: Process,
  { asked, act }: { readonly asked: Asked; readonly act: () => T },
): Promise<T> {
  const { what, about = '', changes = false } = asked;
  const step = {
    what,
    about,
    changes,
    tellsTime: true,
    refused: () => new ProviderError(`${what}: 503 before anything was done`, 'unreachable'),
    unknown: () => new ProviderError(`${what}: no answer came`, 'ambiguous'),
  };
  return await effect<T>(world, process, step, () => {
    const { credential } = world.episode;
    if (credential === 'dead') throw new ProviderError('401: the credential was revoked', 'credential');
    if (credential === 'foreign') throw new ProviderError('403: of another organization', 'refused');
    return act();
  });
}

/** Tries a value the way a consumer would; whatever is not a clear answer is `unknown`. */
async function verify(
  world: World,
  process: Process,
  value: string,
): Promise<'alive' | 'refused' | 'unknown'> {
  const step = {
    what: 'verify',
    about: value.slice(0, 12),
    changes: false,
    tellsTime: true,
    refused: () => 'unknown' as const,
    unknown: () => 'unknown' as const,
  };
  const { tried } = watchOf(process);
  const answer = await effect<'alive' | 'refused' | 'unknown'>(world, process, step, () => {
    const now = world.scheduler.now();
    const { verifyUnknown } = world.rates;
    if (!world.calm && verifyUnknown > 0 && world.dice('verify').chance(verifyUnknown)) return 'unknown';
    const token = tokenOf(world.organization, value);
    if (!token || !isAlive(token, now) || now < token.worksFrom) return 'refused';
    token.lastUsedAt = now;
    token.lastUserAgent = 'keyturn/sim';
    return 'alive';
  });
  tried.set(value.slice(0, 12), answer);
  return answer;
}

/** Ends a token because keyturn said so. */
function end(
  world: World,
  process: Process,
  {
    token,
    withUser,
    isLate,
  }: { readonly token: OrganizationToken; readonly withUser: boolean; readonly isLate: boolean },
): void {
  const now = world.scheduler.now();
  if (!isAlive(token, now)) return;
  // What was right when it was sent is judged by nothing that its process did since.
  if (!withUser && token.whose !== 'keyturn')
    throw new Violation('S4', `${token.id} is ${token.whose} and was revoked`);
  const isWilled = isLate || checkRevoke(world, process, { token, withUser });
  if (isLate) count(world.coverage, 'excused: a revoke that arrived after its pass');
  if (!isWilled) checkIdle(world, process, token);
  count(world.coverage, 'tokens revoked');
  token.ended = { atMs: now, by: isWilled ? 'will' : 'engine', hiddenFrom: now + drawLag(world) };
}
