/**
 * The watchdog process: a loop at its own pace, which a flag only wakes earlier. One at a time on a state
 * directory; what it cannot record it does not do.
 */
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalRow } from '#domain/journal/events.ts'
import { BrokenPromise } from '#domain/invariant.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { WATCHDOG_STATUS_FILE, type WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import { readAnswer } from '#agent/intake/read-answer.ts'
import type { Journal, RestartJournal } from '#agent/ports/journal.ts'
import type { ServiceManager } from '#agent/ports/service-manager.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { takeLock } from '#agent/store/process-lock.ts'
import { openSpool, type Spool } from '#agent/store/spool.ts'
import { openSpooledReader, SpooledJournal, takeOverFor } from '#agent/store/spooled-journal.ts'
import { openSqliteJournal } from '#agent/store/sqlite-journal.ts'
import { toldJournal } from '#agent/store/told-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { openFlagDirectory } from '#agent/system/flag-directory.ts'
import { httpProbe } from '#agent/system/http-probe.ts'
import { logLine } from '#agent/system/log.ts'
import { realPreflight } from '#agent/system/preflight.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { systemdServices } from '#agent/system/service-manager.ts'
import { startTicks } from '#agent/system/processes.ts'
import { systemdNotify } from '#agent/system/sd-notify.ts'
import { openTargetProcesses } from '#agent/system/target-processes.ts'
import { begin } from './begin.ts'
import { isFullDisk, record, type Memory } from './memory.ts'
import { publish } from './publish.ts'
import { flagOwners, rulesFromSettings } from './rules-from-settings.ts'
import type { WatchdogRules } from './rules.ts'
import { replaceFile } from './status-file.ts'
import { tick } from './tick.ts'
import { Waker } from './waker.ts'
import type { World } from './world.ts'

export interface RunningWatchdog {
  /** Rejects when it found a broken promise: it stops signalling, and a supervisor starts it anew. */
  readonly ended: Promise<void>
  stop(reason: string): Promise<void>
}

