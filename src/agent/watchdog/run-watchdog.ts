/**
 * The watchdog process: a loop at its own pace, which a flag only wakes earlier. One at a time on a state
 * directory; what it cannot record it does not do.
 */
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalName } from '#domain/audit/trail.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import { WATCHDOG_STATUS_FILE, type WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import { readAnswer } from '#agent/intake/read-answer.ts'
import type { ServiceManager } from '#agent/ports/service-manager.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { afterwards } from '#agent/store/afterwards.ts'
import { markerOf } from '#agent/store/journal-files.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { takeLock } from '#agent/store/process-lock.ts'
import { openSpool } from '#agent/store/spool.ts'
import { openSpooledReader, SpooledJournal, takeOverFor } from '#agent/store/spooled-journal.ts'
import { openSqliteJournal } from '#agent/store/sqlite-journal.ts'
import { toldJournal } from '#agent/store/told-journal.ts'
import { localOffset, systemClock } from '#agent/system/clock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { watchInode } from '#agent/system/directory-watch.ts'
import { openFlagDirectory } from '#agent/system/flag-directory.ts'
import { httpProbe } from '#agent/system/http-probe.ts'
import { logLine } from '#agent/system/log.ts'
import { realPreflight } from '#agent/system/preflight.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { replaceFile, replaceFileInPlace } from '#agent/system/replace-file.ts'
import { systemdServices } from '#agent/system/service-manager.ts'
import { startTicks } from '#agent/system/processes.ts'
import { systemdNotify } from '#agent/system/sd-notify.ts'
import { openTargetProcesses } from '#agent/system/target-processes.ts'
import { watchTarget } from '#agent/system/target-watch.ts'
import { readTrafficIn } from '#agent/system/traffic-file.ts'
import { flagOwners, rulesFromSettings } from './rules-from-settings.ts'
import { Waker } from './waker.ts'
import { watch, type Journals, type Watch } from './watch.ts'
import type { World } from './world.ts'

export interface RunningWatchdog {
  /** Rejects when it found a broken promise: it stops signalling, and a supervisor starts it anew. */
  readonly ended: Promise<void>
  stop(reason: string): Promise<void>
}

export async function runWatchdog(
  settings: Settings,
  service: ServiceManager = serviceOf(settings),
): Promise<RunningWatchdog> {
  const { contract } = settings.contract
  const { paths } = contract
  const rules = rulesFromSettings(settings)
  await prepareDirectory(paths.state_dir, 'the state directory')
  await prepareDirectory(paths.runtime_dir, 'the runtime directory')
  const lock = await takeLock(paths.state_dir, 'watchdog')

  const notify = systemdNotify({ environment: process.env })
  const processes = openTargetProcesses(paths.pid_file)
  const flags = openFlagDirectory({ flag: paths.restart_flag, allowedUids: flagOwners(rules.master.uid) })
  const preflight = realPreflight({ standIn: rules.master.standIn })
  const statusFile = join(paths.runtime_dir, WATCHDOG_STATUS_FILE)
  const publishStatus = statusWriter(statusFile, await ownTicks(), notify)
  const waker = new Waker()
  const flagWatch = flags.watch(() => waker.wake())
  const journals = journalsOf(paths)

  const openWorld = ({ journal, operators }: Journals): World => ({
    clock: systemClock,
    boot: bootId(),
    journal,
    operators,
    flags,
    processes,
    probe: probeOf(settings),
    readTraffic: async () => readTrafficIn(paths.runtime_dir),
    orAsked: (work) => waker.orWoken(work),
    preflight: async (master) => {
      const answer = await preflight(master)
      if (answer.kind === 'passed' && answer.settings !== undefined) {
        processes.learn(master.identity, answer.settings)
      }
      return answer
    },
    service,
    // Not the waker's: a flag must not shorten the wait for new workers.
    sleep: (duration) => new Promise((done) => setTimeout(done, duration)),
    newId: randomUUID,
    publishStatus,
    ...stateFileOf(paths.state_file),
    localOffset,
    log: logLine,
  })

  let stopReason: string | null = null
  const life = watch({
    rules,
    ...journals,
    openWorld,
    stopReason: () => stopReason,
    pause: (duration) => waker.sleep(duration),
    tell: ({ code }) =>
      publishStatus({ at: systemClock.wallNow(), state: 'guarded', problem: code, target: null }),
    attend: (memory) => {
      const target = watchTarget(paths.pid_file, (what) => {
        // A boot loop goes on for ever; once it is known, each of its workers is no news.
        if (what === 'master' || !memory.crew.isBootLoop) waker.wake()
      })
      // In place after each row; a history that is begun anew has another marker.
      const operators = watchInode(markerOf(operatorJournalPath(paths.state_dir)), () => waker.nudge())
      return {
        looked: () => {
          target.looked()
          operators.rearm()
        },
        close: () => {
          target.close()
          operators.close()
        },
      }
    },
    log: logLine,
  })
  await notify.ready('watching')
  const ended = life.finally(async () => {
    await rm(statusFile, { force: true })
    flagWatch.close()
    processes.close()
    lock.release()
  })
  // Whoever stops it hears of its end there; that nobody listens to `ended` is no unhandled failure.
  ended.catch(() => {})
  return {
    ended,
    stop: async (reason) => {
      stopReason = reason
      void notify.stopping()
      waker.wake()
      await ended
    },
  }
}

