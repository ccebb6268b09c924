/** What was said of gates and releases, recorded under the name of whoever ran the command (AU1). */
import { randomUUID } from 'node:crypto'
import { keptText } from '#domain/free-text.ts'
import type { RestartAsk } from '#domain/journal/events.ts'
import type { ReleaseWord } from '#domain/release/release-word.ts'
import { releaseRecorded, type ReleaseRecorded } from '#domain/schemas/gates-api.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { dataOf } from './agent-line.ts'
import type { Desk, OperatorEvent } from './desk.ts'
import { localActor } from './local-actor.ts'
import { placeOf } from './operator-commands.ts'
import { throughAgentOrFiles } from './reach.ts'

const WORDS_LIMIT = 500

export function recordRelease(settings: Settings, word: ReleaseWord): Promise<ReleaseRecorded> {
  const requestId = randomUUID()
  return throughAgentOrFiles(placeOf(settings), {
    viaAgent: async (line) =>
      dataOf(await line.post('/admin/api/local/release', word, requestId), releaseRecorded),
    viaFiles: (desk) => sayReleaseWord(desk, word, { requestId, actor: localActor() }),
  })
}

/** Said again under the same key, it is no second word. */
export function sayReleaseWord(
  desk: Desk,
  word: ReleaseWord,
  { requestId, actor }: { requestId: string; actor: RestartAsk['actor'] },
): Promise<ReleaseRecorded> {
  return desk.inTurn(async () => {
    const before = await desk.recall(requestId)
    const event: OperatorEvent = { ...kept(word), actor, request_id: requestId }
    const { id } = before ?? (await desk.record(event))
    return { recorded: true, event_id: id, by: actor.name }
  })
}

/** A person's words, in one line and without secrets (AU5). */
function kept(word: ReleaseWord): ReleaseWord {
  const clean = (text: string) => keptText(text, WORDS_LIMIT)
  switch (word.type) {
    case 'gates_run':
      return word
    case 'gate_waived':
      return { ...word, name: clean(word.name), reason: clean(word.reason) }
    case 'cutover':
      return { ...word, reason: clean(word.reason), detail: clean(word.detail) }
  }
}
