/** What befalls the target, by itself or by other hands. */
import type { Act } from './act.ts'
import type { Host } from './host.ts'
import { ILLNESSES } from './world-health.ts'
import { STRANGERS, type PidFileContent } from './world-processes.ts'

export const TARGET_ACTS = {
  falls_ill: {
    weight: 8,
    act: ({ health, random }) => {
      health.illness = random.pick(ILLNESSES)
      health.healsByRestart = random.chance(0.7)
      return `${health.illness}${health.healsByRestart ? '' : ', which no restart heals'}`
    },
  },
  gets_well: {
    weight: 1.5,
    act: ({ health, processes, random }) => {
      health.illness = null
      health.circuit = 'CLOSED'
      health.isDatabaseReachable = true
      health.answerMs = 0
      health.lie = null
      processes.isAppBroken = random.chance(0.2) && processes.isAppBroken
      return 'well'
    },
  },
  dependency_changes: {
    weight: 2,
    act: ({ health, random }) => {
      health.circuit = random.pick(['CLOSED', 'OPEN', 'HALF_OPEN'])
      health.isDatabaseReachable = random.chance(0.6)
      // Whoever waits for a dependency in trouble answers late.
      health.answerMs = random.pick([0, 0, 400, 1_500])
      return `circuit ${health.circuit}, database ${health.isDatabaseReachable ? 'reachable' : 'unreachable'}`
    },
  },
  /** What was the case when a restart was decided is not any more, and the answer that tells so is under way. */
  dependency_fails_meanwhile: {
    weight: 20,
    when: ({ watchdogs }) =>
      watchdogs.some((watchdog) => watchdog.waitsFor('preflight') && watchdog.waitsFor('probe')),
    act: ({ health, random }) => {
      health.circuit = random.pick(['OPEN', 'HALF_OPEN'])
      return `circuit ${health.circuit}`
    },
  },
  lies: {
    weight: 0.4,
    act: ({ health, random }) => (health.lie = random.pick(['well', 'ill', null])) ?? 'tells the truth',
  },
  memory_grows: {
    weight: 1.5,
    act: ({ processes, random }) => {
      const worker = processes.master?.workers[0]
      if (worker === undefined) return null
      worker.rssBytes = random.pick([50_000_000, 200_000_000])
      return `a worker has ${worker.rssBytes} bytes`
    },
  },
  master_killed: { weight: 0.5, act: (host) => killMaster(host) },
  /** The kernel gives the number away at once: to a stranger, while the pid file still names it. */
  number_reused: {
    weight: 0.6,
    act: (host) => {
      const { processes, random } = host
      const pid = processes.killMaster()
      if (pid === null || processes.master !== null) return null
      return strangerTakes(host, pid, random.pick(STRANGERS))
    },
  },
  /** At the worst moment: between the last look and the signal, by a gunicorn that looks the same in every way. */
  number_reused_before_signal: {
    weight: 8,
    when: ({ watchdogs }) => watchdogs.some((watchdog) => watchdog.waitsFor('processes.signal')),
    act: (host) => {
      const pid = host.processes.killMaster()
      if (pid === null || host.processes.master !== null) return null
      host.processes.pidFile = { kind: 'missing' }
      return strangerTakes(host, pid, host.random.pick(['twin', ...STRANGERS]))
    },
  },
  /** All stood still between the last look and the signal, and somebody else was quicker. */
  reload_before_late_signal: {
    weight: 4,
    when: ({ watchdogs }) => watchdogs.some((watchdog) => watchdog.waitsFor('processes.signal')),
    act: (host) => {
      const ms = host.random.pick([2_000, 20_000])
      host.standStill(ms)
      host.processes.reloadBySomebody()
      return `kill -HUP, and the watchdog stands still for ${ms / 1000} s`
    },
  },
  /** The service manager's next master has the number of the one before, as in a small pid namespace. */
  master_replaced_under_its_number: {
    weight: 0.7,
    act: ({ processes }) => {
      if (processes.isUpgrading()) return null
      const pid = processes.killMaster()
      if (pid === null || processes.master !== null) return null
      processes.startMaster({ pid })
      return `another master is process ${pid}`
    },
  },
  master_restarted: {
    weight: 0.5,
    act: (host) => {
      if (host.processes.isUpgrading()) return null
      host.processes.killMaster()
      if (host.processes.master !== null) return null
      host.processes.startMaster()
      return 'systemctl restart by somebody'
    },
  },
  reload_by_somebody: {
    weight: 0.4,
    act: ({ processes }) => {
      processes.reloadBySomebody()
      return 'kill -HUP'
    },
  },
  worker_dies: {
    weight: 1,
    act: ({ processes }) => {
      processes.killWorker()
      return 'a worker ended'
    },
  },
  workers_lost: {
    weight: 0.8,
    act: ({ processes }) => {
      processes.loseWorkers()
      return 'the master has no worker left'
    },
  },
  application_changes: {
    weight: 1,
    act: ({ processes, random }) => {
      processes.isAppBroken = random.chance(0.4)
      processes.importMs = random.pick([20, 50, 2_000])
      processes.slowStartMs = random.pick([0, 0, 2_500])
      processes.lingerMs = random.pick([0, 20, 200, 3_000, 15_000])
      processes.ignoresHup = random.chance(0.1)
      processes.forksHelper = random.chance(0.4)
      processes.diesAtBoot = random.chance(0.15)
      return processes.isAppBroken ? 'cannot be imported' : 'can be imported'
    },
  },
  service_manager_changes: {
    weight: 0.3,
    act: (host) => (host.services = host.random.pick(['absent', 'denies', 'obeys'])),
  },
  preflight_changes: {
    weight: 0.5,
    act: (host) => (host.preflightState = host.random.pick(['works', 'works', 'unavailable'])),
  },
  boot_loop: {
    weight: 0.5,
    act: ({ processes, clock }) => {
      processes.bootLoopSince = processes.bootLoopSince === null ? clock.now : null
      return processes.bootLoopSince === null ? 'ends' : 'begins'
    },
  },
  upgrade: {
    weight: 0.8,
    act: ({ processes, random }) => {
      if (processes.isUpgrading()) {
        const succeeds = random.chance(0.7)
        processes.endUpgrade(succeeds)
        return succeeds ? 'the old master ends' : 'the new master ends'
      }
      if (processes.master === null || processes.bootLoopSince !== null) return null
      const switches = random.chance(0.6)
      processes.beginUpgrade(switches)
      return `USR2; the pid file names the ${switches ? 'new' : 'old'} master`
    },
  },
  pid_file_changes: {
    weight: 0.5,
    act: (host) => {
      const { processes, random } = host
      const { master, table } = processes
      const pid = master?.workers[0]?.pid ?? STALE_PID
      const isTaken = master === null && table.has(pid)
      const content = random.pick<PidFileContent>([
        { kind: 'missing' },
        { kind: 'unreadable', detail: 'it does not hold a process number' },
        // A twin of the master that the pid file names would be the target.
        ...(isTaken ? [] : [{ kind: 'pid', pid } as const]),
        ...(master === null ? [] : Array<PidFileContent>(3).fill({ kind: 'pid', pid: master.pid })),
      ])
      processes.pidFile = content
      return content.kind
    },
  },
} as const satisfies Record<string, Act>

const STALE_PID = 1

function killMaster({ processes, random, profile }: Host): string | null {
  const { windowMs } = profile.rules.policy
  const after = random.chance(0.9) ? random.between(50, 5_000) : windowMs / 2
  return processes.killMaster({ restartAfterMs: after }) === null ? null : 'SIGKILL'
}

function strangerTakes(
  { processes, timeline, clock, random }: Host,
  pid: number,
  kind: Parameters<typeof processes.giveNumber>[1],
): string {
  const stranger = processes.giveNumber(pid, kind)
  timeline.add(clock.now + random.between(1_000, 20_000), 'the stranger ends', () => {
    if (stranger?.isAlive === true) processes.endStranger(stranger)
    processes.scheduleStart(100)
  })
  return `process ${pid} is now ${kind}`
}
