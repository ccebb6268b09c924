/** The row of the audit trail that says how a rollback went. Done first, recorded second: a journal must not keep anybody. */
import { randomUUID } from 'node:crypto'
import { HoldfastProblem } from '#domain/problems.ts'
import { rollbackRecorded, type RollbackRecord } from '#domain/schemas/rollback-api.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { dataOf } from './agent-line.ts'
import { localActor } from './local-actor.ts'
import { placeOf } from './operator-commands.ts'
import { throughAgentOrFiles } from './reach.ts'

/** Returns the row's id, or why there is none. */
export async function recordRollback(
  settings: Settings,
  rollback: RollbackRecord,
): Promise<{ eventId: string } | { why: string }> {
  const requestId = randomUUID()
  try {
    const eventId = await throughAgentOrFiles<string>(placeOf(settings), {
      viaAgent: async (line) =>
        dataOf(await line.post('/admin/api/local/rollbacks', rollback, requestId), rollbackRecorded).event_id,
      viaFiles: async (desk) => {
        const row = { type: 'rolled_back' as const, actor: localActor(), ...rollback, request_id: requestId }
        return (await desk.inTurn(() => desk.record(row))).id
      },
    })
    return { eventId }
  } catch (error) {
    return { why: error instanceof HoldfastProblem ? error.message : String(error) }
  }
}
