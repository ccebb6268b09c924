import { navigationMessages } from '#web/messages-navigation.ts'
import type { Look } from '#web/ui/look.ts'

const { states } = navigationMessages.page

export function serviceLook(engaged: boolean): Look {
  return engaged
    ? { tone: 'held', shape: 'gate', word: states.out }
    : { tone: 'ok', shape: 'disc', word: states.in }
}
