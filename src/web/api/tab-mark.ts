/** By what the agent tells this tab from others (SH6): made up, kept nowhere, and another one after its last word. */
import { TAB_HEADER, tabWordText, type TabEnding } from '#domain/navigation/presence.ts'
import { newKey } from '#web/new-key.ts'

type Headers = Readonly<Record<string, string>>

export function createTabMark(): { here(): Headers; left(end: TabEnding): Headers } {
  let id = newKey()
  const word = (end: TabEnding | null) => ({ [TAB_HEADER]: tabWordText({ id, end }) })
  return {
    here: () => word(null),
    left: (end) => {
      const last = word(end)
      // A browser may bring a page that has left back as it was.
      id = newKey()
      return last
    },
  }
}
