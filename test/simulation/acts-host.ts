/** What befalls the host and the watchdog itself, beside what strikes in the middle of a port call. */
import type { Act } from './act.ts'

const DAY_MS = 86_400_000

export const HOST_ACTS = {
  wall_clock_set: {
    weight: 1,
    act: (host) => {
      const { clock, random } = host
      if (!host.hasHistory()) return null
      const by = random.pick([-DAY_MS, -3_600_000, -5_000, 5_000, 3_600_000, DAY_MS])
      clock.setWallBy(by)
      host.tell({ kind: 'wall_clock_set', byMs: by })
      host.mark(by < 0 ? 'wall clock set back' : 'wall clock set forward')
      return `by ${by / 1000} s`
    },
  },
  suspended: {
    weight: 0.3,
    act: (host) => {
      const ms = host.random.pick([1_000, 60_000, 3_600_000])
      host.suspend(ms)
      return `for ${ms / 1000} s`
    },
  },
  watchdog_stands_still: {
    weight: 0.3,
    act: (host) => {
      const { windowMs } = host.profile.rules.policy
      const ms = host.random.pick([2_000, 20_000, windowMs * 1.1])
      host.standStill(ms)
      return `for ${ms / 1000} s`
    },
  },
  watchdog_stopped: {
    weight: 0.5,
    act: (host) => {
      for (const watchdog of host.watchdogs) watchdog.stop('asked to')
      return 'SIGTERM'
    },
  },
  watchdog_killed: {
    weight: 0.5,
    act: (host) => {
      const [watchdog] = host.watchdogs
      if (watchdog === undefined) return null
      host.killWatchdog(watchdog)
      return 'SIGKILL'
    },
  },
  /** What kills the target kills the watchdog too, and after too many starts it is left alone until somebody comes. */
  watchdog_killed_with_its_news: {
    weight: 20,
    when: (host) => host.isNewsAfoot(),
    act: (host) => {
      const [watchdog] = host.watchdogs
      if (watchdog === undefined) return null
      const { windowMs } = host.profile.rules.policy
      const awayMs = host.random.pick([1_000, windowMs * 0.6, windowMs * 1.1])
      host.killWatchdog(watchdog, awayMs)
      return `SIGKILL, away for ${awayMs / 1000} s`
    },
  },
  second_watchdog: {
    weight: 3,
    act: (host) => {
      if (!host.profile.startsSecond || host.watchdogs.length > 1) return null
      host.startWatchdogAfter(0)
      return 'somebody starts another'
    },
  },
  disk_full: {
    weight: 0.4,
    act: (host) => {
      host.diskRoom = host.random.pick([0, 1, 2, 5])
      host.isRuntimeFull = host.random.chance(0.3)
      return `room for ${host.diskRoom} records`
    },
  },
  disk_has_room: {
    weight: 2,
    act: (host) => {
      if (host.diskRoom === null) return null
      host.diskRoom = null
      host.isRuntimeFull = false
      return 'somebody made room'
    },
  },
} as const satisfies Record<string, Act>
