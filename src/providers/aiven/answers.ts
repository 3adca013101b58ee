/**
 * The shapes of Aiven's answers that keyturn reads, each with only the fields it needs. Lenient: null is the
 * same as missing, further fields are ignored, times come with any fraction and offset.
 */
import * as z from 'zod';

const text = z.string().min(1);
const flag = z.boolean().nullish();

/** RFC 3339, as milliseconds since the epoch. */
const time = text.transform((written, context) => {
  const ms = Date.parse(written);
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'is no time' });
  return z.NEVER;
});

const tokenItem = z.object({
  token_prefix: text,
  create_time: time,
  created_manually: flag,
  currently_active: flag,
  description: z.string().nullish(),
  expiry_time: time.nullish(),
  extend_when_used: flag,
  ip_allowlist: z.array(z.string()).nullish(),
  last_ip: z.string().nullish(),
  last_used_time: time.nullish(),
  last_user_agent: z.string().nullish(),
  max_age_seconds: z.number().nullish(),
  scopes: z.array(z.string()).nullish(),
});
export type TokenItem = z.output<typeof tokenItem>;

export const tokenList = z.object({ tokens: z.array(tokenItem) });

export const issuedToken = z.object({ full_token: text, token_prefix: text });

export const applicationUser = z.object({ user_id: text, name: z.string(), create_time: time.nullish() });
export type ApplicationUser = z.output<typeof applicationUser>;

export const applicationUserList = z.object({ application_users: z.array(applicationUser) });

export const caller = z.object({
  user: z.object({
    user_id: text,
    user: z.string().nullish(),
    real_name: z.string().nullish(),
    state: z.string().nullish(),
    create_time: time.nullish(),
  }),
});
export type Caller = z.output<typeof caller>['user'];

export const login = z.object({ token: text, user_email: z.string().nullish() });

export const organizationList = z.object({
  organizations: z.array(z.object({ organization_id: text, organization_name: z.string().nullish() })),
});

export const organizationUserList = z.object({
  users: z.array(z.object({ user_id: text, is_super_admin: flag })),
});

export const permissionList = z.object({
  permissions: z.array(z.object({ principal_id: text, permissions: z.array(z.string()) })),
});

/** Any 2xx whose body does not matter. */
export const nothing = z.unknown();

export const errorBody = z.object({
  message: z.string().nullish(),
  errors: z.array(z.object({ message: z.string().nullish(), error_code: z.string().nullish() })).nullish(),
});
