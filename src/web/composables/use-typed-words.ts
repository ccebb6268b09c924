/** What has been typed and not sent, before the tab loads anew: kept for the one who typed it. */
import type { UnsentBody } from '#domain/schemas/unsent-api.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { useNavigationDesk } from '#web/stores/navigation-desk.ts'
import { useOperatorWords } from '#web/stores/operator-words.ts'
import { useRestartDesk } from '#web/stores/restart-desk.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { CHARACTERS_MAX, keepUnsent } from '#web/unsent.ts'

interface TypedWords {
  /** In this tab, for when it is back in the console. */
  keep(): void
  /** To the agent, for the classic page's forms; null: there is nothing to hand over. Where it fails, the tab has it. */
  handOver(): Promise<void> | null
}

export function useTypedWords(): TypedWords {
  const api = useAgentApi()
  const session = useSessionStore()
  const desk = useRestartDesk()
  const words = useOperatorWords()
  const navigation = useNavigationDesk()

  function forForms(): UnsentBody {
    const { release, pause, resume } = words.reasons
    const texts: Readonly<Record<keyof UnsentBody, string>> = {
      override_reason: desk.reason,
      override_name: desk.typedName,
      guard_release_reason: release,
      pause_reason: pause,
      resume_reason: resume,
      navigation_reason: navigation.reason,
    }
    const typed = Object.entries(texts).filter(([, text]) => text !== '')
    return Object.fromEntries(typed.map(([name, text]) => [name, text.slice(0, CHARACTERS_MAX)]))
  }

  return {
    keep: () => {
      const user = session.session?.user
      if (user === undefined) return
      keepUnsent(user, {
        reason: desk.reason,
        typedName: desk.typedName,
        navigation: navigation.reason,
        ...words.reasons,
      })
    },
    handOver: () => {
      const [csrf, texts] = [session.session?.csrf_token ?? null, forForms()]
      if (csrf === null || Object.keys(texts).length === 0) return null
      return api.handOver(texts, { csrf }).catch(() => {})
    },
  }
}
