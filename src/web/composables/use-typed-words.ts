/** What has been typed and not sent, before the tab loads anew: kept for the one who typed it. */
import { useNavigationDesk } from '#web/stores/navigation-desk.ts'
import { useOperatorWords } from '#web/stores/operator-words.ts'
import { useRestartDesk } from '#web/stores/restart-desk.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { keepUnsent } from '#web/unsent.ts'

export function useTypedWords(): { keep(): void } {
  const session = useSessionStore()
  const desk = useRestartDesk()
  const words = useOperatorWords()
  const navigation = useNavigationDesk()
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
  }
}
