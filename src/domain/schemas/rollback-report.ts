/** What a rollback did, step by step, with the time that each took (SH7): as the command prints it and the journal keeps it. */
import * as z from 'zod/mini'

export const ROLLBACK_PARTS = ['navigation', 'release'] as const
export type RollbackPart = (typeof ROLLBACK_PARTS)[number]

export const rollbackStep = z.object({
  part: z.enum(ROLLBACK_PARTS),
  name: z.string(),
  /** `unreachable`: nobody answered who could have shown it. */
  outcome: z.enum(['done', 'failed', 'unreachable']),
  took_ms: z.number(),
  /** One sentence of what was seen. */
  detail: z.string(),
})

export const rollbackReport = z.object({
  parts: z.array(z.enum(ROLLBACK_PARTS)),
  /** Every step done, and within the target time. */
  success: z.boolean(),
  took_ms: z.number(),
  /** As it was declared when it was measured. */
  target_ms: z.number(),
  steps: z.array(rollbackStep),
})

export type RollbackStep = z.infer<typeof rollbackStep>
export type RollbackReport = z.infer<typeof rollbackReport>
