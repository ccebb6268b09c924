/** The right master. */
import { MASTER, ROLL } from './places.ts'
import type { Mutation } from './mutation.ts'

export const MASTER_GUARDS: readonly Mutation[] = [
  { guard: 'start time', file: MASTER, from: 'one.start_ticks === other.start_ticks && ', to: '' },
  {
    guard: 'boot',
    file: MASTER,
    from: ' && one.boot === other.boot',
    to: '',
  },
  {
    guard: 'number',
    file: MASTER,
    from: "unless(identity.pid === pid, 'pid'",
    to: "unless(true, 'pid'",
    equivalent: 'whoever is sighted is sighted by the number that the pid file names',
  },
  {
    guard: 'executable',
    file: MASTER,
    from: 'prefixes.some((prefix) => isInside(identity.exe, prefix)),',
    to: 'prefixes.length > 0 || isInside(identity.exe, prefixes[0] ?? ""),',
  },
  {
    guard: 'command line',
    file: MASTER,
    from: '      isGunicorn(cmdline, standIn),',
    to: '      isGunicorn(cmdline, standIn) || cmdline.length > 0,',
  },
  { guard: 'owner', file: MASTER, from: 'unless(seen.uid === uid,', to: 'unless(true,' },
  { guard: 'children', file: MASTER, from: 'unless(strangers.length === 0,', to: 'unless(true,' },
  { guard: 'no worker', file: MASTER, from: 'seen.forkOf === null || seen.upgradeOf !== null,', to: 'true,' },
  {
    guard: 'the one that was meant',
    file: MASTER,
    from: 'meant === null || isSame(meant, identity),',
    to: 'true,',
  },
  {
    guard: 'upgrade in progress',
    file: MASTER,
    from: 'if (seen.upgradeOf !== null && meant === null)',
    to: 'if (seen.upgradeOf !== null && meant === null && seen.uid < 0)',
  },
  {
    guard: 'master still starting',
    file: MASTER,
    from: 'seen.workers.length > 0 || seen.ageMs >= startGraceMs',
    to: 'startGraceMs >= 0',
  },
  {
    guard: 'a roll counts the workers of its decision',
    file: ROLL,
    from: 'Math.max(master.workers.length, context.workers.length)',
    to: 'master.workers.length',
  },
  {
    guard: 'named when it is signalled',
    file: 'src/agent/watchdog/act.ts',
    from: "whom: SignalledMaster = 'named'",
    to: "whom: SignalledMaster = 'begun_with'",
  },
  {
    guard: 'who is there at a late signal is old',
    file: 'src/agent/watchdog/reload.ts',
    from: 'return isLate(world, seenAt) ?',
    to: 'return isLate(world, seenAt) && false ?',
  },
  {
    guard: 'handlers of a young master',
    file: MASTER,
    from: 'isReady && seen.ageMs >= SETTLE_MS',
    to: 'isReady && seen.ageMs >= SETTLE_MS - 1000',
  },
]
