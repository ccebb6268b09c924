/** What has been typed and not sent, before the tab loads anew: kept for the one who typed it. */
import type { UnsentBody } from '#domain/schemas/unsent-api.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { useTypedWords } from '#web/stores/typed-words.ts'
import { CHARACTERS_MAX, keepUnsent } from '#web/unsent.ts'

interface KeepTyped {
  /** In this tab, for when it is back in the console. */
  keep(): void
  /** To the agent, for the classic page's forms; null: there is nothing to hand over. Where it fails, the tab has it. */
  handOver(): Promise<void> | null
}

/** As the desks name it, and as the classic page's forms do. */
const FORM_FIELDS: Readonly<Record<string, keyof UnsentBody>> = {
  reason: 'override_reason',
  typedName: 'override_name',
  release: 'guard_release_reason',
  pause: 'pause_reason',
  resume: 'resume_reason',
  navigation: 'navigation_reason',
}

export function useKeepTyped(): KeepTyped {
  const api = useAgentApi()
  const session = useSessionStore()
  const typed = useTypedWords()

  function forForms(): UnsentBody {
    const texts = Object.entries(typed.texts()).filter(([name, text]) => text !== '' && name in FORM_FIELDS)
    return Object.fromEntries(texts.map(([name, text]) => [FORM_FIELDS[name], text.slice(0, CHARACTERS_MAX)]))
  }

  return {
    keep: () => {
      const user = session.session?.user
      if (user !== undefined) keepUnsent(user, typed.texts())
    },
    handOver: () => {
      const [csrf, texts] = [session.session?.csrf_token ?? null, forForms()]
      if (csrf === null || Object.keys(texts).length === 0) return null
      return api.handOver(texts, { csrf }).catch(() => {})
    },
  }
}
