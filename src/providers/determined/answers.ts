/**
 * The shapes of a master's answers that keyturn reads, each with only the fields it needs. Lenient: null is
 * the same as missing, further fields are ignored, times come with 0, 3 or 6 digits of a second.
 */
import * as z from 'zod';

const text = z.string().min(1);
const id = z.number().int().positive();

/** RFC 3339, as milliseconds since the epoch. */
const time = text.transform((written, context) => {
  const ms = Date.parse(written);
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'is no time' });
  return z.NEVER;
});

const tokenInfo = z.object({
  id,
  userId: id,
  expiry: time,
  createdAt: time,
  revoked: z.boolean().nullish(),
  description: z.string().nullish(),
});
export type TokenInfo = z.output<typeof tokenInfo>;

export const tokenList = z.object({ tokenInfo: z.array(tokenInfo) });

export const issuedToken = z.object({ token: text, tokenId: id });

const user = z.object({
  id,
  username: text,
  displayName: z.string().nullish(),
  active: z.boolean().nullish(),
  admin: z.boolean().nullish(),
});
export type User = z.output<typeof user>;

export const oneUser = z.object({ user });

export const userList = z.object({
  users: z.array(user),
  pagination: z.object({ endIndex: z.number().nullish(), total: z.number().nullish() }).nullish(),
});

export const master = z.object({
  clusterId: text,
  clusterName: z.string().nullish(),
  version: z.string().nullish(),
});
export type Master = z.output<typeof master>;

export const masterConfig = z.object({
  config: z.object({
    security: z.object({
      token: z.object({ max_lifespan_days: z.number(), default_lifespan_days: z.number().nullish() }),
    }),
  }),
});

export const login = z.object({ token: text, user });

/** Any 200 whose body does not matter. */
export const nothing = z.unknown();

/** `error` below `/api/v1`, `message` elsewhere. */
export const errorBody = z.object({
  error: z.object({ reason: z.string().nullish(), error: z.string().nullish() }).nullish(),
  message: z.string().nullish(),
});
