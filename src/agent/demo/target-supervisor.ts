/**
 * Keeps the target running, as systemd's `Restart=` would: when the master dies, what it left behind is
 * ended (a unit's control group goes as a whole), and a second later a new master starts. Not for ever.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { HostPort } from './arguments.ts'
import type { TargetCommand } from './target-command.ts'
import { endTarget } from './target-end.ts'
import { forgetIdentity, isKeeperAlive, recordedIdentity } from './target-identity.ts'
import { logTail } from './target-log.ts'
import { startTarget } from './target-process.ts'
import type { RunningTarget, TargetSurroundings } from './target-process.ts'
import { demandFreePort, waitUntilReady } from './target-readiness.ts'

const RESTART_AFTER_MS = 1_000
const RESTARTS_MAX = 5
const RESTART_WINDOW_MS = 60_000

export interface SupervisorEvents {
  restarted(masterPid: number): void
  gaveUp(detail: string): void
  report(line: string): void
}

export interface SupervisorOptions {
  readonly command: TargetCommand
  readonly surroundings: TargetSurroundings
  readonly address: HostPort
  readonly clock: Clock
  readonly events: SupervisorEvents
  /** Aborted when the demonstration is to end. */
  readonly signal: AbortSignal
}

export class TargetSupervisor {
  readonly #options: SupervisorOptions
  #running: RunningTarget | null = null
  #restarting: Promise<void> = Promise.resolve()
  #restartedAtMs: number[] = []

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Resolves with the master's pid once the target answers. */
  async start(): Promise<number> {
    const { command, surroundings, address, clock, signal } = this.#options
    await demandFreePort(address)
    this.#running = startTarget(command, surroundings)
    const { exited, identity } = this.#running
    const readiness = await waitUntilReady(address, exited, { clock, signal })
    if (readiness.kind !== 'ready') {
      const how = readiness.kind === 'ended' ? readiness.how : 'did not answer in time'
      throw new HoldfastProblem('target_start_failed', `${command.file} ${how}.\n${this.#logTail()}`)
    }
    this.#watch(this.#running)
    return identity.master.pid
  }

  get masterPid(): number | null {
    return this.#running?.identity.master.pid ?? null
  }

  async stop(): Promise<void> {
    await this.#restarting
    if (this.#running === null) return
    await this.#endLeftovers(this.#running)
    this.#running = null
    forgetIdentity(this.#options.surroundings.paths.identityFile)
  }

  #watch(target: RunningTarget): void {
    void target.exited.then((how) => {
      if (this.#options.signal.aborted) return
      this.#restarting = this.#restart(target, how)
    })
  }

  async #restart(target: RunningTarget, how: string): Promise<void> {
    const { clock, signal, events } = this.#options
    events.report(`the target's master ${target.identity.master.pid} ${how}`)
    try {
      await this.#endLeftovers(target)
      await delay(RESTART_AFTER_MS, undefined, { signal })
      const now = clock.monotonicNow()
      this.#restartedAtMs = this.#restartedAtMs.filter((at) => now - at < RESTART_WINDOW_MS)
      if (this.#restartedAtMs.length >= RESTARTS_MAX) {
        events.gaveUp(`The target was restarted ${RESTARTS_MAX} times in a minute.\n${this.#logTail()}`)
        return
      }
      this.#restartedAtMs.push(now)
      this.#startAgain()
    } catch (cause) {
      if (!signal.aborted) events.gaveUp(cause instanceof Error ? cause.message : String(cause))
    }
  }

  #startAgain(): void {
    const { command, surroundings, events } = this.#options
    this.#running = startTarget(command, surroundings)
    this.#watch(this.#running)
    events.restarted(this.#running.identity.master.pid)
  }

  async #endLeftovers({ identity }: RunningTarget): Promise<void> {
    const left = await endTarget(identity, this.#options.clock)
    for (const { pid } of left) this.#options.events.report(`process ${pid} of the target does not end`)
  }

  #logTail(): string {
    return logTail(this.#options.surroundings.paths.logFile)
  }
}

/** A demonstration that was killed leaves its target behind, which still has the port. */
export async function endOrphans(
  identityFile: string,
  { clock, report }: { clock: Clock; report: (line: string) => void },
): Promise<void> {
  const identity = recordedIdentity(identityFile)
  if (identity === null) return
  if (isKeeperAlive(identity)) {
    throw new HoldfastProblem(
      'already_running',
      `The demonstration with process id ${identity.keeper.pid} uses these directories.`,
    )
  }
  const left = await endTarget(identity, clock)
  for (const { pid } of left) report(`process ${pid} of an earlier run does not end`)
  forgetIdentity(identityFile)
}
