/** What an administrator sees of the agent itself: who may sign in, who is in, and which settings are in force (OB4). */
import * as z from 'zod/mini'
import { accountList, tokenList } from './access-api.ts'
import { role } from './role.ts'

/** Never a password or a token, nor a hash of one. */
export const userList = z.extend(accountList, tokenList.def.shape)

export const sessionList = z.object({
  sessions: z.array(
    z.object({
      /** Tells it from others, and lets nobody in. */
      id: z.string(),
      user: z.string(),
      role,
      /** From where it was begun. */
      address: z.string(),
      began_at: z.number(),
      /** The last request of it. */
      seen_at: z.number(),
      ends_at: z.number(),
      /** Whether it is the one that asks. */
      own: z.boolean(),
    }),
  ),
})

export const sessionNamed = z.strictObject({ id: z.string().check(z.minLength(1), z.maxLength(64)) })
/** false: there was none of that id, or not any more. */
export const sessionEnded = z.object({ ended: z.boolean(), by: z.string() })

export const configView = z.object({
  settings: z.array(
    z.object({
      key: z.string(),
      /** As text, without secrets; null: nothing is set. */
      value: z.nullable(z.string()),
      /** Who said so: `preset`, `env NAME`, `file PATH`, `contract PATH`. */
      source: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
})

export type UserList = z.infer<typeof userList>
export type SessionList = z.infer<typeof sessionList>
export type SessionEnded = z.infer<typeof sessionEnded>
export type ConfigView = z.infer<typeof configView>
