/** Signing in over the admin API, and what an operator of the host says about accounts over its Unix socket (SE1, SE2). */
import * as z from 'zod/mini'
import { role } from './role.ts'
import { accountName, passwordHash } from './access-file.ts'

/** As long as anybody types, and short enough to be hashed at once. */
export const PASSWORD_CHARACTERS_MAX = 256
/** For what a person chooses; the file that an installation brings along may hold less. */
export const PASSWORD_CHARACTERS_MIN = 8

export const loginBody = z.strictObject({
  username: z.string().check(z.minLength(1), z.maxLength(200)),
  password: z.string().check(z.minLength(1), z.maxLength(PASSWORD_CHARACTERS_MAX)),
})

export const linkBody = z.strictObject({ token: z.string().check(z.minLength(1), z.maxLength(200)) })

/** Who is signed in. */
export const sessionView = z.object({
  /** As it is shown: the account's name, or `ops (link)`. */
  user: z.string(),
  role,
  /** For `X-CSRF-Token` of each change; null where a Bearer token asks, which needs none. */
  csrf_token: z.nullable(z.string()),
  /** Whatever is done until then; null for a token without expiry. */
  ends_at: z.nullable(z.number()),
})

/** The hash is made by the command: the password itself never leaves it. */
export const accountBody = z.strictObject({ name: accountName, role, password: passwordHash })
export const passwordBody = z.strictObject({ name: accountName, password: passwordHash })
export const accountNamed = z.strictObject({ name: accountName })

export const accountList = z.object({
  accounts: z.array(
    z.object({ name: z.string(), role, created_at: z.number(), password_set_at: z.number() }),
  ),
})

export const tokenBody = z.strictObject({
  name: accountName,
  role,
  expires_at: z.nullable(z.number()),
})
export const tokenNamed = z.strictObject({ id: z.string().check(z.minLength(1), z.maxLength(64)) })

const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  role,
  created_at: z.number(),
  created_by: z.string(),
  expires_at: z.nullable(z.number()),
})
export const tokenList = z.object({ tokens: z.array(tokenView) })
/** The only answer that ever holds the token. */
export const tokenCreated = z.extend(tokenView, { token: z.string() })

/** What is put behind the console's address. */
export const linkMade = z.object({ fragment: z.string(), ends_at: z.number(), console_url: z.string() })

export const accessChanged = z.object({ changed: z.literal(true), by: z.string() })

export type SessionView = z.infer<typeof sessionView>
export type TokenView = z.infer<typeof tokenView>
