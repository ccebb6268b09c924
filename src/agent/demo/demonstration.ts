/**
 * The whole demonstration: a service to depend on, a target that depends on it, traffic, and a scenario.
 * Each part that was started is on one stack, and the stack is what ends it: in reverse order, whatever
 * happened in between, and however far the start had got.
 */
import { mkdirSync, rmSync } from 'node:fs'
import type { Clock } from '#agent/ports/clock.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { parseHostPort } from './arguments.ts'
import type { DemoArguments, HostPort } from './arguments.ts'
import { replaceJson } from './replace-json.ts'
import { demoPaths } from './demo-paths.ts'
import type { DemoPaths } from './demo-paths.ts'
import { NO_FAULTS, writeFaults } from './faults-file.ts'
import { LoadGenerator } from './load-generator.ts'
import { CALM_LOAD } from './load-profile.ts'
import type { DemoEvent } from './events.ts'
import { PricingDependency } from './pricing-dependency.ts'
import { watchRequests } from './request-file.ts'
import { ScenarioDriver } from './scenario-driver.ts'
import type { Stage } from './scenario-driver.ts'
import { chooseTarget } from './target-command.ts'
import type { TargetCommand } from './target-command.ts'
import { boundLog } from './target-log.ts'
import { TargetSupervisor, endOrphans } from './target-supervisor.ts'
import { killWorkers } from './worker-killing.ts'

export interface DemonstrationOptions {
  readonly args: DemoArguments
  readonly contract: RuntimeContract
  readonly clock: Clock
  readonly environment: NodeJS.ProcessEnv
  readonly emit: (event: DemoEvent) => void
  readonly report: (line: string) => void
}

const LOAD_SEED = 20_261

export class Demonstration {
  readonly #options: DemonstrationOptions
  readonly #paths: DemoPaths
  readonly #address: HostPort
  readonly #stopping = new AbortController()
  readonly #parts = new AsyncDisposableStack()
  #starting: Promise<void> = Promise.resolve()

  constructor(options: DemonstrationOptions) {
    this.#options = options
    this.#paths = demoPaths(options.contract)
    this.#address = parseHostPort('bind', options.contract.bind)
  }

  /** Resolves when the scenario plays. Rejects when it cannot; `stop` must be called then, too. */
  start(): Promise<void> {
    this.#starting = this.#startParts()
    return this.#starting
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    // The caller of `start` hears why it failed; here it only has to be over.
    await this.#starting.catch(() => {})
    await this.#parts.disposeAsync()
  }

  async #startParts(): Promise<void> {
    const { args, contract, clock, report, emit } = this.#options
    await this.#prepareDirectories()
    const command = await chooseTarget({
      contract,
      paths: this.#paths,
      statsd: args.statsd,
      choice: args.target,
      signal: this.#stopping.signal,
    })
    this.#stopping.signal.throwIfAborted()

    const pricing = new PricingDependency()
    const pricingAddress = await pricing.start()
    this.#parts.defer(() => pricing.stop())

    const target = this.#superviseTarget(command, pricingAddress)
    const masterPid = await target.start()

    const load = new LoadGenerator({ target: this.#address, profile: CALM_LOAD, clock, seed: LOAD_SEED })
    load.start()
    this.#parts.defer(() => load.stop())
    const stage = this.#stage(command.kind, { pricing, target, load })
    const driver = new ScenarioDriver({ stage, clock, speed: args.speed })
    this.#parts.defer(() => driver.stop())
    driver.play(args.scenario)
    const requests = watchRequests(this.#paths.requestFile, {
      scenario: (scenario) => driver.play(scenario),
      garbage: (why) => report(`deleted a request for another scenario: ${why}`),
    })
    this.#parts.defer(() => requests.stop())
    // Last: whoever is told so may ask for another scenario at once, and read which one is played.
    emit({ type: 'ready', targetKind: command.kind, masterPid })
  }

  async #prepareDirectories(): Promise<void> {
    const { clock, report } = this.#options
    mkdirSync(this.#paths.ownDir, { recursive: true, mode: 0o750 })
    mkdirSync(this.#paths.runtimeDir, { recursive: true, mode: 0o770 })
    await endOrphans(this.#paths.identityFile, { clock, report })
    // From here on the directories are this demonstration's alone.
    rmSync(this.#paths.requestFile, { recursive: true, force: true })
    this.#parts.defer(() => rmSync(this.#paths.statusFile, { force: true }))
    writeFaults(this.#paths.faultsFile, NO_FAULTS)
    const log = boundLog(this.#paths.logFile)
    this.#parts.defer(() => log.stop())
  }

  #superviseTarget(command: TargetCommand, pricing: HostPort): TargetSupervisor {
    const { clock, environment, emit, report } = this.#options
    const target = new TargetSupervisor({
      command,
      surroundings: { paths: this.#paths, pricing, environment },
      address: this.#address,
      clock,
      signal: this.#stopping.signal,
      events: {
        restarted: (masterPid) => emit({ type: 'target-restarted', masterPid }),
        gaveUp: (detail) => emit({ type: 'failed', detail }),
        report,
      },
    })
    // A master that had to be killed leaves its pid file behind.
    this.#parts.defer(() => rmSync(this.#paths.pidFile, { force: true }))
    this.#parts.defer(() => target.stop())
    return target
  }

  #stage(
    kind: TargetCommand['kind'],
    parts: { pricing: PricingDependency; target: TargetSupervisor; load: LoadGenerator },
  ): Stage {
    return {
      enter: (phase) => {
        this.#attempt('set the faults', () => writeFaults(this.#paths.faultsFile, phase.faults))
        parts.pricing.setDown(phase.pricingDown)
        parts.load.setProfile(phase.load)
        const { masterPid } = parts.target
        if (masterPid !== null) killWorkers(masterPid, this.#paths.pidFile, phase.workersKilled)
      },
      publish: (status) => {
        const whole = { format: 'holdfast.demonstration/1', target_kind: kind, ...status }
        this.#attempt('say which phase this is', () => replaceJson(this.#paths.statusFile, whole))
      },
    }
  }

  /** A full disk must not end the demonstration: the next phase tries again. */
  #attempt(what: string, act: () => void): void {
    try {
      act()
    } catch (cause) {
      this.#options.report(`could not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }
}
