/** The agent's side of the kill switch (SH3): looked at when it is asked for, changed under the operators' turn. */
import { TabPresence } from '#domain/navigation/presence.ts'
import { navigationProofOf, navigationViewOf } from '#domain/navigation/view.ts'
import type { ConfigValues } from '#domain/config/fields.ts'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import { isoText, type DurationMs } from '#domain/time.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { NavigationDesk } from '#agent/api/routes/navigation.ts'
import { changeNavigation } from '#agent/navigation/change-navigation.ts'
import { isEngaged, readSwitch, type SwitchDirectories } from '#agent/navigation/switch-files.ts'
import type { Desk } from '#agent/operator/desk.ts'
import { cleanReason } from '#agent/operator/words.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { HistoryWatch } from './history-watch.ts'

interface SwitchParts {
  readonly desk: Desk
  readonly directories: SwitchDirectories
  readonly clock: Clock
}

export interface NavigationDeskParts extends SwitchParts {
  readonly history: Pick<HistoryWatch, 'latest'>
  /** Declared for a rollback (SH7). */
  readonly targetMs: DurationMs
  /** Something was changed through here: open tabs are told without delay. */
  readonly changed?: () => void
}

export function navigationDesk(parts: NavigationDeskParts): NavigationDesk {
  const { desk, directories, clock } = parts
  const presence = new TabPresence()
  const countedSince = clock.wallNow()
  const read = () => {
    const view = navigationViewOf(readSwitch(directories))
    presence.switched(view.engaged, clock.monotonicNow())
    return view
  }
  return {
    read,
    report: () => {
      const [view, now, wallNow] = [read(), clock.monotonicNow(), clock.wallNow()]
      const wallTime = (at: number) => wallNow - (now - at)
      const proof = navigationProofOf(presence.report(now), { countedSince, wallTime })
      return { ...view, proof, rollback: rollbackOf(parts) }
    },
    isEngaged: () => isEngaged(directories),
    heard: (word, holder) => {
      const now = clock.monotonicNow()
      presence.switched(isEngaged(directories), now)
      presence.heard(word, holder, now)
    },
    change: async ({ reason, ...wish }) => {
      const done = await changeNavigation(
        desk,
        { directories, clock },
        { ...wish, reason: cleanReason(reason) },
      )
      presence.switched(isEngaged(directories), clock.monotonicNow())
      parts.changed?.()
      return done
    },
  }
}

function rollbackOf({ history, targetMs }: NavigationDeskParts): NavigationReport['rollback'] {
  const last = history.latest()?.lastRollback ?? null
  if (last === null) return { target_ms: targetMs, last: null }
  const { at, actor, success, took_ms, target_ms } = last
  return {
    target_ms: targetMs,
    last: { at: isoText(at.wall), by: actor.name, success, took_ms, target_ms },
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
  { desk, directories, clock }: SwitchParts,
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
