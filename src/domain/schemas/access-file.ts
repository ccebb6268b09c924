/** `access.json` in the state directory: accounts and tokens, never a password or token itself (SE1). */
import * as z from 'zod/mini'
import { role } from './role.ts'

const instant = z.number()
const base64url = z.string().check(z.regex(/^[A-Za-z0-9_-]+$/))

/**
 * The parameters stand beside the hash, so that they can be raised later. What they may be is bounded: whoever
 * checks a password spends 128 · n · r bytes.
 */
export const passwordHash = z.object({
  kind: z.literal('scrypt'),
  n: z.literal([16_384, 32_768, 65_536, 131_072]),
  r: z.literal(8),
  p: z.int().check(z.minimum(1), z.maximum(10)),
  salt: base64url,
  key: base64url.check(z.length(43)),
})

/** Starts with a letter: such a name is no option, no path and no address. */
export const ACCOUNT_NAME_FORM = /^[A-Za-z][A-Za-z0-9._-]{0,31}$/
export const ACCOUNT_NAME_EXPECTED = 'a letter, then up to 31 letters, digits, dots, - and _'
export const accountName = z.string().check(z.regex(ACCOUNT_NAME_FORM, ACCOUNT_NAME_EXPECTED))

export const accessFile = z.object({
  format: z.literal('holdfast.access/1'),
  accounts: z.array(
    z.object({
      name: accountName,
      role,
      password: passwordHash,
      created_at: instant,
      password_set_at: instant,
    }),
  ),
  tokens: z.array(
    z.object({
      id: z.string(),
      name: accountName,
      role,
      sha256: z.string().check(z.length(64)),
      created_at: instant,
      created_by: z.string(),
      expires_at: z.nullable(instant),
    }),
  ),
})

export type PasswordHash = z.infer<typeof passwordHash>
export type AccessFile = z.infer<typeof accessFile>
export type Account = AccessFile['accounts'][number]
export type Token = AccessFile['tokens'][number]
