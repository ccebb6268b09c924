/**
 * The watchdog's sign of life: a small file that it replaces every other second. Agent and CLI
 * believe it only while the process that it names lives, which is told by pid and start time together.
 */
import * as z from 'zod/mini'
import { rung } from '../journal/events.ts'
import { POLICY_STATES } from './health.ts'

export const WATCHDOG_STATUS_FILE = 'watchdog.json'

export const watchdogRungs = z.array(z.object({ rung, offered: z.boolean(), because: z.string() }))

export const watchdogStatus = z.object({
  pid: z.int().check(z.minimum(1)),
  /** Start time in clock ticks since boot: with the pid, it names one process and no later one. */
  start_ticks: z.number(),
  boot: z.string(),
  at: z.number(),
  state: z.enum(POLICY_STATES),
  /** A code where something keeps it from working, as `state_unreadable`; null while all is well. */
  problem: z.nullable(z.string()),
  /** The target's condition as last recorded, as `serving` or `master_missing`; null while none is known. */
  target: z._default(z.nullable(z.string()), null),
  /** The ladder as it stands (WD16), weakest rung first; missing in the word of an older watchdog. */
  rungs: z.optional(watchdogRungs),
})

export type WatchdogStatus = z.infer<typeof watchdogStatus>