/** After a failure that may pass, as a full disk. */
const RETRY_MS = 2_000
const MINUTE_MS = 60_000

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
  const statusFile = join(paths.runtime_dir, WATCHDOG_STATUS_FILE)
  const publishStatus = statusWriter(statusFile, await ownTicks(), notify)
  const waker = new Waker()

  const spools = {
    own: openSpool({ runtimeDir: paths.runtime_dir, stateDir: paths.state_dir, name: 'watchdog' }),
    operators: openSpool({ runtimeDir: paths.runtime_dir, stateDir: paths.state_dir, name: 'agent' }),
  }
  const openWorld = ({ journal, operators }: Journals): World => ({
    clock: systemClock,
    boot: bootId(),
    journal,
    operators,
    // Anew with each journal: claims that the last one left open come back with it.
    flags: openFlagDirectory({ flag: paths.restart_flag, allowedUids: flagOwners(rules.master.uid) }),
    processes,
    probe: probeOf(settings),
    orAsked: (work) => waker.orWoken(work),
    preflight: realPreflight(),
    service,
    // Not the waker's: a flag must not shorten the wait for new workers.
    sleep: (duration) => new Promise((done) => setTimeout(done, duration)),
    newId: randomUUID,
    publishStatus,
    ...stateFileOf(paths.state_file),
    localOffset: (at) => -new Date(at).getTimezoneOffset() * MINUTE_MS,
    log: logLine,
  })

  let stopReason: string | null = null
  const loop = async () => {
    while (stopReason === null) {
      try {
        await watchWith({ settings, rules, spools, openWorld, waker, stopReason: () => stopReason })
      } catch (error) {
        if (!(error instanceof HoldfastProblem)) throw error
        logLine('error', error.message, { code: error.code })
        await publishProblem(publishStatus, error)
        await waker.sleep(RETRY_MS)
      }
    }
  }
  await notify.ready('watching')
  const ended = loop().finally(async () => {
    await rm(statusFile, { force: true })
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

interface Journals {
  readonly journal: RestartJournal
  readonly operators: Pick<Journal, 'read'>
}

/** Each row is in the log stream as well: the runtime directory may be gone after a power failure. */
function tellSpooled(row: JournalRow): void {
  logLine('warning', 'the disk is full: recorded in the runtime directory', { row })
}

/** Never throws: where not even this can be written, trying again is all that is left. */
async function publishProblem(
  publishStatus: World['publishStatus'],
  { code }: HoldfastProblem,
): Promise<void> {
  try {
    await publishStatus({ at: systemClock.wallNow(), state: 'guarded', problem: code })
  } catch (error) {
    logLine('warning', 'the sign of life cannot be written', { error: String(error) })
  }
}

interface WatchParts {
  readonly settings: Settings
  readonly rules: WatchdogRules
  readonly spools: { readonly own: Spool; readonly operators: Spool }
  readonly openWorld: (journals: Journals) => World
  readonly waker: Waker
  readonly stopReason: () => string | null
}

/** Until it is told to stop, or something fails. */
async function watchWith({
  settings,
  rules,
  spools,
  openWorld,
  waker,
  stopReason,
}: WatchParts): Promise<void> {
  const { state_dir: stateDir } = settings.contract.contract.paths
  const opened = openSqliteJournal({ path: watchdogJournalPath(stateDir), clock: systemClock })
  // What waits in the spool is told there, and here once it is a row of the chain.
  const journal = new SpooledJournal(toldJournal(opened, 'watchdog', logLine), spools.own, tellSpooled)
  let operators: Pick<Journal, 'read' | 'close'> | null = null
  let watch: { close(): void } | null = null
  try {
    operators = openSpooledReader(operatorJournalPath(stateDir), spools.operators)
    const world = openWorld({ journal, operators })
    watch = world.flags.watch(() => waker.wake())
    const memory = await begin(world, rules)
    for (let reason = stopReason(); ; reason = stopReason()) {
      if (reason !== null) {
        await record(world, memory, { type: 'watchdog_stopped', reason })
        return
      }
      await journal.retry()
      if (!journal.isSpooling()) await takeOverOperators(stateDir, spools.operators)
      const isMore = await tickSafely(world, rules, memory)
      if (!isMore) await waker.sleep(untilNextLook(world, rules, memory))
    }
  } finally {
    watch?.close()
    await operators?.close()
    await journal.close()
  }
}

/** Their next word would do it as well; this is sooner. */
async function takeOverOperators(stateDir: string, spool: Spool): Promise<void> {
  try {
    const path = operatorJournalPath(stateDir)
    const open = () => toldJournal(openSqliteJournal({ path, clock: systemClock }), 'agent', logLine)
    await takeOverFor(stateDir, spool, open)
  } catch (error) {
    logLine('warning', 'what operators said on the full disk waits on', { error: String(error) })
  }
}

/** A bug stops the watchdog; anything that the world did wrong is told and tried again at the next look. */
async function tickSafely(world: World, rules: WatchdogRules, memory: Memory): Promise<boolean> {
  try {
    return await tick(world, rules, memory)
  } catch (error) {
    if (isFullDisk(world, error)) {
      // The journal stays open: on a full disk it might not open again, and an override needs its history.
      await publish(world, rules, memory)
      return false
    }
    if (error instanceof BrokenPromise || error instanceof TypeError) throw error
    if (error instanceof HoldfastProblem && error.code.startsWith('state_')) throw error
    world.log('error', 'this look failed', { error: String(error) })
    return false
  }
}

function untilNextLook({ clock }: World, { probeIntervalMs }: WatchdogRules, { probedAt }: Memory): number {
  const due = probedAt === null ? 0 : probedAt + probeIntervalMs - clock.monotonicNow()
  return Math.min(Math.max(due, 0), probeIntervalMs)
}

/** A demonstration's target is a child of its own, and no unit. */
function serviceOf({ contract: { contract } }: Settings): ServiceManager {
  return systemdServices({ unit: contract.kind === 'production' ? contract.units.target : null })
}

function probeOf({ config: { values }, contract: { contract } }: Settings): World['probe'] {
  const url = values['target.health_url'] ?? `http://${contract.bind}/health`
  const timeoutMs = values['probe.timeout_s'] * 1000
  return async () => {
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
const SIGN_EVERY_MS = 2_000

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
    await replaceFile(path, `${JSON.stringify(content)}\n`)
    written = { said, at: now }
  }
}
