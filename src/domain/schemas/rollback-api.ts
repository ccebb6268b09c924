/** A rollback as the command hands it to the agent to be recorded, over the Unix socket alone. */
import * as z from 'zod/mini'
import { rollbackReport } from './rollback-report.ts'

const STEPS_LIMIT = 50

export const rollbackRecord = z.extend(rollbackReport, {
  reason: z.string().check(z.minLength(1), z.maxLength(2000)),
  steps: rollbackReport.shape.steps.check(z.maxLength(STEPS_LIMIT)),
})
export const rollbackRecorded = z.object({ event_id: z.string() })
export const consoleAddress = z.object({ console_url: z.string() })

export type RollbackRecord = z.infer<typeof rollbackRecord>
