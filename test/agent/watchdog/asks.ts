/** What is asked, and what the target says, in the tests of the tick. */
import type { JournalEvent } from '#domain/journal/events.ts'

export const EXHAUSTED = {
  database_pool: {
    runtime: { max_capacity: 5 },
    state: { checked_out: 5, max_capacity: 5, saturation: 1 },
  },
}
export const OVERRIDE = { manual_override: true, override_acknowledged: true, override_reason: 'deploy' }
export const ACTOR = { name: 'user:ops', ip: null }

export function recorded(request_id: string, passes: 'preflight'[] = []): JournalEvent {
  const override = { acknowledged: true, reason: 'deploy', passes }
  const ask = { request_id, source: 'manual' as const, rung: 'reload' as const, override, claimed: null }
  return { type: 'request_recorded', ask: { ...ask, actor: ACTOR } }
}