/** Each with what was recorded beside it while the disk was full (WD9). */
function journalsOf({
  state_dir: stateDir,
  runtime_dir: runtimeDir,
}: Settings['contract']['contract']['paths']): Pick<
  Watch,
  'openJournal' | 'openOperators' | 'takeOverOperators'
> {
  const own = openSpool({ runtimeDir, stateDir, name: 'watchdog' })
  const operators = openSpool({ runtimeDir, stateDir, name: 'agent' })
  const open = (path: string, name: JournalName) =>
    toldJournal(openSqliteJournal({ path, clock: systemClock }), name, logLine)
  return {
    // What waits in the spool is told there, and here once it is a row of the chain.
    openJournal: () => new SpooledJournal(open(watchdogJournalPath(stateDir), 'watchdog'), own, tellSpooled),
    openOperators: () => openSpooledReader(operatorJournalPath(stateDir), operators),
    takeOverOperators: () =>
      takeOverFor(stateDir, operators, () => open(operatorJournalPath(stateDir), 'agent')),
  }
}

/** Each row is in the log stream as well: the runtime directory may be gone after a power failure. */
function tellSpooled(row: JournalRow): void {
  logLine('warning', 'the disk is full: recorded in the runtime directory', { row })
}

/** A demonstration's target is a child of its own, and no unit. */
function serviceOf({ contract: { contract } }: Settings): ServiceManager {
  return systemdServices({ unit: contract.kind === 'production' ? contract.units.target : null })
}

function probeOf({ config: { values }, contract: { contract } }: Settings): World['probe'] {
  const url = values['target.health_url'] ?? `http://${contract.bind}/health`
  const timeoutMs = values['probe.timeout_s'] * 1000
  return async () => {
    // To make a connection takes its time, too.
    await new Promise<void>(afterwards)
    const startedAt = systemClock.monotonicNow()
    const answer = await httpProbe(url, timeoutMs)
    return readAnswer(answer, systemClock.monotonicNow() - startedAt, systemClock.wallNow())
  }
}

function stateFileOf(path: string): Pick<World, 'publishHistory' | 'readStateFile' | 'putStateFileAside'> {
  return {
    publishHistory: (content) => replaceFile(path, content),
    readStateFile: async () => {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return null
        return '' // there, and not to be read: no history that could be taken over
      }
    },
    putStateFileAside: async () => {
      const aside = `${path}.unreadable-${systemClock.wallNow()}`
      await rename(path, aside)
      return aside
    },
  }
}

async function ownTicks(): Promise<number> {
  return (await startTicks(process.pid)) ?? 0
}

/** Far below the silence after which it counts as not running, however often it looks. */
const SIGN_EVERY_MS = 4_000

/** The file at each change, else now and then; the service manager as often as it wants to hear. */
function statusWriter(
  path: string,
  ticks: number,
  notify: ReturnType<typeof systemdNotify>,
): World['publishStatus'] {
  const boot = bootId()
  let toldAt = Number.NEGATIVE_INFINITY
  let written = { said: '', at: Number.NEGATIVE_INFINITY }
  return async (status) => {
    const now = systemClock.monotonicNow()
    if (notify.aliveEveryMs !== null && now - toldAt >= notify.aliveEveryMs / 2) {
      toldAt = now
      void notify.alive()
    }
    const said = JSON.stringify({ ...status, at: null })
    if (said === written.said && now - written.at < SIGN_EVERY_MS) return
    const content: WatchdogStatus = { pid: process.pid, start_ticks: ticks, boot, ...status }
    replaceFileInPlace(path, `${JSON.stringify(content)}\n`)
    written = { said, at: now }
  }
}
