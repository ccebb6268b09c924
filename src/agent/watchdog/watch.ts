/**
 * The life of one watchdog process: looks at its own pace, which a flag only shortens. What it cannot record it
 * does not do: after a failure of the journal everything is opened and read anew, since nobody knows what
 * reached the disk.
 */
import { BrokenPromise } from '#domain/invariant.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import { asProblem } from '#agent/as-problem.ts'
import type { Journal, RestartJournal } from '#agent/ports/journal.ts'
import { begin } from './begin.ts'
import { isFullDisk, record, type Memory } from './memory.ts'
import { publish } from './publish.ts'
import type { WatchdogRules } from './rules.ts'
import { tick } from './tick.ts'
import type { SleepEnd } from './waker.ts'
import type { World } from './world.ts'

export interface Journals {
  readonly journal: RestartJournal
  readonly operators: Pick<Journal, 'read' | 'mark'>
}

export interface Watch {
  readonly rules: WatchdogRules
  readonly openJournal: () => RestartJournal
  readonly openOperators: () => Pick<Journal, 'read' | 'mark' | 'close'>
  /** What operators said while the disk was full; their next word would take it over as well, later. */
  readonly takeOverOperators: () => Promise<void>
  readonly openWorld: (journals: Journals) => World
  /** Watches the target's processes between two looks, to end a pause early. */
  readonly attend: (memory: Memory) => { looked(): void; close(): void }
  /** null: go on. */
  readonly stopReason: () => string | null
  /** Ends early when a flag comes, or when it is to stop; `nudged`: when an operator has said something. */
  readonly pause: (duration: DurationMs) => Promise<SleepEnd>
  /** Tells others what keeps it from working. */
  readonly tell: (problem: HoldfastProblem) => Promise<void>
  readonly log: World['log']
}

/** After a failure that may pass, as a full disk. */
const RETRY_MS = 2_000

/** Rejects only for a broken promise: a supervisor starts the process anew. */
export async function watch(life: Watch): Promise<void> {
  while (life.stopReason() === null) {
    try {
      await watchOnce(life)
    } catch (error) {
      if (isBug(error)) throw error
      await tellIfPossible(life, asProblem(error))
      await life.pause(RETRY_MS)
    }
  }
}

/** A sign of life on the disk that is full may fail for the same reason: that is no reason to end. */
async function tellIfPossible({ tell, log }: Watch, problem: HoldfastProblem): Promise<void> {
  log('error', problem.message, { code: problem.code })
  try {
    await tell(problem)
  } catch (error) {
    log('warning', 'what others read of the watchdog cannot be written', { error: String(error) })
  }
}

/** Until it is told to stop, or something fails. */
async function watchOnce(life: Watch): Promise<void> {
  const journal = life.openJournal()
  let operators: ReturnType<Watch['openOperators']> | null = null
  try {
    operators = life.openOperators()
    await lookOnAndOn(life, life.openWorld({ journal, operators }), journal)
  } finally {
    await operators?.close()
    await journal.close()
  }
}

async function lookOnAndOn(life: Watch, world: World, journal: RestartJournal): Promise<void> {
  const { rules, stopReason } = life
  const memory = await begin(world, rules)
  const attention = life.attend(memory)
  try {
    for (let reason = stopReason(); ; reason = stopReason()) {
      if (reason !== null) {
        await record(world, memory, { type: 'watchdog_stopped', reason })
        return
      }
      await takeOverSpooled(life, journal)
      const isMore = await tickSafely(world, rules, memory)
      attention.looked()
      if (!isMore) await rest(life, world, memory)
    }
  } finally {
    attention.close()
  }
}

/**
 * Until there is something to look at. Whoever records a request writes its flag a moment later, and from then on somebody
 * waits: what operators say is read as soon as they have said it.
 */
async function rest({ rules, pause }: Watch, world: World, memory: Memory): Promise<void> {
  while ((await pause(untilNextLook(world, rules, memory))) === 'nudged') {
    await memory.history.catchUpBriefly()
  }
}

/** What was recorded beside the journals comes into them as soon as there is room. */
async function takeOverSpooled({ takeOverOperators, log }: Watch, journal: RestartJournal): Promise<void> {
  await journal.retry()
  if (journal.isSpooling()) return
  try {
    await takeOverOperators()
  } catch (error) {
    log('warning', 'what operators said on the full disk waits on', { error: String(error) })
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
    if (isBug(error)) throw error
    if (error instanceof HoldfastProblem && error.code.startsWith('state_')) throw error
    world.log('error', 'this look failed', { error: String(error) })
    return false
  }
}

/** Everything else is the world's doing (no descriptors left, a disk that fails), and may pass. */
function isBug(error: unknown): boolean {
  return error instanceof BrokenPromise || error instanceof TypeError
}

function untilNextLook({ clock }: World, { probeIntervalMs }: WatchdogRules, { probedAt }: Memory): number {
  const due = probedAt === null ? 0 : probedAt + probeIntervalMs - clock.monotonicNow()
  return Math.min(Math.max(due, 0), probeIntervalMs)
}
