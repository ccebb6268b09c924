/** Whether workers die at boot while a restart is waited for; what it has seen outlives the wait (WD8b). */
import type { DurationMs } from '#domain/time.ts'
import { isBootLoop, NO_BOOT_LOOP, watchBoots, type BootLoopState } from '#domain/watchdog/boot-loop.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { bootPatienceMs, type WatchdogRules } from './rules.ts'

export class Boots {
  readonly #patienceMs: DurationMs
  #state = NO_BOOT_LOOP

  constructor(rules: WatchdogRules) {
    this.#patienceMs = bootPatienceMs(rules)
  }

  get state(): BootLoopState {
    return this.#state
  }

  /** What comes next is waited for by itself: whom we have sent away ourselves proves nothing. */
  beginAnew(): void {
    this.#state = NO_BOOT_LOOP
  }

  areLoop(seen: MasterSighting | null, at: DurationMs): boolean {
    this.#state = watchBoots(this.#state, seen, at)
    return isBootLoop(this.#state, at, this.#patienceMs)
  }
}
