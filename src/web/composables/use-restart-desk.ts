import type { RestartWish } from '#web/api/agent-api.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { problemView } from '#web/problems.ts'
import { useRestartDesk as useDeskStore } from '#web/stores/restart-desk.ts'

/** Sends what the desk holds, and settles what came of it: also where the page has gone meanwhile. */
export function useRestartDesk() {
  const api = useSignedInApi()
  const desk = useDeskStore()

  async function ask(wish: RestartWish, seen: string): Promise<void> {
    const intention = desk.begin(wish, seen)
    if (intention === null) return
    const { key } = intention
    try {
      const { requestId, acceptedAt } = await api.restart(intention.wish, { key, seen: intention.seen })
      desk.accepted(requestId, acceptedAt)
    } catch (error) {
      desk.failed(problemView(error))
    }
  }

  /** The same once more, after no answer came. */
  async function askAgain(): Promise<void> {
    if (desk.intention !== null) await ask(desk.intention.wish, desk.intention.seen)
  }

  return { desk, ask, askAgain }
}
