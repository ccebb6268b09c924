import type { OperatorWord } from '#web/api/agent-api.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { problemView } from '#web/problems.ts'
import { useOperatorWords as useWordStore } from '#web/stores/operator-words.ts'

/** Says a word once, and settles what came of it: also where the page has gone meanwhile. */
export function useOperatorWords() {
  const api = useSignedInApi()
  const words = useWordStore()

  async function say(word: OperatorWord): Promise<void> {
    const intention = words.begin(word)
    if (intention === null) return
    try {
      const { by } = await api.say(intention.word, { key: intention.key })
      words.recorded(word.kind, by)
    } catch (error) {
      words.failed(word.kind, problemView(error))
    }
  }

  return { words, say }
}
