import { durationText } from '#domain/units.ts'
import type { EpochMs } from '#domain/time.ts'
import { messages } from '#web/messages.ts'
import { isSilence } from '#web/problems.ts'
import type { StaleReason } from '#web/stores/feed.ts'

/** Why data is old and when it is asked for again: "agent not answering, next try in 4 s". */
export function staleText({ problem, retryAt }: StaleReason, now: EpochMs): string {
  const why =
    problem === null || isSilence(problem) ? messages.age.agentSilent : `${problem.title}: ${problem.detail}`
  return `${why}, ${retryText(retryAt, now)}`
}

export function retryText(retryAt: EpochMs | null, now: EpochMs): string {
  if (retryAt === null || retryAt <= now) return messages.age.trying
  return messages.age.nextTry(durationText(Math.ceil((retryAt - now) / 1000) * 1000))
}
