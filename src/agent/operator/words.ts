/** What an operator says that is no restart: release the guard, pause, resume (WD4, WD13). Said once, whoever carries it. */
import { keptText } from '#domain/free-text.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { WordRecorded } from '#domain/schemas/worker-api.ts'
import { isoText } from '#domain/time.ts'
import type { Desk, OperatorWord } from './desk.ts'

export const REASON_CHARACTERS_LIMIT = 500

/** Characters that show nothing are no reason. */
export function cleanReason(text: string): string {
  return keptText(text, REASON_CHARACTERS_LIMIT)
}

type Word = OperatorWord & { request_id: string }

export function sayWord(desk: Desk, word: Word): Promise<WordRecorded> {
  return desk.inTurn(async () => {
    if (word.type !== 'resumed' && word.reason === '') {
      throw new HoldfastProblem('bad_request', 'reason: expected why, in words; found nothing')
    }
    // The operators' own journal before the word, which needs one; the watchdog's after it: a crash in between
    // must not leave a history that began anew and nobody who had it so.
    const isRelease = word.type === 'guard_released'
    const ownIsNew = isRelease && (await desk.startAnewWhereUnreadable('own'))
    const before = await desk.recall(word.request_id)
    if (before !== null && !isSameWord(before.event, word)) throw anotherWord()
    const { id, event } = before ?? (await desk.record(word))
    const watchdogsIsNew = isRelease && (await desk.startAnewWhereUnreadable('watchdog'))
    const { actor, until } = { until: null, ...(event as Word) }
    return {
      recorded: true,
      event_id: id,
      by: actor.name,
      replayed: before !== null,
      until: until === null ? null : isoText(until),
      new_history: ownIsNew || watchdogsIsNew,
    }
  })
}

/** Until when it holds is not compared: said again, it would be counted from then on. */
function isSameWord(event: JournalEvent, word: Word): boolean {
  return event.type === word.type && event.reason === word.reason
}

function anotherWord(): HoldfastProblem {
  return new HoldfastProblem('bad_request', 'Idempotency-Key: expected a new one for another request')
}
