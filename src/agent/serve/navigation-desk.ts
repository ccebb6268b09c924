/** The agent's side of the kill switch (SH3): looked at when it is asked for, changed under the operators' turn. */
import { navigationViewOf } from '#domain/navigation/view.ts'
import type { ConfigValues } from '#domain/config/fields.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { NavigationDesk } from '#agent/api/routes/navigation.ts'
import { changeNavigation } from '#agent/navigation/change-navigation.ts'
import { isEngaged, readSwitch, type SwitchDirectories } from '#agent/navigation/switch-files.ts'
import type { Desk } from '#agent/operator/desk.ts'
import { cleanReason } from '#agent/operator/words.ts'
import type { Clock } from '#agent/ports/clock.ts'

interface NavigationDeskParts {
  readonly desk: Desk
  readonly directories: SwitchDirectories
  readonly clock: Clock
}

export function navigationDesk({ desk, directories, clock }: NavigationDeskParts): NavigationDesk {
  return {
    read: () => navigationViewOf(readSwitch(directories)),
    isEngaged: () => isEngaged(directories),
    change: ({ reason, ...wish }) =>
      changeNavigation(desk, { directories, clock }, { ...wish, reason: cleanReason(reason) }),
  }
}

export function switchDirectories({ paths }: RuntimeContract): SwitchDirectories {
  return { state: paths.state_dir, runtime: paths.runtime_dir }
}

/**
 * HOLDFAST_NAVIGATION=classic writes the hard file, so that it holds for nginx too, and until somebody releases it.
 * One that is there already keeps its explanation.
 */
export async function settleNavigation(
  navigation: ConfigValues['navigation'],
  { desk, directories, clock }: NavigationDeskParts,
  log: (sentence: string) => void,
): Promise<void> {
  const isHard = readSwitch(directories).files.some(({ kind, route }) => kind === 'hard' && route === null)
  if (navigation !== 'classic' || isHard) return
  const wish = {
    requestId: crypto.randomUUID(),
    actor: { name: 'agent', ip: null },
    engaged: true,
    route: null,
    reason: 'HOLDFAST_NAVIGATION=classic',
    releaser: 'host' as const,
  }
  // Without it the agent still serves, and says so: that is more of a way back than none.
  await changeNavigation(desk, { directories, clock }, wish).then(
    ({ notes }) => notes.forEach(log),
    (error: unknown) => log(`HOLDFAST_NAVIGATION=classic could not be carried out: ${String(error)}`),
  )
}
